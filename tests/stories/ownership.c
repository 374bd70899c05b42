// Whose sessions they are, when workers come, sleep and die, and brokers with them. Without a store:
// what is lost here is lost.

#include <check.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/gateway/raw_browser.h"
#include "tests/support/browser.h"
#include "tests/support/receiver.h"
#include "tests/support/world.h"
#include "wire/limits.h"

enum { PAGES = 24, PART = 3 };

static world here;
static browser *pages[PAGES];

static void tear_down(void)
{
    world_stop(&here);
}

static bool is_on(browser *page, const world_process *worker)
{
    char pid[16];
    snprintf(pid, sizeof pid, "%d", (int)worker->pid);
    browser_click(page, "ask who");
    eventually(browser_text(page, "who")[0] != '\0');
    return strcmp(browser_text(page, "who"), pid) == 0;
}

static void adds_to(browser *page, const char *sees)
{
    browser_click(page, "add");
    eventually(strcmp(browser_text(page, "count"), sees) == 0);
}

// A page on that worker that has counted to one.
static browser *page_on(unsigned worker)
{
    browser *page = world_page_on(&here, worker);
    adds_to(page, "1");
    return page;
}

static void set_up(unsigned workers)
{
    world_start(&here, &(world_options){.gateways = 1, .workers = workers, .bus = "tcp"});
    world_await_workers(&here);
}

// Longer than anybody is waited for who says nothing.
static void let_silence_pass(void)
{
    for (uint64_t over = deadline_in_ms(2 * TR_PEER_SILENCE_MS); !deadline_passed(over);)
        browsers_wait();
}

static bool is_answered_or_closed(browser *page, const char *sees)
{
    return strcmp(browser_text(page, "count"), sees) == 0 || browser_close_code(page) != 0;
}

// Of a page that has counted to one, wherever it is by now: it is the same page. What happened to its
// worker may cost it a reconnect, and a click that was on its way; who is not closed is answered.
static void goes_on(browser *page)
{
    for (unsigned tries = 0; strcmp(browser_text(page, "count"), "2") != 0; tries++) {
        ck_assert_msg(tries < 5, "a page does not answer");
        if (browser_close_code(page) != 0)
            browser_reconnect(page, world_port(&here, 0));
        if (strcmp(browser_text(page, "count"), "2") == 0)
            return;
        ck_assert_str_eq(browser_text(page, "count"), "1");
        browser_click(page, "add");
        eventually(is_answered_or_closed(page, "2"));
    }
}

static bool health_says(const char *status)
{
    raw_port = world_port(&here, 0);
    received got = receiver_get("/health", "");
    browsers_wait();
    return strstr(got.body, status) != NULL;
}

START_TEST(a_worker_that_is_paused_for_some_seconds_keeps_its_pages)
{
    set_up(2);
    browser *page = page_on(0);
    char id[65];
    snprintf(id, sizeof id, "%s", browser_session_id(page));
    kill(here.workers[0].pid, SIGSTOP);
    // Everybody takes it for silent by then, and the other worker serves.
    let_silence_pass();
    kill(here.workers[0].pid, SIGCONT);
    browser_reconnect(page, world_port(&here, 0));
    ck_assert_str_eq(browser_session_id(page), id);
    goes_on(page);
    browser_free(page);
}
END_TEST

START_TEST(a_worker_that_sleeps_through_the_restart_of_its_broker_takes_nobodys_page)
{
    set_up(2);
    char endpoint[256];
    snprintf(endpoint, sizeof endpoint, "%s", here.endpoint);
    kill(here.workers[0].pid, SIGSTOP);
    process_kill(&here.broker);
    eventually(health_says("degraded"));
    world_start_broker(&here, endpoint);
    eventually(health_says("ok"));
    // What was the sleeper's is the other's by then.
    let_silence_pass();
    for (unsigned i = 0; i < PAGES; i++)
        pages[i] = page_on(1);
    kill(here.workers[0].pid, SIGCONT);
    // It says what it takes for its own, and is told.
    let_silence_pass();
    for (unsigned i = 0; i < PAGES; i++) {
        goes_on(pages[i]);
        browser_free(pages[i]);
    }
}
END_TEST

START_TEST(without_a_broker_the_pages_of_a_worker_that_died_begin_anew_and_health_is_degraded)
{
    set_up(2);
    browser *lost = page_on(0);
    browser *other = page_on(1);
    ck_assert(health_says("ok"));
    process_kill(&here.broker);
    eventually(health_says("degraded"));
    process_kill(&here.workers[0]);
    eventually(browser_close_code(lost) == 1012);
    browser_reload(lost, world_port(&here, 0));
    ck_assert_str_eq(browser_text(lost, "count"), "0");
    adds_to(lost, "1");
    adds_to(other, "2");
    ck_assert_uint_eq(browser_close_code(other), 0);
    browser_free(lost);
    browser_free(other);
}
END_TEST

// As they said last: one that has moved says so when it is asked again.
static unsigned count_on(const world_process *worker)
{
    unsigned count = 0;
    for (unsigned i = 0; i < PAGES; i++) {
        if (browser_close_code(pages[i]) != 0)
            browser_reconnect(pages[i], world_port(&here, 0));
        count += is_on(pages[i], worker) ? 1 : 0;
    }
    return count;
}

// About half of them: fewer than three of 24 is chance once in 50 000.
START_TEST(a_worker_that_joins_gets_its_part_of_the_pages_and_they_go_on)
{
    set_up(1);
    for (unsigned i = 0; i < PAGES; i++)
        pages[i] = page_on(0);
    world_start_worker(&here, 1);
    eventually(count_on(&here.workers[1]) >= PART);
    for (unsigned i = 0; i < PAGES; i++) {
        goes_on(pages[i]);
        browser_free(pages[i]);
    }
}
END_TEST

Suite *ownership_suite(void);
Suite *ownership_suite(void)
{
    Suite *suite = suite_create("ownership");
    TCase *tcase = tcase_create("whose sessions they are");
    tcase_set_timeout(tcase, 240);
    tcase_add_checked_fixture(tcase, NULL, tear_down);
    tcase_add_test(tcase, a_worker_that_is_paused_for_some_seconds_keeps_its_pages);
    tcase_add_test(tcase,
                   a_worker_that_sleeps_through_the_restart_of_its_broker_takes_nobodys_page);
    tcase_add_test(
        tcase, without_a_broker_the_pages_of_a_worker_that_died_begin_anew_and_health_is_degraded);
    tcase_add_test(tcase, a_worker_that_joins_gets_its_part_of_the_pages_and_they_go_on);
    suite_add_tcase(suite, tcase);
    return suite;
}
