// What a browser does besides clicks and typing, as the author's test driver plays it: it answers methods, it
// has a focus, and its worker may be killed.

#include <check.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "tests/support/kept_report.h"
#include "troupe/test.h"
#include "troupe/troupe.h"

TR_ASYNC(browser_reads)
{
    const char *text = NULL;
    int result = ui_clipboard_get(ev, &text);
    ui_set_textf(ev, "said", "%s %s %s", tr_err_text(result), text != NULL ? text : "-",
                 tr_call_error(ev));
}

TR_ASYNC(browser_picks)
{
    const ui_file_picker_file_data *const *files = NULL;
    char line[256] = "";
    if (ui_pick_files(ev, &files, .with_data = true) < 0 || files == NULL)
        return;
    for (; *files != NULL; files++) {
        const tr_slice *bytes = (*files)->bytes;
        size_t used = strlen(line);
        snprintf(line + used, sizeof line - used, "%s:%d:%.*s ", (*files)->name,
                 (int)(*files)->size, bytes != NULL ? (int)bytes->size : 0,
                 bytes != NULL ? bytes->data : "");
    }
    ui_set_text(ev, "said", line[0] != '\0' ? line : "none");
}

TR_ASYNC(browser_notes)
{
    char said[200];
    ui_get_text(ev, "said", "value", said, sizeof said);
    ui_set_textf(ev, "said", "%s %s:%s", said, tr_event_name(ev), tr_event_key(ev));
}

TR_ASYNC(browser_focuses)
{
    ui_focus(ev, "two");
}

TR_ASYNC(browser_adds)
{
    int *count = tr_state(ev);
    ui_set_textf(ev, "count", "%d", ++*count);
}

TR_ASYNC(browser_sleeps)
{
    if (tr_sleep(ev, 60000) == 0)
        ui_set_text(ev, "said", "slept");
}

TR_SYNC(browser_ask)
{
    int answer = tr_confirm(ev, "Sure?", .yes = "Yes", .no = "No");
    nanosleep(&(struct timespec){.tv_nsec = 50000000}, NULL);
    ui_set_textf(ev, "said", "sync answer %d", answer);
}

TR_ASYNC(browser_moved)
{
    ui_set_textf(ev, "said", "interrupted: %s", tr_event_text(ev, ""));
}

static void build(tr_page *page)
{
    ui_add(page, ui_button("Read", .key = "read", .on_click = browser_reads));
    ui_add(page, ui_button("Pick", .key = "pick", .on_click = browser_picks));
    ui_add(page, ui_button("Add", .key = "add", .on_click = browser_adds));
    ui_add(page, ui_button("Ask", .key = "ask", .on_click = browser_ask));
    ui_add(page, ui_button("Sleep", .key = "sleep", .on_click = browser_sleeps));
    ui_add(page, ui_button("Go", .key = "go", .on_click = browser_focuses));
    ui_add(page,
           ui_text_field("One", .key = "one", .on_focus = browser_notes, .on_blur = browser_notes));
    ui_add(page, ui_text_field("Two", .key = "two", .on_focus = browser_notes));
    ui_add(page, ui_text("0", .key = "count"));
    ui_add(page, ui_text("-", .key = "said"));
}

static const tr_app app = {
    .name = "Browser", .build = build, .on_move = browser_moved, TR_STATE(int)};

static tr_test_page *page;

static void set_up(void)
{
    page = tr_test_open(&app, &(tr_test_options){.on_fail = kept_report_take, .is_stored = true});
}

static void tear_down(void)
{
    tr_test_close(&page);
}

START_TEST(methods_answer_what_the_test_says)
{
    tr_test_answer(page, "get", "\"pasted\"");
    tr_test_refuse(page, "get", "NotAllowed");
    tr_test_click(page, .key = "read");
    tr_test_expect(page, .key = "said", .has = " pasted ");
    tr_test_click(page, .key = "read");
    tr_test_expect(page, .key = "said", .has = " - NotAllowed");
    tr_test_click(page, .key = "read"); // nothing is left: answered with nothing
    tr_test_expect_none(page, .key = "said", .has = "NotAllowed");
    fails_with(tr_test_answer(page, "get", "\"x"), "test_browser.c:", "not JSON");
}
END_TEST

START_TEST(a_blocking_handler_that_waits_for_the_user_is_not_waited_for)
{
    tr_test_close(&page);
    page = tr_test_open(&app, &(tr_test_options){.patience_ms = 3600000});
    tr_test_click(page, .key = "ask");
    tr_test_expect(page, .text = "Sure?");
    tr_test_click(page, .text = "Yes");
    tr_test_expect(page, .text = "sync answer 1", .key = "said");
}
END_TEST

START_TEST(files_are_picked)
{
    tr_test_pick_files(page, {.name = "a.csv", .data = "x;y"}, {.name = "b.bin"});
    tr_test_click(page, .key = "pick");
    tr_test_expect(page, .key = "said", .text = "a.csv:3:x;y b.bin:0: ");
    tr_test_answer(page, "pick_files", "[]"); // the dialog is closed
    tr_test_click(page, .key = "pick");
    tr_test_expect(page, .key = "said", .text = "none");
}
END_TEST

START_TEST(the_focus_is_somewhere)
{
    ck_assert_ptr_null(tr_test_focused(page));
    tr_test_focus(page, .key = "one");
    ck_assert_str_eq(tr_test_focused(page), "one");
    tr_test_expect(page, .key = "said", .text = "- focus:one");
    tr_test_focus(page, .key = "one"); // it has it already
    tr_test_expect(page, .key = "said", .text = "- focus:one");
    tr_test_type(page, "x", .key = "two");
    tr_test_expect(page, .key = "said", .text = "- focus:one blur:one focus:two");
    tr_test_click(page, .key = "go"); // its handler gives it back
    ck_assert_str_eq(tr_test_focused(page), "two");
    tr_test_expect(page, .key = "said", .has = "focus:two focus:two");
    tr_test_blur(page);
    ck_assert_ptr_null(tr_test_focused(page));
    fails_with(tr_test_focus(page, .key = "nobody"), "cannot focus", "there are 0");
}
END_TEST

START_TEST(a_worker_that_is_killed_costs_no_page)
{
    tr_test_page *other = tr_test_open_another(page, NULL);
    tr_test_click(page, .key = "add");
    tr_test_click(other, .key = "add");
    tr_test_click(other, .key = "add");
    tr_test_advance(page, 200); // it is in the store
    tr_test_click(page, .key = "sleep");
    tr_test_advance(page, 200);
    tr_test_kill_worker(page);
    tr_test_expect(page, .key = "said", .has = "browser_sleeps");
    tr_test_expect(page, .key = "count", .text = "1");
    tr_test_click(page, .key = "add");
    tr_test_expect(page, .key = "count", .text = "2");
    tr_test_expect(other, .key = "count", .text = "2");
    tr_test_close(&other);
}
END_TEST

START_TEST(what_the_store_does_not_have_dies_with_the_worker)
{
    tr_test_advance(page, 200);
    tr_test_click(page, .key = "add");
    tr_test_kill_worker(page);
    tr_test_expect(page, .key = "count", .text = "0");
}
END_TEST

START_TEST(who_was_away_when_a_worker_died_comes_back_later)
{
    tr_test_click(page, .key = "add");
    tr_test_advance(page, 200);
    tr_test_drop(page);
    tr_test_kill_worker(page);
    fails_with(tr_test_click(page, .key = "add"), "the connection is dropped");
    tr_test_resume(page);
    tr_test_expect(page, .key = "count", .text = "1");
}
END_TEST

START_TEST(without_a_store_no_worker_is_killed)
{
    tr_test_close(&page);
    page = tr_test_open(&app, &(tr_test_options){.on_fail = kept_report_take});
    fails_with(tr_test_kill_worker(page), "open the first page with .is_stored");
}
END_TEST

Suite *testing_browser_suite(void);
Suite *testing_browser_suite(void)
{
    Suite *suite = suite_create("testing/browser");
    TCase *tests = tcase_create("what else a browser does");
    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, methods_answer_what_the_test_says);
    tcase_add_test(tests, a_blocking_handler_that_waits_for_the_user_is_not_waited_for);
    tcase_add_test(tests, files_are_picked);
    tcase_add_test(tests, the_focus_is_somewhere);
    tcase_add_test(tests, a_worker_that_is_killed_costs_no_page);
    tcase_add_test(tests, what_the_store_does_not_have_dies_with_the_worker);
    tcase_add_test(tests, who_was_away_when_a_worker_died_comes_back_later);
    tcase_add_test(tests, without_a_store_no_worker_is_killed);
    suite_add_tcase(suite, tests);
    return suite;
}
