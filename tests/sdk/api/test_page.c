// The page functions of troupe/pages/page.h, from an async and from a sync handler, seen by a browser.

#include <check.h>
#include <string.h>

#include "testing/lab.h"
#include "troupe/troupe.h"
#include "wire/flet.h"

enum { VIEW = 3, ASYNC_BUTTON = 9, SYNC_BUTTON = 10, BOX = 11 };

static int results[8]; // of the last change, read when its patch has arrived

static void change(tr_event *ev)
{
    results[0] = ui_set_number(ev, NULL, "spacing", 0);
    results[1] = ui_set_string(ev, NULL, "title", "Inbox");
    results[2] = ui_put(ev, NULL, "appbar", ui_app_bar(.title = "Letters"));
    results[3] = ui_put(ev, "box", "content", ui_text("inside"));
    results[4] = ui_set_string(ev, "press", "icon", "add");
    results[5] = ui_put(ev, "box", "no_such", ui_text("lost"));
    results[6] = ui_put(ev, "nobody", "content", ui_text("lost"));
    results[7] = ui_set_string(ev, NULL, "no_such", "x");
    ui_set_text(ev, "press", "changed");
}

TR_ASYNC(page_change_async)
{
    change(ev);
}

TR_SYNC(page_change_sync)
{
    change(ev);
}

static void build(tr_page *page)
{
    ui_add(page, ui_button("press", .key = "press", .on_click = page_change_async));
    ui_add(page, ui_button("press too", .key = "too", .on_click = page_change_sync));
    ui_add(page, ui_container(.key = "box"));
}

static const tr_app app = {.name = "Page", .build = build};

static lab *here;

static void set_up(void)
{
    here = tr_lab_start(&app, 3600000);
    tr_lab_open(here, 0, NULL, true);
}

static void tear_down(void)
{
    tr_lab_stop(&here);
}

static const cm_value *control(uint32_t id)
{
    const cm_value *found = tr_cm_find(&tr_lab_look(here, 0)->page, id);
    ck_assert_ptr_nonnull(found);
    return found;
}

static void expect_changed(void)
{
    const cm_value *view = control(VIEW);
    ck_assert_int_eq(tr_cm_integer(tr_cm_get(view, "spacing")), 0);
    ck_assert_str_eq(tr_cm_text(tr_cm_get(tr_cm_get(view, "appbar"), "title")), "Letters");
    ck_assert_str_eq(tr_cm_text(tr_cm_get(control(1), "title")), "Inbox");
    ck_assert_str_eq(tr_cm_text(tr_cm_get(tr_cm_get(control(BOX), "content"), "value")), "inside");
    // Icons travel as numbers (set 1, Material).
    ck_assert_int_eq(tr_cm_integer(tr_cm_get(control(ASYNC_BUTTON), "icon")) >> 16, 1);
    for (unsigned i = 0; i < 5; i++)
        ck_assert_int_eq(results[i], 0);
    for (unsigned i = 5; i < 8; i++)
        ck_assert_int_eq(results[i], TR_ENOTFOUND);
    tr_buf why = {0};
    ck_assert_msg(tr_lab_is_same(here, 0, &why), "%s", tr_buf_text(&why));
    tr_buf_done(&why);
}

START_TEST(what_the_page_does_not_have_is_its_views)
{
    tr_lab_event(here, 0, ASYNC_BUTTON, "click");
    expect_changed();
}
END_TEST

START_TEST(a_sync_handler_changes_the_page_as_an_async_one_does)
{
    tr_lab_event(here, 0, SYNC_BUTTON, "click");
    // Each change of a sync handler is a patch of its own: six of them do something.
    ck_assert(tr_lab_wait_for_packets(here, 0, 6));
    expect_changed();
}
END_TEST

Suite *sdk_page_suite(void);
Suite *sdk_page_suite(void)
{
    Suite *suite = suite_create("sdk/api/page");
    TCase *tests = tcase_create("page");
    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_set_timeout(tests, 30);
    tcase_add_test(tests, what_the_page_does_not_have_is_its_views);
    tcase_add_test(tests, a_sync_handler_changes_the_page_as_an_async_one_does);
    suite_add_tcase(suite, tests);
    return suite;
}
