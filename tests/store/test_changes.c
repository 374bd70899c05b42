// What each engine promises of changes: only what changed is written, and a page is read whole, base
// and all changes, or not at all.

#include <check.h>
#include <lmdb.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/number.h"
#include "tests/support/engines.h"
#include "troupe/err.h"
#include "wire/limits.h"

enum { NODE = 7, OTHER = 9, SHARD = 5, HOUR_MS = 3600000, PAGE_BYTES = 3000, GROUP = 4 };

static teller self;
static uint64_t epoch;
static char id[TR_SESSION_ID_SIZE + 1];

static void up(int way)
{
    engines_up(way, &self);
    epoch = 0;
    ck_assert_int_eq(teller_take(&self, SHARD, &epoch, NODE), 0);
    teller_id(id, SHARD);
}

static void down(void)
{
    engines_down(&self);
}

// A page after `clicks` of them: its counts differ, and, from one group of clicks to the next, a long line.
static void write_page(tr_buf *out, unsigned clicks)
{
    size_t end = out->size + PAGE_BYTES;
    tr_buf_printf(out, "clicks %u, ", clicks);
    for (unsigned i = 0; i < TR_STORE_MERGED_CAP_BYTES; i++)
        tr_buf_append(out, &(char){(char)('a' + clicks / GROUP % 26)}, 1);
    for (unsigned i = 0; out->size < end; i++)
        tr_buf_printf(out, "line %u of many, %s", i, i == 40 ? "" : "which stays as it is; ");
    tr_buf_printf(out, "and clicks %u", clicks);
}

typedef struct outcome {
    int status;
    uint32_t number;  // of the change; 0: a base was written
    size_t bytes;     // that were written
    uint64_t base_of; // its generation
} outcome;

static tr_store_op *save_op(void (*done)(tr_store_op *op), uint64_t with, unsigned clicks,
                            uint64_t ttl_ms)
{
    tr_store_op *op = tr_store_op_new(TR_STORE_SAVE, done, NULL);
    memcpy(op->id, id, sizeof op->id);
    op->shard = SHARD;
    op->epoch = with;
    op->ttl_ms = ttl_ms;
    write_page(&op->bytes, clicks);
    return op;
}

static outcome save_with(teller *by, uint64_t with, unsigned clicks, uint64_t ttl_ms)
{
    tr_store_op *op = save_op(NULL, with, clicks, ttl_ms);
    teller_run(by, op);
    outcome result = {op->status, op->number, op->record.size, op->generation};
    tr_store_op_free(op);
    return result;
}

static outcome save(unsigned clicks)
{
    outcome result = save_with(&self, epoch, clicks, HOUR_MS);
    ck_assert_int_eq(result.status, 0);
    return result;
}

// A code, or the clicks of the page that is there, which is whole.
static int load(void)
{
    tr_store_op *op = tr_store_op_new(TR_STORE_LOAD, NULL, NULL);
    memcpy(op->id, id, sizeof op->id);
    teller_run(&self, op);
    int result = op->status;
    if (result == 0) {
        unsigned clicks = 0;
        tr_buf expected = {0};
        ck_assert_int_eq(sscanf(tr_buf_text(&op->bytes), "clicks %u,", &clicks), 1);
        write_page(&expected, clicks);
        ck_assert_uint_eq(op->bytes.size, expected.size);
        ck_assert_mem_eq(op->bytes.data, expected.data, expected.size);
        tr_buf_done(&expected);
        result = (int)clicks;
    }
    tr_store_op_free(op);
    return result;
}

START_TEST(only_what_changed_is_written_and_all_is_read)
{
    enum { CLICKS = 300 };
    size_t bytes = 0;
    uint32_t changes = 0;
    up(_i);
    for (unsigned i = 0; i < CLICKS; i++) {
        outcome done = save(i);
        bytes += done.number != 0 ? done.bytes : PAGE_BYTES;
        changes += done.number != 0;
        ck_assert_uint_le(done.number, TR_STORE_CHANGES_CAP);
        ck_assert_int_eq(load(), (int)i);
    }
    ck_assert_uint_gt(changes, CLICKS * 9 / 10);
    ck_assert_uint_lt(changes, CLICKS - 1); // now and then it is written whole
    ck_assert_uint_lt(bytes / CLICKS, PAGE_BYTES / 10);
    down();
}
END_TEST

START_TEST(a_small_change_takes_the_place_of_the_small_one_before)
{
    enum { ROUNDS = 3 };
    up(_i);
    save(0);
    for (unsigned i = 1; i < ROUNDS * GROUP; i++) {
        ck_assert_uint_eq(save(i).number, 2 * (i / GROUP) + (i % GROUP != 0));
        ck_assert_int_eq(load(), (int)i);
    }
    down();
}
END_TEST

START_TEST(a_former_owner_adds_no_change)
{
    up(_i);
    save(0);
    ck_assert_uint_eq(save(1).number, 1);
    uint64_t theirs = epoch;
    ck_assert_int_eq(teller_take(&self, SHARD, &theirs, OTHER), 0);
    ck_assert_int_eq(save_with(&self, epoch, 2, HOUR_MS).status, TR_EFENCED);
    ck_assert_int_eq(load(), 1);
    down();
}
END_TEST

// The same owner, as far as the fence knows: another connection, or a process that read the page meanwhile.
START_TEST(a_change_of_a_base_that_was_replaced_is_written_whole)
{
    teller other;
    up(_i);
    teller_open_keyed(&other, engines_url(_i), TELLER_PATIENCE_MS, engines_keys(_i));
    save(0);
    save(1);
    save(2);
    ck_assert_uint_eq(save_with(&other, epoch, 77, HOUR_MS).number, 0);
    ck_assert_int_eq(load(), 77); // and none of the changes before
    ck_assert_uint_eq(save(3).number, 0);
    ck_assert_int_eq(load(), 3);
    ck_assert_uint_eq(save(4).number, 1);
    ck_assert_int_eq(load(), 4);
    teller_close(&other);
    down();
}
END_TEST

START_TEST(after_a_deletion_a_page_is_written_whole)
{
    teller other;
    up(_i);
    teller_open_keyed(&other, engines_url(_i), TELLER_PATIENCE_MS, engines_keys(_i));
    save(0);
    save(1);
    ck_assert_int_eq(teller_delete(&other, id, SHARD, epoch), 0);
    ck_assert_int_eq(load(), TR_ENOTFOUND);
    ck_assert_uint_eq(save(2).number, 0);
    ck_assert_int_eq(load(), 2);
    ck_assert_int_eq(teller_delete(&self, id, SHARD, epoch), 0);
    ck_assert_uint_eq(save(3).number, 0);
    teller_close(&other);
    down();
}
END_TEST

START_TEST(another_time_to_live_is_written_with_the_base)
{
    up(_i);
    save(0);
    ck_assert_uint_eq(save_with(&self, epoch, 1, 2 * HOUR_MS).number, 0);
    ck_assert_uint_eq(save_with(&self, epoch, 2, 2 * HOUR_MS).number, 1);
    ck_assert_uint_eq(save_with(&self, epoch, 3, 0).number, 0);
    ck_assert_int_eq(load(), TR_ENOTFOUND);
    ck_assert_int_eq(teller_sweep(&self, SHARD, epoch), 1);
    ck_assert_uint_eq(save_with(&self, epoch, 4, 0).number, 0); // no time is left for a change
    down();
}
END_TEST

// The second one does not know what becomes of the first.
START_TEST(two_at_once_are_done_in_their_order)
{
    up(_i);
    save(0);
    for (unsigned i = 1; i <= 3; i++) {
        tr_store_op *op = save_op(tr_store_op_free, epoch, i, HOUR_MS);
        ck_assert_int_eq(tr_store_submit(self.store, op), 0);
    }
    while (tr_store_pending_get(self.store).ops != 0)
        ev_run(self.loop, EVRUN_ONCE);
    ck_assert_int_eq(load(), 3);
    save(4);
    ck_assert_int_eq(load(), 4);
    down();
}
END_TEST

static void click_until_killed(int way, volatile unsigned *done, int told)
{
    teller_open_keyed(&self, engines_url(way), TELLER_PATIENCE_MS, engines_keys(way));
    for (unsigned i = *done + 1;; i++) {
        if (save_with(&self, epoch, i, HOUR_MS).status != 0)
            _exit(1);
        *done = i;
        if (write(told, "", 1) != 1)
            _exit(1);
    }
}

// Killed after each click, wherever the next one is by then: in the library, on its way, on the disk.
START_TEST(a_process_that_is_killed_at_any_point_leaves_a_whole_page)
{
    enum { KILLS = 60 };
    if (engines_kind(_i) == ENGINES_MEMORY)
        return;
    volatile unsigned *done =
        mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    up(_i);
    save(0);
    teller_close(&self);
    for (unsigned i = 1; i <= KILLS; i++) {
        unsigned target = *done + i % 30;
        int told[2]; // a byte for each click, so that the processor is the clicks' alone
        char click;
        ck_assert_int_eq(pipe(told), 0);
        pid_t child = fork();
        if (child == 0)
            click_until_killed(_i, done, told[1]);
        (void)close(told[1]);
        while (*done < target && read(told[0], &click, 1) == 1)
            ;
        ck_assert_int_eq(kill(child, SIGKILL), 0);
        ck_assert_int_eq(waitpid(child, NULL, 0), child);
        (void)close(told[0]);
        teller_open_keyed(&self, engines_url(_i), TELLER_PATIENCE_MS, engines_keys(_i));
        ck_assert_int_ge(load(), (int)*done);
        *done = (unsigned)load();
        teller_close(&self);
    }
    teller_open_keyed(&self, engines_url(_i), TELLER_PATIENCE_MS, engines_keys(_i));
    down();
}
END_TEST

// -- what lies in the store is not as it was written --

static void edit_file(void (*edit)(MDB_txn *txn, MDB_dbi table, uint32_t number), uint32_t number)
{
    MDB_env *env;
    MDB_txn *txn;
    MDB_dbi table;
    ck_assert_int_eq(mdb_env_create(&env), 0);
    ck_assert_int_eq(mdb_env_set_maxdbs(env, 8), 0);
    ck_assert_int_eq(mdb_env_open(env, engines_path(), MDB_NOSUBDIR, 0600), 0);
    ck_assert_int_eq(mdb_txn_begin(env, NULL, 0, &txn), 0);
    ck_assert_int_eq(mdb_dbi_open(txn, "snapshots", 0, &table), 0);
    edit(txn, table, number);
    ck_assert_int_eq(mdb_txn_commit(txn), 0);
    mdb_env_close(env);
}

static MDB_val key_of(uint32_t number)
{
    static uint8_t key[TR_SESSION_ID_SIZE + 4];
    memcpy(key, id, TR_SESSION_ID_SIZE);
    key[TR_SESSION_ID_SIZE + 3] = (uint8_t)number;
    return (MDB_val){number != 0 ? sizeof key : TR_SESSION_ID_SIZE, key};
}

static void drop_row(MDB_txn *txn, MDB_dbi table, uint32_t number)
{
    MDB_val key = key_of(number);
    ck_assert_int_eq(mdb_del(txn, table, &key, NULL), 0);
}

// Its last byte, or, of its generation, its first one.
static void flip(MDB_txn *txn, MDB_dbi table, uint32_t number, bool is_first)
{
    uint8_t copy[2 * PAGE_BYTES];
    MDB_val key = key_of(number);
    MDB_val value;
    ck_assert_int_eq(mdb_get(txn, table, &key, &value), 0);
    ck_assert_uint_le(value.mv_size, sizeof copy);
    memcpy(copy, value.mv_data, value.mv_size);
    copy[is_first ? 0 : value.mv_size - 1] ^= 1;
    value.mv_data = copy;
    ck_assert_int_eq(mdb_put(txn, table, &key, &value, 0), 0);
}

static void damage_row(MDB_txn *txn, MDB_dbi table, uint32_t number)
{
    flip(txn, table, number, false);
}

static void estrange_row(MDB_txn *txn, MDB_dbi table, uint32_t number)
{
    flip(txn, table, number, true);
}

// Of what an older program wrote: its shard, when it expires, the snapshot.
static void put_old_base(MDB_txn *txn, MDB_dbi table, uint32_t number)
{
    tr_buf page = {0};
    tr_buf_append(&page, "\0\0\0\5\0\0\x7f\0\0\0\0\0", 12);
    write_page(&page, number);
    MDB_val key = key_of(0);
    MDB_val value = {page.size, page.data};
    ck_assert_int_eq(mdb_put(txn, table, &key, &value, 0), 0);
    tr_buf_done(&page);
}

static void run_sql(const char *before, uint32_t number)
{
    char sql[512];
    (void)snprintf(sql, sizeof sql, before, number);
    postgres_run(engines_server(), sql);
}

#define DAMAGE                                                                                     \
    "update troupe_changes set body = set_byte(body, length(body) - 1, "                           \
    "get_byte(body, length(body) - 1) # 1) where number = %u"

static const struct {
    void (*edit)(MDB_txn *txn, MDB_dbi table, uint32_t number);
    const char *sql;
    uint32_t number;
    int loads; // a code, or the clicks that are there
    uint32_t next;
} edits[] = {
    {drop_row, "delete from troupe_changes where number = %u", 2, TR_EMALFORMED, 4},
    {drop_row, "delete from troupe_changes where number = %u", 1, TR_EMALFORMED, 4},
    {drop_row, "delete from troupe_changes where number = %u", 3, 2 * GROUP, 0},
    {damage_row, DAMAGE, 1, TR_EMALFORMED, 4},
    {damage_row, DAMAGE, 3, TR_EMALFORMED, 4},
    {estrange_row, "update troupe_changes set generation = generation - 1 where number = %u", 3,
     2 * GROUP, 0},
};
enum { EDITS = sizeof edits / sizeof *edits };

// A page that has changes 1 to 3, and of which one row is another one: it is read whole, as it was
// before that, or refused; and who goes on with it writes it whole where the last change is not there.
START_TEST(a_row_that_is_not_as_it_was_makes_no_half_page)
{
    int kind = ENGINES_LMDB + _i / EDITS % 2;
    int way = kind + (_i >= 2 * EDITS ? ENGINES_KINDS : 0);
    up(way);
    for (unsigned i = 0; i < 4; i++)
        ck_assert_uint_eq(save(GROUP * i).number, i);
    int at = _i % EDITS;
    if (kind == ENGINES_POSTGRES) {
        run_sql(edits[at].sql, edits[at].number);
    } else {
        pid_t child = fork(); // LMDB wants a file opened once in a process
        if (child == 0) {
            edit_file(edits[at].edit, edits[at].number);
            _exit(0);
        }
        int status;
        ck_assert_int_eq(waitpid(child, &status, 0), child);
        ck_assert_int_eq(status, 0);
    }
    ck_assert_int_eq(load(), edits[at].loads);
    ck_assert_uint_eq(save(GROUP * 4).number, edits[at].next);
    down();
}
END_TEST

START_TEST(a_page_of_an_older_program_is_read_and_replaced)
{
    up(_i == 0 ? ENGINES_LMDB : ENGINES_POSTGRES);
    save(0);
    save(1);
    teller_close(&self);
    if (_i == 0) {
        edit_file(put_old_base, 50);
    } else {
        tr_buf page = {0};
        tr_buf sql = {0};
        write_page(&page, 50);
        tr_buf_printf(&sql, "update troupe_sessions set body = '%s'::bytea", tr_buf_text(&page));
        postgres_run(engines_server(), tr_buf_text(&sql));
        tr_buf_done(&page);
        tr_buf_done(&sql);
    }
    teller_open(&self, engines_url(_i == 0 ? ENGINES_LMDB : ENGINES_POSTGRES));
    ck_assert_int_eq(load(), 50); // without the changes of the base that it replaced
    ck_assert_uint_eq(save(51).number, 0);
    ck_assert_uint_eq(save(52).number, 1);
    ck_assert_int_eq(load(), 52);
    down();
}
END_TEST

Suite *store_changes_suite(void);
Suite *store_changes_suite(void)
{
    Suite *suite = suite_create("store/changes");
    TCase *tests = tcase_create("every engine");
    tcase_set_timeout(tests, 60);
    tcase_add_unchecked_fixture(tests, engines_server_up, engines_server_down);
    tcase_add_loop_test(tests, only_what_changed_is_written_and_all_is_read, 0, ENGINES_WAYS);
    tcase_add_loop_test(tests, a_small_change_takes_the_place_of_the_small_one_before, 0,
                        ENGINES_WAYS);
    tcase_add_loop_test(tests, a_former_owner_adds_no_change, 0, ENGINES_WAYS);
    tcase_add_loop_test(tests, a_change_of_a_base_that_was_replaced_is_written_whole, 0,
                        ENGINES_WAYS);
    tcase_add_loop_test(tests, after_a_deletion_a_page_is_written_whole, 0, ENGINES_WAYS);
    tcase_add_loop_test(tests, another_time_to_live_is_written_with_the_base, 0, ENGINES_WAYS);
    tcase_add_loop_test(tests, two_at_once_are_done_in_their_order, 0, ENGINES_WAYS);
    tcase_add_loop_test(tests, a_process_that_is_killed_at_any_point_leaves_a_whole_page, 0,
                        ENGINES_WAYS);
    tcase_add_loop_test(tests, a_row_that_is_not_as_it_was_makes_no_half_page, 0, 4 * EDITS);
    tcase_add_loop_test(tests, a_page_of_an_older_program_is_read_and_replaced, 0, 2);
    suite_add_tcase(suite, tests);
    return suite;
}
