// Calls of a pool: growth, the queue, turns, deadlines, threads that are stuck.

#include "pool_world.h"

Suite *actors_pool_calls_suite(void);

START_TEST(a_call_runs_and_its_end_is_told)
{
    tr_system *system = pool_up((enum tr_transport)_i, pool_at_once);
    for (unsigned i = 1; i <= 20; i++) {
        pool_submit_on(system, 1);
        tally_wait(&pool_bench.owner.received, i);
    }
    tr_pool_stats stats = pool_pool_of(system);
    ck_assert_uint_eq(stats.threads, 1); // an idle one is taken before another is made
    ck_assert_uint_eq(stats.idle, 1);
    ck_assert_uint_eq(stats.calls, 20);
    tr_system_stop(&system);
    ck_assert_int_eq(pool_bench.last_status, -77);
}
END_TEST

static int64_t wait_for_leave(tr_pool_thread *thread, const tr_message *call)
{
    (void)thread;
    (void)call;
    tally_add(&pool_bench.begun, 1);
    tally_wait(&pool_bench.may_end, 1);
    return 0;
}

static void fill_pool(tr_core *core, void *arg)
{
    (void)arg;
    tr_address one = pool_bench.owner.address;
    tr_address two = pool_bench.other.address;
    // Six of eight threads are for one sender, and half of sixteen places.
    for (unsigned i = 1; i <= 6 + 8; i++)
        ok(pool_submit_one(core, one, i));
    fails(pool_submit_one(core, one, 9999), TR_EFULL);
    // Two threads are left for others, and half of the places that are left.
    for (unsigned i = 15; i < 15 + 2 + 4; i++)
        ok(pool_submit_one(core, two, i));
    fails(pool_submit_one(core, two, 9999), TR_EFULL);
    fails(pool_submit_one(core, one, 9999), TR_EFULL);
}

START_TEST(it_grows_to_its_maximum_then_queues_then_refuses)
{
    tr_system *system =
        pool_up_with((enum tr_transport)_i, &(tr_pool_options){.threads_max = 8, .queue_cap = 16},
                     wait_for_leave);
    on_core(system, 0, fill_pool, NULL);
    tally_wait(&pool_bench.begun, 8);
    tr_pool_stats stats = pool_pool_of(system);
    ck_assert_uint_eq(stats.threads, 8);
    ck_assert_uint_eq(stats.idle, 0);
    ck_assert_uint_eq(stats.queued, 12);
    ck_assert_uint_eq(stats.refused, 3);
    ck_assert_uint_eq(stats.calls, 8);
    tally_add(&pool_bench.may_end, 1);
    tally_wait(&pool_bench.owner.received, 14);
    tally_wait(&pool_bench.other.received, 6);
    stats = pool_pool_of(system);
    ck_assert_uint_eq(stats.queued, 0);
    ck_assert_uint_eq(stats.idle, 8);
    ck_assert_uint_eq(stats.calls, 20);
    ck_assert_uint_eq(stats.wait.count, 20);
    ck_assert_uint_eq(stats.run.count, 20);
    ck_assert_uint_ge(stats.run.max, stats.run.p99);
    tr_system_stop(&system);
    ck_assert_uint_eq(pool_bench.done_sum, 20 * 21 / 2);
}
END_TEST

static int64_t note_order(tr_pool_thread *thread, const tr_message *call)
{
    uint64_t number = TR_BODY(call, handler_call)->call;
    if (pool_bench.order_count < 8)
        pool_bench.order[pool_bench.order_count++] = number; // there is but one thread
    return number == 1 ? wait_for_leave(thread, call) : 0;
}

static void flood_then_one(tr_core *core, void *arg)
{
    (void)arg;
    for (unsigned i = 1; i <= 1 + 500; i++)
        ok(pool_submit_one(core, pool_bench.owner.address, i));
    ok(pool_submit_one(core, pool_bench.other.address, OTHERS_CALLS));
    ok(pool_submit_one(core, pool_bench.other.address, OTHERS_CALLS + 1));
}

START_TEST(senders_take_turns)
{
    tr_system *system =
        pool_up_with((enum tr_transport)_i, &(tr_pool_options){.threads_max = 1}, note_order);
    on_core(system, 0, flood_then_one, NULL);
    tally_wait(&pool_bench.begun, 1);
    ck_assert_uint_eq(pool_pool_of(system).queued, 502);
    tally_add(&pool_bench.may_end, 1);
    tally_wait(&pool_bench.owner.received, 501);
    tally_wait(&pool_bench.other.received, 2);
    tr_system_stop(&system);
    static const uint64_t expected[] = {1, OTHERS_CALLS, 2, OTHERS_CALLS + 1, 3, 4, 5, 6};
    ck_assert_mem_eq(pool_bench.order, expected, sizeof expected);
}
END_TEST

static int64_t first_waits(tr_pool_thread *thread, const tr_message *call)
{
    return TR_BODY(call, handler_call)->call < OTHERS_CALLS ? wait_for_leave(thread, call) : 0;
}

static void flood_with_blocking(tr_core *core, void *arg)
{
    (void)arg;
    unsigned accepted = 0;
    while (accepted < 1000 && pool_submit_one(core, pool_bench.owner.address, accepted + 1) == 0)
        accepted++;
    ck_assert_uint_ge(accepted, TR_POOL_THREADS);
    ok(pool_submit_one(core, pool_bench.other.address, OTHERS_CALLS));
}

// However long those of the first one block.
START_TEST(one_call_of_another_runs_while_a_flood_blocks)
{
    tr_system *system = pool_up((enum tr_transport)_i, first_waits);
    on_core(system, 0, flood_with_blocking, NULL);
    tally_wait(&pool_bench.other.received, 1);
    ck_assert_uint_eq(tally_get(&pool_bench.owner.received), 0);
    tally_add(&pool_bench.may_end, 1);
    tr_system_stop(&system);
}
END_TEST

static bool has_stuck(tr_core *core, void *arg)
{
    return tr_pool_stats_get(core).stuck == *(const unsigned *)arg;
}

static void stuck_are(tr_system *system, unsigned count)
{
    eventually_on(system, 0, has_stuck, &count);
}

static void submit_others(tr_core *core, void *arg)
{
    for (unsigned i = 0; i < *(const unsigned *)arg; i++)
        ok(pool_submit_one(core, pool_bench.other.address, OTHERS_CALLS + i));
}

START_TEST(a_late_call_is_told_once_and_others_go_on)
{
    unsigned one = 1;
    tr_system *system =
        pool_up_with((enum tr_transport)_i,
                     &(tr_pool_options){.threads_max = 1, .deadline_ms = 1500}, first_waits);
    pool_submit_on(system, 1);
    on_core(system, 0, submit_others, &one);
    tally_wait(&pool_bench.owner.received, 1);
    tally_wait(&pool_bench.other.received, 1);
    tr_pool_stats stats = pool_pool_of(system);
    ck_assert_uint_eq(stats.stuck, 1);
    ck_assert_uint_eq(stats.late, 1);
    ck_assert_uint_eq(stats.threads, 2);
    // It does return, and its thread is one too many.
    tally_add(&pool_bench.may_end, 1);
    stuck_are(system, 0);
    eventually_on(system, 0, pool_has_threads, &one);
    tr_system_stop(&system);
    ck_assert_uint_eq(tally_get(&pool_bench.owner.received), 1);
    ck_assert_uint_eq(pool_bench.done_sum, 1 + OTHERS_CALLS);
}
END_TEST

START_TEST(so_many_stuck_threads_are_replaced_and_no_more)
{
    unsigned one = 1;
    tr_system *system = pool_up_with(
        TR_TRANSPORT_LOCAL, &(tr_pool_options){.threads_max = 1, .deadline_ms = 5}, first_waits);
    pool_submit_on(system, TR_POOL_STUCK_CAP + 1);
    stuck_are(system, TR_POOL_STUCK_CAP + 1);
    ck_assert_uint_eq(pool_pool_of(system).threads, TR_POOL_STUCK_CAP + 1);
    on_core(system, 0, submit_others, &one);
    ck_assert_uint_eq(pool_pool_of(system).queued, 1);
    tally_add(&pool_bench.may_end, 1);
    tally_wait(&pool_bench.other.received, 1);
    tr_system_stop(&system);
}
END_TEST

static int64_t sleep_until_late(tr_pool_thread *thread, const tr_message *call)
{
    if (TR_BODY(call, handler_call)->call == OTHERS_CALLS) {
        ok(tr_pool_look(thread));
        return pool_ask_for_next(thread, 41, 60000);
    }
    ck_assert_int_eq(tr_pool_sleep(thread, 600000), TR_ETIMEOUT);
    ck_assert_int_eq(tr_pool_look(thread), TR_ETIMEOUT);
    ck_assert_int_eq(tr_pool_sleep(thread, 600000), TR_ETIMEOUT);
    ck_assert_int_eq(pool_ask_for_next(thread, 1, 600000), TR_ETIMEOUT);
    tally_add(&pool_bench.may_end, 1);
    return 7;
}

START_TEST(the_waits_of_a_late_call_end)
{
    unsigned one = 1;
    tr_system *system = pool_up((enum tr_transport)_i, sleep_until_late);
    pool_bench.deadline_ms = 20; // its own, not the pool's
    pool_submit_on(system, 1);
    tally_wait(&pool_bench.owner.received, 1);
    ck_assert_int_eq(pool_bench.last_status, TR_ETIMEOUT);
    tally_wait(&pool_bench.may_end, 1);
    stuck_are(system, 0);
    // The next call on the same thread is none the worse for it.
    pool_bench.deadline_ms = 0;
    on_core(system, 0, submit_others, &one);
    tally_wait(&pool_bench.other.received, 1);
    ck_assert_int_eq(pool_bench.last_status, 42);
    ck_assert_uint_eq(pool_bench.done_sum, 1 + OTHERS_CALLS);
    ck_assert_uint_eq(pool_pool_of(system).threads, 1);
    tr_system_stop(&system);
}
END_TEST

static int64_t ask_until_late(tr_pool_thread *thread, const tr_message *call)
{
    (void)call;
    return pool_ask_for_next(thread, 1, 600000) == TR_ETIMEOUT ? tr_pool_sleep(thread, 600000) : 0;
}

START_TEST(the_question_of_a_late_call_ends)
{
    tr_system *system =
        pool_up_with((enum tr_transport)_i, &(tr_pool_options){.deadline_ms = 20}, ask_until_late);
    pool_bench.asked.on_message = pool_say_nothing;
    pool_submit_on(system, 1);
    tally_wait(&pool_bench.owner.received, 1);
    stuck_are(system, 0);
    tr_system_stop(&system);
}
END_TEST

START_TEST(a_background_handler_is_never_late_and_takes_nobodys_thread)
{
    tr_system *system = pool_up_with((enum tr_transport)_i, &(tr_pool_options){.threads_max = 1},
                                     pool_background_sleeps);
    pool_bench.deadline_ms = 1;
    on_core(system, 0, pool_submit_background, NULL);
    on_core(system, 0, pool_submit_background, NULL);
    tally_wait(&pool_bench.begun, 2);
    pool_bench.deadline_ms = 0;
    pool_submit_on(system, 1);
    tally_wait(&pool_bench.owner.received, 1);
    ck_assert_uint_eq(pool_pool_of(system).late, 0);
    ck_assert_uint_eq(pool_pool_of(system).threads, 3);
    tr_system_stop(&system);
}
END_TEST

static void drop_node(tr_core *core, void *arg)
{
    tr_pool_drop_node(core, *(const uint64_t *)arg);
}

static void submit_of_node(tr_core *core, void *arg)
{
    tr_address from = {*(const uint64_t *)arg, tr_actor_id(0, 0, TR_SLOT_FIRST)};
    for (unsigned i = 1; i <= 5; i++)
        ok(pool_submit_one(core, from, i));
}

// One runs and sleeps, four wait.
START_TEST(calls_of_a_node_that_is_gone_are_dropped)
{
    tr_system *system =
        pool_up_with((enum tr_transport)_i, &(tr_pool_options){.threads_max = 1}, ask_until_late);
    uint64_t node = tr_system_node(system) ^ 1;
    pool_bench.asked.on_message = pool_say_nothing;
    on_core(system, 0, submit_of_node, &node);
    tally_wait(&pool_bench.asked.received, 1);
    on_core(system, 0, drop_node, &node);
    tr_pool_stats stats = pool_pool_of(system);
    ck_assert_uint_eq(stats.queued, 0);
    ck_assert_uint_eq(stats.cancelled, 4);
    pool_submit_on(system, 1);
    tally_wait(&pool_bench.asked.received, 2); // so the first one has ended
    tr_system_stop(&system);
}
END_TEST

// The first runs, the third is taken back.
static void take_back(tr_core *core, void *arg)
{
    (void)arg;
    tr_address from = pool_bench.owner.address;
    for (unsigned i = 1; i <= 4; i++)
        ok(pool_submit_one(core, from, i));
    tr_message *third = tr_pool_take_back(core, from, 3);
    ck_assert_ptr_nonnull(third);
    ck_assert_uint_eq(TR_BODY(third, handler_call)->call, 3);
    tr_message_free(third);
    ck_assert_ptr_null(tr_pool_take_back(core, from, 3));
    ck_assert_ptr_null(tr_pool_take_back(core, pool_bench.other.address, 4));
    ck_assert_ptr_null(tr_pool_take_back(core, from, 1)); // it has a thread
}

START_TEST(a_call_that_was_taken_back_never_runs)
{
    tr_system *system =
        pool_up_with((enum tr_transport)_i, &(tr_pool_options){.threads_max = 1}, note_order);
    on_core(system, 0, take_back, NULL);
    tally_add(&pool_bench.may_end, 1);
    tally_wait(&pool_bench.owner.received, 3);
    tr_pool_stats stats = pool_pool_of(system);
    ck_assert_uint_eq(stats.queued, 0);
    ck_assert_uint_eq(stats.cancelled, 1);
    tr_system_stop(&system);
    ck_assert_uint_eq(pool_bench.done_sum, 1 + 2 + 4);
}
END_TEST

Suite *actors_pool_calls_suite(void)
{
    Suite *suite = suite_create("actors/pool/pool_calls");
    TCase *tests = tcase_create("pool");
    tcase_set_timeout(tests, 60);
    tcase_add_loop_test(tests, a_call_runs_and_its_end_is_told, 0, TRANSPORTS);
    tcase_add_loop_test(tests, it_grows_to_its_maximum_then_queues_then_refuses, 0, TRANSPORTS);
    tcase_add_loop_test(tests, senders_take_turns, 0, TRANSPORTS);
    tcase_add_loop_test(tests, one_call_of_another_runs_while_a_flood_blocks, 0, TRANSPORTS);
    tcase_add_loop_test(tests, a_late_call_is_told_once_and_others_go_on, 0, TRANSPORTS);
    tcase_add_test(tests, so_many_stuck_threads_are_replaced_and_no_more);
    tcase_add_loop_test(tests, the_waits_of_a_late_call_end, 0, TRANSPORTS);
    tcase_add_loop_test(tests, the_question_of_a_late_call_ends, 0, TRANSPORTS);
    tcase_add_loop_test(tests, a_background_handler_is_never_late_and_takes_nobodys_thread, 0,
                        TRANSPORTS);
    tcase_add_loop_test(tests, calls_of_a_node_that_is_gone_are_dropped, 0, TRANSPORTS);
    tcase_add_loop_test(tests, a_call_that_was_taken_back_never_runs, 0, TRANSPORTS);
    suite_add_tcase(suite, tests);
    return suite;
}
