// The promises of a store, held against each engine.

#include <check.h>
#include <string.h>

#include "base/mem.h"
#include "tests/support/engines.h"
#include "troupe/err.h"
#include "wire/limits.h"

enum { NODE = 7, OTHER = 9, HOUR_MS = 3600000 };

static teller self;
static char id[TR_SESSION_ID_SIZE + 1];

static void up(int way)
{
    engines_up(way, &self);
}

static void down(void)
{
    engines_down(&self);
}

static uint64_t take(uint32_t shard)
{
    uint64_t epoch = 0;
    ck_assert_int_eq(teller_take(&self, shard, &epoch, NODE), 0);
    return epoch;
}

START_TEST(what_is_saved_is_loaded_and_replaces_what_was)
{
    up(_i);
    uint64_t epoch = take(5);
    teller_id(id, 5);
    ck_assert_ptr_null(teller_load(&self, id));
    ck_assert_int_eq(teller_save(&self, id, 5, epoch, "one", HOUR_MS), 0);
    ck_assert_str_eq(teller_load(&self, id), "one");
    ck_assert_int_eq(teller_save(&self, id, 5, epoch, "second", HOUR_MS), 0);
    ck_assert_str_eq(teller_load(&self, id), "second");
    ck_assert_int_eq(teller_delete(&self, id, 5, epoch), 0);
    ck_assert_ptr_null(teller_load(&self, id));
    ck_assert_int_eq(teller_delete(&self, id, 5, epoch), 0); // of nothing
    down();
}
END_TEST

START_TEST(any_bytes_come_back)
{
    up(_i);
    uint64_t epoch = take(3);
    teller_id(id, 3);
    tr_store_op *op = tr_store_op_new(TR_STORE_SAVE, NULL, NULL);
    memcpy(op->id, id, sizeof op->id);
    op->shard = 3;
    op->epoch = epoch;
    op->ttl_ms = HOUR_MS;
    for (unsigned i = 0; i < 300000; i++) {
        uint8_t byte = (uint8_t)(i * 31 >> 3);
        tr_buf_append(&op->bytes, &byte, 1);
    }
    tr_buf sent = {0};
    tr_buf_append(&sent, op->bytes.data, op->bytes.size);
    teller_run(&self, op);
    ck_assert_int_eq(op->status, 0);
    tr_store_op *back = tr_store_op_new(TR_STORE_LOAD, NULL, NULL);
    memcpy(back->id, id, sizeof back->id);
    teller_run(&self, back);
    ck_assert_int_eq(back->status, 0);
    ck_assert_uint_eq(back->bytes.size, sent.size);
    ck_assert_mem_eq(back->bytes.data, sent.data, sent.size);
    tr_buf_done(&sent);
    tr_store_op_free(op);
    tr_store_op_free(back);
    down();
}
END_TEST

START_TEST(a_shard_is_taken_once_with_each_epoch)
{
    up(_i);
    uint64_t epoch = 0;
    ck_assert_int_eq(teller_take(&self, 8, &epoch, NODE), 0);
    ck_assert_uint_eq(epoch, 1);
    uint64_t late = 0;
    ck_assert_int_eq(teller_take(&self, 8, &late, OTHER), TR_EFENCED);
    ck_assert_uint_eq(late, 1); // so it knows better now
    ck_assert_int_eq(teller_take(&self, 8, &late, OTHER), 0);
    ck_assert_uint_eq(late, 2);
    ck_assert_int_eq(teller_take(&self, 8, &epoch, NODE), TR_EFENCED);
    tr_store_shard owner = teller_shard(&self, 8);
    ck_assert_uint_eq(owner.epoch, 2);
    ck_assert_uint_eq(owner.node, OTHER);
    ck_assert_uint_eq(owner.core, 1);
    ck_assert_uint_eq(teller_shard(&self, 9).epoch, 0);
    down();
}
END_TEST

START_TEST(a_former_owner_writes_nothing)
{
    up(_i);
    uint64_t mine = take(2);
    teller_id(id, 2);
    ck_assert_int_eq(teller_save(&self, id, 2, mine, "mine", HOUR_MS), 0);
    uint64_t theirs = mine;
    ck_assert_int_eq(teller_take(&self, 2, &theirs, OTHER), 0);
    ck_assert_int_eq(teller_save(&self, id, 2, mine, "late", HOUR_MS), TR_EFENCED);
    ck_assert_int_eq(teller_delete(&self, id, 2, mine), TR_EFENCED);
    ck_assert_int_eq(teller_sweep(&self, 2, mine), TR_EFENCED);
    ck_assert_int_eq(teller_release(&self, 2, mine), TR_EFENCED);
    ck_assert_str_eq(teller_load(&self, id), "mine");
    ck_assert_int_eq(teller_save(&self, id, 2, theirs, "theirs", HOUR_MS), 0);
    ck_assert_str_eq(teller_load(&self, id), "theirs");
    down();
}
END_TEST

START_TEST(nobody_writes_into_a_shard_that_was_never_taken)
{
    up(_i);
    teller_id(id, 2);
    ck_assert_int_eq(teller_save(&self, id, 2, 0, "x", HOUR_MS), TR_EFENCED);
    ck_assert_int_eq(teller_save(&self, id, 2, 1, "x", HOUR_MS), TR_EFENCED);
    ck_assert_ptr_null(teller_load(&self, id));
    down();
}
END_TEST

START_TEST(a_released_shard_keeps_its_epoch)
{
    up(_i);
    uint64_t epoch = take(4);
    ck_assert_int_eq(teller_release(&self, 4, epoch), 0);
    tr_store_shard owner = teller_shard(&self, 4);
    ck_assert_uint_eq(owner.node, 0);
    ck_assert_uint_eq(owner.epoch, epoch);
    ck_assert_int_eq(teller_take(&self, 4, &epoch, OTHER), 0);
    ck_assert_uint_eq(epoch, 2);
    down();
}
END_TEST

START_TEST(a_snapshot_expires_and_is_swept)
{
    up(_i);
    uint64_t epoch = take(6);
    char kept[TR_SESSION_ID_SIZE + 1];
    teller_id(kept, 6);
    ck_assert_int_eq(teller_save(&self, kept, 6, epoch, "kept", HOUR_MS), 0);
    for (int i = 0; i < 3; i++)
        ck_assert_int_eq(teller_save(&self, teller_id(id, 6), 6, epoch, "gone", 0), 0);
    ck_assert_ptr_null(teller_load(&self, id));
    ck_assert_int_eq(teller_sweep(&self, 6, epoch), 3);
    ck_assert_int_eq(teller_sweep(&self, 6, epoch), 0);
    ck_assert_str_eq(teller_load(&self, kept), "kept");
    // One that was saved anew lives by its new time.
    ck_assert_int_eq(teller_save(&self, kept, 6, epoch, "again", 0), 0);
    ck_assert_int_eq(teller_save(&self, kept, 6, epoch, "again", HOUR_MS), 0);
    ck_assert_int_eq(teller_sweep(&self, 6, epoch), 0);
    ck_assert_str_eq(teller_load(&self, kept), "again");
    down();
}
END_TEST

START_TEST(a_lease_runs_out_or_is_given_back)
{
    up(_i);
    ck_assert_uint_eq(teller_left_ms(&self, NODE), 0);
    ck_assert_int_eq(teller_renew(&self, NODE, HOUR_MS), 0);
    ck_assert_uint_gt(teller_left_ms(&self, NODE), HOUR_MS / 2);
    ck_assert_uint_le(teller_left_ms(&self, NODE), HOUR_MS);
    ck_assert_int_eq(teller_renew(&self, OTHER, 1), 0);
    while (teller_left_ms(&self, OTHER) != 0)
        ;
    ck_assert_int_eq(teller_renew(&self, NODE, 0), 0);
    ck_assert_uint_eq(teller_left_ms(&self, NODE), 0);
    down();
}
END_TEST

typedef struct tally {
    int done;
    int failed;
} tally;

static void count(tr_store_op *op)
{
    tally *counted = op->arg;
    counted->done++;
    counted->failed += op->status < 0;
    tr_store_op_free(op);
}

static void submit(enum tr_store_verb verb, const char *of, uint64_t epoch, const char *text,
                   tally *counted)
{
    tr_store_op *op = tr_store_op_new(verb, count, counted);
    memcpy(op->id, of, TR_SESSION_ID_SIZE);
    op->shard = 1;
    op->epoch = epoch;
    op->ttl_ms = HOUR_MS;
    tr_buf_append(&op->bytes, text, strlen(text));
    ck_assert_int_eq(tr_store_submit(self.store, op), 0);
}

// More than go into one statement, and the same session several times: the last one counts.
START_TEST(much_at_once_is_done_in_its_order)
{
    enum { SESSIONS = 1500 };
    up(_i);
    uint64_t epoch = take(1);
    tally counted = {0};
    static char ids[SESSIONS][TR_SESSION_ID_SIZE + 1];
    for (int i = 0; i < SESSIONS; i++) {
        teller_id(ids[i], 1);
        submit(TR_STORE_SAVE, ids[i], epoch, "first", &counted);
    }
    for (int i = 0; i < 10; i++)
        submit(TR_STORE_SAVE, ids[i], epoch, "last", &counted);
    submit(TR_STORE_DELETE, ids[3], epoch, "", &counted);
    submit(TR_STORE_DELETE, ids[4], epoch, "", &counted);
    submit(TR_STORE_SAVE, ids[4], epoch, "back", &counted);
    ck_assert_uint_eq(tr_store_pending_get(self.store).ops, SESSIONS + 13);
    while (counted.done < SESSIONS + 13)
        ev_run(self.loop, EVRUN_ONCE);
    ck_assert_int_eq(counted.failed, 0);
    ck_assert_str_eq(teller_load(&self, ids[0]), "last");
    ck_assert_ptr_null(teller_load(&self, ids[3]));
    ck_assert_str_eq(teller_load(&self, ids[4]), "back");
    ck_assert_str_eq(teller_load(&self, ids[SESSIONS - 1]), "first");
    ck_assert_uint_eq(tr_store_pending_get(self.store).bytes, 0);
    down();
}
END_TEST

static void count_kept(tr_store_op *op)
{
    *(int *)op->arg +=
        op->status == 0 && op->bytes.size == 4 && memcmp(op->bytes.data, "kept", 4) == 0;
    tr_store_op_free(op);
}

// A browser that nobody answers comes again by another connection.
START_TEST(who_is_read_twice_at_once_is_there_both_times)
{
    int kept = 0;
    up(_i);
    ck_assert_int_eq(teller_save(&self, teller_id(id, 1), 1, take(1), "kept", HOUR_MS), 0);
    for (int i = 0; i < 3; i++) {
        tr_store_op *op = tr_store_op_new(TR_STORE_LOAD, count_kept, &kept);
        memcpy(op->id, id, sizeof op->id);
        ck_assert_int_eq(tr_store_submit(self.store, op), 0);
    }
    while (tr_store_pending_get(self.store).ops != 0)
        ev_run(self.loop, EVRUN_ONCE);
    ck_assert_int_eq(kept, 3);
    down();
}
END_TEST

START_TEST(some_of_a_batch_may_be_fenced)
{
    up(_i);
    uint64_t epoch = take(1);
    tally counted = {0};
    char other[TR_SESSION_ID_SIZE + 1];
    submit(TR_STORE_SAVE, teller_id(id, 1), epoch, "fine", &counted);
    submit(TR_STORE_SAVE, teller_id(other, 1), epoch + 5, "not ours", &counted);
    while (counted.done < 2)
        ev_run(self.loop, EVRUN_ONCE);
    ck_assert_int_eq(counted.failed, 1);
    ck_assert_str_eq(teller_load(&self, id), "fine");
    ck_assert_ptr_null(teller_load(&self, other));
    down();
}
END_TEST

static int reopen(int way)
{
    return tr_store_open(self.loop, engines_url(way), TELLER_PATIENCE_MS, engines_keys(way),
                         &self.store);
}

START_TEST(what_waits_when_it_closes_is_told)
{
    up(_i);
    tally counted = {0};
    uint64_t epoch = take(1);
    for (int i = 0; i < 50; i++)
        submit(TR_STORE_SAVE, teller_id(id, 1), epoch, "x", &counted);
    tr_store_close(&self.store);
    ck_assert_int_eq(counted.done, 50);
    ck_assert_int_eq(reopen(_i), 0);
    down();
}
END_TEST

START_TEST(too_much_is_refused_and_stays_the_callers)
{
    up(_i);
    tally counted = {0};
    uint64_t epoch = take(1);
    uint32_t given = 0;
    tr_store_op *op;
    for (;;) {
        op = tr_store_op_new(TR_STORE_DELETE, count, &counted);
        memcpy(op->id, teller_id(id, 1), sizeof op->id);
        op->shard = 1;
        op->epoch = epoch;
        if (tr_store_submit(self.store, op) < 0)
            break;
        given++;
    }
    ck_assert_uint_eq(given, TR_STORE_PENDING_CAP);
    ck_assert_int_eq(tr_store_submit(self.store, op), TR_EFULL);
    tr_store_op_free(op);
    tr_store_close(&self.store);
    ck_assert_int_eq(counted.done, (int)given);
    ck_assert_int_eq(reopen(_i), 0);
    down();
}
END_TEST

Suite *store_conformance_suite(void);
Suite *store_conformance_suite(void)
{
    Suite *suite = suite_create("store/conformance");
    TCase *tests = tcase_create("every engine");
    tcase_set_timeout(tests, 60);
    // A server is a process: it may be the parent's, unlike threads.
    tcase_add_unchecked_fixture(tests, engines_server_up, engines_server_down);
    tcase_add_loop_test(tests, what_is_saved_is_loaded_and_replaces_what_was, 0, ENGINES_WAYS);
    tcase_add_loop_test(tests, any_bytes_come_back, 0, ENGINES_WAYS);
    tcase_add_loop_test(tests, a_shard_is_taken_once_with_each_epoch, 0, ENGINES_WAYS);
    tcase_add_loop_test(tests, a_former_owner_writes_nothing, 0, ENGINES_WAYS);
    tcase_add_loop_test(tests, nobody_writes_into_a_shard_that_was_never_taken, 0, ENGINES_WAYS);
    tcase_add_loop_test(tests, a_released_shard_keeps_its_epoch, 0, ENGINES_WAYS);
    tcase_add_loop_test(tests, a_snapshot_expires_and_is_swept, 0, ENGINES_WAYS);
    tcase_add_loop_test(tests, a_lease_runs_out_or_is_given_back, 0, ENGINES_WAYS);
    tcase_add_loop_test(tests, much_at_once_is_done_in_its_order, 0, ENGINES_WAYS);
    tcase_add_loop_test(tests, who_is_read_twice_at_once_is_there_both_times, 0, ENGINES_WAYS);
    tcase_add_loop_test(tests, some_of_a_batch_may_be_fenced, 0, ENGINES_WAYS);
    tcase_add_loop_test(tests, what_waits_when_it_closes_is_told, 0, ENGINES_WAYS);
    tcase_add_loop_test(tests, too_much_is_refused_and_stays_the_callers, 0, ENGINES_WAYS);
    suite_add_tcase(suite, tests);
    return suite;
}
