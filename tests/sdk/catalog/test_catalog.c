#include <check.h>
#include <math.h>
#include <string.h>

#include "sdk/catalog/catalog.h"
#include "sdk/catalog/tables.h"
#include "troupe/err.h"

START_TEST(every_name_is_found_again)
{
    for (tr_prop_id prop = 1; prop < TR_PROP_COUNT; prop++)
        ck_assert_uint_eq(tr_catalog_find_prop(tr_catalog_prop_name(prop)), prop);
    for (tr_kind_id kind = 1; kind < TR_CONTROL_COUNT; kind++)
        ck_assert_uint_eq(tr_catalog_find_name(tr_slice_of(tr_catalog_kind(kind)->name)), kind);
    for (unsigned i = 0; i < tr_generated_icon_count; i++)
        ck_assert_int_eq(tr_catalog_find_icon(tr_slice_of(tr_generated_icons[i].name)),
                         tr_generated_icons[i].number);
}
END_TEST

START_TEST(every_property_of_every_control_is_found)
{
    unsigned total = 0;
    for (tr_kind_id kind = 1; kind < TR_CONTROL_COUNT; kind++) {
        const tr_kind_info *info = tr_catalog_kind(kind);
        for (unsigned i = 0; i < info->prop_count; i++, total++)
            ck_assert_ptr_eq(tr_catalog_prop(kind, info->props[i].prop), &info->props[i]);
    }
    ck_assert_uint_eq(TR_CONTROL_COUNT - 1, 267);
    ck_assert_uint_gt(total, 9300); // 8521 properties and 825 events in the catalog
}
END_TEST

START_TEST(unknown_names_are_unknown)
{
    ck_assert_uint_eq(tr_catalog_find_prop(TR_SLICE("no_such")), 0);
    ck_assert_uint_eq(tr_catalog_find_prop(TR_SLICE("")), 0);
    ck_assert_uint_eq(tr_catalog_find_kind(TR_SLICE("Txt")), 0);
    ck_assert_uint_eq(tr_catalog_find_event(TR_CONTROL_BUTTON, TR_SLICE("clicks")), 0);
    ck_assert_int_eq(tr_catalog_find_icon(TR_SLICE("no_such_icon")), -1);
    ck_assert_ptr_null(tr_catalog_prop(TR_CONTROL_TEXT, TR_PROP_ON_CLICK));
}
END_TEST

START_TEST(wire_names_lead_to_the_class_that_has_them)
{
    ck_assert_uint_eq(tr_catalog_find_kind(TR_SLICE("Text")), TR_CONTROL_TEXT);
    ck_assert_uint_eq(tr_catalog_find_kind(TR_SLICE("Image")), TR_CONTROL_IMAGE);
    ck_assert_uint_eq(tr_catalog_find_kind(TR_SLICE("Column")), TR_CONTROL_COLUMN);
    ck_assert_uint_eq(tr_catalog_find_kind(TR_SLICE("SnackBar")), TR_CONTROL_SNACK_BAR);
    ck_assert_uint_eq(tr_catalog_find_event(TR_CONTROL_BUTTON, TR_SLICE("click")),
                      TR_PROP_ON_CLICK);
}
END_TEST

START_TEST(main_properties_are_the_obvious_ones)
{
    static const struct {
        tr_kind_id kind;
        tr_prop_id text, children, content;
    } rows[] = {{TR_CONTROL_TEXT, TR_PROP_VALUE, TR_PROP_SPANS, 0},
                {TR_CONTROL_BUTTON, TR_PROP_CONTENT, 0, TR_PROP_CONTENT},
                {TR_CONTROL_COLUMN, 0, TR_PROP_CONTROLS, 0},
                {TR_CONTROL_CONTAINER, 0, 0, TR_PROP_CONTENT},
                {TR_CONTROL_TEXT_FIELD, TR_PROP_VALUE, 0, 0},
                {TR_CONTROL_DROPDOWN, TR_PROP_VALUE, TR_PROP_OPTIONS, 0}};
    for (unsigned i = 0; i < sizeof rows / sizeof *rows; i++) {
        const tr_kind_info *info = tr_catalog_kind(rows[i].kind);
        ck_assert_msg(info->primary_text == rows[i].text && info->children == rows[i].children &&
                          info->content == rows[i].content,
                      "%s: %u %u %u", info->name, info->primary_text, info->children,
                      info->content);
    }
}
END_TEST

static int check(tr_kind_id kind, tr_prop_id prop, tr_value value)
{
    return tr_catalog_check(tr_catalog_prop(kind, prop), &value);
}

START_TEST(values_are_held_against_their_type)
{
    ck_assert_int_eq(check(TR_CONTROL_TEXT, TR_PROP_SIZE, tr_value_integer(4)), 0);
    ck_assert_int_eq(check(TR_CONTROL_TEXT, TR_PROP_SIZE, tr_value_boolean(true)), TR_EWRONGTYPE);
    ck_assert_int_eq(check(TR_CONTROL_TEXT, TR_PROP_MAX_LINES, tr_value_number(2)), 0);
    ck_assert_int_eq(check(TR_CONTROL_TEXT, TR_PROP_MAX_LINES, tr_value_number(2.5)),
                     TR_EWRONGTYPE);
    ck_assert_int_eq(check(TR_CONTROL_TEXT, TR_PROP_SIZE, tr_value_number((double)NAN)),
                     TR_EINVALID);
    ck_assert_int_eq(check(TR_CONTROL_TEXT, TR_PROP_VALUE, tr_value_text(TR_SLICE("\xff"))),
                     TR_EINVALID);
    ck_assert_int_eq(check(TR_CONTROL_TEXT, TR_PROP_TEXT_ALIGN, tr_value_text(TR_SLICE("center"))),
                     0);
    ck_assert_int_eq(check(TR_CONTROL_TEXT, TR_PROP_TEXT_ALIGN, tr_value_text(TR_SLICE("middle"))),
                     TR_EINVALID);
    ck_assert_int_eq(check(TR_CONTROL_TEXT, TR_PROP_VALUE, TR_NIL), 0);
}
END_TEST

START_TEST(icons_become_numbers)
{
    const tr_prop_info *info = tr_catalog_prop(TR_CONTROL_ICON, TR_PROP_ICON);
    tr_value value = tr_value_text(TR_SLICE("abc_outlined"));
    ck_assert_int_eq(tr_catalog_check(info, &value), 0);
    ck_assert(tr_value_equal(value, tr_value_integer(65537)));
    value = tr_value_text(TR_SLICE("nonsense"));
    ck_assert_int_eq(tr_catalog_check(info, &value), 0);
    ck_assert_int_eq(value.kind, TR_VALUE_NIL);
}
END_TEST

START_TEST(hints_and_rules_are_there)
{
    ck_assert(tr_catalog_kind(TR_CONTROL_COLUMN)->flags & TR_HINT_HOST_EXPANDED);
    ck_assert(tr_catalog_kind(TR_CONTROL_STACK)->flags & TR_HINT_HOST_POSITIONED);
    ck_assert(tr_catalog_kind(TR_CONTROL_BUTTON)->flags & TR_HINT_STYLED_BUTTON);
    ck_assert(tr_catalog_kind(TR_CONTROL_ICON_BUTTON)->flags & TR_HINT_STYLED_ICON_BUTTON);
    ck_assert_str_eq(tr_catalog_kind(TR_CONTROL_CONTAINER)->internals[0], "width");
    ck_assert(tr_catalog_prop(TR_CONTROL_CHECKBOX, TR_PROP_VALUE)->rule & TR_RULE_CLIENT_SETS);
    ck_assert(!(tr_catalog_prop(TR_CONTROL_TEXT, TR_PROP_VALUE)->rule & TR_RULE_CLIENT_SETS));
    ck_assert(tr_catalog_prop(TR_CONTROL_VIEW, TR_PROP_PADDING)->rule & TR_RULE_ALWAYS);
    ck_assert(tr_catalog_prop(TR_CONTROL_BUTTON, TR_PROP_COLOR)->rule & TR_RULE_STYLE);
}
END_TEST

Suite *sdk_catalog_suite(void);
Suite *sdk_catalog_suite(void)
{
    Suite *suite = suite_create("sdk/catalog/catalog");
    TCase *tests = tcase_create("catalog");
    tcase_add_test(tests, every_name_is_found_again);
    tcase_add_test(tests, every_property_of_every_control_is_found);
    tcase_add_test(tests, unknown_names_are_unknown);
    tcase_add_test(tests, wire_names_lead_to_the_class_that_has_them);
    tcase_add_test(tests, main_properties_are_the_obvious_ones);
    tcase_add_test(tests, values_are_held_against_their_type);
    tcase_add_test(tests, icons_become_numbers);
    tcase_add_test(tests, hints_and_rules_are_there);
    suite_add_tcase(suite, tests);
    return suite;
}
