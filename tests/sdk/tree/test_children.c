#include "sdk/tree/children.h"

#include <check.h>

Suite *sdk_tree_children_suite(void);

static tr_node *text(void)
{
    return tr_node_new(TR_CONTROL_TEXT);
}

START_TEST(a_walk_meets_slots_and_lists_each_once_and_in_order)
{
    tr_node *bar = tr_node_new(TR_CONTROL_APP_BAR);
    tr_node *leading = text();
    tr_node *actions[3] = {text(), text(), text()};
    ck_assert_int_eq(tr_node_put(bar, TR_PROP_LEADING, leading), 0);
    ck_assert_int_eq(tr_node_set(bar, TR_PROP_TOOLBAR_HEIGHT, tr_value_number(50)), 0);
    for (unsigned i = 0; i < 3; i++)
        ck_assert_int_eq(tr_node_append(bar, TR_PROP_ACTIONS, actions[i]), 0);
    unsigned met_leading = 0;
    unsigned met_actions = 0;
    tr_children children = tr_children_of(bar);
    for (tr_node *child; (child = tr_children_next(&children)) != NULL;) {
        if (child == leading)
            met_leading++;
        else
            ck_assert_ptr_eq(child, actions[met_actions++]);
    }
    ck_assert_uint_eq(met_leading, 1);
    ck_assert_uint_eq(met_actions, 3);
    ck_assert_ptr_null(tr_children_next(&children)); // over is over
    ck_assert_uint_eq(tr_node_count(bar), 5);
    tr_node_free(bar);
}
END_TEST

START_TEST(a_control_without_children_has_none)
{
    tr_node *bare = text();
    tr_children children = tr_children_of(bare);
    ck_assert_ptr_null(tr_children_next(&children));
    ck_assert_int_eq(tr_node_set(bare, TR_PROP_VALUE, tr_value_text(TR_SLICE("a"))), 0);
    children = tr_children_of(bare);
    ck_assert_ptr_null(tr_children_next(&children));
    ck_assert_uint_eq(tr_node_count(bare), 1);
    tr_node_free(bare);
}
END_TEST

Suite *sdk_tree_children_suite(void)
{
    Suite *suite = suite_create("sdk/tree/children");
    TCase *tcase = tcase_create("children");
    tcase_add_test(tcase, a_walk_meets_slots_and_lists_each_once_and_in_order);
    tcase_add_test(tcase, a_control_without_children_has_none);
    suite_add_tcase(suite, tcase);
    return suite;
}
