// Handlers that fail: who hears of it, and what the person at the page sees.

#include <check.h>
#include <string.h>

#include "testing/driver.h"
#include "troupe/test.h"
#include "troupe/troupe.h"

TR_ASYNC(failure_async)
{
    ui_set_text(ev, "status", "half done");
    tr_fail(ev, "disk %d is \"full\"", 7);
}

TR_SYNC(failure_sync)
{
    tr_fail(ev, "no such file");
}

TR_ASYNC(failure_heard)
{
    ui_set_text(ev, "heard", tr_event_text(ev, ""));
}

TR_ASYNC(failure_of_the_hearer)
{
    tr_fail(ev, "again");
}

TR_ASYNC(failure_often)
{
    for (unsigned i = 0; i < 1000; i++)
        tr_fail(ev, "round %u", i);
}

static void build(tr_page *page)
{
    ui_add(page, ui_text("", .key = "status"));
    ui_add(page, ui_text("", .key = "heard"));
    ui_add(page, ui_button("Async", .key = "async", .on_click = failure_async));
    ui_add(page, ui_button("Sync", .key = "sync", .on_click = failure_sync));
    ui_add(page, ui_button("Often", .key = "often", .on_click = failure_often));
}

static void build_hearing(tr_page *page)
{
    build(page);
    ui_on(page, NULL, "error", failure_heard);
}

static void build_failing(tr_page *page)
{
    build(page);
    ui_on(page, NULL, "error", failure_of_the_hearer);
}

static bool may_build;

static void build_sometimes(tr_page *page)
{
    ui_add(page, ui_text("the first half"));
    if (!may_build)
        tr_fail(page, "the second half is missing");
}

static const tr_app plain = {.name = "Failing", .build = build};
static const tr_app paged = {.name = "Failing", .build = build, .failures = TR_FAILURES_PAGE};
static const tr_app quiet = {.name = "Failing", .build = build, .failures = TR_FAILURES_QUIET};
static const tr_app hearing = {.name = "Failing", .build = build_hearing};
static const tr_app failing = {.name = "Failing", .build = build_failing};
static const tr_app sometimes = {.name = "Failing", .build = build_sometimes};

static tr_test_page *page;

static const char *crash(void)
{
    (void)tr_test_tree(page);
    return page->crashed.size != 0 ? tr_buf_text(&page->crashed) : "";
}

START_TEST(the_person_reads_a_notice_and_the_log_has_the_reason)
{
    page = tr_test_open(&plain, NULL);
    tr_test_click(page, .key = "async");
    tr_test_expect(page, .type = "snack_bar", .has = "Something went wrong");
    tr_test_expect_none(page, .has = "disk");
    tr_test_expect(page, .text = "half done");
    tr_test_expect_log(
        page, "event=handler_failed handler=failure_async at=tests/sdk/session/test_failure.c:");
    tr_test_expect_log(page, "control=Button key=\"async\" reason=\"disk 7 is \\\"full\\\"\"");
    ck_assert_str_eq(crash(), "");
    tr_test_close(&page);
}
END_TEST

START_TEST(sync_handlers_fail_alike)
{
    page = tr_test_open(&plain, NULL);
    tr_test_click(page, .key = "sync");
    tr_test_expect(page, .type = "snack_bar", .has = "Something went wrong");
    tr_test_expect_log(page, "handler=failure_sync");
    tr_test_expect_log(page, "reason=\"no such file\"");
    tr_test_close(&page);
}
END_TEST

START_TEST(the_page_of_an_app_that_wants_it_is_given_over)
{
    page = tr_test_open(&paged, NULL);
    tr_test_click(page, .key = "sync");
    tr_test_expect_none(page, .type = "snack_bar");
    ck_assert_str_eq(crash(), "failure_sync failed: no such file");
    tr_test_close(&page);
}
END_TEST

START_TEST(a_quiet_app_logs_alone)
{
    page = tr_test_open(&quiet, NULL);
    tr_test_click(page, .key = "async");
    tr_test_expect_none(page, .type = "snack_bar");
    ck_assert_str_eq(crash(), "");
    tr_test_expect_log(page, "event=handler_failed");
    tr_test_close(&page);
}
END_TEST

START_TEST(an_app_that_hears_errors_decides_itself)
{
    page = tr_test_open(&hearing, NULL);
    tr_test_click(page, .key = "async");
    tr_test_expect(page, .key = "heard", .text = "failure_async failed: disk 7 is \"full\"");
    tr_test_expect_none(page, .type = "snack_bar");
    tr_test_click(page, .key = "sync");
    tr_test_expect(page, .key = "heard", .text = "failure_sync failed: no such file");
    tr_test_close(&page);
}
END_TEST

START_TEST(a_hearer_that_fails_itself_is_shown)
{
    page = tr_test_open(&failing, NULL);
    tr_test_click(page, .key = "async");
    tr_test_expect_count(page, 1, .type = "snack_bar");
    tr_test_expect_log(page, "handler=failure_of_the_hearer");
    tr_test_close(&page);
}
END_TEST

START_TEST(a_loop_neither_floods_the_log_nor_the_page)
{
    page = tr_test_open(&plain, NULL);
    tr_test_click(page, .key = "often");
    tr_test_expect_count(page, 1, .type = "snack_bar");
    unsigned count = 0;
    for (const char *at = tr_test_log(page); (at = strstr(at, "event=handler_failed")) != NULL;
         at++)
        count++;
    ck_assert_uint_ge(count, 1);
    ck_assert_uint_le(count, 100);
    tr_test_close(&page);
}
END_TEST

START_TEST(a_page_that_could_not_be_built_is_given_up_and_another_try_is_a_new_session)
{
    may_build = false;
    page = tr_test_open(&sometimes, NULL);
    ck_assert_str_eq(crash(), "build failed: the second half is missing");
    page->crashed.size = 0;
    may_build = true;
    tr_test_drop(page);
    tr_test_resume(page);
    tr_test_expect(page, .text = "the first half");
    ck_assert_str_eq(crash(), "");
    tr_test_close(&page);
}
END_TEST

Suite *sdk_failure_suite(void);
Suite *sdk_failure_suite(void)
{
    Suite *suite = suite_create("sdk/session/failure");
    TCase *tests = tcase_create("failure");
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, the_person_reads_a_notice_and_the_log_has_the_reason);
    tcase_add_test(tests, sync_handlers_fail_alike);
    tcase_add_test(tests, the_page_of_an_app_that_wants_it_is_given_over);
    tcase_add_test(tests, a_quiet_app_logs_alone);
    tcase_add_test(tests, an_app_that_hears_errors_decides_itself);
    tcase_add_test(tests, a_hearer_that_fails_itself_is_shown);
    tcase_add_test(tests, a_loop_neither_floods_the_log_nor_the_page);
    tcase_add_test(tests,
                   a_page_that_could_not_be_built_is_given_up_and_another_try_is_a_new_session);
    suite_add_tcase(suite, tests);
    return suite;
}
