#include <check.h>
#include <stdio.h>

#include "sdk/session/open_dialogs.h"
#include "testing/lab.h"
#include "tests/support/app.h"
#include "troupe/err.h"
#include "wire/flet.h"

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

static void open_again(tr_session *session, void *arg)
{
    tr_node *node = tr_tree_find(session->tree, second);
    *(int *)arg = tr_tree_set(session->tree, node, TR_PROP_OPEN, tr_value_boolean(true));
}

START_TEST(one_that_was_opened_again_before_the_browser_said_so_stays)
{
    int result;
    ck_assert_int_eq(close_top(), 0);
    tr_lab_do(here, 0, open_again, &result);
    ck_assert_int_eq(result, 0);
    tr_lab_event(here, 0, second, "dismiss");
    ck_assert(is_true(tr_cm_get(shown(second), "open")));
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

static void forget_page(lab_connection *connection, void *arg)
{
    (void)arg;
    tr_cm_done(&connection->page);
}

// The model of the browser keeps its page, as one does that merely lost its line; `is_anew`: as
// after a reload.
static void come_back(bool is_ours, bool is_anew)
{
    char id[TR_SESSION_ID_CAP_BYTES + 1];
    snprintf(id, sizeof id, "%s", tr_lab_look(here, 0)->session_id);
    if (is_anew)
        tr_lab_touch(here, 0, forget_page, NULL);
    tr_lab_open(here, 0, id, is_ours);
}

static void tell(const char *props, size_t size)
{
    tr_buf packet = {0};
    tr_flet_write_client_update(&packet, TR_ID_PAGE, (tr_slice){props, (uint32_t)size});
    ck_assert_int_eq(tr_lab_packet(here, 0, packet.data, packet.size), 0);
    tr_buf_done(&packet);
}

#define TELL(text) tell(text, sizeof(text) - 1)

START_TEST(flets_client_that_kept_its_screen_is_sent_no_dialog_twice)
{
    const cm_value *before = shown(first);
    tr_lab_detach(here, 0);
    come_back(false, false);
    ck_assert_ptr_eq(shown(first), before);
    unsigned packets = tr_lab_look(here, 0)->packets;
    // A window of another size or brightness meanwhile is no sign of a new page.
    TELL("\x82\xa5width\xcd\x01\x00\xa6height\xcd\x01\x00");
    TELL("\x81\xb3platform_brightness\xa4"
         "dark");
    ck_assert_uint_eq(tr_lab_look(here, 0)->packets, packets);
    ck_assert_int_eq(close_top(), 0);
    ck_assert(!is_true(tr_cm_get(shown(second), "open")));
    ck_assert(!tr_lab_look(here, 0)->is_broken);
}
END_TEST

START_TEST(flets_client_that_was_loaded_anew_shows_what_is_open)
{
    tr_lab_detach(here, 0);
    come_back(false, true);
    ck_assert_ptr_null(shown(first));
    TELL("\x81\xb3platform_brightness\xa5light");
    ck_assert_ptr_null(shown(first));
    TELL("\x81\xa5media\x80");
    ck_assert(is_true(tr_cm_get(shown(first), "open")));
    ck_assert(is_true(tr_cm_get(shown(second), "open")));
    // Once: what it says later is news of another kind.
    unsigned packets = tr_lab_look(here, 0)->packets;
    TELL("\x82\xa5media\x80\xb3platform_brightness\xa5light");
    ck_assert_uint_eq(tr_lab_look(here, 0)->packets, packets);
}
END_TEST

START_TEST(what_changed_while_nobody_looked_follows_the_answer)
{
    uint32_t before = second;
    int result;
    tr_lab_detach(here, 0);
    tr_lab_do(here, 0, close_one, &result);
    ck_assert_int_eq(result, 0);
    tr_lab_do(here, 0, show_two, NULL);
    come_back(false, false);
    ck_assert(!is_true(tr_cm_get(shown(before), "open")));
    ck_assert(is_true(tr_cm_get(shown(first), "open")));
    ck_assert(is_true(tr_cm_get(shown(second), "open")));
    tr_buf why = {0};
    ck_assert_msg(tr_lab_is_same(here, 0, &why), "%s", tr_buf_text(&why));
    tr_buf_done(&why);
}
END_TEST

START_TEST(our_own_client_gets_everything_in_the_answer)
{
    tr_lab_detach(here, 0);
    come_back(true, true);
    ck_assert(is_true(tr_cm_get(shown(first), "open")));
    unsigned packets = tr_lab_look(here, 0)->packets;
    TELL("\x82\xa5media\x80\xb3platform_brightness\xa5light");
    ck_assert_uint_eq(tr_lab_look(here, 0)->packets, packets);
}
END_TEST

Suite *dialogs_suite(void);
Suite *dialogs_suite(void)
{
    Suite *suite = suite_create("sdk/session/open_dialogs");
    TCase *tcase = tcase_create("dialogs");
    tcase_add_checked_fixture(tcase, set_up, tear_down);
    tcase_add_test(tcase, what_is_shown_is_open_and_tells_when_it_is_dismissed);
    tcase_add_test(tcase, the_topmost_open_one_is_closed_and_stays_until_the_browser_says_so);
    tcase_add_test(tcase, one_that_was_opened_again_before_the_browser_said_so_stays);
    tcase_add_test(tcase, nothing_else_leaves_by_being_dismissed);
    tcase_add_test(tcase, only_dialogs_are_shown_so);
    tcase_add_test(tcase, flets_client_that_kept_its_screen_is_sent_no_dialog_twice);
    tcase_add_test(tcase, flets_client_that_was_loaded_anew_shows_what_is_open);
    tcase_add_test(tcase, what_changed_while_nobody_looked_follows_the_answer);
    tcase_add_test(tcase, our_own_client_gets_everything_in_the_answer);
    suite_add_tcase(suite, tcase);
    return suite;
}
