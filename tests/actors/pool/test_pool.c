#include "actors/pool/pool.h"

#include "tests/support/system.h"

Suite *actors_pool_suite(void);

enum { TRANSPORTS = 4 };

// The order to the pool's function, and its outcome. One per test.
static struct bench {
    int64_t (*work)(tr_pool_thread *thread, const tr_message *call);
    script owner; // submits the calls and hears of their end
    script other; // another one that does
    script asked;
    tr_address to;
    tally begun;
    tally may_end;
    uint64_t done_sum;
    int64_t last_status;
    unsigned submits;
    uint64_t deadline_ms; // of each call; 0: the pool's
    uint64_t order[8];    // in which the first calls began
    uint64_t order_count;
} bench;

enum { OTHERS_CALLS = 1000 }; // their numbers begin here

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
    spawn_as(core, &large_script_behaviour, &bench.other, 0);
}

static void spawn_asked(tr_core *core, void *arg)
{
    (void)arg;
    bench.to = spawn(core, &bench.asked);
}

static tr_system *up_with(enum tr_transport transport, const tr_pool_options *options,
                          int64_t (*work)(tr_pool_thread *thread, const tr_message *call))
{
    bench = (struct bench){.work = work,
                           .owner = {SCRIPT, .on_message = note_done},
                           .other = {SCRIPT, .on_message = note_done},
                           .asked = {SCRIPT, .on_message = answer_next},
                           .begun = TALLY,
                           .may_end = TALLY};
    tr_system *system = system_up_with(
        &(tr_system_options){.core_count = 2, .transport = transport, .pool = *options});
    on_core(system, 0, set_up, NULL);
    on_core(system, 1, spawn_asked, NULL);
    return system;
}

static tr_system *up(enum tr_transport transport,
                     int64_t (*work)(tr_pool_thread *thread, const tr_message *call))
{
    return up_with(transport, &(tr_pool_options){0}, work);
}

static int submit_one(tr_core *core, tr_address from, uint64_t number)
{
    return tr_pool_submit(core, from,
                          &(tr_msg_handler_call){.call = number,
                                                 .handler = TR_SLICE("work"),
                                                 .deadline_ms = bench.deadline_ms});
}

static void submit(tr_core *core, void *arg)
{
    (void)arg;
    for (unsigned i = 0; i < bench.submits; i++)
        ok(submit_one(core, bench.owner.address, i + 1));
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

static void fill_pool(tr_core *core, void *arg)
{
    (void)arg;
    tr_address one = bench.owner.address;
    tr_address two = bench.other.address;
    // Six of eight threads are for one sender, and half of sixteen places.
    for (unsigned i = 1; i <= 6 + 8; i++)
        ok(submit_one(core, one, i));
    fails(submit_one(core, one, 9999), TR_EFULL);
    // Two threads are left for others, and half of the places that are left.
    for (unsigned i = 15; i < 15 + 2 + 4; i++)
        ok(submit_one(core, two, i));
    fails(submit_one(core, two, 9999), TR_EFULL);
    fails(submit_one(core, one, 9999), TR_EFULL);
}

START_TEST(it_grows_to_its_maximum_then_queues_then_refuses)
{
    tr_system *system =
        up_with((enum tr_transport)_i, &(tr_pool_options){.threads_max = 8, .queue_cap = 16},
                wait_for_leave);
    on_core(system, 0, fill_pool, NULL);
    tally_wait(&bench.begun, 8);
    tr_pool_stats stats = pool_of(system);
    ck_assert_uint_eq(stats.threads, 8);
    ck_assert_uint_eq(stats.idle, 0);
    ck_assert_uint_eq(stats.queued, 12);
    ck_assert_uint_eq(stats.refused, 3);
    ck_assert_uint_eq(stats.calls, 8);
    tally_add(&bench.may_end, 1);
    tally_wait(&bench.owner.received, 14);
    tally_wait(&bench.other.received, 6);
    stats = pool_of(system);
    ck_assert_uint_eq(stats.queued, 0);
    ck_assert_uint_eq(stats.idle, 8);
    ck_assert_uint_eq(stats.calls, 20);
    ck_assert_uint_eq(stats.wait.count, 20);
    ck_assert_uint_eq(stats.run.count, 20);
    ck_assert_uint_ge(stats.run.max, stats.run.p99);
    tr_system_stop(&system);
    ck_assert_uint_eq(bench.done_sum, 20 * 21 / 2);
}
END_TEST

static int64_t note_order(tr_pool_thread *thread, const tr_message *call)
{
    uint64_t number = TR_BODY(call, handler_call)->call;
    if (bench.order_count < 8)
        bench.order[bench.order_count++] = number; // there is but one thread
    return number == 1 ? wait_for_leave(thread, call) : 0;
}

static void flood_then_one(tr_core *core, void *arg)
{
    (void)arg;
    for (unsigned i = 1; i <= 1 + 500; i++)
        ok(submit_one(core, bench.owner.address, i));
    ok(submit_one(core, bench.other.address, OTHERS_CALLS));
    ok(submit_one(core, bench.other.address, OTHERS_CALLS + 1));
}

START_TEST(senders_take_turns)
{
    tr_system *system =
        up_with((enum tr_transport)_i, &(tr_pool_options){.threads_max = 1}, note_order);
    on_core(system, 0, flood_then_one, NULL);
    tally_wait(&bench.begun, 1);
    ck_assert_uint_eq(pool_of(system).queued, 502);
    tally_add(&bench.may_end, 1);
    tally_wait(&bench.owner.received, 501);
    tally_wait(&bench.other.received, 2);
    tr_system_stop(&system);
    static const uint64_t expected[] = {1, OTHERS_CALLS, 2, OTHERS_CALLS + 1, 3, 4, 5, 6};
    ck_assert_mem_eq(bench.order, expected, sizeof expected);
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
    while (accepted < 1000 && submit_one(core, bench.owner.address, accepted + 1) == 0)
        accepted++;
    ck_assert_uint_ge(accepted, TR_POOL_THREADS);
    ok(submit_one(core, bench.other.address, OTHERS_CALLS));
}

// However long those of the first one block.
START_TEST(one_call_of_another_runs_while_a_flood_blocks)
{
    tr_system *system = up((enum tr_transport)_i, first_waits);
    on_core(system, 0, flood_with_blocking, NULL);
    tally_wait(&bench.other.received, 1);
    ck_assert_uint_eq(tally_get(&bench.owner.received), 0);
    tally_add(&bench.may_end, 1);
    tr_system_stop(&system);
}
END_TEST

// -- late calls --

static bool has_stuck(tr_core *core, void *arg)
{
    return tr_pool_stats_get(core).stuck == *(const unsigned *)arg;
}

static void stuck_are(tr_system *system, unsigned count)
{
    eventually_on(system, 0, has_stuck, &count);
}

static bool has_threads(tr_core *core, void *arg)
{
    return tr_pool_stats_get(core).threads == *(const unsigned *)arg;
}

static void submit_others(tr_core *core, void *arg)
{
    for (unsigned i = 0; i < *(const unsigned *)arg; i++)
        ok(submit_one(core, bench.other.address, OTHERS_CALLS + i));
}

START_TEST(a_late_call_is_told_once_and_others_go_on)
{
    unsigned one = 1;
    tr_system *system =
        up_with((enum tr_transport)_i, &(tr_pool_options){.threads_max = 1, .deadline_ms = 250},
                first_waits);
    submit_on(system, 1);
    on_core(system, 0, submit_others, &one);
    tally_wait(&bench.owner.received, 1);
    tally_wait(&bench.other.received, 1);
    tr_pool_stats stats = pool_of(system);
    ck_assert_uint_eq(stats.stuck, 1);
    ck_assert_uint_eq(stats.late, 1);
    ck_assert_uint_eq(stats.threads, 2);
    // It does return, and its thread is one too many.
    tally_add(&bench.may_end, 1);
    stuck_are(system, 0);
    eventually_on(system, 0, has_threads, &one);
    tr_system_stop(&system);
    ck_assert_uint_eq(tally_get(&bench.owner.received), 1);
    ck_assert_uint_eq(bench.done_sum, 1 + OTHERS_CALLS);
}
END_TEST

START_TEST(so_many_stuck_threads_are_replaced_and_no_more)
{
    unsigned one = 1;
    tr_system *system = up_with(
        TR_TRANSPORT_LOCAL, &(tr_pool_options){.threads_max = 1, .deadline_ms = 5}, first_waits);
    submit_on(system, TR_POOL_STUCK_CAP + 1);
    stuck_are(system, TR_POOL_STUCK_CAP + 1);
    ck_assert_uint_eq(pool_of(system).threads, TR_POOL_STUCK_CAP + 1);
    on_core(system, 0, submit_others, &one);
    ck_assert_uint_eq(pool_of(system).queued, 1);
    tally_add(&bench.may_end, 1);
    tally_wait(&bench.other.received, 1);
    tr_system_stop(&system);
}
END_TEST

static int64_t ask_for_next(tr_pool_thread *thread, uint64_t number, uint64_t deadline_ms);

static int64_t sleep_until_late(tr_pool_thread *thread, const tr_message *call)
{
    if (TR_BODY(call, handler_call)->call == OTHERS_CALLS) {
        ok(tr_pool_look(thread));
        return ask_for_next(thread, 41, 60000);
    }
    ck_assert_int_eq(tr_pool_sleep(thread, 600000), TR_ETIMEOUT);
    ck_assert_int_eq(tr_pool_look(thread), TR_ETIMEOUT);
    ck_assert_int_eq(tr_pool_sleep(thread, 600000), TR_ETIMEOUT);
    ck_assert_int_eq(ask_for_next(thread, 1, 600000), TR_ETIMEOUT);
    tally_add(&bench.may_end, 1);
    return 7;
}

START_TEST(the_waits_of_a_late_call_end)
{
    unsigned one = 1;
    tr_system *system = up((enum tr_transport)_i, sleep_until_late);
    bench.deadline_ms = 20; // its own, not the pool's
    submit_on(system, 1);
    tally_wait(&bench.owner.received, 1);
    ck_assert_int_eq(bench.last_status, TR_ETIMEOUT);
    tally_wait(&bench.may_end, 1);
    stuck_are(system, 0);
    // The next call on the same thread is none the worse for it.
    bench.deadline_ms = 0;
    on_core(system, 0, submit_others, &one);
    tally_wait(&bench.other.received, 1);
    ck_assert_int_eq(bench.last_status, 42);
    ck_assert_uint_eq(bench.done_sum, 1 + OTHERS_CALLS);
    ck_assert_uint_eq(pool_of(system).threads, 1);
    tr_system_stop(&system);
}
END_TEST

static int64_t ask_until_late(tr_pool_thread *thread, const tr_message *call)
{
    (void)call;
    return ask_for_next(thread, 1, 600000) == TR_ETIMEOUT ? tr_pool_sleep(thread, 600000) : 0;
}

static void say_nothing(tr_actor *self, script *of, tr_message *message);

START_TEST(the_question_of_a_late_call_ends)
{
    tr_system *system =
        up_with((enum tr_transport)_i, &(tr_pool_options){.deadline_ms = 20}, ask_until_late);
    bench.asked.on_message = say_nothing;
    submit_on(system, 1);
    tally_wait(&bench.owner.received, 1);
    stuck_are(system, 0);
    tr_system_stop(&system);
}
END_TEST

static int64_t background_sleeps(tr_pool_thread *thread, const tr_message *call)
{
    if (TR_BODY(call, handler_call)->call != 0)
        return 0;
    ok(tr_pool_sleep(thread, 20));
    tally_add(&bench.begun, 1);
    return tr_pool_sleep(thread, 600000);
}

static void submit_background(tr_core *core, void *arg)
{
    (void)arg;
    ok(submit_one(core, bench.owner.address, 0));
}

START_TEST(a_background_handler_is_never_late_and_takes_nobodys_thread)
{
    tr_system *system =
        up_with((enum tr_transport)_i, &(tr_pool_options){.threads_max = 1}, background_sleeps);
    bench.deadline_ms = 1;
    on_core(system, 0, submit_background, NULL);
    on_core(system, 0, submit_background, NULL);
    tally_wait(&bench.begun, 2);
    bench.deadline_ms = 0;
    submit_on(system, 1);
    tally_wait(&bench.owner.received, 1);
    ck_assert_uint_eq(pool_of(system).late, 0);
    ck_assert_uint_eq(pool_of(system).threads, 3);
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
        ok(submit_one(core, from, i));
}

// One runs and sleeps, four wait.
START_TEST(calls_of_a_node_that_is_gone_are_dropped)
{
    tr_system *system =
        up_with((enum tr_transport)_i, &(tr_pool_options){.threads_max = 1}, ask_until_late);
    uint64_t node = tr_system_node(system) ^ 1;
    bench.asked.on_message = say_nothing;
    on_core(system, 0, submit_of_node, &node);
    tally_wait(&bench.asked.received, 1);
    on_core(system, 0, drop_node, &node);
    tr_pool_stats stats = pool_of(system);
    ck_assert_uint_eq(stats.queued, 0);
    ck_assert_uint_eq(stats.cancelled, 4);
    submit_on(system, 1);
    tally_wait(&bench.asked.received, 2); // so the first one has ended
    tr_system_stop(&system);
}
END_TEST

// -- what a call does --

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

static int64_t ask_what_cannot_be_sent(tr_pool_thread *thread, const tr_message *call)
{
    (void)call;
    tr_message *answer = NULL;
    static char byte;
    const tr_msg_page_change latin1 = {.key = TR_SLICE("caf\xe9")};
    const tr_msg_probe large = {.payload = {&byte, TR_ENVELOPE_CAP_BYTES}};
    const tr_msg_probe nowhere = {.payload = {NULL, 7}};
    fails(tr_pool_ask(thread, bench.to, TR_MSG_page_change, &latin1, 60000, &answer), TR_EINVALID);
    fails(tr_pool_ask(thread, bench.to, TR_MSG_probe, &large, 60000, &answer), TR_ETOOBIG);
    fails(tr_pool_send(thread, bench.to, TR_MSG_page_change, &latin1), TR_EINVALID);
    fails(tr_pool_send(thread, bench.to, TR_MSG_probe, &large), TR_ETOOBIG);
    fails(tr_pool_send(thread, bench.to, TR_MSG_probe, &nowhere), TR_EINVALID);
    fails(tr_pool_send(thread, bench.to, 54321, &nowhere), TR_EINVALID);
    ck_assert_ptr_null(answer);
    return ask_for_next(thread, 41, 60000);
}

START_TEST(what_no_receiver_could_take_is_refused_at_once)
{
    tr_system *system = up((enum tr_transport)_i, ask_what_cannot_be_sent);
    submit_on(system, 1);
    tally_wait(&bench.owner.received, 1);
    ck_assert_int_eq(bench.last_status, 42);
    tr_system_stop(&system);
}
END_TEST

// The memory of the n-th message that this thread is sent cannot be had: first the answer's.
static int64_t ask_without_memory(tr_pool_thread *thread, const tr_message *call)
{
    (void)call;
    tr_mem_fail_after(1);
    int64_t result = ask_for_next(thread, 1, 60000);
    ck_assert_int_eq(result, TR_ESYSTEM);
    ck_assert_int_eq(ask_for_next(thread, 41, 60000), 42);
    tr_mem_fail_after(1); // the next job's
    return 42;
}

START_TEST(without_memory_a_question_and_a_job_fail)
{
    tr_system *system =
        up_with((enum tr_transport)_i, &(tr_pool_options){.threads_max = 1}, ask_without_memory);
    submit_on(system, 1);
    tally_wait(&bench.owner.received, 1);
    ck_assert_int_eq(bench.last_status, 42);
    submit_on(system, 1);
    tally_wait(&bench.owner.received, 2);
    ck_assert_int_eq(bench.last_status, TR_ESYSTEM);
    submit_on(system, 1);
    tally_wait(&bench.owner.received, 3);
    ck_assert_int_eq(bench.last_status, 42);
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
    tally_add(&bench.begun, 1);
    tally_wait(&bench.may_end, 1);
    return 42;
}

START_TEST(without_memory_on_the_core_thread_the_job_fails)
{
    tr_system *system = up((enum tr_transport)_i, end_when_told);
    submit_on(system, 1);
    tally_wait(&bench.begun, 1);
    on_core(system, 0, fail_next, NULL);
    tally_add(&bench.may_end, 1);
    tally_wait(&bench.owner.received, 1);
    ck_assert_int_eq(bench.last_status, TR_ESYSTEM);
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

START_TEST(idle_threads_end_but_for_the_minimum_and_come_back)
{
    unsigned least = (unsigned)_i * 2;
    tr_system *system = up_with(TR_TRANSPORT_LOCAL,
                                &(tr_pool_options){.idle_ms = 1, .threads_min = least}, at_once);
    unsigned threads = thread_count();
    submit_on(system, 8);
    tally_wait(&bench.owner.received, 8);
    eventually_on(system, 0, has_threads, &least);
    ck_assert_uint_eq(pool_of(system).idle, least);
    threads_are(threads + least);
    submit_on(system, 1);
    tally_wait(&bench.owner.received, 9);
    tr_system_stop(&system);
}
END_TEST

static int64_t tell_address(tr_pool_thread *thread, const tr_message *call)
{
    (void)call;
    ok(tr_pool_send(thread, bench.owner.address, TR_MSG_probe, &(tr_msg_probe){.number = 1}));
    return background_sleeps(thread, call);
}

static void send_calls(tr_actor *self, script *of, tr_message *message)
{
    tr_core *core = tr_actor_core(self);
    if (tally_get(&of->received) != 0)
        return;
    // A stranger that learns a pool thread's address has nothing run on it.
    (void)tr_send(core, tr_actor_address(self), message->from, handler_call, .call = 5);
    (void)tr_send(core, tr_actor_address(self), message->from, pool_job, .work = 4711);
    fails(submit_one(core, tr_actor_address(self), 0), 0);
}

START_TEST(only_its_core_thread_gives_it_work)
{
    tr_system *system = up((enum tr_transport)_i, tell_address);
    bench.owner.on_message = send_calls;
    on_core(system, 0, submit_background, NULL);
    tally_wait(&bench.begun, 2);
    ck_assert_uint_eq(pool_of(system).calls, 2);
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
    tr_pool_thread *const threads[] = {NULL, (tr_pool_thread *)&bench};
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

Suite *actors_pool_suite(void)
{
    Suite *suite = suite_create("actors/pool/pool");
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
