// Values by key from build and from handlers of either kind (troupe/pages/state.h).

#include <check.h>
#include <string.h>

#include "troupe/test.h"
#include "troupe/troupe.h"

static void tell(tr_event *ev)
{
    char text[4];
    char bytes[2];
    double visits = tr_session_get_number(ev, "visits", -1);
    int set = tr_session_set_number(ev, "visits", visits + 1);
    int whole = tr_session_get_text(ev, "name", text, sizeof text);
    int raw = tr_session_get(ev, "raw", bytes, sizeof bytes);
    int wrong = tr_session_get_text(ev, "raw", NULL, 0);
    int none = tr_session_get_text(ev, "nothing", text + 3, 0);
    int bad = tr_session_set(ev, "", "x", 1);
    ui_set_textf(ev, "said", "%g %d %d %s %d %c%c %d %d %d", visits, set, whole, text, raw,
                 bytes[0], bytes[1], wrong, none, bad);
}

TR_ASYNC(store_tell)
{
    tell(ev);
}

TR_SYNC(store_tell_sync)
{
    tell(ev);
}

TR_SYNC(store_forget)
{
    int first = tr_session_remove(ev, "name");
    ui_set_textf(ev, "said", "%d %d", first, tr_session_remove(ev, "name"));
}

static void build(tr_page *page)
{
    tr_session_set_text(page, "name", "Ada Lovelace");
    tr_session_set(page, "raw", "abc", 3);
    tr_session_set_number(page, "visits", 1.5);
    ui_add(page, ui_text("", .key = "said"));
    ui_add(page, ui_button("tell", .on_click = store_tell));
    ui_add(page, ui_button("tell sync", .on_click = store_tell_sync));
    ui_add(page, ui_button("forget", .on_click = store_forget));
}

static const tr_app app = {.build = build};
static tr_test_page *page;

static void set_up(void)
{
    page = tr_test_open(&app, NULL);
}

static void tear_down(void)
{
    tr_test_close(&page);
}

START_TEST(values_are_what_handlers_of_either_kind_have_set)
{
    tr_test_click(page, .text = "tell");
    tr_test_expect(page, .text = "1.5 0 12 Ada 3 ab -13 -4 -5");
    tr_test_click(page, .text = "tell sync");
    tr_test_expect(page, .text = "2.5 0 12 Ada 3 ab -13 -4 -5");
    tr_test_click(page, .text = "tell");
    tr_test_expect(page, .text = "3.5 0 12 Ada 3 ab -13 -4 -5");
}
END_TEST

START_TEST(a_removed_value_is_gone)
{
    tr_test_click(page, .text = "forget");
    tr_test_expect(page, .text = "0 -4");
}
END_TEST

Suite *session_values_suite(void);
Suite *session_values_suite(void)
{
    Suite *suite = suite_create("sdk/api/session_values");
    TCase *tcase = tcase_create("a session's values");
    tcase_add_checked_fixture(tcase, set_up, tear_down);
    tcase_add_test(tcase, values_are_what_handlers_of_either_kind_have_set);
    tcase_add_test(tcase, a_removed_value_is_gone);
    suite_add_tcase(suite, tcase);
    return suite;
}
