// The promises of the file's engine alone: it outlives processes, several of them share it.

#include <check.h>
#include <fcntl.h>
#include <lmdb.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "store/engine.h"
#include "tests/support/scratch.h"
#include "tests/support/teller.h"
#include "troupe/err.h"

enum { NODE = 7, HOUR_MS = 3600000 };

static char folder[64];
static char path[128];
static char url[160];
static char id[TR_SESSION_ID_SIZE + 1];
static char why[256];
static uint64_t identity;
static teller self;

static void up(void)
{
    scratch_make(folder, sizeof folder, "lmdb");
    (void)snprintf(path, sizeof path, "%s/sessions", folder);
    (void)snprintf(url, sizeof url, "lmdb:%s", path);
}

static void down(void)
{
    scratch_remove(folder);
}

static uint64_t take(uint32_t shard)
{
    uint64_t epoch = 0;
    ck_assert_int_eq(teller_take(&self, shard, &epoch, NODE), 0);
    return epoch;
}

START_TEST(what_is_done_is_there_for_the_next_process)
{
    teller_open(&self, url);
    uint64_t epoch = take(1);
    ck_assert_int_eq(teller_save(&self, teller_id(id, 1), 1, epoch, "kept", HOUR_MS), 0);
    teller_close(&self);
    teller_open(&self, url);
    ck_assert_str_eq(teller_load(&self, id), "kept");
    ck_assert_uint_eq(teller_shard(&self, 1).epoch, epoch);
    teller_close(&self);
}
END_TEST

// A child counts in a shared page what it was told is done, and is killed while it writes on.
START_TEST(a_killed_process_loses_nothing_that_was_done_and_blocks_nobody)
{
    volatile uint32_t *done =
        mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    teller_id(id, 1);
    pid_t child = fork();
    if (child == 0) {
        teller_open(&self, url);
        uint64_t epoch = take(1);
        for (uint32_t i = 1;; i++) {
            char text[16];
            (void)snprintf(text, sizeof text, "%u", i);
            if (teller_save(&self, id, 1, epoch, text, HOUR_MS) != 0)
                _exit(1);
            *done = i;
        }
    }
    while (*done < 5)
        ;
    ck_assert_int_eq(kill(child, SIGKILL), 0);
    ck_assert_int_eq(waitpid(child, NULL, 0), child);
    teller_open(&self, url);
    const char *text = teller_load(&self, id);
    ck_assert_ptr_nonnull(text);
    ck_assert_int_ge(atoi(text), (int)*done);
    uint64_t epoch = teller_shard(&self, 1).epoch;
    ck_assert_int_eq(teller_take(&self, 1, &epoch, NODE + 1), 0);
    ck_assert_int_eq(teller_save(&self, id, 1, epoch, "ours", HOUR_MS), 0);
    teller_close(&self);
}
END_TEST

START_TEST(two_processes_share_a_file)
{
    teller_open(&self, url);
    uint64_t epoch = take(1);
    ck_assert_int_eq(teller_save(&self, teller_id(id, 1), 1, epoch, "mine", HOUR_MS), 0);
    teller_close(&self);
    pid_t child = fork();
    if (child == 0) {
        teller_open(&self, url);
        uint64_t theirs = epoch;
        bool is_fine = strcmp(teller_load(&self, id), "mine") == 0 &&
                       teller_take(&self, 1, &theirs, NODE + 1) == 0 &&
                       teller_save(&self, id, 1, theirs, "theirs", HOUR_MS) == 0;
        teller_close(&self);
        _exit(is_fine ? 0 : 1);
    }
    teller_open(&self, url);
    while (teller_shard(&self, 1).epoch == epoch)
        ;
    ck_assert_int_eq(teller_save(&self, id, 1, epoch, "late", HOUR_MS), TR_EFENCED);
    int status;
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert_int_eq(status, 0);
    ck_assert_str_eq(teller_load(&self, id), "theirs");
    teller_close(&self);
}
END_TEST

START_TEST(two_loops_of_a_process_share_a_file)
{
    teller other;
    teller_open(&self, url);
    teller_open(&other, url);
    uint64_t epoch = take(1);
    ck_assert_int_eq(teller_save(&other, teller_id(id, 1), 1, epoch, "both", HOUR_MS), 0);
    ck_assert_str_eq(teller_load(&self, id), "both");
    teller_close(&self);
    ck_assert_str_eq(teller_load(&other, id), "both");
    teller_close(&other);
}
END_TEST

static void write_about(const char *key, const void *value, size_t size)
{
    MDB_env *env;
    MDB_txn *txn;
    MDB_dbi about;
    ck_assert_int_eq(mdb_env_create(&env), 0);
    ck_assert_int_eq(mdb_env_set_maxdbs(env, 8), 0);
    ck_assert_int_eq(mdb_env_open(env, path, MDB_NOSUBDIR, 0600), 0);
    ck_assert_int_eq(mdb_txn_begin(env, NULL, 0, &txn), 0);
    ck_assert_int_eq(mdb_dbi_open(txn, "about", 0, &about), 0);
    MDB_val k = {.mv_size = strlen(key), .mv_data = (void *)(uintptr_t)key};
    MDB_val v = {.mv_size = size, .mv_data = (void *)(uintptr_t)value};
    ck_assert_int_eq(mdb_put(txn, about, &k, &v, 0), 0);
    ck_assert_int_eq(mdb_txn_commit(txn), 0);
    mdb_env_close(env);
}

START_TEST(leases_end_with_the_machines_boot)
{
    teller_open(&self, url);
    ck_assert_int_eq(teller_renew(&self, NODE, HOUR_MS), 0);
    teller_close(&self);
    teller_open(&self, url);
    ck_assert_uint_ne(teller_left_ms(&self, NODE), 0);
    teller_close(&self);
    write_about("boot", "another one", 11);
    teller_open(&self, url);
    ck_assert_uint_eq(teller_left_ms(&self, NODE), 0);
    teller_close(&self);
}
END_TEST

// The machine's clock is set while pages sleep: by hand, or once the network is there.
START_TEST(a_clock_that_is_set_ends_no_session_and_keeps_none)
{
    static const int64_t days[] = {1, -1};
    char other[TR_SESSION_ID_SIZE + 1];
    teller_open(&self, url);
    uint64_t epoch = take(1);
    ck_assert_int_eq(teller_save(&self, teller_id(id, 1), 1, epoch, "kept", HOUR_MS), 0);
    tr_store_calendar_shift_ms = days[_i] * 24 * HOUR_MS;
    ck_assert_str_eq(teller_load(&self, id), "kept");
    ck_assert_int_eq(teller_sweep(&self, 1, epoch), 0);
    ck_assert_int_eq(teller_save(&self, teller_id(other, 1), 1, epoch, "short", 1), 0);
    while (teller_load(&self, other) != NULL)
        ;
    // Who opens it later goes by the same time, and so does the machine's next boot.
    for (unsigned i = 0; i < 2; i++) {
        teller_close(&self);
        if (i == 1)
            write_about("boot", "another one", 11);
        teller_open(&self, url);
        ck_assert_str_eq(teller_load(&self, id), "kept");
    }
    teller_close(&self);
}
END_TEST

// How long the machine was off, only the calendar knows.
START_TEST(a_session_expires_while_the_machine_is_off)
{
    teller_open(&self, url);
    uint64_t epoch = take(1);
    ck_assert_int_eq(teller_save(&self, teller_id(id, 1), 1, epoch, "old", HOUR_MS), 0);
    teller_close(&self);
    write_about("boot", "another one", 11);
    tr_store_calendar_shift_ms = 24 * HOUR_MS;
    teller_open(&self, url);
    ck_assert_ptr_null(teller_load(&self, id));
    teller_close(&self);
}
END_TEST

// As much room as the file has already, for its heads alone.
static void limit_files(rlim_t bytes)
{
    struct rlimit limit;
    ck_assert_int_eq(getrlimit(RLIMIT_FSIZE, &limit), 0);
    limit.rlim_cur = bytes < limit.rlim_max ? bytes : limit.rlim_max;
    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

START_TEST(without_room_a_write_fails_and_with_room_again_it_succeeds)
{
    enum { HEADS = 8192, ALSO = 3 };
    (void)signal(SIGXFSZ, SIG_IGN); // as the program does
    teller_open(&self, url);
    uint64_t epoch = take(1);
    ck_assert_int_eq(teller_save(&self, teller_id(id, 1), 1, epoch, "before", HOUR_MS), 0);
    limit_files(HEADS);
    for (unsigned i = 0; i < ALSO; i++)
        ck_assert_int_eq(teller_save(&self, id, 1, epoch, "in vain", HOUR_MS), TR_EFULL);
    ck_assert_str_eq(teller_load(&self, id), "before");
    limit_files(RLIM_INFINITY);
    ck_assert_int_eq(teller_save(&self, id, 1, epoch, "after", HOUR_MS), 0);
    teller_close(&self);
    teller_open(&self, url);
    ck_assert_str_eq(teller_load(&self, id), "after");
    teller_close(&self);
}
END_TEST

START_TEST(a_newer_files_form_is_refused)
{
    teller_open(&self, url);
    teller_close(&self);
    write_about("version", "\0\0\0\x09", 4);
    ck_assert_int_eq(tr_store_prepare(url, &identity, why, sizeof why), TR_EPROTOCOL);
    ck_assert_ptr_nonnull(strstr(why, "newer version"));
}
END_TEST

START_TEST(what_is_no_store_is_told)
{
    FILE *file = fopen(path, "w");
    for (int i = 0; i < 2000; i++)
        ck_assert_int_gt(fprintf(file, "no store at all\n"), 0);
    ck_assert_int_eq(fclose(file), 0);
    ck_assert_int_eq(tr_store_prepare(url, &identity, why, sizeof why), TR_EMALFORMED);
    ck_assert_ptr_nonnull(strstr(why, "no store"));
    (void)snprintf(url, sizeof url, "lmdb:%s/none/file", folder);
    ck_assert_int_eq(tr_store_prepare(url, &identity, why, sizeof why), TR_EINVALID);
    ck_assert_ptr_nonnull(strstr(why, "folder does not exist"));
    (void)snprintf(url, sizeof url, "lmdb:%s", folder);
    ck_assert_int_eq(tr_store_prepare(url, &identity, why, sizeof why), TR_EINVALID);
    ck_assert_ptr_nonnull(strstr(why, "is a folder"));
    // What no waiting changes is not waited for.
    (void)snprintf(url, sizeof url, "lmdb:%s/file", path);
    ck_assert_int_eq(tr_store_prepare(url, &identity, why, sizeof why), TR_EINVALID);
    ck_assert_ptr_nonnull(strstr(why, "Not a directory"));
}
END_TEST

Suite *lmdb_suite(void);
Suite *lmdb_suite(void)
{
    Suite *suite = suite_create("store/lmdb");
    TCase *tests = tcase_create("file");
    tcase_set_timeout(tests, 60);
    tcase_add_checked_fixture(tests, up, down);
    tcase_add_test(tests, what_is_done_is_there_for_the_next_process);
    tcase_add_test(tests, a_killed_process_loses_nothing_that_was_done_and_blocks_nobody);
    tcase_add_test(tests, two_processes_share_a_file);
    tcase_add_test(tests, two_loops_of_a_process_share_a_file);
    tcase_add_test(tests, leases_end_with_the_machines_boot);
    tcase_add_loop_test(tests, a_clock_that_is_set_ends_no_session_and_keeps_none, 0, 2);
    tcase_add_test(tests, a_session_expires_while_the_machine_is_off);
    tcase_add_test(tests, without_room_a_write_fails_and_with_room_again_it_succeeds);
    tcase_add_test(tests, a_newer_files_form_is_refused);
    tcase_add_test(tests, what_is_no_store_is_told);
    suite_add_tcase(suite, tests);
    return suite;
}
