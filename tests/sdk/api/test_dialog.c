// Questions that handlers of both kinds ask and wait for, and places that load, by the test driver.

#include <check.h>
#include <stdio.h>
#include <string.h>

#include "troupe/test.h"
#include "troupe/troupe.h"

Suite *sdk_api_dialog_suite(void);

static void ask(tr_event *ev)
{
    char name[15];
    int result = tr_prompt(ev, name, sizeof name, "Rename", .label = "Name", .value = "Ada",
                           .yes = "Save", .required = "A name");
    ui_set_textf(ev, "answer", "%d %s", result, name);
}

TR_ASYNC(dialog_test_ask)
{
    ask(ev);
}

TR_SYNC(dialog_test_ask_sync)
{
    ask(ev);
}

TR_SYNC(dialog_test_load)
{
    char word[16];
    ui_get_text(ev, "word", "value", word, sizeof word);
    if (strcmp(word, "good") == 0)
        ui_set_children(ev, "place", UI_LIST(ui_text("loaded")));
    else if (strcmp(word, "nothing") != 0)
        tr_fail(ev, "no such word");
}

TR_ASYNC(dialog_test_begin)
{
    ck_assert_int_eq(ui_load(ev, "place", dialog_test_load), 0);
}

// While it is loaded.
TR_ASYNC(dialog_test_slow)
{
    (void)tr_sleep(ev, 1000);
}

TR_ASYNC(dialog_test_begin_slow)
{
    ck_assert_int_eq(ui_load(ev, "place", dialog_test_slow), 0);
}

// It has failed before anybody could wait for its end.
TR_ASYNC(dialog_test_at_once)
{
    tr_fail(ev, "nothing to wait for");
}

TR_ASYNC(dialog_test_begin_at_once)
{
    ck_assert_int_eq(ui_load(ev, "place", dialog_test_at_once), 0);
}

TR_ASYNC(dialog_test_other)
{
    tr_fail(ev, "another one");
}

TR_ASYNC(dialog_test_heard)
{
    ui_set_text(ev, "answer", tr_event_text(ev, ""));
}

TR_ASYNC(dialog_test_hear)
{
    ck_assert_int_eq(ui_on(ev, NULL, "error", dialog_test_heard), 0);
}

static void build(tr_page *page)
{
    ui_add(page, ui_button("At once", .on_click = dialog_test_begin_at_once));
    ui_add(page, ui_button("Other", .on_click = dialog_test_other));
    ui_add(page, ui_button("Hear", .on_click = dialog_test_hear));
    ui_add(page, ui_button("Async", .on_click = dialog_test_ask));
    ui_add(page, ui_button("Sync", .on_click = dialog_test_ask_sync));
    ui_add(page, ui_text("", .key = "answer"));
    ui_add(page, ui_text_field("Word", .key = "word"));
    ui_add(page, ui_button("Load", .on_click = dialog_test_begin));
    ui_add(page, ui_button("Slow", .on_click = dialog_test_begin_slow));
    ui_add(page, ui_column(.key = "place", UI(ui_text("nothing yet"))));
}

static const tr_app app = {.name = "Dialogs", .build = build};
static tr_test_page *page;

static void open_page(void)
{
    page = tr_test_open(&app, NULL);
}

static void close_page(void)
{
    tr_test_close(&page);
}

// A sync handler that asks is not at rest: the test goes on without it, and waits for what it shows.
START_TEST(a_line_of_text_is_asked_for)
{
    static const char *const kinds[] = {"Async", "Sync"};
    close_page();
    page = tr_test_open(&app, &(tr_test_options){.patience_ms = 20});
    for (int i = 0; i < 2; i++) {
        tr_test_click(page, .text = kinds[i]);
        tr_test_wait_for(page, 60000, .text = "Save");
        tr_test_expect_property(page, "value", "\"Ada\"", .text = "Name");
        tr_test_type(page, "", .text = "Name");
        tr_test_click(page, .text = "Save");
        tr_test_wait_for(page, 60000, .text = "A name"); // its error; nobody has gone on
        tr_test_type(page, "Grace Brewster Hopper", .text = "Name");
        tr_test_submit(page, .text = "Name");
        tr_test_wait_for(page, 60000, .key = "answer", .text = "1 Grace Brewster"); // cut
        tr_test_click(page, .text = kinds[i]);
        tr_test_wait_for(page, 60000, .text = "Cancel");
        tr_test_click(page, .text = "Cancel");
        tr_test_wait_for(page, 60000, .key = "answer", .text = "0 ");
    }
}
END_TEST

START_TEST(a_place_shows_what_was_loaded_or_why_not_and_tries_again)
{
    tr_test_type(page, "bad", .key = "word");
    tr_test_click(page, .text = "Load");
    tr_test_expect(page, .text = "This could not be loaded.", .within = "place");
    tr_test_expect_none(page, .text = "nothing yet");
    tr_test_click(page, .text = "Try again");
    tr_test_expect(page, .text = "This could not be loaded.", .within = "place");
    tr_test_type(page, "good", .key = "word");
    tr_test_click(page, .text = "Try again");
    tr_test_expect(page, .text = "loaded", .within = "place");
    tr_test_expect_none(page, .text = "Try again");
    tr_test_type(page, "nothing", .key = "word");
    tr_test_click(page, .text = "Load");
    tr_test_expect_none(page, .type = "progress_ring");
}
END_TEST

START_TEST(a_ring_is_there_meanwhile)
{
    tr_test_click(page, .text = "Slow");
    tr_test_expect(page, .type = "progress_ring", .within = "place");
    tr_test_advance(page, 1000);
    tr_test_expect_none(page, .type = "progress_ring");
}
END_TEST

START_TEST(another_handler_that_fails_meanwhile_is_not_the_place_s)
{
    tr_test_click(page, .text = "Slow");
    tr_test_click(page, .text = "Other");
    tr_test_expect(page, .has = "Something went wrong");
    tr_test_advance(page, 1000);
    tr_test_expect_none(page, .type = "progress_ring");
    tr_test_expect_none(page, .text = "This could not be loaded.");
}
END_TEST

// The place says it; a notice would say it twice.
START_TEST(what_could_not_be_loaded_is_said_at_its_place_alone)
{
    static const char *const buttons[] = {"Load", "At once", "Try again"};
    for (int i = 0; i < 3; i++) {
        tr_test_click(page, .text = buttons[i]);
        tr_test_expect(page, .text = "This could not be loaded.", .within = "place");
        tr_test_expect_none(page, .has = "Something went wrong");
    }
    tr_test_click(page, .text = "Other");
    tr_test_expect(page, .has = "Something went wrong");
}
END_TEST

START_TEST(an_app_that_hears_of_failures_hears_of_what_could_not_be_loaded)
{
    tr_test_click(page, .text = "Hear");
    tr_test_click(page, .text = "Load");
    tr_test_expect(page, .text = "dialog_test_load failed: no such word", .key = "answer");
    tr_test_expect(page, .text = "This could not be loaded.", .within = "place");
}
END_TEST

Suite *sdk_api_dialog_suite(void)
{
    Suite *suite = suite_create("sdk/api/dialog");
    TCase *tcase = tcase_create("questions and places that load");
    tcase_add_checked_fixture(tcase, open_page, close_page);
    tcase_add_test(tcase, a_line_of_text_is_asked_for);
    tcase_add_test(tcase, a_place_shows_what_was_loaded_or_why_not_and_tries_again);
    tcase_add_test(tcase, a_ring_is_there_meanwhile);
    tcase_add_test(tcase, another_handler_that_fails_meanwhile_is_not_the_place_s);
    tcase_add_test(tcase, what_could_not_be_loaded_is_said_at_its_place_alone);
    tcase_add_test(tcase, an_app_that_hears_of_failures_hears_of_what_could_not_be_loaded);
    suite_add_tcase(suite, tcase);
    return suite;
}
