// Sync handlers that run in processes of their own: which die, drain, are full, or are not there at
// all.

#include <check.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/browser.h"
#include "tests/support/world.h"

static world here;

static void tear_down(void)
{
    world_stop(&here);
}

static const char *const buses[] = {"tcp", "ipc"};

static void set_up(unsigned bus, unsigned handlers, const char *mode)
{
    world_start(&here, &(world_options){.gateways = 1,
                                        .workers = 1,
                                        .handlers = handlers,
                                        .handlers_mode = mode,
                                        .bus = buses[bus]});
}

static browser *page(void)
{
    return browser_open(world_port(&here, 0));
}

// Which of the handlers processes keeps this page's state, once it says so.
static unsigned keeper(browser *b)
{
    int pid = 0;
    browser_click(b, "keep");
    eventually(sscanf(browser_text(b, "status"), "kept by %d", &pid) == 1);
    for (unsigned i = 0; i < WORLD_HANDLERS_CAP; i++)
        if (here.handlers[i].pid == pid)
            return i;
    ck_abort_msg("kept by %d, which is no handlers process", pid);
    return 0;
}

// A page whose core thread knows which processes there are: one that has not heard of an end yet still asks the process
// that is gone.
static browser *page_that_runs_on(pid_t pid)
{
    browser *b = page();
    pid_t ran_on;
    while ((ran_on = world_handler_pid(b)) != pid) {
        ck_assert_int_eq(ran_on, 0);
        ck_assert_ptr_nonnull(strstr(browser_crash(b), "is gone"));
        browser_free(b);
        b = page();
    }
    return b;
}

START_TEST(a_payload_goes_along)
{
    set_up((unsigned)_i, 1, NULL);
    browser *b = page();
    char wanted[32];
    snprintf(wanted, sizeof wanted, "4711 in %d", (int)here.handlers[0].pid);
    browser_click(b, "payload blocking");
    eventually(strcmp(browser_text(b, "status"), wanted) == 0);
}
END_TEST

START_TEST(sync_handlers_run_there_and_async_ones_here)
{
    set_up((unsigned)_i, 2, NULL);
    browser *b = page();
    bool seen[2] = {false, false};
    for (unsigned calls = 0; !seen[0] || !seen[1]; calls++) {
        ck_assert_uint_lt(calls, 1000);
        pid_t pid = world_handler_pid(b);
        ck_assert(pid == here.handlers[0].pid || pid == here.handlers[1].pid);
        seen[pid == here.handlers[1].pid] = true;
    }
    char worker[16];
    snprintf(worker, sizeof worker, "%d", (int)here.workers[0].pid);
    browser_click(b, "ask who");
    eventually(strcmp(browser_text(b, "who"), worker) == 0);
    browser_free(b);
}
END_TEST

START_TEST(a_killed_one_costs_its_calls_and_the_next_runs_on_another)
{
    set_up((unsigned)_i, 2, "require");
    browser *b = page();
    browser *hearing = page();
    browser_click(b, "add");
    eventually(browser_sees(b, "1"));
    browser_click(hearing, "hear errors");
    eventually(browser_sees(hearing, "hears errors"));
    unsigned lost = keeper(b);
    while (keeper(hearing) != lost) {
        // Another page, until one is on the same process.
        browser_free(hearing);
        hearing = page();
        browser_click(hearing, "hear errors");
        eventually(browser_sees(hearing, "hears errors"));
    }
    process_kill(&here.handlers[lost]);
    eventually(browser_crash(b)[0] != '\0');
    ck_assert_str_eq(browser_crash(b), "app_keep failed: the process it ran in is gone");
    eventually(browser_sees(hearing, "error: app_keep failed: the process it ran in is gone"));
    ck_assert_str_eq(browser_crash(hearing), "");
    // The state it had borrowed is as it was, and free for others.
    browser_click(b, "add");
    eventually(browser_sees(b, "2"));
    browser_click(hearing, "add blocking");
    eventually(browser_sees(hearing, "1"));
    browser *other = page_that_runs_on(here.handlers[1 - lost].pid);
    for (unsigned i = 0; i < 20; i++)
        ck_assert_int_eq(world_handler_pid(other), here.handlers[1 - lost].pid);
    ck_assert_uint_eq(browser_close_code(b), 0);
    browser_free(b);
    browser_free(hearing);
    browser_free(other);
}
END_TEST

START_TEST(without_any_they_run_here_unless_they_must_not)
{
    bool must = _i == 1;
    set_up(0, 1, must ? "require" : "prefer");
    browser *b = page();
    process_kill(&here.handlers[0]);
    if (must) {
        eventually(world_handler_pid(b) == 0);
        // Perhaps before its core thread heard that the process is gone.
        while (strstr(browser_crash(b), "is gone") != NULL) {
            browser_free(b);
            b = page();
            ck_assert_int_eq(world_handler_pid(b), 0);
        }
        ck_assert_str_eq(browser_crash(b),
                         "app_who_blocking failed: there is no process to run it in");
    } else {
        browser_free(b);
        b = page_that_runs_on(here.workers[0].pid);
    }
    browser_free(b);
    world_start_handlers(&here, 0);
    world_await_handlers(&here);
}
END_TEST

START_TEST(a_full_one_refuses_and_the_call_runs_here_unless_it_must_not)
{
    bool must = _i == 1;
    world_start(&here, &(world_options){.gateways = 1,
                                        .workers = 1,
                                        .handlers = 1,
                                        .handlers_mode = must ? "require" : "prefer",
                                        .pool_threads = "1",
                                        .pool_queue = "1",
                                        .bus = "ipc"});
    browser *keeping = page();
    keeper(keeping);
    browser *waiting = page();
    browser_click(waiting, "ask who blocking");
    browser *b = page();
    // One runs, one waits for ever.
    eventually(world_handler_pid(b) == (must ? 0 : here.workers[0].pid));
    if (must)
        ck_assert_str_eq(browser_crash(b), "app_who_blocking failed: too many wait to be run");
    ck_assert_str_eq(browser_text(waiting, "who"), "");
    browser_free(b);
    browser_free(waiting);
    browser_free(keeping);
}
END_TEST

START_TEST(one_that_drains_ends_what_it_runs)
{
    set_up((unsigned)_i, 1, "prefer");
    browser *b = page();
    browser_click(b, "hold");
    eventually(browser_sees(b, "held"));
    kill(here.handlers[0].pid, SIGTERM);
    eventually(browser_sees(b, "held"));
    ck_assert_int_eq(process_wait(&here.handlers[0]), 0);
    // It had the state, and gave it back changed.
    browser_click(b, "add");
    eventually(browser_sees(b, "1001"));
    ck_assert_str_eq(browser_crash(b), "");
    ck_assert_int_eq(world_handler_pid(b), here.workers[0].pid);
    browser_free(b);
}
END_TEST

START_TEST(calls_of_a_killed_worker_give_their_threads_back)
{
    world_start(&here, &(world_options){.gateways = 1,
                                        .workers = 2,
                                        .handlers = 1,
                                        .handlers_mode = "require",
                                        .pool_threads = "1",
                                        .bus = buses[_i]});
    // Pages of both workers; the first one's call keeps the only thread.
    world_await_workers(&here);
    browser *lost = world_page_on(&here, 0);
    browser *other = world_page_on(&here, 1);
    ck_assert_uint_eq(keeper(lost), 0);
    browser_click(other, "ask who blocking");
    process_kill(&here.workers[0]);
    char expected[32];
    snprintf(expected, sizeof expected, "%d 1", (int)here.handlers[0].pid);
    eventually(strcmp(browser_text(other, "who"), expected) == 0);
    browser_free(lost);
    browser_free(other);
}
END_TEST

START_TEST(a_stopped_one_is_given_up_and_what_it_says_later_counts_no_more)
{
    set_up(0, 2, "require");
    browser *b = page();
    unsigned lost = keeper(b);
    kill(here.handlers[lost].pid, SIGSTOP);
    eventually(browser_crash(b)[0] != '\0');
    browser_click(b, "add");
    eventually(browser_sees(b, "1"));
    kill(here.handlers[lost].pid, SIGCONT);
    browser_click(b, "add");
    eventually(browser_sees(b, "2"));
    world_await_handlers(&here); // both, again
    ck_assert_str_eq(browser_text(b, "count"), "2");
    browser_free(b);
}
END_TEST

Suite *handlers_story_suite(void);
Suite *handlers_story_suite(void)
{
    Suite *suite = suite_create("handlers");
    TCase *tcase = tcase_create("processes for sync handlers");
    tcase_set_timeout(tcase, 180);
    tcase_add_checked_fixture(tcase, NULL, tear_down);
    tcase_add_loop_test(tcase, a_payload_goes_along, 0, 2);
    tcase_add_loop_test(tcase, sync_handlers_run_there_and_async_ones_here, 0, 2);
    tcase_add_loop_test(tcase, a_killed_one_costs_its_calls_and_the_next_runs_on_another, 0, 2);
    tcase_add_loop_test(tcase, without_any_they_run_here_unless_they_must_not, 0, 2);
    tcase_add_loop_test(tcase, a_full_one_refuses_and_the_call_runs_here_unless_it_must_not, 0, 2);
    tcase_add_loop_test(tcase, one_that_drains_ends_what_it_runs, 0, 2);
    tcase_add_loop_test(tcase, calls_of_a_killed_worker_give_their_threads_back, 0, 2);
    tcase_add_test(tcase, a_stopped_one_is_given_up_and_what_it_says_later_counts_no_more);
    suite_add_tcase(suite, tcase);
    return suite;
}
