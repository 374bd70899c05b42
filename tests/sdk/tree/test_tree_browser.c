// Changes that the browser reports, and a browser that holds an older page.

#include <check.h>
#include <string.h>

#include "base/log.h"
#include "base/refusals.h"
#include "tests/support/tree_pair.h"
#include "wire/limits.h"

START_TEST(the_browser_changes_what_it_may)
{
    tr_node *field = tr_node_new(TR_CONTROL_TEXT_FIELD);
    tr_node *label = pair_text("label");
    tr_tree_append(pair_tree, tr_tree_view(pair_tree), 0, field);
    tr_tree_append(pair_tree, tr_tree_view(pair_tree), 0, label);
    pair_send_page(false);
    pair_client_sets(field->id, "value", tr_value_text(TR_SLICE("typed")));
    pair_client_sets(1, "route", tr_value_text(TR_SLICE("/there")));
    pair_client_sets(1, "width", tr_value_number(300));
    ck_assert(!tr_tree_is_dirty(pair_tree));
    ck_assert(tr_slice_is(tr_node_value(field, TR_PROP_VALUE).slice, "typed"));
    ck_assert(tr_slice_is(
        tr_tree_get_by_name(pair_tree, tr_tree_page(pair_tree), TR_SLICE("route")).slice,
        "/there"));
    ck_assert_uint_eq(tr_tree_ignored(pair_tree), 0);
    pair_client_sets(field->id, "value", tr_value_boolean(true));
    pair_client_sets(field->id, "label", tr_value_text(TR_SLICE("mine")));
    pair_client_sets(label->id, "value", tr_value_text(TR_SLICE("mine")));
    pair_client_sets(1, "title", tr_value_text(TR_SLICE("mine")));
    pair_client_sets(1, "views", TR_NIL);
    pair_client_sets(1, "width", tr_value_text(TR_SLICE("wide")));
    pair_client_sets(4711, "value", TR_NIL);
    ck_assert_uint_eq(tr_tree_ignored(pair_tree), 7);
    ck_assert(tr_slice_is(tr_node_value(label, TR_PROP_VALUE).slice, "label"));
}
END_TEST

static char long_text[200u << 10];

static tr_slice long_value(void)
{
    memset(long_text, 'x', sizeof long_text);
    return (tr_slice){long_text, sizeof long_text};
}

static bool is_kept(const tr_node *field)
{
    return tr_node_value(field, TR_PROP_VALUE).kind == TR_VALUE_TEXT &&
           tr_node_value(field, TR_PROP_VALUE).slice.size == sizeof long_text;
}

// Each is within its own limit.
START_TEST(all_fields_together_hold_so_much_of_the_browsers)
{
    enum { FIELDS = 16, FIT = TR_CLIENT_VALUES_CAP_BYTES / sizeof long_text };
    tr_node *fields[FIELDS];
    uint64_t before = tr_refusal_get(TR_REFUSAL_FIELD_BYTES);
    for (unsigned i = 0; i < FIELDS; i++) {
        fields[i] = tr_node_new(TR_CONTROL_TEXT_FIELD);
        tr_tree_append(pair_tree, tr_tree_view(pair_tree), 0, fields[i]);
    }
    pair_send_page(false);
    for (unsigned i = 0; i < FIELDS; i++)
        pair_client_sets(fields[i]->id, "value", tr_value_text(long_value()));
    for (unsigned i = 0; i < FIELDS; i++)
        ck_assert_int_eq(is_kept(fields[i]), i < FIT);
    ck_assert_uint_eq(tr_refusal_get(TR_REFUSAL_FIELD_BYTES), before + FIELDS - FIT);
    ck_assert_int_eq(pair_flush(), 1); // the browser is told what is kept
    // What the app or the browser empties, and what goes, makes room.
    tr_tree_set_text(pair_tree, fields[0], TR_SLICE(""));
    pair_client_sets(fields[FIT]->id, "value", tr_value_text(long_value()));
    ck_assert(is_kept(fields[FIT]));
    tr_tree_remove(pair_tree, fields[1]);
    pair_client_sets(fields[FIT + 1]->id, "value", tr_value_text(long_value()));
    ck_assert(is_kept(fields[FIT + 1]));
    pair_client_sets(fields[2]->id, "value", tr_value_text(TR_SLICE("short")));
    pair_client_sets(fields[FIT + 2]->id, "value", tr_value_text(long_value()));
    ck_assert(is_kept(fields[FIT + 2]));
    pair_client_sets(fields[FIT + 3]->id, "value", tr_value_text(long_value()));
    ck_assert(!is_kept(fields[FIT + 3]));
}
END_TEST

static unsigned undrawn_lines;

static void hear_undrawn(const char *line, size_t size)
{
    (void)size;
    if (strstr(line, "event=control_not_drawn control=Shimmer") != NULL)
        undrawn_lines++;
}

START_TEST(a_control_that_the_browser_cannot_draw_is_in_the_log_once)
{
    tr_node *fields[2];
    for (unsigned i = 0; i < 2; i++) {
        fields[i] = tr_node_new(TR_CONTROL_SHIMMER);
        tr_tree_append(pair_tree, tr_tree_view(pair_tree), 0, fields[i]);
    }
    pair_send_page(false);
    undrawn_lines = 0;
    tr_log_listen(hear_undrawn);
    for (unsigned i = 0; i < 2; i++)
        pair_client_sets(fields[i]->id, "_undrawn", tr_value_boolean(true));
    tr_log_listen(NULL);
    ck_assert_uint_eq(undrawn_lines, 1);
    ck_assert_uint_eq(tr_tree_ignored(pair_tree), 0);
    ck_assert(!tr_tree_is_dirty(pair_tree));
}
END_TEST

START_TEST(what_the_app_shows_is_not_the_browsers)
{
    enum { FIELDS = 16 };
    tr_node *fields[FIELDS];
    for (unsigned i = 0; i < FIELDS; i++) {
        fields[i] = tr_node_new(TR_CONTROL_TEXT_FIELD);
        tr_tree_append(pair_tree, tr_tree_view(pair_tree), 0, fields[i]);
        tr_tree_set_text(pair_tree, fields[i], long_value());
    }
    pair_send_page(false);
    for (unsigned i = 0; i < FIELDS; i++)
        pair_client_sets(fields[i]->id, "value", tr_value_text(TR_SLICE("typed")));
    for (unsigned i = 0; i < FIELDS; i++)
        ck_assert(tr_slice_is(tr_node_value(fields[i], TR_PROP_VALUE).slice, "typed"));
}
END_TEST

START_TEST(what_the_browser_said_last_is_not_echoed)
{
    tr_node *field = tr_node_new(TR_CONTROL_TEXT_FIELD);
    tr_tree_append(pair_tree, tr_tree_view(pair_tree), 0, field);
    pair_send_page(false);
    tr_tree_set_text(pair_tree, field, TR_SLICE("from the app"));
    pair_client_sets(field->id, "value", tr_value_text(TR_SLICE("typed later")));
    ck_assert_int_eq(pair_flush(), 0);
    ck_assert(tr_slice_is(tr_node_value(field, TR_PROP_VALUE).slice, "typed later"));
}
END_TEST

START_TEST(handlers_are_found_while_their_control_can_be_used)
{
    tr_node *box = tr_node_new(TR_CONTROL_CONTAINER);
    tr_node *button = tr_node_new(TR_CONTROL_BUTTON);
    tr_node_set(button, TR_PROP_ON_CLICK, tr_value_handler(pair_handler(0)));
    tr_node_put(box, TR_PROP_CONTENT, button);
    tr_tree_append(pair_tree, tr_tree_view(pair_tree), 0, box);
    uint32_t id = button->id;
    ck_assert_ptr_eq(tr_tree_handler(pair_tree, id, TR_SLICE("click")), pair_handler(0));
    ck_assert_ptr_null(tr_tree_handler(pair_tree, id, TR_SLICE("hover")));
    ck_assert_ptr_null(tr_tree_handler(pair_tree, id, TR_SLICE("no such event")));
    ck_assert_ptr_null(tr_tree_handler(pair_tree, 4711, TR_SLICE("click")));
    tr_tree_set(pair_tree, box, TR_PROP_DISABLED, tr_value_boolean(true));
    ck_assert_ptr_null(tr_tree_handler(pair_tree, id, TR_SLICE("click")));
    tr_tree_set(pair_tree, box, TR_PROP_DISABLED, TR_NIL);
    tr_tree_set(pair_tree, button, TR_PROP_VISIBLE, tr_value_boolean(false));
    ck_assert_ptr_null(tr_tree_handler(pair_tree, id, TR_SLICE("click")));
    tr_tree_set(pair_tree, button, TR_PROP_VISIBLE, TR_NIL);
    ck_assert_ptr_eq(tr_tree_handler(pair_tree, id, TR_SLICE("click")), pair_handler(0));
    tr_tree_remove(pair_tree, box);
    ck_assert_ptr_null(tr_tree_handler(pair_tree, id, TR_SLICE("click")));
}
END_TEST

START_TEST(another_payload_of_the_same_handler_is_no_news)
{
    tr_node *button = tr_node_new(TR_CONTROL_BUTTON);
    int one = 1;
    int two = 2;
    tr_node_set(button, TR_PROP_ON_CLICK, tr_value_handler(UI_CALL(pair_handler(0), &one)));
    tr_tree_append(pair_tree, tr_tree_view(pair_tree), 0, button);
    pair_send_page(false);
    tr_tree_set(pair_tree, button, TR_PROP_ON_CLICK,
                tr_value_handler(UI_CALL(pair_handler(0), &two)));
    ck_assert_int_eq(pair_flush(), 0);
    tr_slice payload = tr_value_payload(tr_node_value(button, TR_PROP_ON_CLICK));
    ck_assert_uint_eq(payload.size, sizeof two);
    ck_assert_mem_eq(payload.data, &two, sizeof two);
    tr_tree_set(pair_tree, button, TR_PROP_ON_CLICK, tr_value_handler(pair_handler(0)));
    ck_assert_int_eq(pair_flush(), 0);
    ck_assert_ptr_null(tr_node_value(button, TR_PROP_ON_CLICK).payload);
}
END_TEST

START_TEST(a_client_with_an_older_page_gets_empties)
{
    tr_node *page = tr_tree_page(pair_tree);
    tr_node *overlay = tr_tree_find(pair_tree, TR_ID_OVERLAY);
    tr_tree_set(pair_tree, page, TR_PROP_TITLE, tr_value_text(TR_SLICE("T")));
    tr_tree_set(pair_tree, page, TR_PROP_ON_CONNECT, tr_value_handler(pair_handler(0)));
    tr_tree_set(pair_tree, page, TR_PROP_THEME,
                tr_value_raw((tr_slice){"\x82\xa1"
                                        "a\x01\xa1"
                                        "b\x02",
                                        7}));
    tr_tree_append(pair_tree, overlay, 0, pair_text("over"));
    pair_send_page(false);
    // Another session answers for the same tab: nothing of the old one may stay.
    tr_tree_free(pair_tree);
    pair_tree = tr_tree_new(1000);
    tr_tree_set(pair_tree, tr_tree_page(pair_tree), TR_PROP_THEME,
                tr_value_raw((tr_slice){"\x81\xa1"
                                        "b\x03",
                                        4}));
    pair_send_page(true);
    ck_assert_int_eq(pair_flush(), 1); // the theme as a whole, for the pair_client has merged it
    cm_value *uid = tr_cm_get(tr_cm_get(pair_client.page, "_services"), "_internals");
    ck_assert_ptr_nonnull(uid);
    pair_expect_same("after another session's page");
    ck_assert_uint_eq(tr_cm_get(tr_cm_get(pair_client.page, "_overlay"), "controls")->count, 0);
    ck_assert_uint_eq(tr_cm_get(pair_client.page, "theme")->count, 1);
}
END_TEST

Suite *sdk_tree_browser_suite(void);
Suite *sdk_tree_browser_suite(void)
{
    Suite *suite = suite_create("sdk/tree/tree_browser");
    TCase *tests = tcase_create("tree_browser");
    tcase_add_checked_fixture(tests, pair_up, pair_down);
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, the_browser_changes_what_it_may);
    tcase_add_test(tests, all_fields_together_hold_so_much_of_the_browsers);
    tcase_add_test(tests, a_control_that_the_browser_cannot_draw_is_in_the_log_once);
    tcase_add_test(tests, what_the_app_shows_is_not_the_browsers);
    tcase_add_test(tests, what_the_browser_said_last_is_not_echoed);
    tcase_add_test(tests, handlers_are_found_while_their_control_can_be_used);
    tcase_add_test(tests, another_payload_of_the_same_handler_is_no_news);
    tcase_add_test(tests, a_client_with_an_older_page_gets_empties);
    suite_add_tcase(suite, tests);
    return suite;
}
