#include <check.h>

#include "sdk/dialogs.h"
#include "tests/support/app.h"
#include "testing/lab.h"
#include "troupe/err.h"

static lab *here;
static uint32_t first, second;
static void show_two(tr_session *session, void *arg)
{
    (void)arg;
    tr_node *one = tr_node_new(TR_CONTROL_ALERT_DIALOG);
    tr_node *two = tr_node_new(TR_CONTROL_SNACK_BAR);
    ck_assert_int_eq(tr_dialog_show(session, one), 0);
    ck_assert_int_eq(tr_dialog_show(session, two), 0);
    first = one->id;
    second = two->id;
    tr_session_wake(session);
}

static void close_one(tr_session *session, void *arg)
{
    *(int *)arg = tr_dialog_close(session);
    tr_session_wake(session);
}

static void set_up(void)
{
    here = tr_lab_start(&test_app, 3600000);
    tr_lab_open(here, 0, NULL, true);
    tr_lab_do(here, 0, show_two, NULL);
}

static void tear_down(void)
{
    tr_lab_stop(&here);
}

static const cm_value *shown(uint32_t id)
{
    return tr_cm_find(&tr_lab_look(here, 0)->page, id);
}

static int close_top(void)
{
    int result;
    tr_lab_do(here, 0, close_one, &result);
    return result;
}

static bool is_true(const cm_value *value)
{
    return value != NULL && value->count == 1 && (uint8_t)value->bytes[0] == 0xc3;
}

START_TEST(what_is_shown_is_open_and_tells_when_it_is_dismissed)
{
    ck_assert(is_true(tr_cm_get(shown(first), "open")));
    ck_assert(is_true(tr_cm_get(shown(first), "on_dismiss")));
    ck_assert(is_true(tr_cm_get(shown(second), "on_dismiss")));
}
END_TEST

START_TEST(the_topmost_open_one_is_closed_and_stays_until_the_browser_says_so)
{
    ck_assert_int_eq(close_top(), 0);
    ck_assert(is_true(tr_cm_get(shown(first), "open")));
    ck_assert(!is_true(tr_cm_get(shown(second), "open")));
    ck_assert_int_eq(close_top(), 0);
    ck_assert(!is_true(tr_cm_get(shown(first), "open")));
    ck_assert_int_eq(close_top(), TR_ENOTFOUND);
    tr_lab_event(here, 0, second, "dismiss");
    ck_assert_ptr_null(shown(second));
    ck_assert_ptr_nonnull(shown(first));
    tr_lab_event(here, 0, first, "dismiss");
    ck_assert_ptr_null(shown(first));
}
END_TEST

START_TEST(nothing_else_leaves_by_being_dismissed)
{
    tr_lab_event(here, 0, TR_ID_VIEW, "dismiss");
    tr_lab_event(here, 0, 9, "dismiss");
    ck_assert_ptr_nonnull(shown(TR_ID_VIEW));
    ck_assert_ptr_nonnull(shown(9));
}
END_TEST

static void show_text(tr_session *session, void *arg)
{
    tr_node *text = tr_node_new(TR_CONTROL_TEXT);
    *(int *)arg = tr_dialog_show(session, text);
    tr_node_free(text);
}

START_TEST(only_dialogs_are_shown_so)
{
    int result;
    tr_lab_do(here, 0, show_text, &result);
    ck_assert_int_eq(result, TR_EWRONGTYPE);
}
END_TEST

Suite *dialogs_suite(void);
Suite *dialogs_suite(void)
{
    Suite *suite = suite_create("sdk/dialogs");
    TCase *tcase = tcase_create("dialogs");
    tcase_add_checked_fixture(tcase, set_up, tear_down);
    tcase_add_test(tcase, what_is_shown_is_open_and_tells_when_it_is_dismissed);
    tcase_add_test(tcase, the_topmost_open_one_is_closed_and_stays_until_the_browser_says_so);
    tcase_add_test(tcase, nothing_else_leaves_by_being_dismissed);
    tcase_add_test(tcase, only_dialogs_are_shown_so);
    suite_add_tcase(suite, tcase);
    return suite;
}
