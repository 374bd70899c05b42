// Much at once: many handlers, many browsers, one that does not read, one that does not stop
// sending.

#include <check.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "tests/support/app.h"
#include "tests/support/browser.h"
#include "tests/support/system.h"
#include "tests/support/world.h"

enum { BROWSERS = TEST_UNDER_SANITIZER ? 300 : 1000 };

// AddressSanitizer keeps freed memory for a while, ThreadSanitizer its shadow.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define KEEPS_WHAT_IS_FREED true
#else
#define KEEPS_WHAT_IS_FREED false
#endif

static world here;

static void set_up(void)
{
    // All come from one address, as they do from behind a proxy that is not known.
    setenv("TROUPE_ADDRESS_CONNECTIONS", "0", 1);
    setenv("TROUPE_ADDRESS_SESSIONS", "0", 1);
    world_start(&here, &(world_options){.threads = "2"});
}

static void tear_down(void)
{
    world_stop(&here);
}

static unsigned port(void)
{
    return world_port(&here, 0);
}

static const char *const waiters[] = {"linger", "linger blocking"};

START_TEST(thirty_handlers_wait_at_the_same_time)
{
    browser *b = browser_open(port());
    for (unsigned i = 0; i < 30; i++)
        browser_click(b, waiters[_i]);
    eventually(browser_sees(b, "30 linger"));
    ck_assert_uint_eq(browser_count(b, "lingered"), 0);
    browser_click(b, "enough");
    eventually(browser_count(b, "lingered") == 30);
    browser_free(b);
}
END_TEST

START_TEST(a_thousand_browsers_at_once_have_a_page_each)
{
    browser **all = calloc(BROWSERS, sizeof *all);
    ck_assert_ptr_nonnull(all);
    for (unsigned i = 0; i < BROWSERS; i++) {
        all[i] = browser_connect(port());
        ck_assert_ptr_nonnull(all[i]);
        browser_register(all[i], BROWSER_OURS, NULL);
    }
    for (unsigned i = 0; i < BROWSERS; i++)
        eventually(browser_has_page(all[i]));
    for (unsigned i = 0; i < BROWSERS; i++)
        for (unsigned clicks = 0; clicks <= i % 3; clicks++)
            browser_click(all[i], "add");
    for (unsigned i = 0; i < BROWSERS; i++) {
        char expected[16];
        snprintf(expected, sizeof expected, "%u", i % 3 + 1);
        eventually(browser_sees(all[i], expected));
        ck_assert_str_eq(browser_text(all[i], "count"), expected);
    }
    for (unsigned i = 0; i < BROWSERS; i++)
        browser_free(all[i]);
    free(all);
}
END_TEST

START_TEST(a_browser_that_reads_slowly_gets_the_latest_and_costs_bounded_memory)
{
    browser *b = browser_open(port());
    browser *watcher = browser_open(port());
    browser_stop_reading(b, true);
    browser_click(b, "start big");
    // 64 KiB with every beat: more in all than the sockets and the window of packets can hold.
    browser_click(watcher, "beat");
    eventually(browser_number(watcher, "beats") >= 40);
    unsigned before = process_memory_kib(&here.gateways[0]);
    eventually(browser_number(watcher, "beats") >= 140);
    unsigned after = process_memory_kib(&here.gateways[0]);
    ck_assert_msg(KEEPS_WHAT_IS_FREED || after < before + 4096, "%u KiB became %u KiB", before,
                  after);
    unsigned packets = browser_packets(b);
    browser_stop_reading(b, false);
    browser_click(b, "stop big");
    eventually(browser_sees(b, "quiet"));
    unsigned beats = 0;
    ck_assert_int_eq(sscanf(browser_text(b, "beats"), "%u beats", &beats), 1);
    ck_assert_msg(browser_packets(b) - packets < beats, "%u packets for %u beats",
                  browser_packets(b) - packets, beats);
    browser_free(b);
    browser_free(watcher);
}
END_TEST

START_TEST(a_flood_of_events_is_worked_off_completely_and_others_are_served)
{
    browser *b = browser_open(port());
    browser *other = browser_open(port());
    uint32_t add = browser_id(b, "add");
    for (unsigned i = 0; i < 6000; i++)
        browser_click_id(b, add);
    browser_click(other, "add");
    eventually(browser_sees(other, "1"));
    eventually(browser_sees(b, "6000"));
    ck_assert_uint_eq(browser_close_code(b), 0);
    browser_free(b);
    browser_free(other);
}
END_TEST

START_TEST(a_flood_of_slow_handlers_is_worked_off_completely)
{
    browser *b = browser_open(port());
    uint32_t nap = browser_id(b, "nap");
    for (unsigned i = 0; i < 1500; i++)
        browser_click_id(b, nap);
    eventually(browser_count(b, "napped") == 1500);
    browser_free(b);
}
END_TEST

START_TEST(more_blocking_handlers_than_threads_all_get_their_turn)
{
    browser *b = browser_open(port());
    browser *other = browser_open(port());
    for (unsigned i = 0; i < 150; i++)
        browser_click(b, "doze");
    browser_click(other, "add");
    eventually(browser_sees(other, "1"));
    eventually(browser_count(b, "dozed") == 150);
    browser_free(b);
    browser_free(other);
}
END_TEST

START_TEST(browsers_that_vanish_in_the_middle_of_everything_leave_no_trace)
{
    browser *stays = browser_open(port());
    for (unsigned i = 0; i < 40; i++) {
        browser *b = browser_open(port());
        browser_click(b, "nap");
        browser_click(b, "doze");
        browser_click(b, "many");
        browser_click(b, "hold");
        browser_click(b, "beat");
        if (i % 2 == 0)
            browser_cut(b);
        browser_free(b);
    }
    browser_click(stays, "add");
    eventually(browser_sees(stays, "1"));
    browser_free(stays);
}
END_TEST

Suite *load_suite(void);
Suite *load_suite(void)
{
    Suite *suite = suite_create("load");
    TCase *tcase = tcase_create("much at once");
    tcase_set_timeout(tcase, 180);
    tcase_add_unchecked_fixture(tcase, set_up, tear_down);
    tcase_add_loop_test(tcase, thirty_handlers_wait_at_the_same_time, 0, 2);
    tcase_add_test(tcase, a_thousand_browsers_at_once_have_a_page_each);
    tcase_add_test(tcase, a_browser_that_reads_slowly_gets_the_latest_and_costs_bounded_memory);
    tcase_add_test(tcase, a_flood_of_events_is_worked_off_completely_and_others_are_served);
    tcase_add_test(tcase, a_flood_of_slow_handlers_is_worked_off_completely);
    tcase_add_test(tcase, more_blocking_handlers_than_threads_all_get_their_turn);
    tcase_add_test(tcase, browsers_that_vanish_in_the_middle_of_everything_leave_no_trace);
    suite_add_tcase(suite, tcase);
    return suite;
}
