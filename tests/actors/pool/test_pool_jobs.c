#include "troupe/actors/pool.h"

#include <stdlib.h>
#include <string.h>

#include "actors/pool/pool.h"
#include "tests/support/system.h"

Suite *actors_pool_jobs_suite(void);

enum { TRANSPORTS = 4 };

static struct bench {
    script actor;
    tally begun;
    tally may_end;
    tally over;
    int64_t status;
    char result[64];
    size_t size;
    uint64_t deadline_ms;
    tr_pool_work work;
    tr_coroutine *coroutine;
    int64_t reference;
} bench;

static void note_done(tr_actor *self, script *of, tr_message *message)
{
    (void)self;
    (void)of;
    ck_assert_uint_eq(message->shape->type, TR_MSG_pool_done);
    const tr_msg_pool_done *done = TR_BODY(message, pool_done);
    ck_assert_int_eq((int64_t)done->reference, bench.reference);
    bench.status = done->status;
    bench.size = done->result.size;
    ck_assert_uint_le(bench.size, sizeof bench.result);
    if (bench.size != 0)
        memcpy(bench.result, done->result.data, bench.size);
}

static tr_system *up(enum tr_transport transport, const tr_pool_options *options)
{
    bench = (struct bench){.actor = {SCRIPT, .on_message = note_done},
                           .begun = TALLY,
                           .may_end = TALLY,
                           .over = TALLY,
                           .size = sizeof bench.result};
    tr_system *system = system_up_with(
        &(tr_system_options){.core_count = 1, .transport = transport, .pool = *options});
    spawn_on(system, 0, &bench.actor);
    return system;
}

static tr_system *up_plain(int transport)
{
    return up((enum tr_transport)transport, &(tr_pool_options){0});
}

// -- works --

static int64_t turn_round(tr_pool_thread *thread, const void *input, size_t size)
{
    ck_assert_ptr_null(tr_core_current());
    ck_assert_ptr_eq(tr_pool_thread_current(), thread);
    char text[64];
    for (size_t i = 0; i < size; i++)
        text[i] = ((const char *)input)[size - 1 - i];
    ok(tr_pool_give(thread, "something else", 14));
    ok(tr_pool_give(thread, text, size));
    return (int64_t)size;
}

static int64_t say_nothing(tr_pool_thread *thread, const void *input, size_t size)
{
    (void)thread;
    (void)input;
    (void)size;
    return 0;
}

static int64_t sleep_long(tr_pool_thread *thread, const void *input, size_t size)
{
    (void)input;
    (void)size;
    tally_add(&bench.begun, 1);
    int result = tr_pool_sleep(thread, 600000);
    bench.reference = result;
    tally_add(&bench.may_end, 1);
    return result;
}

static int64_t block(tr_pool_thread *thread, const void *input, size_t size)
{
    (void)thread;
    (void)input;
    (void)size;
    tally_add(&bench.begun, 1);
    tally_wait(&bench.may_end, 1);
    return 5;
}

static int64_t give_too_much(tr_pool_thread *thread, const void *input, size_t size)
{
    (void)input;
    (void)size;
    static const char byte;
    fails(tr_pool_give(thread, &byte, TR_POOL_BYTES_CAP + 1u), TR_ETOOBIG);
    return 0;
}

// -- in a coroutine --

static void run_in_coroutine(void *arg)
{
    (void)arg;
    bench.coroutine = tr_coroutine_current();
    bench.status =
        tr_pool_run(bench.work, "abcdef", 6, bench.deadline_ms, bench.result, &bench.size);
    bench.coroutine = NULL;
    tally_add(&bench.over, 1);
}

static void start_coroutine(tr_core *core, void *arg)
{
    (void)arg;
    ok(tr_coroutine_start(core, "run", run_in_coroutine, NULL, NULL));
}

static void run(tr_system *system, tr_pool_work work)
{
    bench.work = work;
    on_core(system, 0, start_coroutine, NULL);
}

START_TEST(a_coroutine_gets_its_result)
{
    tr_system *system = up_plain(_i);
    run(system, turn_round);
    tally_wait(&bench.over, 1);
    ck_assert_int_eq(bench.status, 6);
    ck_assert_uint_eq(bench.size, 6);
    ck_assert_mem_eq(bench.result, "fedcba", 6);
    bench.size = sizeof bench.result;
    run(system, say_nothing);
    tally_wait(&bench.over, 2);
    ck_assert_int_eq(bench.status, 0);
    ck_assert_uint_eq(bench.size, 0);
    tr_system_stop(&system);
}
END_TEST

START_TEST(a_result_over_its_room_or_the_cap_is_too_big)
{
    tr_system *system = up_plain(_i);
    bench.size = 5;
    run(system, turn_round);
    tally_wait(&bench.over, 1);
    ck_assert_int_eq(bench.status, TR_ETOOBIG);
    ck_assert_uint_eq(bench.size, 6);
    run(system, give_too_much);
    tally_wait(&bench.over, 2);
    ck_assert_int_eq(bench.status, TR_ETOOBIG);
    tr_system_stop(&system);
}
END_TEST

START_TEST(a_job_past_its_deadline_is_over_for_who_waits)
{
    tr_system *system = up_plain(_i);
    bench.deadline_ms = 20;
    run(system, sleep_long);
    tally_wait(&bench.over, 1);
    ck_assert_int_eq(bench.status, TR_ETIMEOUT);
    tally_wait(&bench.may_end, 1);
    ck_assert_int_eq(bench.reference, TR_ETIMEOUT);
    tr_system_stop(&system);
}
END_TEST

static void cancel(tr_core *core, void *arg)
{
    (void)core;
    (void)arg;
    tr_coroutine_cancel(bench.coroutine);
}

START_TEST(a_cancelled_coroutine_ends_the_waits_of_its_job)
{
    tr_system *system = up_plain(_i);
    run(system, sleep_long);
    tally_wait(&bench.begun, 1);
    on_core(system, 0, cancel, NULL);
    tally_wait(&bench.over, 1);
    ck_assert_int_eq(bench.status, TR_ECANCELLED);
    tally_wait(&bench.may_end, 1);
    ck_assert_int_eq(bench.reference, TR_ECANCELLED);
    tr_system_stop(&system);
}
END_TEST

static void read_pool(tr_core *core, void *arg)
{
    *(tr_pool_stats *)arg = tr_pool_stats_get(core);
}

static void start_on_actor(tr_core *core, void *arg)
{
    tr_actor *actor = tr_actor_find(core, bench.actor.address);
    bench.reference = tr_pool_start(actor, *(tr_pool_work *)arg, "abc", 3, bench.deadline_ms);
    ck_assert_int_gt(bench.reference, 0);
}

static void start(tr_system *system, tr_pool_work work)
{
    on_core(system, 0, start_on_actor, &work);
}

START_TEST(the_job_of_a_cancelled_coroutine_that_waits_never_runs)
{
    tr_system *system = up((enum tr_transport)_i, &(tr_pool_options){.threads_max = 1});
    start(system, block);
    tally_wait(&bench.begun, 1);
    run(system, block);
    on_core(system, 0, cancel, NULL);
    tally_wait(&bench.over, 1);
    ck_assert_int_eq(bench.status, TR_ECANCELLED);
    tr_pool_stats stats;
    on_core(system, 0, read_pool, &stats);
    ck_assert_uint_eq(stats.queued, 0);
    ck_assert_uint_eq(stats.cancelled, 1);
    tally_add(&bench.may_end, 1);
    tally_wait(&bench.actor.received, 1);
    tr_system_stop(&system);
    ck_assert_uint_eq(tally_get(&bench.begun), 1);
}
END_TEST

START_TEST(the_end_of_the_process_ends_all_waits)
{
    tr_system *system = up_plain(_i);
    run(system, sleep_long);
    tally_wait(&bench.begun, 1);
    tr_system_stop(&system);
    ck_assert_uint_eq(tally_get(&bench.over), 1);
    ck_assert_int_eq(bench.status, TR_ECANCELLED);
}
END_TEST

static void fill_queue(tr_core *core, void *arg)
{
    (void)core;
    (void)arg;
    tr_actor *actor = tr_actor_find(core, bench.actor.address);
    // One runs, one waits, the third finds no room.
    ck_assert_int_gt(tr_pool_start(actor, block, NULL, 0, 0), 0);
    ck_assert_int_gt(tr_pool_start(actor, block, NULL, 0, 0), 0);
    ck_assert_int_eq(tr_pool_start(actor, block, NULL, 0, 0), TR_EFULL);
    ck_assert_int_eq(tr_pool_start(actor, block, "", TR_POOL_BYTES_CAP + 1u, 0), TR_ETOOBIG);
}

static void say_nothing_of(tr_actor *self, script *of, tr_message *message)
{
    (void)self;
    (void)of;
    (void)message;
}

START_TEST(a_full_queue_is_an_answer)
{
    tr_system *system =
        up((enum tr_transport)_i, &(tr_pool_options){.threads_max = 1, .queue_cap = 1});
    bench.actor.on_message = say_nothing_of;
    on_core(system, 0, fill_queue, NULL);
    run(system, block);
    tally_wait(&bench.over, 1);
    ck_assert_int_eq(bench.status, TR_EFULL);
    tally_add(&bench.may_end, 1);
    tally_wait(&bench.actor.received, 2);
    tr_system_stop(&system);
}
END_TEST

START_TEST(outside_a_coroutine_it_is_the_wrong_thread)
{
    ck_assert_int_eq(tr_pool_run(block, NULL, 0, 0, NULL, NULL), TR_EWRONGTHREAD);
}
END_TEST

// -- from an actor --

START_TEST(an_actor_gets_a_message_with_the_result)
{
    tr_system *system = up_plain(_i);
    start(system, turn_round);
    tally_wait(&bench.actor.received, 1);
    ck_assert_int_eq(bench.status, 3);
    ck_assert_uint_eq(bench.size, 3);
    ck_assert_mem_eq(bench.result, "cba", 3);
    tr_system_stop(&system);
}
END_TEST

START_TEST(an_actor_hears_of_a_late_job_once)
{
    tr_system *system = up_plain(_i);
    bench.deadline_ms = 10;
    start(system, block);
    tally_wait(&bench.actor.received, 1);
    ck_assert_int_eq(bench.status, TR_ETIMEOUT);
    tally_add(&bench.may_end, 1);
    bench.deadline_ms = 0;
    start(system, turn_round);
    tally_wait(&bench.actor.received, 2);
    ck_assert_int_eq(bench.status, 3);
    tr_system_stop(&system);
    ck_assert_uint_eq(tally_get(&bench.actor.received), 2);
}
END_TEST

static void stop_actor(tr_core *core, void *arg)
{
    (void)arg;
    tr_actor_stop(tr_actor_find(core, bench.actor.address));
}

static bool has_run(tr_core *core, void *arg)
{
    (void)arg;
    return tr_pool_stats_get(core).run.count == 1;
}

START_TEST(the_result_for_an_actor_that_ended_is_dropped)
{
    tr_system *system = up_plain(_i);
    start(system, block);
    tally_wait(&bench.begun, 1);
    on_core(system, 0, stop_actor, NULL);
    tally_wait(&bench.actor.stopped, 1);
    tally_add(&bench.may_end, 1);
    eventually_on(system, 0, has_run, NULL);
    tr_system_stop(&system);
    ck_assert_uint_eq(tally_get(&bench.actor.received), 0);
}
END_TEST

Suite *actors_pool_jobs_suite(void)
{
    Suite *suite = suite_create("actors/pool/pool_jobs");
    TCase *tests = tcase_create("jobs");
    tcase_set_timeout(tests, 60);
    tcase_add_loop_test(tests, a_coroutine_gets_its_result, 0, TRANSPORTS);
    tcase_add_loop_test(tests, a_result_over_its_room_or_the_cap_is_too_big, 0, TRANSPORTS);
    tcase_add_loop_test(tests, a_job_past_its_deadline_is_over_for_who_waits, 0, TRANSPORTS);
    tcase_add_loop_test(tests, a_cancelled_coroutine_ends_the_waits_of_its_job, 0, TRANSPORTS);
    tcase_add_loop_test(tests, the_job_of_a_cancelled_coroutine_that_waits_never_runs, 0,
                        TRANSPORTS);
    tcase_add_loop_test(tests, the_end_of_the_process_ends_all_waits, 0, TRANSPORTS);
    tcase_add_loop_test(tests, a_full_queue_is_an_answer, 0, TRANSPORTS);
    tcase_add_test(tests, outside_a_coroutine_it_is_the_wrong_thread);
    tcase_add_loop_test(tests, an_actor_gets_a_message_with_the_result, 0, TRANSPORTS);
    tcase_add_loop_test(tests, an_actor_hears_of_a_late_job_once, 0, TRANSPORTS);
    tcase_add_loop_test(tests, the_result_for_an_actor_that_ended_is_dropped, 0, TRANSPORTS);
    suite_add_tcase(suite, tests);
    return suite;
}
