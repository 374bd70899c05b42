// A worker is stopped, and its sessions go on in another one: their browsers notice a pause.

#include <check.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/browser.h"
#include "tests/support/world.h"

enum { CLICKS = 300 };

static world here;

static void tear_down(void)
{
    world_stop(&here);
}

static const char *const buses[] = {"tcp", "ipc"};

static void set_up(unsigned gateways, const char *bus, const char *threads)
{
    world_start(&here, &(world_options){
                           .gateways = gateways, .workers = 2, .bus = bus, .threads = threads});
    world_await_workers(&here);
}

static void is_on(browser *b, unsigned worker)
{
    char pid[16];
    snprintf(pid, sizeof pid, "%d", (int)here.workers[worker].pid);
    browser_click(b, "ask who");
    eventually(strcmp(browser_text(b, "who"), pid) == 0);
}

static void stop_worker(unsigned worker)
{
    kill(here.workers[worker].pid, SIGTERM);
}

static void has_stopped(unsigned worker)
{
    ck_assert_int_eq(process_wait(&here.workers[worker]), 0);
}

static void adds_to(browser *b, const char *sees)
{
    browser_click(b, "add");
    eventually(browser_sees(b, sees));
}

START_TEST(a_page_goes_on_with_what_it_holds_and_its_browser_stays_connected)
{
    set_up(1, buses[_i % 2], _i < 2 ? "1" : "2");
    browser *b = world_page_on(&here, 0);
    adds_to(b, "1");
    browser_type(b, "name", "Ada");
    eventually(browser_sees(b, "Hello, Ada (Ada)"));
    browser_click(b, "grow");
    browser_click(b, "listen");
    browser_click(b, "watch room");
    browser_click(b, "enter");
    browser_click(b, "beat");
    eventually(browser_number(b, "beats") >= 2 && browser_sees(b, "1 here"));
    uint32_t id = browser_id(b, "add");
    stop_worker(0);
    has_stopped(0);
    is_on(b, 1);
    ck_assert_uint_eq(browser_close_code(b), 0);
    ck_assert_uint_eq(browser_id(b, "add"), id);
    adds_to(b, "2");
    unsigned beats = browser_number(b, "beats");
    eventually(browser_number(b, "beats") > beats);
    browser_click(b, "greet");
    eventually(browser_sees(b, "Blocking hello, Ada from greet"));
    browser_click(b, "tell");
    eventually(browser_sees(b, "news: Ada"));
    eventually(browser_sees(b, "1 here"));
    browser_free(b);
}
END_TEST

// A slow machine may not do all of them before the worker has to go.
START_TEST(events_sent_meanwhile_are_applied_once_each)
{
    set_up(1, buses[_i % 2], "1");
    browser *b = world_page_on_as(&here, 0, BROWSER_COUNTS);
    for (unsigned i = 0; i < CLICKS; i++) {
        if (i == CLICKS / 3)
            stop_worker(0);
        browser_click(b, i % 2 == 0 ? "add" : "add blocking");
        if (i % 3 == 0)
            browsers_wait();
    }
    char all[16];
    snprintf(all, sizeof all, "%d", CLICKS);
    eventually(browser_sees(b, all));
    has_stopped(0);
    is_on(b, 1);
    ck_assert_str_eq(browser_text(b, "count"), all);
    ck_assert_uint_eq(browser_close_code(b), 0);
    browser_free(b);
}
END_TEST

START_TEST(a_sync_handler_whose_event_has_a_number_runs_again_where_its_page_is_next)
{
    char name[32];
    set_up(1, "ipc", "1");
    browser *b = world_page_on_as(&here, 0, BROWSER_COUNTS);
    snprintf(name, sizeof name, "%d", (int)here.workers[0].pid);
    browser_type(b, "name", name);
    browser_click(b, "stay");
    eventually(browser_sees(b, "stays"));
    browser_click(b, "add blocking"); // waits for the state
    browser_click(b, "add blocking");
    stop_worker(0);
    eventually(browser_sees(b, "3"));
    has_stopped(0);
    is_on(b, 1);
    ck_assert_str_eq(browser_text(b, "count"), "3");
    ck_assert_str_eq(browser_crash(b), "");
    ck_assert_uint_eq(browser_close_code(b), 0);
    browser_free(b);
}
END_TEST

// One thread for sync handlers: what is pressed behind the one that stays has not begun.
START_TEST(what_has_not_begun_runs_where_its_page_is_next_without_a_number_too)
{
    char name[32];
    world_start(&here,
                &(world_options){.gateways = 1, .workers = 2, .bus = "ipc", .pool_threads = "1"});
    world_await_workers(&here);
    browser *b = world_page_on_as(&here, 0, _i == 0 ? BROWSER_FLET : BROWSER_OURS);
    snprintf(name, sizeof name, "%d", (int)here.workers[0].pid);
    browser_type(b, "name", name);
    browser_click(b, "stay");
    eventually(browser_sees(b, "stays"));
    for (unsigned i = 0; i < 3; i++)
        browser_click(b, "add blocking");
    browser_click(b, "payload blocking");
    stop_worker(0);
    eventually(strcmp(browser_text(b, "count"), "3") == 0);
    eventually(strncmp(browser_text(b, "status"), "4711 in ", 8) == 0);
    has_stopped(0);
    is_on(b, 1);
    ck_assert_str_eq(browser_text(b, "count"), "3");
    ck_assert_uint_eq(browser_close_code(b), 0);
    browser_free(b);
}
END_TEST

START_TEST(many_sessions_move_and_each_finds_its_own_page)
{
    enum { PAGES = 40 };
    set_up(2, "ipc", "2");
    browser *pages[PAGES];
    char name[64];
    for (unsigned i = 0; i < PAGES; i++) {
        pages[i] = browser_open(world_port(&here, i % 2));
        snprintf(name, sizeof name, "page %u", i);
        browser_type(pages[i], "name", name);
        adds_to(pages[i], "1");
    }
    stop_worker(0);
    has_stopped(0);
    for (unsigned i = 0; i < PAGES; i++) {
        adds_to(pages[i], "2");
        snprintf(name, sizeof name, "Blocking hello, page %u from greet", i);
        browser_click(pages[i], "greet");
        eventually(browser_sees(pages[i], name));
        ck_assert_uint_eq(browser_close_code(pages[i]), 0);
        browser_free(pages[i]);
    }
}
END_TEST

START_TEST(a_session_without_its_browser_moves_too_and_is_found_there)
{
    set_up(2, "tcp", "1");
    browser *b = world_page_on(&here, 0);
    adds_to(b, "1");
    browser_cut(b);
    stop_worker(0);
    // While it moves, or later.
    if (_i == 0)
        has_stopped(0);
    browser_reload(b, world_port(&here, 1));
    if (_i != 0)
        has_stopped(0);
    eventually(browser_sees(b, "welcome back"));
    ck_assert_str_eq(browser_text(b, "count"), "1");
    is_on(b, 1);
    adds_to(b, "2");
    browser_free(b);
}
END_TEST

START_TEST(handlers_in_flight_end_first_or_are_interrupted_and_told)
{
    set_up(1, "ipc", "1");
    browser *b = world_page_on(&here, 0);
    browser *slow = world_page_on(&here, 0);
    browser_click(slow, "hear errors");
    eventually(browser_sees(slow, "hears errors"));
    browser_click(slow, "keep");
    eventually(strncmp(browser_text(slow, "status"), "kept by", 7) == 0);
    browser_click(slow, "tick");
    browser_click(slow, "add");          // waits for the state
    browser_click(slow, "add blocking"); // and so does this
    browser_click(b, "nap");
    browser_click(b, "doze");
    stop_worker(0);
    eventually(browser_sees(b, "napped") && browser_sees(b, "dozed"));
    has_stopped(0);
    is_on(b, 1);
    is_on(slow, 1);
    // Both are told, in the order in which they were pressed.
    eventually(strstr(browser_text(slow, "codes"), "app_add_blocking") != NULL);
    // The state that it had borrowed is as it was. The async handler that waited for it got it when
    // the loan ended, and its click counts; the sync one that waited was told of.
    eventually(strcmp(browser_text(slow, "count"), "1") == 0);
    browser_click(slow, "add");
    eventually(strcmp(browser_text(slow, "count"), "2") == 0);
    ck_assert_uint_eq(browser_close_code(b), 0);
    ck_assert_uint_eq(browser_close_code(slow), 0);
    browser_free(b);
    browser_free(slow);
}
END_TEST

START_TEST(without_another_worker_sessions_end_as_if_it_had_died)
{
    world_start(&here, &(world_options){.gateways = 1, .workers = 1, .bus = "ipc"});
    browser *b = world_page_on(&here, 0);
    adds_to(b, "1");
    stop_worker(0);
    has_stopped(0);
    eventually(browser_close_code(b) == 1012);
    browser_free(b);
}
END_TEST

START_TEST(a_session_moves_twice)
{
    set_up(1, "tcp", "1");
    browser *b = world_page_on(&here, 0);
    adds_to(b, "1");
    stop_worker(0);
    has_stopped(0);
    adds_to(b, "2");
    world_start_worker(&here, 2);
    // The new one has its shards once somebody got a session there.
    browser_free(world_page_on(&here, 2));
    stop_worker(1);
    has_stopped(1);
    is_on(b, 2);
    adds_to(b, "3");
    ck_assert_uint_eq(browser_close_code(b), 0);
    browser_free(b);
}
END_TEST

// Neither knows of the other yet. What the first sends to the second goes on from there, and what does
// not get there, since that has ended or died, is sent to another one.
START_TEST(a_worker_that_stops_while_another_one_ends_loses_no_page)
{
    enum { PAGES = 12 };
    enum { BOTH_HAVE_PAGES, PAGES_ON_ONE, ONE_IS_KILLED };
    world_start(&here, &(world_options){.gateways = 1, .workers = 3, .bus = "ipc"});
    world_await_workers(&here);
    browser *pages[PAGES];
    for (unsigned i = 0; i < PAGES; i++) {
        pages[i] =
            _i == BOTH_HAVE_PAGES ? browser_open(world_port(&here, 0)) : world_page_on(&here, 0);
        adds_to(pages[i], "1");
    }
    // The first stands still until the other one is told, or dead, however long that takes.
    ck_assert_int_eq(kill(here.workers[0].pid, SIGSTOP), 0);
    stop_worker(0);
    if (_i == ONE_IS_KILLED)
        process_kill(&here.workers[1]);
    else
        stop_worker(1);
    ck_assert_int_eq(kill(here.workers[0].pid, SIGCONT), 0);
    has_stopped(0);
    if (_i != ONE_IS_KILLED)
        has_stopped(1);
    for (unsigned i = 0; i < PAGES; i++) {
        adds_to(pages[i], "2");
        is_on(pages[i], 2);
        ck_assert_uint_eq(browser_close_code(pages[i]), 0);
        browser_free(pages[i]);
    }
}
END_TEST

Suite *move_suite(void);
Suite *move_suite(void)
{
    Suite *suite = suite_create("move");
    TCase *tcase = tcase_create("sessions move");
    tcase_set_timeout(tcase, 120);
    tcase_add_checked_fixture(tcase, NULL, tear_down);
    tcase_add_loop_test(tcase, a_page_goes_on_with_what_it_holds_and_its_browser_stays_connected, 0,
                        3);
    tcase_add_loop_test(tcase, events_sent_meanwhile_are_applied_once_each, 0, 2);
    tcase_add_test(tcase,
                   a_sync_handler_whose_event_has_a_number_runs_again_where_its_page_is_next);
    tcase_add_loop_test(tcase, what_has_not_begun_runs_where_its_page_is_next_without_a_number_too,
                        0, 2);
    tcase_add_test(tcase, many_sessions_move_and_each_finds_its_own_page);
    tcase_add_loop_test(tcase, a_session_without_its_browser_moves_too_and_is_found_there, 0, 2);
    tcase_add_test(tcase, handlers_in_flight_end_first_or_are_interrupted_and_told);
    tcase_add_test(tcase, without_another_worker_sessions_end_as_if_it_had_died);
    tcase_add_test(tcase, a_session_moves_twice);
    tcase_add_loop_test(tcase, a_worker_that_stops_while_another_one_ends_loses_no_page, 0, 3);
    suite_add_tcase(suite, tcase);
    return suite;
}
