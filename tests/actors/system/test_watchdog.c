#include <pthread.h>
#include <sched.h>
#include <sys/resource.h>
#include <unistd.h>

#include "actors/system/thread_times.h"
#include "actors/system/watchdog.h"
#include "tests/support/system.h"

Suite *actors_watchdog_suite(void);

typedef struct turn {
    tr_system *system;
    void (*keep)(void);
    tally ended;
} turn;

static _Atomic bool goes_on;

static void keep_core(tr_core *core, void *arg)
{
    (void)core;
    turn *it = arg;
    it->keep();
}

static void *run_turn(void *arg)
{
    turn *it = arg;
    on_core(it->system, 0, keep_core, it);
    tally_add(&it->ended, 1);
    return NULL;
}

// The longest turn that the watchdog saw, until the turn has ended or is said to be that long.
static uint64_t longest_of(void (*keep)(void), uint64_t enough_ms)
{
    turn it = {system_up(1, TR_TRANSPORT_LOCAL), keep, TALLY};
    goes_on = true;
    pthread_t thread;
    ok(pthread_create(&thread, NULL, run_turn, &it));
    tr_watchdog watchdog = {0};
    uint64_t longest_ms = 0;
    while (tally_get(&it.ended) == 0) {
        uint64_t ms = tr_watchdog_look(&watchdog, it.system);
        longest_ms = ms > longest_ms ? ms : longest_ms;
        if (longest_ms >= enough_ms)
            goes_on = false;
        look_again_soon();
    }
    ok(pthread_join(thread, NULL));
    tr_system_stop(&it.system);
    return longest_ms;
}

static void wait_for_end(void)
{
    while (goes_on)
        look_again_soon();
}

START_TEST(a_turn_that_waits_is_seen)
{
    ck_assert_uint_ge(longest_of(wait_for_end, TR_WATCHDOG_FIRST_MS), TR_WATCHDOG_FIRST_MS);
}
END_TEST

static void use_processor_0(void)
{
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(0, &set);
    ok(sched_setaffinity(0, sizeof set, &set));
}

static void *take_processor(void *arg)
{
    use_processor_0();
    while (goes_on)
        ;
    return arg;
}

// Shares a processor with two that get ten times as much each.
static void starve(void)
{
    use_processor_0();
    pthread_t others[2];
    for (unsigned i = 0; i < 2; i++)
        ok(pthread_create(&others[i], NULL, take_processor, NULL));
    ok(setpriority(PRIO_PROCESS, (id_t)gettid(), 10));
    tr_thread_times before;
    tr_thread_times now;
    ck_assert(tr_thread_times_of(gettid(), &before));
    do
        ck_assert(tr_thread_times_of(gettid(), &now));
    while (now.starved_ns - before.starved_ns < UINT64_C(2000000000));
    goes_on = false;
    for (unsigned i = 0; i < 2; i++)
        ok(pthread_join(others[i], NULL));
}

START_TEST(a_turn_without_a_processor_is_not_to_blame)
{
    ck_assert_uint_lt(longest_of(starve, UINT64_MAX), TR_WATCHDOG_FIRST_MS);
}
END_TEST

START_TEST(what_a_thread_computed_is_counted)
{
    tr_thread_times before;
    tr_thread_times now;
    ck_assert(tr_thread_times_of(gettid(), &before));
    do
        ck_assert(tr_thread_times_of(gettid(), &now));
    while (now.ran_ns - before.ran_ns < 50000000);
    ck_assert_uint_ge(now.disk_reads, before.disk_reads);
    ck_assert(!tr_thread_times_of(0, &now));
    ck_assert_uint_eq(now.ran_ns, 0);
}
END_TEST

Suite *actors_watchdog_suite(void)
{
    Suite *suite = suite_create("actors/system/watchdog");
    TCase *all = tcase_create("watchdog");
    tcase_set_timeout(all, 60);
    tcase_add_test(all, a_turn_that_waits_is_seen);
    tcase_add_test(all, a_turn_without_a_processor_is_not_to_blame);
    tcase_add_test(all, what_a_thread_computed_is_counted);
    suite_add_tcase(suite, all);
    return suite;
}
