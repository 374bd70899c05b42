// Processes that die, hang, leave and come back.

#include <check.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/browser.h"
#include "tests/support/world.h"
#include "wire/limits.h"

static world here;

static void tear_down(void)
{
    world_stop(&here);
}

// How processes reach each other: with a connection for each link, or with one for all links of two.
static const struct {
    const char *bus;
    const char *threads;
    const char *trunk_over;
} ways[] = {{"tcp", NULL, NULL}, {"ipc", NULL, NULL}, {"tcp", "4", "1"}};
enum { WAYS = sizeof ways / sizeof *ways };

static void set_up_two_by_two(unsigned way)
{
    if (ways[way].trunk_over != NULL)
        setenv("TROUPE_TRUNK_OVER", ways[way].trunk_over, 1);
    world_start(&here, &(world_options){.gateways = 2,
                                        .workers = 2,
                                        .bus = ways[way].bus,
                                        .threads = ways[way].threads});
    unsetenv("TROUPE_TRUNK_OVER");
    world_await_workers(&here);
}

static void adds_to(browser *b, const char *sees)
{
    browser_click(b, "add");
    eventually(browser_sees(b, sees));
}

START_TEST(a_killed_worker_costs_its_own_browsers_only_and_they_come_back)
{
    set_up_two_by_two((unsigned)_i);
    browser *lost = world_page_on(&here, 0);
    browser *other = world_page_on(&here, 1);
    adds_to(lost, "1");
    adds_to(other, "1");
    uint32_t old_id = browser_id(lost, "add");
    process_kill(&here.workers[0]);
    eventually(browser_close_code(lost) != 0);
    ck_assert_uint_eq(browser_close_code(lost), 1012);
    adds_to(other, "2");
    // A fresh page on the other worker; nothing on it has the id of something before.
    browser_reload(lost, world_port(&here, 0));
    ck_assert_str_eq(browser_text(lost, "count"), "0");
    ck_assert_uint_ne(browser_id(lost, "add"), old_id);
    adds_to(lost, "1");
    ck_assert_uint_eq(browser_close_code(other), 0);
    browser_free(lost);
    browser_free(other);
}
END_TEST

START_TEST(a_killed_worker_takes_its_pages_off_their_topics_and_a_killed_broker_does_not)
{
    set_up_two_by_two((unsigned)_i);
    browser *lost = world_page_on(&here, 0);
    browser *other = world_page_on(&here, 1);
    browser_click(other, "watch room");
    eventually(browser_sees(other, "watching"));
    process_kill(&here.broker);
    browser_type(lost, "name", "Ada");
    browser_click(lost, "enter");
    eventually(browser_sees(other, "join Ada") && browser_sees(other, "1 here"));
    process_kill(&here.workers[0]);
    eventually(browser_sees(other, "leave Ada") && browser_sees(other, "0 here"));
    browser_free(lost);
    browser_free(other);
}
END_TEST

START_TEST(a_killed_gateway_costs_nothing_but_a_reconnect_through_another)
{
    set_up_two_by_two((unsigned)_i);
    browser *b = browser_open(world_port(&here, 0));
    browser *other = browser_open(world_port(&here, 1));
    adds_to(b, "1");
    adds_to(other, "1");
    char session[65];
    snprintf(session, sizeof session, "%s", browser_session_id(b));
    process_kill(&here.gateways[0]);
    eventually(browser_close_code(b) != 0);
    browser_reconnect(b, world_port(&here, 1));
    ck_assert_str_eq(browser_session_id(b), session);
    ck_assert_str_eq(browser_text(b, "count"), "1");
    adds_to(b, "2");
    adds_to(other, "2");
    browser_free(b);
    browser_free(other);
}
END_TEST

START_TEST(a_killed_broker_stops_nobody_and_a_new_one_learns_everything)
{
    set_up_two_by_two((unsigned)_i);
    char endpoint[256];
    snprintf(endpoint, sizeof endpoint, "%s", here.endpoint);
    browser *one = world_page_on(&here, 0);
    browser *two = world_page_on(&here, 1);
    adds_to(one, "1");
    process_kill(&here.broker);
    adds_to(one, "2");
    adds_to(two, "1");
    // Even a new page and a reload need no broker.
    browser *three = browser_open(world_port(&here, 1));
    adds_to(three, "1");
    browser_reload(one, world_port(&here, 1));
    adds_to(one, "3");
    ck_assert_uint_eq(browser_close_code(one), 0);
    ck_assert_uint_eq(browser_close_code(two), 0);
    ck_assert_uint_eq(browser_close_code(three), 0);
    world_start_broker(&here, endpoint);
    // A worker that starts now is known to everybody: the new broker has put them all together.
    world_start_worker(&here, 2);
    browser *newcomer = world_page_on(&here, 2);
    adds_to(newcomer, "1");
    // It gets its part of the pages. One that is too long on its way, on a busy machine, has its browser come again.
    if (browser_close_code(two) == 1012)
        browser_reload(two, world_port(&here, 1));
    adds_to(two, "2");
    browser_reload(three, world_port(&here, 0));
    adds_to(three, "2");
    browser_free(one);
    browser_free(two);
    browser_free(three);
    browser_free(newcomer);
}
END_TEST

START_TEST(a_stopped_worker_is_noticed_and_its_browsers_go_elsewhere)
{
    set_up_two_by_two((unsigned)_i);
    browser *b = world_page_on(&here, 0);
    browser *other = world_page_on(&here, 1);
    kill(here.workers[0].pid, SIGSTOP);
    eventually(browser_close_code(b) == 1012);
    browser_reload(b, world_port(&here, 0));
    adds_to(b, "1");
    adds_to(other, "1");
    // When it wakes it finds its place taken, and serves new pages again.
    kill(here.workers[0].pid, SIGCONT);
    browser *again = world_page_on(&here, 0);
    adds_to(again, "1");
    adds_to(b, "2");
    browser_free(b);
    browser_free(other);
    browser_free(again);
}
END_TEST

START_TEST(a_gateway_that_drains_sends_its_browsers_away_with_1012)
{
    set_up_two_by_two((unsigned)_i);
    browser *b = browser_open(world_port(&here, 0));
    adds_to(b, "1");
    kill(here.gateways[0].pid, SIGTERM);
    eventually(browser_close_code(b) == 1012);
    ck_assert_int_eq(process_wait(&here.gateways[0]), 0);
    browser_reconnect(b, world_port(&here, 1));
    adds_to(b, "2");
    browser_free(b);
}
END_TEST

enum { PEOPLE = 4, LEAVES = 6 };

// Libzmq may abort a process that closes its inboxes while others still send there and hang up
// (actors/bus/parting.h).
START_TEST(whoever_leaves_amid_clicks_ends_well)
{
    set_up_two_by_two((unsigned)_i);
    browser *people[PEOPLE];
    for (unsigned i = 0; i < PEOPLE; i++)
        people[i] = browser_open(world_port(&here, 0));
    for (unsigned i = 0; i < LEAVES; i++) {
        bool is_worker = i % 3 != 2;
        world_process *leaver = is_worker ? &here.workers[i % 3] : &here.gateways[1];
        for (unsigned j = 0; j < PEOPLE; j++)
            browser_click(people[j], "add");
        kill(leaver->pid, SIGTERM);
        for (unsigned j = 0; j < PEOPLE; j++)
            browser_click(people[j], "add");
        ck_assert_int_eq(process_wait(leaver), 0);
        for (unsigned j = 0; j < PEOPLE; j++)
            eventually(browser_number(people[j], "count") == 2 * (i + 1));
        if (is_worker)
            world_start_worker(&here, i % 3);
        else
            world_start_gateway(&here, 1);
        world_await_workers(&here);
    }
    for (unsigned i = 0; i < PEOPLE; i++)
        browser_free(people[i]);
}
END_TEST

START_TEST(a_new_worker_takes_sessions_and_a_gateway_without_any_says_1013)
{
    world_start(&here, &(world_options){.gateways = 1, .workers = 1, .bus = "ipc"});
    process_kill(&here.workers[0]);
    browser *b = browser_connect(world_port(&here, 0));
    browser_register(b, BROWSER_OURS, NULL);
    eventually(browser_close_code(b) != 0);
    ck_assert(browser_close_code(b) == 1013 || browser_close_code(b) == 1012);
    browser_free(b);
    world_start_worker(&here, 1);
    world_await_sessions(&here, 0);
}
END_TEST

START_TEST(a_session_without_a_browser_ends_after_its_time)
{
    world_start(&here, &(world_options){.session_timeout = "1"});
    browser *b = browser_open(world_port(&here, 0));
    char session[65];
    adds_to(b, "1");
    snprintf(session, sizeof session, "%s", browser_session_id(b));
    // As long as somebody looks at it it lives, beyond its time too.
    browser_click(b, "beat");
    eventually(browser_number(b, "beats") >= 80);
    browser_close(b);
    uint64_t over = deadline_in_ms(2500);
    while (!deadline_passed(over))
        browsers_wait();
    browser_reload(b, world_port(&here, 0));
    ck_assert_str_ne(browser_session_id(b), session);
    ck_assert_str_eq(browser_text(b, "count"), "0");
    browser_free(b);
}
END_TEST

START_TEST(a_broker_that_hung_declares_nobody_dead)
{
    world_start(&here, &(world_options){.gateways = 1, .workers = 1, .bus = "tcp"});
    browser *b = browser_open(world_port(&here, 0));
    kill(here.broker.pid, SIGSTOP);
    uint64_t over = deadline_in_ms(2 * TR_PEER_SILENCE_MS);
    while (!deadline_passed(over))
        browsers_wait();
    kill(here.broker.pid, SIGCONT);
    over = deadline_in_ms(TR_PEER_SILENCE_MS);
    while (!deadline_passed(over))
        browsers_wait();
    ck_assert_uint_eq(browser_close_code(b), 0);
    browser_click(b, "add");
    eventually(browser_sees(b, "1"));
    browser_free(b);
}
END_TEST

Suite *cluster_suite(void);
Suite *cluster_suite(void)
{
    Suite *suite = suite_create("cluster");
    TCase *tcase = tcase_create("processes come and go");
    tcase_set_timeout(tcase, 180);
    tcase_add_checked_fixture(tcase, NULL, tear_down);
    tcase_add_loop_test(tcase, a_killed_worker_costs_its_own_browsers_only_and_they_come_back, 0,
                        WAYS);
    tcase_add_loop_test(
        tcase, a_killed_worker_takes_its_pages_off_their_topics_and_a_killed_broker_does_not, 0,
        WAYS);
    tcase_add_loop_test(tcase, a_killed_gateway_costs_nothing_but_a_reconnect_through_another, 0,
                        WAYS);
    tcase_add_loop_test(tcase, a_killed_broker_stops_nobody_and_a_new_one_learns_everything, 0,
                        WAYS);
    tcase_add_loop_test(tcase, a_stopped_worker_is_noticed_and_its_browsers_go_elsewhere, 0, WAYS);
    tcase_add_loop_test(tcase, a_gateway_that_drains_sends_its_browsers_away_with_1012, 0, WAYS);
    tcase_add_test(tcase, a_new_worker_takes_sessions_and_a_gateway_without_any_says_1013);
    tcase_add_test(tcase, a_session_without_a_browser_ends_after_its_time);
    tcase_add_test(tcase, a_broker_that_hung_declares_nobody_dead);
    suite_add_tcase(suite, tcase);
    tcase = tcase_create("goodbyes");
    tcase_set_timeout(tcase, 180);
    tcase_add_checked_fixture(tcase, NULL, tear_down);
    tcase_add_loop_test(tcase, whoever_leaves_amid_clicks_ends_well, 0, WAYS);
    suite_add_tcase(suite, tcase);
    return suite;
}
