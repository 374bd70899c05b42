// What is typed while the handler of an Enter works: the handler knows the text of its event, and what it makes of that is
// not made of what came later.

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/browser.h"
#include "tests/support/world.h"
#include "wire/writer.h"

Suite *typed_behind_story_suite(void);

static world_process running;
static browser *page;

static void set_up(void)
{
    program_start(&running, "./typing",
                  (const char *const[]){"--port", "0", "--threads", "1", NULL}, -1);
    page = browser_open_as((unsigned)strtoul(strrchr(running.line, ':') + 1, NULL, 10),
                           BROWSER_COUNTS, NULL);
}

static void tear_down(void)
{
    browser_free(page);
    process_kill(&running);
}

static bool holds(const char *field, const char *text)
{
    return strcmp(tr_cm_text(tr_cm_get(browser_control(page, field), "value")), text) == 0;
}

static void enter(const char *field, const char *text)
{
    tr_buf data = {0};
    browser_type(page, field, text);
    tr_write_literal(&data, text);
    browser_event(page, browser_id(page, field), "submit", data.data, data.size);
    tr_buf_done(&data);
}

// One on a thread begins when that is free: until then nobody hears the press.
static bool is_done(const char *worked)
{
    browser_click(page, "Go");
    return browser_sees(page, worked);
}

START_TEST(what_a_handler_clears_after_its_work_keeps_what_was_typed_since)
{
    static const char *const fields[] = {"thread", "coroutine"};
    static const char *const known[] = {"one, one", "one"};
    enter(fields[_i], "one");
    browser_type(page, fields[_i], "onetw");
    eventually(is_done(known[_i]));
    eventually(holds(fields[_i], "tw"));
}
END_TEST

START_TEST(what_a_handler_has_read_after_a_wait_is_not_typed_twice)
{
    enter("looking", "one");
    browser_type(page, "looking", "onetwo");
    browser_click(page, "Go");
    eventually(browser_sees(page, "looked"));
    browser_type(page, "looking", "onetwothree");
    browser_click(page, "Go");
    eventually(browser_sees(page, "done"));
    eventually(holds("looking", "ONETWOthree"));
}
END_TEST

Suite *typed_behind_story_suite(void)
{
    Suite *suite = suite_create("typed_behind");
    TCase *tests = tcase_create("typed_behind");
    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_set_timeout(tests, 60);
    tcase_add_loop_test(tests, what_a_handler_clears_after_its_work_keeps_what_was_typed_since, 0,
                        2);
    tcase_add_test(tests, what_a_handler_has_read_after_a_wait_is_not_typed_twice);
    suite_add_tcase(suite, tests);
    return suite;
}
