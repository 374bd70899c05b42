#include "actors/pool.h"

#include "tests/support/system.h"

Suite *actors_pool_suite(void);

enum { TRANSPORTS = 4 };

// What the pool's function is told to do, and what became of it. One per test.
static struct bench {
    int64_t (*work)(tr_pool_thread *thread, const tr_message *call);
    script owner; // submits the calls and hears of their end
    script asked;
    tr_address to;
    tally begun;
    tally may_end;
    uint64_t done_sum;
    int64_t last_status;
    unsigned submits;
    bool was_refused;
} bench;

static int64_t run_call(tr_pool_thread *thread, const tr_message *call)
{
    ck_assert_ptr_eq(tr_pool_thread_current(), thread);
    ck_assert_ptr_null(tr_core_current());
    ck_assert_uint_eq(call->shape->type, TR_MSG_handler_call);
    return bench.work(thread, call);
}

static void note_done(tr_actor *self, script *of, tr_message *message)
{
    (void)self;
    (void)of;
    ck_assert_uint_eq(message->shape->type, TR_MSG_handler_done);
    bench.done_sum += TR_BODY(message, handler_done)->call;
    bench.last_status = TR_BODY(message, handler_done)->status;
}

static void answer_next(tr_actor *self, script *of, tr_message *message)
{
    (void)of;
    (void)tr_answer(tr_actor_core(self), message,
                    .status = (int64_t)TR_BODY(message, probe)->number + 1);
}

static void set_up(tr_core *core, void *arg)
{
    (void)arg;
    ck_assert_ptr_null(tr_pool_thread_current());
    tr_pool_set_function(core, run_call);
    spawn_as(core, &large_script_behaviour, &bench.owner, TR_SLOT_SESSIONS);
}

static void spawn_asked(tr_core *core, void *arg)
{
    (void)arg;
    bench.to = spawn(core, &bench.asked);
}

static tr_system *up(enum tr_transport transport,
                     int64_t (*work)(tr_pool_thread *thread, const tr_message *call))
{
    bench = (struct bench){.work = work,
                           .owner = {SCRIPT, .on_message = note_done},
                           .asked = {SCRIPT, .on_message = answer_next},
                           .begun = TALLY,
                           .may_end = TALLY};
    tr_system *system = system_up(2, transport);
    on_core(system, 0, set_up, NULL);
    on_core(system, 1, spawn_asked, NULL);
    return system;
}

static void submit(tr_core *core, void *arg)
{
    (void)arg;
    for (unsigned i = 0; i < bench.submits; i++)
        ok(tr_pool_submit(core, bench.owner.address,
                          &(tr_msg_handler_call){.call = i + 1, .handler = TR_SLICE("work")}));
}

static void submit_on(tr_system *system, unsigned calls)
{
    bench.submits = calls;
    on_core(system, 0, submit, NULL);
}

static void read_pool(tr_core *core, void *arg)
{
    *(tr_pool_stats *)arg = tr_pool_stats_get(core);
}

static tr_pool_stats pool_of(tr_system *system)
{
    tr_pool_stats stats;
    on_core(system, 0, read_pool, &stats);
    return stats;
}

static int64_t at_once(tr_pool_thread *thread, const tr_message *call)
{
    (void)thread;
    ck_assert(tr_slice_is(TR_BODY(call, handler_call)->handler, "work"));
    return -77;
}

START_TEST(a_call_runs_and_its_end_is_told)
{
    tr_system *system = up((enum tr_transport)_i, at_once);
    for (unsigned i = 1; i <= 20; i++) {
        submit_on(system, 1);
        tally_wait(&bench.owner.received, i);
    }
    tr_pool_stats stats = pool_of(system);
    ck_assert_uint_eq(stats.threads, 1); // an idle one is taken before another is made
    ck_assert_uint_eq(stats.idle, 1);
    ck_assert_uint_eq(stats.calls, 20);
    tr_system_stop(&system);
    ck_assert_int_eq(bench.last_status, -77);
}
END_TEST

static int64_t wait_for_leave(tr_pool_thread *thread, const tr_message *call)
{
    (void)thread;
    (void)call;
    tally_add(&bench.begun, 1);
    tally_wait(&bench.may_end, 1);
    return 0;
}

static void submit_one_too_many(tr_core *core, void *arg)
{
    (void)arg;
    fails(tr_pool_submit(core, bench.owner.address, &(tr_msg_handler_call){.call = 9999}),
          TR_EFULL);
}

START_TEST(it_grows_to_its_cap_then_queues_then_refuses)
{
    unsigned all = TR_POOL_THREADS_CAP + TR_POOL_QUEUE_CAP;
    tr_system *system = up((enum tr_transport)_i, wait_for_leave);
    submit_on(system, TR_POOL_THREADS_CAP);
    tally_wait(&bench.begun, TR_POOL_THREADS_CAP);
    tr_pool_stats stats = pool_of(system);
    ck_assert_uint_eq(stats.threads, TR_POOL_THREADS_CAP);
    ck_assert_uint_eq(stats.idle, 0);
    ck_assert_uint_eq(stats.queued, 0);
    submit_on(system, TR_POOL_QUEUE_CAP);
    ck_assert_uint_eq(pool_of(system).queued, TR_POOL_QUEUE_CAP);
    on_core(system, 0, submit_one_too_many, NULL);
    tally_add(&bench.may_end, 1);
    tally_wait(&bench.owner.received, all);
    stats = pool_of(system);
    ck_assert_uint_eq(stats.queued, 0);
    ck_assert_uint_eq(stats.idle, TR_POOL_THREADS_CAP);
    ck_assert_uint_eq(stats.calls, all);
    tr_system_stop(&system);
    uint64_t threads = TR_POOL_THREADS_CAP;
    uint64_t queue = TR_POOL_QUEUE_CAP;
    ck_assert_uint_eq(bench.done_sum, threads * (threads + 1) / 2 + queue * (queue + 1) / 2);
}
END_TEST

static int64_t ask_for_next(tr_pool_thread *thread, uint64_t number, uint64_t deadline_ms)
{
    tr_message *answer = NULL;
    int result = tr_pool_ask(thread, bench.to, TR_MSG_probe, &(tr_msg_probe){.number = number},
                             deadline_ms, &answer);
    if (result < 0) {
        ck_assert_ptr_null(answer);
        return result;
    }
    int64_t status = TR_BODY(answer, answer)->status;
    tr_message_free(answer);
    return status;
}

static int64_t count_to_hundred(tr_pool_thread *thread, const tr_message *call)
{
    (void)call;
    uint64_t number = 0;
    while (number < 100)
        number = (uint64_t)ask_for_next(thread, number, 60000);
    return (int64_t)number;
}

START_TEST(a_call_asks_actors)
{
    tr_system *system = up((enum tr_transport)_i, count_to_hundred);
    submit_on(system, 4);
    tally_wait(&bench.owner.received, 4);
    ck_assert_int_eq(bench.last_status, 100);
    ck_assert_uint_eq(tally_get(&bench.asked.received), 400);
    tr_system_stop(&system);
}
END_TEST

static void stay_silent_once(tr_actor *self, script *of, tr_message *message)
{
    if (tally_get(&of->received) != 0)
        answer_next(self, of, message);
}

static int64_t ask_silent_then_again(tr_pool_thread *thread, const tr_message *call)
{
    (void)call;
    uint64_t before = tr_clock_ms();
    ck_assert_int_eq(ask_for_next(thread, 1, 30), TR_ETIMEOUT);
    ck_assert_uint_ge(tr_clock_ms() - before, 29);
    return ask_for_next(thread, 41, 60000);
}

START_TEST(a_deadline_passes_and_the_next_question_works)
{
    tr_system *system = up((enum tr_transport)_i, ask_silent_then_again);
    bench.asked.on_message = stay_silent_once;
    submit_on(system, 1);
    tally_wait(&bench.owner.received, 1);
    ck_assert_int_eq(bench.last_status, 42);
    tr_system_stop(&system);
}
END_TEST

static int64_t ask_once(tr_pool_thread *thread, const tr_message *call)
{
    (void)call;
    return ask_for_next(thread, 1, 60000);
}

// Of the pool's own core thread, of another one, and of a node nobody knows.
START_TEST(a_question_to_nobody_is_gone)
{
    tr_system *system = up((enum tr_transport)(_i % TRANSPORTS), ask_once);
    uint64_t node = tr_system_node(system);
    const tr_address nobody[] = {tr_address_of(node, 0, TR_SLOT_FIRST + 9),
                                 tr_address_of(node, 1, TR_SLOT_FIRST + 9),
                                 tr_address_of(node ^ 1, 0, TR_SLOT_SESSIONS)};
    bench.to = nobody[_i / TRANSPORTS];
    submit_on(system, 1);
    tally_wait(&bench.owner.received, 1);
    ck_assert_int_eq(bench.last_status, TR_EGONE);
    tr_system_stop(&system);
}
END_TEST

static int64_t send_some(tr_pool_thread *thread, const tr_message *call)
{
    (void)call;
    ck_assert(tr_address_equal(tr_pool_thread_home(thread, TR_SLOT_SESSIONS), bench.owner.address));
    for (uint64_t i = 0; i < 500; i++)
        ok(tr_pool_send(thread, bench.to, TR_MSG_probe, &(tr_msg_probe){.number = i}));
    return 0;
}

START_TEST(a_call_sends_without_waiting)
{
    tr_system *system = up((enum tr_transport)_i, send_some);
    submit_on(system, 2);
    tally_wait(&bench.asked.received, 1000);
    tally_wait(&bench.owner.received, 2);
    tr_system_stop(&system);
}
END_TEST

static int64_t sleep_long(tr_pool_thread *thread, const tr_message *call)
{
    (void)call;
    ok(tr_pool_sleep(thread, 1));
    tally_add(&bench.begun, 1);
    int result = tr_pool_sleep(thread, 600000);
    ck_assert_int_eq(result, TR_ECANCELLED);
    ck_assert_int_eq(tr_pool_sleep(thread, 600000), TR_ECANCELLED);
    ck_assert_int_eq(ask_for_next(thread, 1, 600000), TR_ECANCELLED);
    tally_add(&bench.may_end, 1);
    return result;
}

START_TEST(a_sleep_is_cancelled_at_the_end)
{
    tr_system *system = up((enum tr_transport)_i, sleep_long);
    submit_on(system, 10);
    tally_wait(&bench.begun, 10);
    uint64_t before = tr_clock_ms();
    tr_system_stop(&system);
    ck_assert_uint_lt(tr_clock_ms() - before, 5000);
    ck_assert_uint_eq(tally_get(&bench.may_end), 10);
}
END_TEST

static int64_t ask_silent(tr_pool_thread *thread, const tr_message *call)
{
    (void)call;
    return ask_for_next(thread, 1, 600000);
}

static void say_nothing(tr_actor *self, script *of, tr_message *message)
{
    (void)self;
    (void)of;
    (void)message;
}

START_TEST(a_waiting_question_is_cancelled_at_the_end)
{
    tr_system *system = up((enum tr_transport)_i, ask_silent);
    bench.asked.on_message = say_nothing;
    submit_on(system, 3);
    tally_wait(&bench.asked.received, 3);
    tr_system_stop(&system);
}
END_TEST

static int64_t be_busy(tr_pool_thread *thread, const tr_message *call)
{
    (void)thread;
    (void)call;
    tally_add(&bench.begun, 1);
    for (uint64_t until = tr_clock_ms() + 50; tr_clock_ms() < until;)
        ;
    tally_add(&bench.may_end, 1);
    return 0;
}

START_TEST(the_end_waits_for_a_running_call)
{
    tr_system *system = up(TR_TRANSPORT_LOCAL, be_busy);
    submit_on(system, 1);
    tally_wait(&bench.begun, 1);
    tr_system_stop(&system);
    ck_assert_uint_eq(tally_get(&bench.may_end), 1);
}
END_TEST

static int64_t flood(tr_pool_thread *thread, const tr_message *call)
{
    (void)call;
    tally_add(&bench.begun, 1);
    int result = 0;
    while (result == 0)
        result = tr_pool_send(thread, bench.to, TR_MSG_probe, &(tr_msg_probe){.number = 1});
    ck_assert_int_eq(result, TR_ECANCELLED);
    return result;
}

static void block(tr_core *core, void *arg)
{
    (void)core;
    (void)arg;
    tally_wait(&bench.begun, 1);
    // Until the pipe to this core thread has surely filled.
    for (uint64_t until = tr_clock_ms() + 50; tr_clock_ms() < until;)
        ;
}

START_TEST(a_call_stuck_in_a_full_pipe_ends_with_the_process)
{
    tr_system *system = up(TR_TRANSPORT_LOCAL, flood);
    submit_on(system, 1);
    on_core(system, 0, block, NULL);
    tr_system_stop(&system);
}
END_TEST

static void make_impatient(tr_core *core, void *arg)
{
    (void)arg;
    tr_pool_set_idle_ms(core, 1);
}

static bool has_no_threads(tr_core *core, void *arg)
{
    (void)arg;
    return tr_pool_stats_get(core).threads == 0;
}

START_TEST(idle_threads_end_and_come_back)
{
    tr_system *system = up(TR_TRANSPORT_LOCAL, at_once);
    unsigned threads = thread_count();
    on_core(system, 0, make_impatient, NULL);
    submit_on(system, 8);
    tally_wait(&bench.owner.received, 8);
    eventually_on(system, 0, has_no_threads, NULL);
    ck_assert_uint_eq(pool_of(system).idle, 0);
    threads_are(threads);
    submit_on(system, 1);
    tally_wait(&bench.owner.received, 9);
    tr_system_stop(&system);
}
END_TEST

START_TEST(asking_from_another_thread_aborts)
{
    (void)tr_pool_send((tr_pool_thread *)&bench, TR_NOWHERE, TR_MSG_probe,
                       &(tr_msg_probe){.number = 1});
}
END_TEST

static void submit_without_function(tr_core *core, void *arg)
{
    (void)arg;
    (void)!tr_pool_submit(core, TR_NOWHERE, &(tr_msg_handler_call){.call = 1});
}

START_TEST(submitting_without_a_function_aborts)
{
    on_core(system_up(1, TR_TRANSPORT_LOCAL), 0, submit_without_function, NULL);
}
END_TEST

Suite *actors_pool_suite(void)
{
    Suite *suite = suite_create("actors_pool");
    TCase *tests = tcase_create("pool");
    tcase_set_timeout(tests, 60);
    tcase_add_loop_test(tests, a_call_runs_and_its_end_is_told, 0, TRANSPORTS);
    tcase_add_loop_test(tests, it_grows_to_its_cap_then_queues_then_refuses, 0, TRANSPORTS);
    tcase_add_loop_test(tests, a_call_asks_actors, 0, TRANSPORTS);
    tcase_add_loop_test(tests, a_deadline_passes_and_the_next_question_works, 0, TRANSPORTS);
    tcase_add_loop_test(tests, a_question_to_nobody_is_gone, 0, 3 * TRANSPORTS);
    tcase_add_loop_test(tests, a_call_sends_without_waiting, 0, TRANSPORTS);
    tcase_add_loop_test(tests, a_sleep_is_cancelled_at_the_end, 0, TRANSPORTS);
    tcase_add_loop_test(tests, a_waiting_question_is_cancelled_at_the_end, 0, TRANSPORTS);
    tcase_add_test(tests, the_end_waits_for_a_running_call);
    tcase_add_test(tests, a_call_stuck_in_a_full_pipe_ends_with_the_process);
    tcase_add_test(tests, idle_threads_end_and_come_back);
    suite_add_tcase(suite, tests);
    TCase *death = tcase_create("death");
    tcase_set_tags(death, "death");
    tcase_add_test_raise_signal(death, asking_from_another_thread_aborts, SIGABRT);
    tcase_add_test_raise_signal(death, submitting_without_a_function_aborts, SIGABRT);
    suite_add_tcase(suite, death);
    return suite;
}
