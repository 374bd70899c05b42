#include <check.h>

#include "base/log.h"
#include "sdk/tree/tree.h"
#include "troupe/err.h"
#include "wire/writer.h"

// Events and updates of the browser that are refused, since its user could not have caused them.

static tr_tree *tree;
static const tr_handler handler;

static void up(void)
{
    tr_log_level_set(TR_LOG_ERROR);
    tree = tr_tree_new(0);
}

static void down(void)
{
    tr_tree_free(tree);
}

static int client_sets(uint32_t id, tr_slice name, tr_value value)
{
    tr_buf props = {0};
    tr_write_map(&props, 1);
    tr_write_text(&props, name);
    tr_value_write(&props, value);
    int taken = tr_tree_apply_client(tree, id, tr_buf_slice(&props));
    tr_buf_done(&props);
    return taken;
}

static void set(tr_node *node, tr_prop_id prop, tr_value value)
{
    ck_assert_int_eq(tr_tree_set(tree, node, prop, value), 0);
}

// Some value that the property takes.
static tr_value value_for(const tr_prop_info *info)
{
    static const char map[] = "\x81\xa1x\x01";
    const tr_value tried[] = {tr_value_boolean(true),
                              tr_value_integer(1),
                              tr_value_number(0.5),
                              tr_value_text(TR_SLICE("x")),
                              tr_value_raw((tr_slice){map, 4}),
                              tr_value_raw((tr_slice){"\x91\xa1x", 3})};
    for (unsigned i = 0; i < sizeof tried / sizeof *tried; i++) {
        tr_value value = tried[i];
        if (tr_catalog_check(info, &value) == 0 && !tr_value_equal(value, tr_catalog_default(info)))
            return value;
    }
    for (unsigned i = 0; i < 200 && (info->type & TR_TYPE_ENUM) != 0; i++) {
        static const char *const members[] = {"input", "inputOnly", "calendar", "dial"};
        tr_value value = tr_value_text(tr_slice_of(members[i % 4]));
        if (tr_catalog_check(info, &value) == 0 && !tr_value_equal(value, tr_catalog_default(info)))
            return value;
    }
    ck_abort_msg("no value for %s", tr_catalog_prop_name(info->prop).data);
    return TR_NIL;
}

static bool closes(tr_prop_id prop)
{
    return prop == TR_PROP_OPEN || prop == TR_PROP__DISMISSED;
}

typedef void put_away(tr_node *view, tr_node *column, tr_node *control);

static void disable(tr_node *view, tr_node *column, tr_node *control)
{
    (void)view, (void)column;
    set(control, TR_PROP_DISABLED, tr_value_boolean(true));
}

static void hide(tr_node *view, tr_node *column, tr_node *control)
{
    (void)view, (void)column;
    set(control, TR_PROP_VISIBLE, tr_value_boolean(false));
}

static void disable_around(tr_node *view, tr_node *column, tr_node *control)
{
    (void)view, (void)control;
    set(column, TR_PROP_DISABLED, tr_value_boolean(true));
}

static void hide_view(tr_node *view, tr_node *column, tr_node *control)
{
    (void)column, (void)control;
    set(view, TR_PROP_VISIBLE, tr_value_boolean(false));
}

static void disable_page(tr_node *view, tr_node *column, tr_node *control)
{
    (void)view, (void)column, (void)control;
    set(tr_tree_page(tree), TR_PROP_DISABLED, tr_value_boolean(true));
}

static void cover(tr_node *view, tr_node *column, tr_node *control)
{
    (void)view, (void)column, (void)control;
    ck_assert_int_eq(
        tr_tree_append(tree, tr_tree_page(tree), TR_PROP_VIEWS, tr_node_new(TR_CONTROL_VIEW)), 0);
}

static put_away *const ways[] = {disable, hide, disable_around, hide_view, disable_page, cover};

static void try_prop(put_away *way, tr_kind_id kind, const tr_prop_info *info)
{
    down();
    up();
    tr_node *column = tr_node_new(TR_CONTROL_COLUMN);
    tr_node *control = tr_node_new(kind);
    ck_assert_int_eq(tr_node_append(column, TR_PROP_CONTROLS, control), 0);
    ck_assert_int_eq(tr_tree_append(tree, tr_tree_view(tree), 0, column), 0);
    tr_slice name = tr_catalog_prop_name(info->prop);
    tr_value value = value_for(info);
    ck_assert_msg(client_sets(control->id, name, value) == 1,
                  "%s.%s is refused when it can be used", tr_catalog_kind(kind)->wire, name.data);
    set(control, info->prop, TR_NIL);
    way(tr_tree_view(tree), column, control);
    tr_buf patch = {0};
    tr_tree_clean(tree, NULL);
    ck_assert_msg(client_sets(control->id, name, value) == 0, "%s.%s", tr_catalog_kind(kind)->wire,
                  name.data);
    ck_assert(!tr_value_equal(tr_node_get(control, info->prop), value));
    ck_assert_uint_eq(tr_tree_ignored(tree), 1);
    // The browser shows what it was refused, and gets what is here.
    bool is_told = info->prop != TR_PROP_SELECTION && (info->rule & TR_RULE_NEVER) == 0;
    ck_assert_msg(tr_tree_flush(tree, &patch) == is_told, "%s.%s", tr_catalog_kind(kind)->wire,
                  name.data);
    tr_buf_done(&patch);
}

START_TEST(what_cannot_be_used_takes_nothing_from_the_browser)
{
    unsigned tried = 0;
    for (tr_kind_id kind = 1; kind < TR_CONTROL_COUNT; kind++) {
        const tr_kind_info *row = tr_catalog_kind(kind);
        if ((row->flags & TR_HINT_SERVICE) != 0 || kind == TR_CONTROL_PAGE ||
            kind == TR_CONTROL_WINDOW || tr_catalog_prop(kind, TR_PROP_DISABLED) == NULL)
            continue;
        for (unsigned i = 0; i < row->prop_count; i++)
            if ((row->props[i].rule & TR_RULE_CLIENT_SETS) != 0 && !closes(row->props[i].prop)) {
                try_prop(ways[_i], kind, &row->props[i]);
                tried++;
            }
    }
    ck_assert_uint_ge(tried, 40);
}
END_TEST

START_TEST(a_read_only_field_keeps_its_value)
{
    static const tr_kind_id kinds[] = {TR_CONTROL_TEXT_FIELD, TR_CONTROL_CUPERTINO_TEXT_FIELD,
                                       TR_CONTROL_CODE_EDITOR};
    tr_node *field = tr_node_new(kinds[_i]);
    static const char selection[] = "\x81\xa1x\x01";
    tr_buf patch = {0};
    tr_tree_append(tree, tr_tree_view(tree), 0, field);
    set(field, TR_PROP_VALUE, tr_value_text(TR_SLICE("mine")));
    set(field, TR_PROP_READ_ONLY, tr_value_boolean(true));
    tr_tree_clean(tree, NULL);
    ck_assert_int_eq(client_sets(field->id, TR_SLICE("value"), tr_value_text(TR_SLICE("x"))), 0);
    ck_assert(tr_slice_is(tr_node_value(field, TR_PROP_VALUE).slice, "mine"));
    ck_assert_uint_eq(tr_tree_ignored(tree), 1);
    ck_assert_int_eq(tr_tree_flush(tree, &patch), 1);
    // Its text can still be selected.
    ck_assert_int_eq(
        client_sets(field->id, TR_SLICE("selection"), tr_value_raw((tr_slice){selection, 4})), 1);
    set(field, TR_PROP_READ_ONLY, tr_value_boolean(false));
    ck_assert_int_eq(client_sets(field->id, TR_SLICE("value"), tr_value_text(TR_SLICE("x"))), 1);
    tr_buf_done(&patch);
}
END_TEST

START_TEST(a_closed_dialog_hears_only_that_it_was_dismissed)
{
    tr_node *dialog = tr_node_new(TR_CONTROL_ALERT_DIALOG);
    tr_node *field = tr_node_new(TR_CONTROL_TEXT_FIELD);
    tr_node_set(field, TR_PROP_ON_SUBMIT, tr_value_handler(&handler));
    tr_node_set(dialog, TR_PROP_ON_DISMISS, tr_value_handler(&handler));
    tr_node_put(dialog, TR_PROP_CONTENT, field);
    tr_tree_append(tree, tr_tree_find(tree, TR_ID_DIALOGS), 0, dialog);
    set(dialog, TR_PROP_OPEN, tr_value_boolean(true));
    ck_assert_int_eq(client_sets(field->id, TR_SLICE("value"), tr_value_text(TR_SLICE("a"))), 1);
    ck_assert_ptr_nonnull(tr_tree_handler(tree, field->id, TR_SLICE("submit")));
    ck_assert_int_eq(client_sets(dialog->id, TR_SLICE("open"), tr_value_boolean(false)), 1);
    ck_assert_int_eq(client_sets(field->id, TR_SLICE("value"), tr_value_text(TR_SLICE("b"))), 0);
    ck_assert_ptr_null(tr_tree_handler(tree, field->id, TR_SLICE("submit")));
    ck_assert_uint_eq(tr_tree_ignored(tree), 2);
    ck_assert_ptr_nonnull(tr_tree_handler(tree, dialog->id, TR_SLICE("dismiss")));
}
END_TEST

START_TEST(an_event_of_a_covered_view_is_refused_and_counted)
{
    tr_node *button = tr_node_new(TR_CONTROL_BUTTON);
    tr_node_set(button, TR_PROP_ON_CLICK, tr_value_handler(&handler));
    tr_tree_append(tree, tr_tree_view(tree), 0, button);
    ck_assert_ptr_nonnull(tr_tree_handler(tree, button->id, TR_SLICE("click")));
    cover(NULL, NULL, NULL);
    ck_assert_ptr_null(tr_tree_handler(tree, button->id, TR_SLICE("click")));
    ck_assert_uint_eq(tr_tree_ignored(tree), 1);
}
END_TEST

START_TEST(a_disabled_page_still_hears_of_the_browser)
{
    tr_node *page = tr_tree_page(tree);
    set(page, TR_PROP_ON_DISCONNECT, tr_value_handler(&handler));
    set(page, TR_PROP_DISABLED, tr_value_boolean(true));
    ck_assert_ptr_nonnull(tr_tree_handler(tree, TR_ID_PAGE, TR_SLICE("disconnect")));
    ck_assert_int_eq(client_sets(TR_ID_PAGE, TR_SLICE("width"), tr_value_number(300)), 1);
}
END_TEST

Suite *reach_suite(void);
Suite *reach_suite(void)
{
    Suite *suite = suite_create("sdk/tree/reach");
    TCase *tests = tcase_create("reach");
    tcase_add_checked_fixture(tests, up, down);
    tcase_add_loop_test(tests, what_cannot_be_used_takes_nothing_from_the_browser, 0,
                        sizeof ways / sizeof *ways);
    tcase_add_loop_test(tests, a_read_only_field_keeps_its_value, 0, 3);
    tcase_add_test(tests, a_closed_dialog_hears_only_that_it_was_dismissed);
    tcase_add_test(tests, an_event_of_a_covered_view_is_refused_and_counted);
    tcase_add_test(tests, a_disabled_page_still_hears_of_the_browser);
    suite_add_tcase(suite, tests);
    return suite;
}
