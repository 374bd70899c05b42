// A process is stopped while calls of sync handlers wait in it that have not begun: they run elsewhere, once, and nobody
// is told that they failed.

#include <check.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/browser.h"
#include "tests/support/world.h"

// WAITING: pages that wait behind one that keeps the only thread.
enum { BEGUN = 3, WAITING = 8, PAGES = 6, ROUNDS = 4, IN_FLIGHT = 4, CLICKS_CAP = 400 };

static world here;

static void tear_down(void)
{
    world_stop(&here);
}

static void come_to_stay(browser *b, pid_t pid)
{
    char name[32];
    (void)snprintf(name, sizeof name, "%d", (int)pid);
    browser_type(b, "pid", name);
    browser_click(b, "stay");
    eventually(browser_sees(b, "stays"));
    browser_type(b, "pid", "0"); // where it runs again it does not stay
}

// -- a worker is stopped --

static bool is_at(browser *b, const world_process *worker)
{
    char pid[16];
    (void)snprintf(pid, sizeof pid, "%d", (int)worker->pid);
    browser_click(b, "ask who");
    return strcmp(browser_text(b, "who"), pid) == 0;
}

// In its own pool, or in a handlers process.
START_TEST(what_no_person_called_and_has_not_begun_goes_with_its_page)
{
    unsigned handlers = (unsigned)_i;
    world_start(&here, &(world_options){.program = "./unbegun",
                                        .gateways = 1,
                                        .workers = 2,
                                        .handlers = handlers,
                                        .handlers_mode = handlers != 0 ? "require" : NULL,
                                        .bus = "ipc",
                                        .pool_threads = "1"});
    world_await_workers(&here);
    browser *b = world_page_on_as(&here, 0, BROWSER_COUNTS);
    come_to_stay(b, handlers != 0 ? here.handlers[0].pid : here.workers[0].pid);
    for (unsigned i = 0; i < BEGUN; i++)
        browser_click(b, "begin");
    eventually(browser_number(b, "said") == BEGUN);
    ck_assert_int_eq(kill(here.workers[0].pid, SIGTERM), 0);
    eventually(browser_sees(b, "3 tasks, sum 6"));
    eventually(browser_sees(b, "heard 123"));
    eventually(browser_number(b, "beats") != 0);
    ck_assert_int_eq(process_wait(&here.workers[0]), 0);
    eventually(is_at(b, &here.workers[1]));
    ck_assert(browser_sees(b, "3 tasks, sum 6"));
    ck_assert(browser_sees(b, "heard 123"));
    ck_assert_str_eq(browser_crash(b), "");
    ck_assert_uint_eq(browser_close_code(b), 0);
    browser_free(b);
}
END_TEST

// -- a handlers process is stopped --

static void let_it_end(browser *b, unsigned handlers)
{
    browser_click(b, "enough");
    eventually(browser_sees(b, "lingered"));
    ck_assert_int_eq(process_wait(&here.handlers[handlers]), 0);
    ck_assert_str_eq(browser_crash(b), "");
    browser_free(b);
}

static browser *linger(void)
{
    browser *b = browser_open(world_port(&here, 0));
    browser_click(b, "linger blocking");
    eventually(browser_sees(b, "1 linger"));
    return b;
}

static void one_that_needs_one_thread(const char *mode)
{
    world_start(&here, &(world_options){.gateways = 1,
                                        .workers = 1,
                                        .handlers = 1,
                                        .handlers_mode = mode,
                                        .bus = "tcp",
                                        .pool_threads = "1"});
}

START_TEST(what_waits_in_a_handlers_process_that_is_stopped_runs_in_the_worker)
{
    browser *waiting[WAITING];
    one_that_needs_one_thread("prefer");
    browser *keeping = linger();
    for (unsigned i = 0; i < WAITING; i++) {
        waiting[i] =
            browser_open_as(world_port(&here, 0), i % 2 == 0 ? BROWSER_OURS : BROWSER_COUNTS, NULL);
        browser_click(waiting[i], "add blocking");
        browser_click(waiting[i], "ask who blocking");
    }
    ck_assert_int_eq(kill(here.handlers[0].pid, SIGTERM), 0);
    char who[32];
    (void)snprintf(who, sizeof who, "%d 1", (int)here.workers[0].pid);
    for (unsigned i = 0; i < WAITING; i++) {
        eventually(browser_sees(waiting[i], "1") && browser_sees(waiting[i], who));
        ck_assert_str_eq(browser_crash(waiting[i]), "");
        browser_free(waiting[i]);
    }
    let_it_end(keeping, 0);
}
END_TEST

static bool has_run_in(browser *b, pid_t pid)
{
    return strtol(browser_text(b, "who"), NULL, 10) == pid;
}

// The worker knows the other process once a call has run there.
START_TEST(what_waits_in_a_handlers_process_that_is_stopped_runs_in_another_one)
{
    browser *waiting[WAITING];
    unsigned clicks = 0;
    unsigned ran_there = 0;
    one_that_needs_one_thread("require");
    browser *keeping = linger();
    for (unsigned i = 0; i < WAITING; i++)
        waiting[i] = browser_open(world_port(&here, 0));
    world_start_handlers(&here, 1);
    while (ran_there == 0 || clicks % WAITING != 0) {
        ck_assert_uint_lt(clicks, CLICKS_CAP);
        browser *b = waiting[clicks++ % WAITING];
        browser_click(b, "ask who blocking");
        browsers_wait();
        ran_there += has_run_in(b, here.handlers[1].pid);
    }
    ck_assert_int_eq(kill(here.handlers[0].pid, SIGTERM), 0);
    char who[32];
    (void)snprintf(who, sizeof who, "%d %u", (int)here.handlers[1].pid, clicks / WAITING);
    for (unsigned i = 0; i < WAITING; i++) {
        eventually(browser_sees(waiting[i], who));
        ck_assert_str_eq(browser_crash(waiting[i]), "");
        browser_free(waiting[i]);
    }
    let_it_end(keeping, 0);
}
END_TEST

// -- under load --

typedef struct visit {
    browser *page;
    unsigned adds;
    unsigned dozes;
} visit;

static visit visits[PAGES];

static void click(visit *of)
{
    ck_assert_str_eq(browser_crash(of->page), "");
    ck_assert_uint_eq(browser_close_code(of->page), 0);
    unsigned done = browser_number(of->page, "count");
    ck_assert_uint_le(done, of->adds);
    if (of->adds - done < IN_FLIGHT && of->adds < CLICKS_CAP) {
        browser_click(of->page, "add blocking");
        of->adds++;
    }
    if (of->dozes == browser_count(of->page, "dozed") && of->dozes < CLICKS_CAP / 10) {
        browser_click(of->page, "doze");
        of->dozes++;
    }
}

static void all_click(void)
{
    for (unsigned i = 0; i < PAGES; i++)
        click(&visits[i]);
    browsers_wait();
}

static bool all_is_done(void)
{
    for (unsigned i = 0; i < PAGES; i++)
        if (browser_number(visits[i].page, "count") != visits[i].adds ||
            browser_count(visits[i].page, "dozed") != visits[i].dozes)
            return false;
    return true;
}

static bool has_ended(const world_process *of)
{
    char path[64];
    char state = '\0';
    (void)snprintf(path, sizeof path, "/proc/%d/stat", (int)of->pid);
    FILE *file = fopen(path, "re");
    ck_assert_ptr_nonnull(file);
    ck_assert_int_eq(fscanf(file, "%*d %*s %c", &state), 1);
    ck_assert_int_eq(fclose(file), 0);
    return state == 'Z';
}

// Whoever is the first to be stopped again knows the other one as it was before: nobody waits here.
START_TEST(no_call_is_lost_failed_or_doubled_while_handlers_processes_are_stopped_in_turn)
{
    world_start(&here, &(world_options){.gateways = 1,
                                        .workers = 2,
                                        .handlers = 2,
                                        .handlers_mode = "prefer",
                                        .bus = _i == 0 ? "ipc" : "tcp",
                                        .threads = _i == 0 ? "1" : "2",
                                        .pool_threads = "1"});
    world_await_workers(&here);
    for (unsigned i = 0; i < PAGES; i++)
        visits[i] = (visit){.page = world_page_on(&here, i % 2)};
    for (unsigned round = 0; round < ROUNDS; round++) {
        world_process *stopped = &here.handlers[round % 2];
        for (unsigned i = 0; i < 50; i++)
            all_click();
        ck_assert_int_eq(kill(stopped->pid, SIGTERM), 0);
        while (!has_ended(stopped))
            all_click();
        ck_assert_int_eq(process_wait(stopped), 0);
        world_start_handlers(&here, round % 2);
    }
    eventually(all_is_done());
    for (unsigned i = 0; i < PAGES; i++) {
        ck_assert_str_eq(browser_crash(visits[i].page), "");
        browser_free(visits[i].page);
    }
}
END_TEST

Suite *not_begun_suite(void);
Suite *not_begun_suite(void)
{
    Suite *suite = suite_create("not_begun");
    TCase *tests = tcase_create("what has not begun runs elsewhere");
    tcase_set_timeout(tests, 180);
    tcase_add_checked_fixture(tests, NULL, tear_down);
    tcase_add_loop_test(tests, what_no_person_called_and_has_not_begun_goes_with_its_page, 0, 2);
    tcase_add_test(tests, what_waits_in_a_handlers_process_that_is_stopped_runs_in_the_worker);
    tcase_add_test(tests, what_waits_in_a_handlers_process_that_is_stopped_runs_in_another_one);
    tcase_add_loop_test(
        tests, no_call_is_lost_failed_or_doubled_while_handlers_processes_are_stopped_in_turn, 0,
        2);
    suite_add_tcase(suite, tests);
    return suite;
}
