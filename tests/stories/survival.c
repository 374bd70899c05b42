// Processes with a store are killed, stopped, restarted: pages come back as they were written.

#include <check.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/support/browser.h"
#include "tests/support/postgres.h"
#include "tests/support/scratch.h"
#include "tests/support/store_file.h"
#include "tests/support/teller.h"
#include "tests/support/world.h"

enum { LMDB, POSTGRES, STORES };

static world here;
static postgres server;
static teller looker;
static char folder[64];
static char url[256];

static void server_up(void)
{
    postgres_up(&server);
}

static void server_down(void)
{
    postgres_down(&server);
}

static void set_up(int store, unsigned workers)
{
    scratch_make(folder, sizeof folder, "survival");
    if (store == LMDB)
        (void)snprintf(url, sizeof url, "lmdb:%s/sessions", folder);
    else
        (void)snprintf(url, sizeof url, "%s", postgres_url(&server, "owner"));
    world_start(&here, &(world_options){.gateways = workers != 0 ? 2 : 0,
                                        .workers = workers,
                                        .bus = "tcp",
                                        .store = url});
    teller_open(&looker, url);
}

static void tear_down(void)
{
    teller_close(&looker);
    world_stop(&here);
    scratch_remove(folder);
}

// Changes before this are in the store after it.
static void is_written(browser *b, const char *name)
{
    browser_type(b, "name", name);
    eventually(teller_holds(&looker, browser_session_id(b), name));
}

static browser *browser_with_page(void)
{
    browser *b = browser_open(world_port(&here, 0));
    browser_click(b, "add");
    eventually(browser_sees(b, "1"));
    browser_click(b, "add");
    eventually(browser_sees(b, "2"));
    is_written(b, "Ada Lovelace");
    return b;
}

static void is_as_it_was(browser *b, const char *count, const char *next)
{
    ck_assert_str_eq(browser_text(b, "count"), count);
    browser_click(b, "add");
    eventually(strcmp(browser_text(b, "count"), next) == 0);
}

START_TEST(a_process_that_is_killed_and_started_again_has_its_pages)
{
    set_up(_i, 0);
    browser *b = browser_with_page();
    process_kill(&here.gateways[0]);
    eventually(browser_close_code(b) != 0);
    world_start_gateway(&here, 0);
    char id[64];
    (void)snprintf(id, sizeof id, "%s", browser_session_id(b));
    browser_reconnect(b, world_port(&here, 0));
    ck_assert_str_eq(browser_session_id(b), id);
    is_as_it_was(b, "2", "3");
    // And once more: what was written since is of the new owner.
    is_written(b, "Grace Hopper");
    process_kill(&here.gateways[0]);
    world_start_gateway(&here, 0);
    browser_reload(b, world_port(&here, 0));
    is_as_it_was(b, "3", "4");
    browser_free(b);
    tear_down();
}
END_TEST

START_TEST(a_process_that_is_stopped_in_order_writes_the_last_change)
{
    set_up(_i, 0);
    browser *b = browser_open(world_port(&here, 0));
    for (unsigned i = 1; i <= 20; i++)
        browser_click(b, "add");
    eventually(browser_sees(b, "20"));
    kill(here.gateways[0].pid, SIGTERM);
    ck_assert_int_eq(process_wait(&here.gateways[0]), 0);
    world_start_gateway(&here, 0);
    browser_reconnect(b, world_port(&here, 0));
    is_as_it_was(b, "20", "21");
    browser_free(b);
    tear_down();
}
END_TEST

START_TEST(the_pages_of_a_killed_worker_go_on_at_another)
{
    set_up(_i, 2);
    browser *pages[6];
    for (unsigned i = 0; i < 6; i++)
        pages[i] = browser_with_page();
    world_process *killed = world_worker_of(&here, pages[0]);
    process_kill(killed);
    for (unsigned i = 0; i < 6; i++) {
        char id[64];
        (void)snprintf(id, sizeof id, "%s", browser_session_id(pages[i]));
        if (browser_close_code(pages[i]) != 0 || i == 0)
            browser_reconnect(pages[i], world_port(&here, 1));
        ck_assert_str_eq(browser_session_id(pages[i]), id);
        is_as_it_was(pages[i], "2", "3");
    }
    for (unsigned i = 0; i < 6; i++)
        browser_free(pages[i]);
    tear_down();
}
END_TEST

// It wakes up believing that it owns what another one has by now.
START_TEST(a_worker_that_slept_through_its_sessions_moving_writes_nothing)
{
    set_up(_i, 2);
    browser *b = browser_with_page();
    world_process *asleep = world_worker_of(&here, b);
    // Out of a write: in one, it would be ended.
    if (_i == LMDB)
        eventually(store_file_stop_writer(url, asleep->pid, false));
    else
        ck_assert_int_eq(kill(asleep->pid, SIGSTOP), 0);
    eventually(browser_close_code(b) != 0);
    browser_reconnect(b, world_port(&here, 0));
    is_as_it_was(b, "2", "3");
    is_written(b, "Grace Hopper");
    ck_assert_int_eq(kill(asleep->pid, SIGCONT), 0);
    // It serves again, as one that has just come.
    uint64_t until = deadline_in_ms(BROWSER_DEADLINE_MS);
    browser *fresh = browser_open(world_port(&here, 0));
    while (world_worker_of(&here, fresh) != asleep) {
        ck_assert_msg(!deadline_passed(until), "the worker that slept gets no new page");
        browser_free(fresh);
        fresh = browser_open(world_port(&here, 0));
    }
    is_as_it_was(b, "3", "4");
    is_written(b, "Alan Turing");
    browser_reload(b, world_port(&here, 1));
    is_as_it_was(b, "4", "5");
    browser_free(b);
    browser_free(fresh);
    tear_down();
}
END_TEST

// Nobody tells them of each other: the store does, when the one that lost a session writes.
START_TEST(a_page_that_another_process_took_over_ends_here_and_stays_there)
{
    world other;
    set_up(LMDB, 0);
    browser *here_first = browser_with_page();
    memset(&other, 0, sizeof other);
    world_start(&other, &(world_options){.store = url});
    browser *there =
        browser_open_as(world_port(&other, 0), BROWSER_OURS, browser_session_id(here_first));
    is_as_it_was(there, "2", "3");
    is_written(there, "Grace Hopper");
    browser_click(here_first, "add");
    eventually(browser_close_code(here_first) == 1012);
    for (unsigned i = 4; i < 10; i++) {
        char expected[16];
        (void)snprintf(expected, sizeof expected, "%u", i);
        browser_click(there, "add");
        eventually(strcmp(browser_text(there, "count"), expected) == 0);
    }
    is_written(there, "Alan Turing");
    ck_assert_uint_eq(browser_close_code(there), 0);
    browser_free(here_first);
    browser_free(there);
    world_stop(&other);
    tear_down();
}
END_TEST

// A session in the store has not ended: `on_end` is for one that will not be back.
START_TEST(a_process_that_stops_ends_only_sessions_that_no_store_has)
{
    bool has_store = _i == 1;
    set_up(LMDB, 0);
    if (!has_store) {
        world_stop(&here);
        world_start(&here, &(world_options){0});
    }
    browser *b = browser_open(world_port(&here, 0));
    browser_click(b, "add");
    eventually(browser_sees(b, "1"));
    kill(here.gateways[0].pid, SIGTERM);
    int out = dup(here.gateways[0].out); // it is closed with the process
    ck_assert_int_eq(process_wait(&here.gateways[0]), 0);
    char said[256] = "";
    ssize_t size = read(out, said, sizeof said - 1);
    close(out);
    ck_assert_int_eq(size > 0 && strstr(said, "a session has ended") != NULL, !has_store);
    browser_free(b);
    tear_down();
}
END_TEST

START_TEST(a_session_that_has_ended_leaves_nothing)
{
    set_up(_i, 0);
    tear_down();
    scratch_make(folder, sizeof folder, "survival");
    world_start(&here, &(world_options){.store = url, .session_timeout = "1"});
    teller_open(&looker, url);
    browser *b = browser_with_page();
    char id[64];
    (void)snprintf(id, sizeof id, "%s", browser_session_id(b));
    browser_close(b);
    eventually(!teller_holds(&looker, id, "Ada"));
    browser_reload(b, world_port(&here, 0));
    ck_assert_str_ne(browser_session_id(b), id);
    browser_free(b);
    tear_down();
}
END_TEST

Suite *survival_suite(void);
Suite *survival_suite(void)
{
    Suite *suite = suite_create("survival");
    TCase *tests = tcase_create("with a store");
    tcase_set_timeout(tests, 180);
    tcase_add_unchecked_fixture(tests, server_up, server_down);
    tcase_add_loop_test(tests, a_process_that_is_killed_and_started_again_has_its_pages, 0, STORES);
    tcase_add_loop_test(tests, a_process_that_is_stopped_in_order_writes_the_last_change, 0,
                        STORES);
    tcase_add_loop_test(tests, the_pages_of_a_killed_worker_go_on_at_another, 0, STORES);
    tcase_add_loop_test(tests, a_worker_that_slept_through_its_sessions_moving_writes_nothing, 0,
                        STORES);
    tcase_add_test(tests, a_page_that_another_process_took_over_ends_here_and_stays_there);
    tcase_add_loop_test(tests, a_process_that_stops_ends_only_sessions_that_no_store_has, 0, 2);
    tcase_add_loop_test(tests, a_session_that_has_ended_leaves_nothing, POSTGRES, STORES);
    suite_add_tcase(suite, tests);
    return suite;
}
