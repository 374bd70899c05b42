// The actions of a call on its pool thread: questions, messages, sleeps, and the end of the process.

#include "pool_world.h"

Suite *actors_pool_work_suite(void);

static int64_t count_to_hundred(tr_pool_thread *thread, const tr_message *call)
{
    (void)call;
    uint64_t number = 0;
    while (number < 100)
        number = (uint64_t)pool_ask_for_next(thread, number, 60000);
    return (int64_t)number;
}

START_TEST(a_call_asks_actors)
{
    tr_system *system = pool_up((enum tr_transport)_i, count_to_hundred);
    pool_submit_on(system, 4);
    tally_wait(&pool_bench.owner.received, 4);
    ck_assert_int_eq(pool_bench.last_status, 100);
    ck_assert_uint_eq(tally_get(&pool_bench.asked.received), 400);
    tr_system_stop(&system);
}
END_TEST

static void stay_silent_once(tr_actor *self, script *of, tr_message *message)
{
    if (tally_get(&of->received) != 0)
        pool_answer_next(self, of, message);
}

static int64_t ask_silent_then_again(tr_pool_thread *thread, const tr_message *call)
{
    (void)call;
    uint64_t before = tr_clock_ms();
    ck_assert_int_eq(pool_ask_for_next(thread, 1, 30), TR_ETIMEOUT);
    ck_assert_uint_ge(tr_clock_ms() - before, 29);
    return pool_ask_for_next(thread, 41, 60000);
}

START_TEST(a_deadline_passes_and_the_next_question_works)
{
    tr_system *system = pool_up((enum tr_transport)_i, ask_silent_then_again);
    pool_bench.asked.on_message = stay_silent_once;
    pool_submit_on(system, 1);
    tally_wait(&pool_bench.owner.received, 1);
    ck_assert_int_eq(pool_bench.last_status, 42);
    tr_system_stop(&system);
}
END_TEST

static int64_t ask_once(tr_pool_thread *thread, const tr_message *call)
{
    (void)call;
    return pool_ask_for_next(thread, 1, 60000);
}

// Of the pool's own core thread, of another one, and of a node nobody knows.
START_TEST(a_question_to_nobody_is_gone)
{
    tr_system *system = pool_up((enum tr_transport)(_i % TRANSPORTS), ask_once);
    uint64_t node = tr_system_node(system);
    const tr_address nobody[] = {tr_address_of(node, 0, TR_SLOT_FIRST + 9),
                                 tr_address_of(node, 1, TR_SLOT_FIRST + 9),
                                 tr_address_of(node ^ 1, 0, TR_SLOT_SESSIONS)};
    pool_bench.to = nobody[_i / TRANSPORTS];
    pool_submit_on(system, 1);
    tally_wait(&pool_bench.owner.received, 1);
    ck_assert_int_eq(pool_bench.last_status, TR_EGONE);
    tr_system_stop(&system);
}
END_TEST

static int64_t ask_what_cannot_be_sent(tr_pool_thread *thread, const tr_message *call)
{
    (void)call;
    tr_message *answer = NULL;
    static char byte;
    const tr_msg_page_change latin1 = {.key = TR_SLICE("caf\xe9")};
    const tr_msg_probe large = {.payload = {&byte, TR_ENVELOPE_CAP_BYTES}};
    const tr_msg_probe nowhere = {.payload = {NULL, 7}};
    fails(tr_pool_ask(thread, pool_bench.to, TR_MSG_page_change, &latin1, 60000, &answer),
          TR_EINVALID);
    fails(tr_pool_ask(thread, pool_bench.to, TR_MSG_probe, &large, 60000, &answer), TR_ETOOBIG);
    fails(tr_pool_send(thread, pool_bench.to, TR_MSG_page_change, &latin1), TR_EINVALID);
    fails(tr_pool_send(thread, pool_bench.to, TR_MSG_probe, &large), TR_ETOOBIG);
    fails(tr_pool_send(thread, pool_bench.to, TR_MSG_probe, &nowhere), TR_EINVALID);
    fails(tr_pool_send(thread, pool_bench.to, 54321, &nowhere), TR_EINVALID);
    ck_assert_ptr_null(answer);
    return pool_ask_for_next(thread, 41, 60000);
}

START_TEST(what_no_receiver_could_take_is_refused_at_once)
{
    tr_system *system = pool_up((enum tr_transport)_i, ask_what_cannot_be_sent);
    pool_submit_on(system, 1);
    tally_wait(&pool_bench.owner.received, 1);
    ck_assert_int_eq(pool_bench.last_status, 42);
    tr_system_stop(&system);
}
END_TEST

// The memory of the n-th message that this thread is sent cannot be had: first the answer's.
static int64_t ask_without_memory(tr_pool_thread *thread, const tr_message *call)
{
    (void)call;
    tr_mem_fail_after(1);
    int64_t result = pool_ask_for_next(thread, 1, 60000);
    ck_assert_int_eq(result, TR_ESYSTEM);
    ck_assert_int_eq(pool_ask_for_next(thread, 41, 60000), 42);
    tr_mem_fail_after(1); // the next job's
    return 42;
}

START_TEST(without_memory_a_question_and_a_job_fail)
{
    tr_system *system = pool_up_with((enum tr_transport)_i, &(tr_pool_options){.threads_max = 1},
                                     ask_without_memory);
    pool_submit_on(system, 1);
    tally_wait(&pool_bench.owner.received, 1);
    ck_assert_int_eq(pool_bench.last_status, 42);
    pool_submit_on(system, 1);
    tally_wait(&pool_bench.owner.received, 2);
    ck_assert_int_eq(pool_bench.last_status, TR_ESYSTEM);
    pool_submit_on(system, 1);
    tally_wait(&pool_bench.owner.received, 3);
    ck_assert_int_eq(pool_bench.last_status, 42);
    tr_system_stop(&system);
}
END_TEST

static void fail_next(tr_core *core, void *arg)
{
    (void)core;
    (void)arg;
    tr_mem_fail_after(1);
}

static int64_t end_when_told(tr_pool_thread *thread, const tr_message *call)
{
    (void)thread;
    (void)call;
    tally_add(&pool_bench.begun, 1);
    tally_wait(&pool_bench.may_end, 1);
    return 42;
}

START_TEST(without_memory_on_the_core_thread_the_job_fails)
{
    tr_system *system = pool_up((enum tr_transport)_i, end_when_told);
    pool_submit_on(system, 1);
    tally_wait(&pool_bench.begun, 1);
    on_core(system, 0, fail_next, NULL);
    tally_add(&pool_bench.may_end, 1);
    tally_wait(&pool_bench.owner.received, 1);
    ck_assert_int_eq(pool_bench.last_status, TR_ESYSTEM);
    tr_system_stop(&system);
}
END_TEST

static int64_t send_some(tr_pool_thread *thread, const tr_message *call)
{
    (void)call;
    ck_assert(
        tr_address_equal(tr_pool_thread_home(thread, TR_SLOT_SESSIONS), pool_bench.owner.address));
    for (uint64_t i = 0; i < 500; i++)
        ok(tr_pool_send(thread, pool_bench.to, TR_MSG_probe, &(tr_msg_probe){.number = i}));
    return 0;
}

START_TEST(a_call_sends_without_waiting)
{
    tr_system *system = pool_up((enum tr_transport)_i, send_some);
    pool_submit_on(system, 2);
    tally_wait(&pool_bench.asked.received, 1000);
    tally_wait(&pool_bench.owner.received, 2);
    tr_system_stop(&system);
}
END_TEST

static int64_t sleep_long(tr_pool_thread *thread, const tr_message *call)
{
    (void)call;
    ok(tr_pool_sleep(thread, 1));
    tally_add(&pool_bench.begun, 1);
    int result = tr_pool_sleep(thread, 600000);
    ck_assert_int_eq(result, TR_ECANCELLED);
    ck_assert_int_eq(tr_pool_sleep(thread, 600000), TR_ECANCELLED);
    ck_assert_int_eq(pool_ask_for_next(thread, 1, 600000), TR_ECANCELLED);
    tally_add(&pool_bench.may_end, 1);
    return result;
}

START_TEST(a_sleep_is_cancelled_at_the_end)
{
    tr_system *system = pool_up((enum tr_transport)_i, sleep_long);
    pool_submit_on(system, 10);
    tally_wait(&pool_bench.begun, 10);
    uint64_t before = tr_clock_ms();
    tr_system_stop(&system);
    ck_assert_uint_lt(tr_clock_ms() - before, TR_STOP_DEADLINE_MS);
    ck_assert_uint_eq(tally_get(&pool_bench.may_end), 10);
}
END_TEST

static int64_t ask_silent(tr_pool_thread *thread, const tr_message *call)
{
    (void)call;
    return pool_ask_for_next(thread, 1, 600000);
}

START_TEST(a_waiting_question_is_cancelled_at_the_end)
{
    tr_system *system = pool_up((enum tr_transport)_i, ask_silent);
    pool_bench.asked.on_message = pool_say_nothing;
    pool_submit_on(system, 3);
    tally_wait(&pool_bench.asked.received, 3);
    tr_system_stop(&system);
}
END_TEST

static int64_t be_busy(tr_pool_thread *thread, const tr_message *call)
{
    (void)thread;
    (void)call;
    tally_add(&pool_bench.begun, 1);
    for (uint64_t until = tr_clock_ms() + 50; tr_clock_ms() < until;)
        ;
    tally_add(&pool_bench.may_end, 1);
    return 0;
}

START_TEST(the_end_waits_for_a_running_call)
{
    tr_system *system = pool_up(TR_TRANSPORT_LOCAL, be_busy);
    pool_submit_on(system, 1);
    tally_wait(&pool_bench.begun, 1);
    tr_system_stop(&system);
    ck_assert_uint_eq(tally_get(&pool_bench.may_end), 1);
}
END_TEST

static int64_t flood(tr_pool_thread *thread, const tr_message *call)
{
    (void)call;
    tally_add(&pool_bench.begun, 1);
    int result = 0;
    while (result == 0)
        result = tr_pool_send(thread, pool_bench.to, TR_MSG_probe, &(tr_msg_probe){.number = 1});
    ck_assert_int_eq(result, TR_ECANCELLED);
    return result;
}

static void block(tr_core *core, void *arg)
{
    (void)core;
    (void)arg;
    tally_wait(&pool_bench.begun, 1);
    // Until the pipe to this core thread has surely filled.
    for (uint64_t until = tr_clock_ms() + 50; tr_clock_ms() < until;)
        ;
}

START_TEST(a_call_stuck_in_a_full_pipe_ends_with_the_process)
{
    tr_system *system = pool_up(TR_TRANSPORT_LOCAL, flood);
    pool_submit_on(system, 1);
    on_core(system, 0, block, NULL);
    tr_system_stop(&system);
}
END_TEST

START_TEST(idle_threads_end_but_for_the_minimum_and_come_back)
{
    unsigned least = (unsigned)_i * 2;
    tr_system *system = pool_up_with(
        TR_TRANSPORT_LOCAL, &(tr_pool_options){.idle_ms = 1, .threads_min = least}, pool_at_once);
    unsigned threads = thread_count();
    pool_submit_on(system, 8);
    tally_wait(&pool_bench.owner.received, 8);
    eventually_on(system, 0, pool_has_threads, &least);
    ck_assert_uint_eq(pool_pool_of(system).idle, least);
    threads_are(threads + least);
    pool_submit_on(system, 1);
    tally_wait(&pool_bench.owner.received, 9);
    tr_system_stop(&system);
}
END_TEST

static int64_t tell_address(tr_pool_thread *thread, const tr_message *call)
{
    (void)call;
    ok(tr_pool_send(thread, pool_bench.owner.address, TR_MSG_probe, &(tr_msg_probe){.number = 1}));
    return pool_background_sleeps(thread, call);
}

static void send_calls(tr_actor *self, script *of, tr_message *message)
{
    tr_core *core = tr_actor_core(self);
    if (tally_get(&of->received) != 0)
        return;
    // A stranger that learns a pool thread's address has nothing run on it.
    (void)tr_send(core, tr_actor_address(self), message->from, handler_call, .call = 5);
    (void)tr_send(core, tr_actor_address(self), message->from, pool_job, .work = 4711);
    fails(pool_submit_one(core, tr_actor_address(self), 0), 0);
}

START_TEST(only_its_core_thread_gives_it_work)
{
    tr_system *system = pool_up((enum tr_transport)_i, tell_address);
    pool_bench.owner.on_message = send_calls;
    on_core(system, 0, pool_submit_background, NULL);
    tally_wait(&pool_bench.begun, 2);
    ck_assert_uint_eq(pool_pool_of(system).calls, 2);
    tr_system_stop(&system);
}
END_TEST

static const tr_pool_options bad_options[] = {{.threads_max = TR_POOL_THREADS_CAP + 1},
                                              {.threads_max = 2, .threads_min = 3},
                                              {.threads_min = TR_POOL_THREADS + 1},
                                              {.queue_cap = TR_POOL_QUEUE_MAX + 1}};

START_TEST(options_that_make_no_sense_are_refused)
{
    tr_system *system = NULL;
    fails(tr_system_start(&(tr_system_options){.core_count = 1, .pool = bad_options[_i]}, &system),
          TR_EINVALID);
    ck_assert_ptr_null(system);
}
END_TEST

START_TEST(elsewhere_it_is_the_wrong_thread)
{
    tr_pool_thread *const threads[] = {NULL, (tr_pool_thread *)&pool_bench};
    const tr_msg_probe body = {.number = 1};
    tr_message *answer;
    for (unsigned i = 0; i < 2; i++) {
        fails(tr_pool_send(threads[i], TR_NOWHERE, TR_MSG_probe, &body), TR_EWRONGTHREAD);
        fails(tr_pool_ask(threads[i], TR_NOWHERE, TR_MSG_probe, &body, 1, &answer),
              TR_EWRONGTHREAD);
        fails(tr_pool_sleep(threads[i], 1), TR_EWRONGTHREAD);
        fails(tr_pool_look(threads[i]), TR_EWRONGTHREAD);
        fails(tr_pool_give(threads[i], "x", 1), TR_EWRONGTHREAD);
    }
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

Suite *actors_pool_work_suite(void)
{
    Suite *suite = suite_create("actors/pool/pool_work");
    TCase *tests = tcase_create("pool");
    tcase_set_timeout(tests, 60);
    tcase_add_loop_test(tests, only_its_core_thread_gives_it_work, 0, TRANSPORTS);
    tcase_add_loop_test(tests, options_that_make_no_sense_are_refused, 0, 4);
    tcase_add_loop_test(tests, a_call_asks_actors, 0, TRANSPORTS);
    tcase_add_loop_test(tests, a_deadline_passes_and_the_next_question_works, 0, TRANSPORTS);
    tcase_add_loop_test(tests, a_question_to_nobody_is_gone, 0, 3 * TRANSPORTS);
    tcase_add_loop_test(tests, what_no_receiver_could_take_is_refused_at_once, 0, TRANSPORTS);
    tcase_add_loop_test(tests, without_memory_a_question_and_a_job_fail, 0, TRANSPORTS);
    tcase_add_loop_test(tests, without_memory_on_the_core_thread_the_job_fails, 0, TRANSPORTS);
    tcase_add_test(tests, elsewhere_it_is_the_wrong_thread);
    tcase_add_loop_test(tests, a_call_sends_without_waiting, 0, TRANSPORTS);
    tcase_add_loop_test(tests, a_sleep_is_cancelled_at_the_end, 0, TRANSPORTS);
    tcase_add_loop_test(tests, a_waiting_question_is_cancelled_at_the_end, 0, TRANSPORTS);
    tcase_add_test(tests, the_end_waits_for_a_running_call);
    tcase_add_test(tests, a_call_stuck_in_a_full_pipe_ends_with_the_process);
    tcase_add_loop_test(tests, idle_threads_end_but_for_the_minimum_and_come_back, 0, 2);
    suite_add_tcase(suite, tests);
    TCase *death = tcase_create("death");
    tcase_set_tags(death, "death");
    tcase_add_test_raise_signal(death, submitting_without_a_function_aborts, SIGABRT);
    suite_add_tcase(suite, death);
    return suite;
}
