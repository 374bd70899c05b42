// Writers of a file of several processes, one of which stands still in the middle of its turn.

#include <check.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "store/lmdb_turn.h"
#include "tests/support/browser.h"
#include "tests/support/scratch.h"

enum { PATIENCE_MS = 20 };

static char folder[64];
static char path[128];
static MDB_env *env;
static tr_lmdb_turn turn;
static pid_t child;
static int says[2]; // what the child has reached, a byte a step
static int may[2];  // what it waits for

static void up(void)
{
    scratch_make(folder, sizeof folder, "turn");
    (void)snprintf(path, sizeof path, "%s/file", folder);
    ck_assert_int_eq(pipe(says) | pipe(may), 0);
}

static void down(void)
{
    tr_lmdb_turn_close(&turn);
    mdb_env_close(env);
    scratch_remove(folder);
}

static void open_all(uint64_t patience_ms)
{
    ck_assert_int_eq(mdb_env_create(&env), 0);
    ck_assert_int_eq(mdb_env_open(env, path, MDB_NOSUBDIR, 0600), 0);
    ck_assert_int_eq(tr_lmdb_turn_open(&turn, path), 0);
    turn.patience_ms = patience_ms;
}

static MDB_val val(const char *text)
{
    return (MDB_val){strlen(text), (void *)(uintptr_t)text};
}

static int put(MDB_txn *txn, const char *key)
{
    MDB_dbi dbi;
    MDB_val name = val(key), value = val("there");
    int error = mdb_dbi_open(txn, NULL, 0, &dbi);
    return error != 0 ? error : mdb_put(txn, dbi, &name, &value, 0);
}

static bool is_there(const char *key)
{
    MDB_txn *txn;
    MDB_dbi dbi;
    MDB_val name = val(key), value;
    ck_assert_int_eq(mdb_txn_begin(env, NULL, MDB_RDONLY, &txn), 0);
    ck_assert_int_eq(mdb_dbi_open(txn, NULL, 0, &dbi), 0);
    int error = mdb_get(txn, dbi, &name, &value);
    mdb_txn_abort(txn);
    return error == 0;
}

// Writes "child", and waits with it until it may go on.
static void write_slowly(void)
{
    MDB_txn *txn;
    char step;
    open_all(TR_LMDB_PATIENCE_MS);
    int error = tr_lmdb_turn_begin(&turn, env, &txn);
    if (error == 0)
        error = put(txn, "child");
    if (error != 0 || write(says[1], "w", 1) != 1 || read(may[0], &step, 1) != 1)
        _exit(1);
    _exit(tr_lmdb_turn_end(&turn, txn, 0));
}

static void child_has_the_turn(void)
{
    char step;
    child = fork();
    if (child == 0)
        write_slowly();
    ck_assert_int_eq(read(says[0], &step, 1), 1);
    open_all(PATIENCE_MS);
}

static void *write_ours(void *arg)
{
    MDB_txn *txn;
    int error = tr_lmdb_turn_begin(&turn, env, &txn);
    if (error == 0)
        error = tr_lmdb_turn_end(&turn, txn, put(txn, "ours"));
    *(int *)arg = error;
    return NULL;
}

static uint32_t looks(void)
{
    tr_lock_take(&turn.lock);
    uint32_t count = turn.looks;
    tr_lock_give(&turn.lock);
    return count;
}

START_TEST(one_that_is_stopped_is_ended_and_its_write_undone)
{
    int error = -1, status;
    child_has_the_turn();
    ck_assert_int_eq(kill(child, SIGSTOP), 0);
    write_ours(&error);
    ck_assert_int_eq(error, 0);
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
    ck_assert(is_there("ours"));
    ck_assert(!is_there("child"));
}
END_TEST

START_TEST(one_that_takes_its_time_is_waited_for)
{
    int error = -1, status;
    pthread_t thread;
    child_has_the_turn();
    ck_assert_int_eq(pthread_create(&thread, NULL, write_ours, &error), 0);
    eventually(looks() >= 3);
    ck_assert_int_eq(write(may[1], "!", 1), 1);
    ck_assert_int_eq(pthread_join(thread, NULL), 0);
    ck_assert_int_eq(error, 0);
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert_int_eq(status, 0);
    ck_assert(is_there("ours"));
    ck_assert(is_there("child"));
}
END_TEST

START_TEST(one_that_was_killed_is_not_waited_for)
{
    int error = -1;
    child_has_the_turn();
    ck_assert_int_eq(kill(child, SIGKILL), 0);
    ck_assert_int_eq(waitpid(child, NULL, 0), child);
    write_ours(&error);
    ck_assert_int_eq(error, 0);
    ck_assert_uint_eq(looks(), 0);
    ck_assert(!is_there("child"));
}
END_TEST

Suite *lmdb_turn_suite(void);
Suite *lmdb_turn_suite(void)
{
    Suite *suite = suite_create("store/lmdb_turn");
    TCase *tests = tcase_create("turns");
    tcase_add_checked_fixture(tests, up, down);
    tcase_add_test(tests, one_that_is_stopped_is_ended_and_its_write_undone);
    tcase_add_test(tests, one_that_takes_its_time_is_waited_for);
    tcase_add_test(tests, one_that_was_killed_is_not_waited_for);
    suite_add_tcase(suite, tests);
    return suite;
}
