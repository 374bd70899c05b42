#include <check.h>
#include <math.h>

#include "sdk/tree/tree.h"
#include "testing/client_model.h"
#include "troupe/pages/event.h"
#include "wire/reader.h"

static tr_tree *tree;
static cm_client browser;
static void set_up(void)
{
    tree = tr_tree_new(0);
}

static void tear_down(void)
{
    tr_tree_free(tree);
    tr_cm_done(&browser);
}

static tr_node *add(tr_kind_id kind)
{
    tr_node *node = tr_node_new(kind);
    ck_assert_int_eq(tr_tree_append(tree, tr_tree_view(tree), 0, node), 0);
    return node;
}

// The browser's value of this property, from the full page or, later, from patches.
static double number_of(const tr_node *node, const char *name)
{
    tr_buf bytes = {0};
    if (browser.page == NULL) {
        tr_tree_encode_page(tree, &bytes, 0);
        ck_assert_int_eq(tr_cm_take_page(&browser, bytes.data, bytes.size), 0);
        tr_tree_clean(tree, NULL);
    } else if (tr_tree_flush(tree, &bytes) == 1) {
        ck_assert_msg(tr_cm_take(&browser, bytes.data, bytes.size) == 0, "%s", browser.error);
    }
    tr_buf_done(&bytes);
    const cm_value *value = tr_cm_get(tr_cm_find(&browser, node->id), name);
    if (value == NULL)
        return NAN;
    tr_reader reader = tr_reader_of((tr_slice){value->bytes, value->count});
    return tr_value_as_number(tr_value_read(&reader), NAN);
}

static void set(tr_node *node, tr_prop_id prop, tr_value value)
{
    ck_assert_int_eq(tr_tree_set(tree, node, prop, value), 0);
}

START_TEST(a_drawing_that_expands_has_no_size_of_its_own)
{
    tr_node *canvas = add(TR_CONTROL_CANVAS);
    ck_assert(isnan(number_of(canvas, "width")));
    set(canvas, TR_PROP_EXPAND, tr_value_boolean(true));
    ck_assert(isinf(number_of(canvas, "width")));
    ck_assert(isinf(number_of(canvas, "height")));
    set(canvas, TR_PROP_WIDTH, tr_value_integer(20));
    ck_assert_double_eq(number_of(canvas, "width"), 20);
    set(canvas, TR_PROP_WIDTH, TR_NIL);
    ck_assert(isinf(number_of(canvas, "width")));
    set(canvas, TR_PROP_EXPAND, TR_NIL);
    ck_assert(isnan(number_of(canvas, "width")));
}
END_TEST

START_TEST(a_slider_without_a_value_stands_at_its_minimum)
{
    tr_node *slider = add(TR_CONTROL_CUPERTINO_SLIDER);
    set(slider, TR_PROP_MIN, tr_value_integer(3));
    ck_assert_double_eq(number_of(slider, "value"), 3);
    set(slider, TR_PROP_MIN, tr_value_integer(4));
    ck_assert_double_eq(number_of(slider, "value"), 4);
    set(slider, TR_PROP_VALUE, tr_value_integer(5));
    set(slider, TR_PROP_MIN, tr_value_integer(1));
    ck_assert_double_eq(number_of(slider, "value"), 5);
}
END_TEST

START_TEST(a_text_field_with_a_fill_colour_is_filled)
{
    tr_node *field = add(TR_CONTROL_TEXT_FIELD);
    tr_node *other = add(TR_CONTROL_TEXT_FIELD);
    set(field, TR_PROP_BGCOLOR, tr_value_text(TR_SLICE("red")));
    set(other, TR_PROP_BGCOLOR, tr_value_text(TR_SLICE("red")));
    set(other, TR_PROP_FILLED, tr_value_boolean(false));
    ck_assert_double_eq(number_of(field, "filled"), 1);
    ck_assert_double_eq(number_of(other, "filled"), 0);
    set(field, TR_PROP_BGCOLOR, TR_NIL);
    ck_assert(!(number_of(field, "filled") > 0));
}
END_TEST

START_TEST(what_flets_client_calls_otherwise_has_its_name)
{
    tr_node *semantics = add(TR_CONTROL_SEMANTICS);
    static const tr_handler tap = {.name = "tap", .kind = TR_HANDLER_ASYNC};
    set(semantics, TR_PROP_FOCUS, tr_value_boolean(true));
    set(semantics, TR_PROP_ON_TAP, tr_value_handler(&tap));
    ck_assert_double_eq(number_of(semantics, "focused"), 1);
    ck_assert(isnan(number_of(semantics, "focus")));
    ck_assert_double_eq(number_of(semantics, "on_click"), 1);
    ck_assert_ptr_eq(tr_tree_handler(tree, semantics->id, TR_SLICE("click")), &tap);
    set(semantics, TR_PROP_FOCUS, TR_NIL);
    ck_assert(!(number_of(semantics, "focused") > 0));
}
END_TEST

START_TEST(one_controls_changes_go_out_alone)
{
    tr_node *column = add(TR_CONTROL_COLUMN);
    tr_node *inner = tr_node_new(TR_CONTROL_SLIDER);
    ck_assert_int_eq(tr_tree_append(tree, column, 0, inner), 0);
    tr_node *other = add(TR_CONTROL_SLIDER);
    (void)number_of(other, "value");
    set(inner, TR_PROP_VALUE, tr_value_integer(1));
    set(other, TR_PROP_VALUE, tr_value_integer(2));
    tr_buf bytes = {0};
    ck_assert_int_eq(tr_tree_flush_control(tree, tr_tree_find(tree, TR_ID_DIALOGS), &bytes), 0);
    ck_assert_int_eq(tr_tree_flush_control(tree, column, &bytes), 1);
    ck_assert_int_eq(tr_cm_take(&browser, bytes.data, bytes.size), 0);
    tr_buf_done(&bytes);
    ck_assert_int_eq(tr_cm_integer(tr_cm_get(tr_cm_find(&browser, inner->id), "value")), 1);
    ck_assert_ptr_null(tr_cm_get(tr_cm_find(&browser, other->id), "value"));
    ck_assert_double_eq(number_of(other, "value"), 2);
}
END_TEST

START_TEST(a_component_stands_for_a_list)
{
    tr_node *text = add(TR_CONTROL_SLIDER);
    (void)number_of(text, "value");
    tr_node *component = tr_node_new(TR_CONTROL_COMPONENT);
    tr_node *body = tr_node_new(TR_CONTROL_SLIDER);
    ck_assert_int_eq(tr_node_put(component, TR_PROP__B, body), 0);
    ck_assert_int_eq(tr_tree_put(tree, tr_tree_view(tree), TR_PROP_CONTROLS, component), 0);
    ck_assert(isnan(number_of(body, "value")));
    ck_assert_str_eq(tr_cm_text(tr_cm_get(tr_cm_find(&browser, component->id), "_c")), "C");
    // Rendered again it stays the same control, and only what differs goes out.
    uint32_t id = body->id;
    tr_node *again = tr_node_new(TR_CONTROL_SLIDER);
    ck_assert_int_eq(tr_node_set(again, TR_PROP_VALUE, tr_value_integer(7)), 0);
    ck_assert_int_eq(tr_tree_reconcile_child(tree, component, TR_PROP__B, again), 0);
    ck_assert_double_eq(number_of(tr_tree_find(tree, id), "value"), 7);
    // Back to a list.
    tr_node *refused = tr_node_new(TR_CONTROL_TEXT);
    ck_assert_int_lt(tr_tree_append(tree, tr_tree_view(tree), 0, refused), 0);
    tr_node_free(refused);
    tr_node *list[] = {tr_node_new(TR_CONTROL_SLIDER)};
    ck_assert_int_eq(tr_tree_reconcile(tree, tr_tree_view(tree), TR_PROP_CONTROLS, list, 1), 0);
    ck_assert_ptr_null(tr_tree_find(tree, id));
    ck_assert(isnan(number_of(list[0], "value")));
    ck_assert_ptr_nonnull(tr_cm_find(&browser, list[0]->id));
}
END_TEST

Suite *derive_suite(void);
Suite *derive_suite(void)
{
    Suite *suite = suite_create("sdk/tree/derive");
    TCase *tcase = tcase_create("derive");
    tcase_add_checked_fixture(tcase, set_up, tear_down);
    tcase_add_test(tcase, a_drawing_that_expands_has_no_size_of_its_own);
    tcase_add_test(tcase, a_slider_without_a_value_stands_at_its_minimum);
    tcase_add_test(tcase, a_text_field_with_a_fill_colour_is_filled);
    tcase_add_test(tcase, what_flets_client_calls_otherwise_has_its_name);
    tcase_add_test(tcase, one_controls_changes_go_out_alone);
    tcase_add_test(tcase, a_component_stands_for_a_list);
    suite_add_tcase(suite, tcase);
    return suite;
}
