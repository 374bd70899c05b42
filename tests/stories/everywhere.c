// Stories that must read the same wherever a page's gateway and worker are, and whatever carries
// their messages: each runs in every arrangement × transport of the table at the end.

#include <check.h>
#include <stdio.h>

#include "tests/support/app.h"
#include "tests/support/browser.h"
#include "tests/support/world.h"

static world here;

static unsigned port(void)
{
    return world_port(&here, 0);
}

// Where a second visit comes in: through another gateway when there is one.
static unsigned other_port(void)
{
    return world_port(&here, here.options.gateways > 1 ? 1 : 0);
}

START_TEST(the_first_page_is_seen)
{
    browser *b = browser_open(port());
    ck_assert_uint_eq(browser_count(b, "0 hits"), 1);
    ck_assert_str_eq(browser_text(b, "count"), "0");
    ck_assert_uint_ne(browser_id(b, "add"), 0);
    browser_free(b);
}
END_TEST

START_TEST(a_thousand_clicks_eight_in_flight_are_counted_exactly)
{
    browser *b = browser_open(port());
    uint32_t add = browser_id(b, "add");
    unsigned clicked = 0;
    while (clicked < 1000) {
        char seen[16];
        for (unsigned i = 0; i < 8; i++, clicked++)
            browser_click_id(b, add);
        snprintf(seen, sizeof seen, "%u", clicked);
        eventually(browser_sees(b, seen));
    }
    ck_assert_str_eq(browser_text(b, "count"), "1000");
    browser_free(b);
}
END_TEST

START_TEST(sync_and_async_handlers_answer_and_the_page_answers_others_meanwhile)
{
    browser *b = browser_open(port());
    browser *other = browser_open(port());
    browser_click(b, "linger blocking");
    browser_click(b, "linger");
    browser_click(b, "add");
    browser_click(other, "add");
    eventually(browser_sees(b, "1"));
    eventually(browser_sees(other, "1"));
    eventually(browser_sees(b, "2 linger"));
    ck_assert_uint_eq(browser_count(b, "lingered"), 0);
    browser_click(b, "enough");
    eventually(browser_count(b, "lingered") == 2);
    browser_free(b);
    browser_free(other);
}
END_TEST

START_TEST(sync_and_async_handlers_take_turns_with_the_state_and_lose_nothing)
{
    browser *b = browser_open(port());
    for (unsigned i = 0; i < 3; i++) {
        browser_click(b, "many");
        browser_click(b, "many blocking");
        browser_click(b, "add blocking");
    }
    char all[16];
    snprintf(all, sizeof all, "%d", 6 * APP_ROUNDS + 3);
    eventually(browser_sees(b, all));
    browser_free(b);
}
END_TEST

START_TEST(an_async_handler_waits_for_the_state_a_sync_one_holds)
{
    browser *b = browser_open(port());
    browser_click(b, "hold");
    eventually(browser_sees(b, "held"));
    browser_click(b, "add");
    eventually(browser_sees(b, "1001"));
    browser_free(b);
}
END_TEST

START_TEST(a_late_handler_is_told_and_the_state_is_as_it_was)
{
    browser *b = browser_open(port());
    browser_click(b, "hear errors");
    eventually(browser_sees(b, "hears errors"));
    browser_click(b, "late");
    eventually(browser_sees(b, "error: app_late failed: it took too long"));
    browser_click(b, "add");
    eventually(browser_sees(b, "1"));
    browser_click(b, "add blocking");
    eventually(browser_sees(b, "2"));
    ck_assert_uint_eq(browser_count(b, "hears errors"), 1);
    ck_assert_str_eq(browser_crash(b), "");
    // Without a handler for errors the browser is told.
    browser *c = browser_open(port());
    browser_click(c, "late");
    eventually(browser_crash(c)[0] != '\0');
    ck_assert_str_eq(browser_crash(c), "app_late failed: it took too long");
    browser_click(c, "add");
    eventually(browser_sees(c, "1"));
    browser_free(b);
    browser_free(c);
}
END_TEST

START_TEST(what_is_typed_reaches_the_handlers)
{
    browser *b = browser_open(port());
    browser_type(b, "name", "Ada");
    eventually(browser_sees(b, "Hello, Ada (Ada)"));
    browser_type(b, "name", "Grace");
    browser_click(b, "greet");
    eventually(browser_sees(b, "Blocking hello, Grace from greet"));
    browser_free(b);
}
END_TEST

START_TEST(children_are_set_kept_moved_and_removed)
{
    browser *b = browser_open(port());
    browser_click(b, "grow");
    eventually(browser_sees(b, "b"));
    browser_click(b, "grow");
    eventually(browser_sees(b, "d"));
    ck_assert_uint_eq(browser_count(b, "a") + browser_count(b, "c"), 2);
    ck_assert_uint_eq(browser_count(b, "b"), 0);
    browser_click(b, "table");
    eventually(browser_sees(b, "one"));
    browser_click(b, "table blocking");
    eventually(browser_sees(b, "three"));
    ck_assert_uint_eq(browser_count(b, "two"), 1);
    ck_assert_uint_eq(browser_count(b, "one"), 0);
    browser_free(b);
}
END_TEST

START_TEST(an_interval_beats_until_it_is_stopped)
{
    browser *b = browser_open(port());
    browser_click(b, "beat");
    eventually(browser_number(b, "beats") >= 5);
    browser_click(b, "no beat");
    eventually(browser_sees(b, "stopped"));
    browser_free(b);
}
END_TEST

START_TEST(a_handler_started_by_a_handler_keeps_its_own_controls)
{
    browser *b = browser_open(port());
    for (unsigned i = 1; i <= 3; i++) {
        browser_click(b, "outer");
        eventually(browser_count(b, "inner") == i && browser_count(b, "outer") == i + 1);
        browser_click(b, "table blocking");
        eventually(browser_sees(b, "three"));
    }
    ck_assert_uint_eq(browser_count(b, "forgotten by inner"), 0);
    ck_assert_uint_eq(browser_count(b, "forgotten by outer"), 0);
    browser_free(b);
}
END_TEST

START_TEST(mistakes_of_an_app_are_codes_and_change_nothing)
{
    browser *b = browser_open(port());
    browser_click(b, "mistakes");
    eventually(browser_sees(b, "-4 -4 -13 -4 -5"));
    browser_click(b, "add");
    eventually(browser_sees(b, "1"));
    browser_free(b);
    browser *c = browser_open(port());
    browser_click(c, "mistakes blocking");
    eventually(browser_sees(c, "-4 -4 -13 -4 -5"));
    ck_assert_uint_eq(browser_count(c, "lost") + browser_count(c, "far"), 0);
    browser_free(c);
}
END_TEST

START_TEST(a_late_click_on_a_removed_or_disabled_control_is_ignored)
{
    browser *b = browser_open(port());
    uint32_t target = browser_id(b, "target");
    uint32_t frozen = browser_id(b, "frozen");
    browser_click_id(b, target);
    browser_click_id(b, frozen);
    eventually(browser_sees(b, "2 hits"));
    browser_click(b, "remove target");
    browser_click_id(b, target);
    browser_click_id(b, frozen);
    browser_click_id(b, 999999);
    browser_click(b, "add");
    eventually(browser_sees(b, "1"));
    ck_assert_uint_eq(browser_count(b, "2 hits"), 1);
    ck_assert_uint_eq(browser_id(b, "target"), 0);
    browser_free(b);
}
END_TEST

START_TEST(a_reload_keeps_the_session_and_the_page)
{
    browser *b = browser_open(port());
    char before[65];
    snprintf(before, sizeof before, "%s", browser_session_id(b));
    browser_type(b, "name", "Ada");
    browser_click(b, "add");
    eventually(browser_sees(b, "1"));
    uint32_t add = browser_id(b, "add");
    browser_reload(b, other_port());
    ck_assert_str_eq(browser_session_id(b), before);
    ck_assert_str_eq(browser_text(b, "count"), "1");
    ck_assert_str_eq(browser_text(b, "name"), "Ada");
    ck_assert_uint_eq(browser_id(b, "add"), add);
    eventually(browser_sees(b, "welcome back"));
    browser_click(b, "add");
    eventually(browser_sees(b, "2"));
    browser_free(b);
}
END_TEST

START_TEST(a_reconnect_after_a_lost_network_brings_the_page_up_to_date)
{
    browser *b = browser_open(port());
    browser_click(b, "nap");
    browser_click(b, "beat");
    eventually(browser_number(b, "beats") >= 1);
    browser_cut(b);
    browser_reconnect(b, other_port());
    eventually(browser_sees(b, "napped"));
    eventually(browser_sees(b, "welcome back"));
    browser_click(b, "no beat");
    eventually(browser_sees(b, "stopped"));
    browser_free(b);
}
END_TEST

START_TEST(an_unknown_session_gets_a_new_page_whose_controls_have_other_ids)
{
    browser *old = browser_open(port());
    browser *b = browser_open_as(port(), BROWSER_OURS, "aaaaaaaaaaaaaaaaaaaaaaaaaaaa");
    ck_assert_str_ne(browser_session_id(b), "aaaaaaaaaaaaaaaaaaaaaaaaaaaa");
    ck_assert_uint_gt(browser_id(b, "add"), browser_id(old, "add") + 100000);
    browser_click_id(b, browser_id(old, "add"));
    browser_click(b, "add");
    eventually(browser_sees(b, "1"));
    browser *c = browser_open_as(port(), BROWSER_OURS, "no id of ours");
    browser_click(c, "add");
    eventually(browser_sees(c, "1"));
    browser_free(c);
    browser_free(b);
    browser_free(old);
}
END_TEST

START_TEST(the_newest_connection_of_our_client_takes_the_session_over)
{
    browser *old = browser_open(port());
    browser_click(old, "add");
    eventually(browser_sees(old, "1"));
    browser *b = browser_open_as(other_port(), BROWSER_OURS, browser_session_id(old));
    ck_assert_str_eq(browser_session_id(b), browser_session_id(old));
    ck_assert_str_eq(browser_text(b, "count"), "1");
    eventually(browser_close_code(old) == 4001);
    browser_click(b, "add");
    eventually(browser_sees(b, "2"));
    ck_assert_uint_eq(browser_close_code(b), 0);
    browser_free(b);
    browser_free(old);
}
END_TEST

static bool comes_back(const char *id)
{
    browser *b = browser_open_as(other_port(), BROWSER_FLET, id);
    bool is_back = strcmp(browser_session_id(b), id) == 0 && browser_sees(b, "1");
    browser_free(b);
    return is_back;
}

START_TEST(a_second_connection_of_flets_client_gets_a_session_of_its_own)
{
    browser *one = browser_open_as(port(), BROWSER_FLET, NULL);
    browser *two = browser_open_as(port(), BROWSER_FLET, browser_session_id(one));
    ck_assert_str_ne(browser_session_id(two), browser_session_id(one));
    browser_click(one, "add");
    eventually(browser_sees(one, "1"));
    ck_assert_str_eq(browser_text(two, "count"), "0");
    browser_click(two, "add");
    eventually(browser_sees(two, "1"));
    ck_assert_uint_eq(browser_close_code(one), 0);
    // Alone again, it comes back to its session, once its end was heard of there.
    char id[32];
    snprintf(id, sizeof id, "%s", browser_session_id(one));
    browser_close(one);
    eventually(comes_back(id));
    browser_free(one);
    browser_free(two);
}
END_TEST

static bool hears(browser *listener, browser *teller, const char *news)
{
    browser_click(teller, "tell");
    return browser_sees(listener, news);
}

START_TEST(a_topic_reaches_the_pages_that_listen)
{
    browser *teller = browser_open(port());
    browser *listener = browser_open_as(port(), BROWSER_OURS, NULL);
    browser *deaf = browser_open(port());
    browser_click(teller, "listen");
    browser_click(listener, "listen blocking");
    browser_click(deaf, "listen");
    eventually(browser_sees(teller, "listening") && browser_sees(listener, "listening") &&
               browser_sees(deaf, "listening"));
    browser_click(deaf, "listen no more");
    eventually(browser_sees(deaf, "deaf"));
    browser_type(teller, "name", "rain");
    browser_click(teller, "tell");
    eventually(browser_sees(teller, "news: rain"));
    // In another process it hears what is published once word of it has spread.
    eventually(hears(listener, teller, "news: rain"));
    ck_assert_uint_eq(browser_count(deaf, "news: rain"), 0);
    browser_click(deaf, "target");
    browser_click(deaf, "add");
    eventually(browser_sees(deaf, "1"));
    ck_assert_uint_eq(browser_count(deaf, "0 hits"), 1);
    browser_free(teller);
    browser_free(listener);
    browser_free(deaf);
}
END_TEST

START_TEST(what_a_page_publishes_to_others_it_does_not_hear)
{
    browser *teller = browser_open(port());
    browser *listener = browser_open(other_port());
    browser_click(teller, "listen");
    browser_click(listener, "listen");
    eventually(browser_sees(teller, "listening") && browser_sees(listener, "listening"));
    // Once the one hears the other, word of it has spread.
    browser_type(teller, "name", "rain");
    eventually(hears(listener, teller, "news: rain"));
    eventually(browser_sees(teller, "news: rain"));
    browser_type(teller, "name", "sun");
    browser_click(teller, "tell others");
    eventually(browser_sees(listener, "news: sun"));
    ck_assert_uint_eq(browser_count(teller, "news: sun"), 0);
    browser_free(teller);
    browser_free(listener);
}
END_TEST

START_TEST(who_is_on_a_topic_is_seen_until_it_leaves)
{
    browser *ada = browser_open(port());
    browser *grace = browser_open(other_port());
    browser_click(ada, "watch room");
    browser_click(grace, "watch room blocking");
    eventually(browser_sees(ada, "watching") && browser_sees(grace, "watching"));
    browser_type(ada, "name", "Ada");
    browser_click(ada, "enter");
    eventually(browser_sees(ada, "join Ada") && browser_sees(ada, "1 here"));
    eventually(browser_sees(grace, "join Ada") && browser_sees(grace, "1 here"));
    browser_type(grace, "name", "Grace");
    browser_click(grace, "enter");
    eventually(browser_sees(ada, "join Grace") && browser_sees(ada, "2 here"));
    eventually(browser_sees(grace, "join Grace") && browser_sees(grace, "2 here"));
    browser_click(ada, "leave");
    eventually(browser_sees(ada, "0 -4"));
    eventually(browser_sees(grace, "leave Ada") && browser_sees(grace, "1 here"));
    browser_click(grace, "leave");
    eventually(browser_sees(ada, "leave Grace") && browser_sees(ada, "0 here"));
    browser_free(ada);
    browser_free(grace);
}
END_TEST

static const struct {
    const char *name;
    world_options options;
} arrangements[] = {
    {"one process", {.threads = "1"}},
    {"one process, two threads", {.threads = "2"}},
    {"one process over inproc", {.transport = "inproc", .threads = "2"}},
    {"one process over ipc", {.transport = "ipc"}},
    {"one process over tcp", {.transport = "tcp", .threads = "2"}},
    {"cluster over tcp", {.gateways = 2, .workers = 2, .bus = "tcp"}},
    {"cluster over ipc", {.gateways = 1, .workers = 1, .threads = "2", .bus = "ipc"}},
    {"cluster with handlers over tcp",
     {.gateways = 1, .workers = 1, .handlers = 2, .handlers_mode = "require", .bus = "tcp"}},
    {"cluster with handlers over ipc",
     {.gateways = 1, .workers = 2, .handlers = 1, .handlers_mode = "require", .bus = "ipc"}},
    {"inside the test", {.is_inside = true, .threads = "2"}},
};

// Check knows fixtures without arguments only.
#define ARRANGEMENT(n)                                                                             \
    static void set_up_##n(void)                                                                   \
    {                                                                                              \
        world_start(&here, &arrangements[n].options);                                              \
    }
ARRANGEMENT(0)
ARRANGEMENT(1)
ARRANGEMENT(2)
ARRANGEMENT(3)
ARRANGEMENT(4)
ARRANGEMENT(5)
ARRANGEMENT(6)
ARRANGEMENT(7)
ARRANGEMENT(8)
ARRANGEMENT(9)

static void tear_down(void)
{
    world_stop(&here);
}

static void (*const set_ups[])(void) = {set_up_0, set_up_1, set_up_2, set_up_3, set_up_4,
                                        set_up_5, set_up_6, set_up_7, set_up_8, set_up_9};

static void add_stories(TCase *tcase)
{
    tcase_add_test(tcase, the_first_page_is_seen);
    tcase_add_test(tcase, a_thousand_clicks_eight_in_flight_are_counted_exactly);
    tcase_add_test(tcase, sync_and_async_handlers_answer_and_the_page_answers_others_meanwhile);
    tcase_add_test(tcase, sync_and_async_handlers_take_turns_with_the_state_and_lose_nothing);
    tcase_add_test(tcase, an_async_handler_waits_for_the_state_a_sync_one_holds);
    tcase_add_test(tcase, a_late_handler_is_told_and_the_state_is_as_it_was);
    tcase_add_test(tcase, what_is_typed_reaches_the_handlers);
    tcase_add_test(tcase, children_are_set_kept_moved_and_removed);
    tcase_add_test(tcase, an_interval_beats_until_it_is_stopped);
    tcase_add_test(tcase, a_handler_started_by_a_handler_keeps_its_own_controls);
    tcase_add_test(tcase, mistakes_of_an_app_are_codes_and_change_nothing);
    tcase_add_test(tcase, a_late_click_on_a_removed_or_disabled_control_is_ignored);
    tcase_add_test(tcase, a_reload_keeps_the_session_and_the_page);
    tcase_add_test(tcase, a_reconnect_after_a_lost_network_brings_the_page_up_to_date);
    tcase_add_test(tcase, an_unknown_session_gets_a_new_page_whose_controls_have_other_ids);
    tcase_add_test(tcase, the_newest_connection_of_our_client_takes_the_session_over);
    tcase_add_test(tcase, a_second_connection_of_flets_client_gets_a_session_of_its_own);
    tcase_add_test(tcase, a_topic_reaches_the_pages_that_listen);
    tcase_add_test(tcase, what_a_page_publishes_to_others_it_does_not_hear);
    tcase_add_test(tcase, who_is_on_a_topic_is_seen_until_it_leaves);
}

Suite *everywhere_suite(void);
Suite *everywhere_suite(void)
{
    Suite *suite = suite_create("everywhere");
    for (unsigned i = 0; i < sizeof arrangements / sizeof *arrangements; i++) {
        TCase *tcase = tcase_create(arrangements[i].name);
        tcase_set_timeout(tcase, 120);
        if (arrangements[i].options.is_inside)
            tcase_add_checked_fixture(tcase, set_ups[i], tear_down);
        else
            tcase_add_unchecked_fixture(tcase, set_ups[i], tear_down);
        add_stories(tcase);
        suite_add_tcase(suite, tcase);
    }
    return suite;
}
