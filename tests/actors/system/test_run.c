#include <signal.h>
#include <unistd.h>

#include "tests/support/system.h"

Suite *actors_run_suite(void);

static int end_twice(tr_core *core, void *arg)
{
    (void)arg;
    tr_system_end(tr_core_system(core), 7);
    tr_system_end(tr_core_system(core), 8);
    return 0;
}

START_TEST(the_first_end_gives_the_exit_code)
{
    ck_assert_int_eq(tr_system_run(&(tr_system_options){.core_count = 2, .setup = end_twice}), 7);
}
END_TEST

static int interrupt(tr_core *core, void *arg)
{
    (void)core;
    ok(kill(getpid(), *(const int *)arg));
    return 0;
}

static const int signals[] = {SIGINT, SIGTERM};

START_TEST(a_signal_stops_in_order)
{
    ck_assert_int_eq(tr_system_run(&(tr_system_options){.core_count = 1,
                                                        .setup = interrupt,
                                                        .arg = (void *)(uintptr_t)&signals[_i]}),
                     0);
    sigset_t blocked;
    sigset_t pending;
    pthread_sigmask(SIG_SETMASK, NULL, &blocked);
    sigpending(&pending);
    ck_assert(!sigismember(&blocked, signals[_i]));
    ck_assert(!sigismember(&pending, signals[_i]));
}
END_TEST

static int refuse(tr_core *core, void *arg)
{
    (void)core, (void)arg;
    return TR_EPROTOCOL;
}

START_TEST(what_cannot_start_exits_with_1)
{
    ck_assert_int_eq(tr_system_run(&(tr_system_options){.core_count = 1, .setup = refuse}), 1);
    ck_assert_int_eq(tr_system_run(&(tr_system_options){.core_count = 0}), 1);
}
END_TEST

static void on_end(tr_core *core, void *arg)
{
    (void)arg;
    tr_system_end(tr_core_system(core), 3);
}

START_TEST(without_run_an_end_does_nothing)
{
    tr_system *system = system_up(1, TR_TRANSPORT_LOCAL);
    on_core(system, 0, on_end, NULL);
    tr_system_stop(&system);
}
END_TEST

Suite *actors_run_suite(void)
{
    Suite *suite = suite_create("actors/system/run");
    TCase *tests = tcase_create("run");
    tcase_add_test(tests, the_first_end_gives_the_exit_code);
    tcase_add_loop_test(tests, a_signal_stops_in_order, 0, 2);
    tcase_add_test(tests, what_cannot_start_exits_with_1);
    tcase_add_test(tests, without_run_an_end_does_nothing);
    suite_add_tcase(suite, tests);
    return suite;
}
