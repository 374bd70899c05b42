#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "sdk/tree/node.h"
#include "troupe/err.h"
#include "wire/limits.h"
#include "wire/writer.h"

static const tr_handler one = {.name = "one"};
static tr_slice name_of(const tr_handler *handler)
{
    ck_assert_ptr_eq(handler, &one);
    return TR_SLICE("one");
}

static const tr_handler *find_one(tr_slice name)
{
    return tr_slice_is(name, "one") ? &one : NULL;
}

static tr_node *text(const char *value)
{
    tr_node *node = tr_node_new(TR_CONTROL_TEXT);
    ck_assert_int_eq(tr_node_set(node, TR_PROP_VALUE, tr_value_text(tr_slice_of(value))), 0);
    return node;
}

// Up to 12 bytes lie in the entry itself, on one side of the others and of what was there before.
START_TEST(short_and_long_texts_are_kept)
{
    static const char *const texts[] = {"12345678",
                                        "123456789",
                                        "123456789012",
                                        "1234567890123",
                                        "",
                                        "a text that is longer than an entry",
                                        "1"};
    tr_node *node = tr_node_new(TR_CONTROL_TEXT);
    ck_assert_int_eq(tr_node_set(node, TR_PROP_SIZE, tr_value_number(20)), 0);
    for (unsigned i = 0; i < sizeof texts / sizeof *texts; i++) {
        tr_slice value = tr_slice_of(texts[i]);
        ck_assert_int_eq(tr_node_set(node, TR_PROP_VALUE, tr_value_text(value)), 0);
        ck_assert_int_eq(tr_node_set(node, TR_PROP_FONT_FAMILY, tr_value_text(value)), 0);
        ck_assert(tr_slice_equal(tr_node_get(node, TR_PROP_VALUE).slice, value));
        ck_assert(tr_slice_equal(tr_node_get(node, TR_PROP_FONT_FAMILY).slice, value));
        ck_assert(tr_value_equal(tr_node_get(node, TR_PROP_SIZE), tr_value_number(20)));
    }
    ck_assert_uint_eq(sizeof(tr_prop), 16);
    tr_node_free(node);
}
END_TEST

START_TEST(defaults_are_not_kept)
{
    tr_node *node = tr_node_new(TR_CONTROL_COLUMN);
    ck_assert_int_eq(tr_node_set(node, TR_PROP_SPACING, tr_value_number(3)), 0);
    ck_assert_int_eq(node->prop_count, 1);
    ck_assert_int_eq(tr_node_set(node, TR_PROP_SPACING, tr_value_number(10)), 0);
    ck_assert_int_eq(node->prop_count, 0);
    ck_assert(tr_value_equal(tr_node_get(node, TR_PROP_SPACING), tr_value_integer(10)));
    tr_node_free(node);
}
END_TEST

START_TEST(many_properties_fit)
{
    tr_node *node = tr_node_new(TR_CONTROL_TEXT_FIELD);
    const tr_kind_info *info = tr_catalog_kind(TR_CONTROL_TEXT_FIELD);
    unsigned set = 0;
    for (unsigned i = 0; i < info->prop_count; i++)
        if (info->props[i].type & TR_TYPE_NUMBER) {
            ck_assert_int_eq(tr_node_set(node, info->props[i].prop, tr_value_number(77.5)), 0);
            set++;
        }
    ck_assert_uint_gt(set, 10);
    ck_assert_uint_eq(node->prop_count, set);
    tr_node_free(node);
}
END_TEST

START_TEST(misuse_has_codes)
{
    tr_node *column = tr_node_new(TR_CONTROL_COLUMN);
    tr_node *child = text("x");
    tr_node *other = tr_node_new(TR_CONTROL_COLUMN);
    ck_assert_int_eq(tr_node_set(column, TR_PROP_VALUE, TR_NIL), TR_ENOTFOUND);
    ck_assert_int_eq(tr_node_set(column, TR_PROP_SPACING, tr_value_text(TR_SLICE("x"))),
                     TR_EWRONGTYPE);
    ck_assert_int_eq(tr_node_append(child, TR_PROP_CONTROLS, column), TR_ENOTFOUND);
    ck_assert_int_eq(tr_node_append(column, TR_PROP_CONTROLS, child), 0);
    ck_assert_int_eq(tr_node_append(other, TR_PROP_CONTROLS, child), TR_EEXISTS);
    ck_assert_int_eq(tr_node_append(column, TR_PROP_CONTROLS, NULL), 0);
    ck_assert_int_eq(tr_node_append(column, TR_PROP_CONTROLS, column), TR_EINVALID);
    ck_assert_int_eq(tr_node_append(column, TR_PROP_CONTROLS, other), 0);
    ck_assert_int_eq(tr_node_append(other, TR_PROP_CONTROLS, column), TR_EINVALID);
    ck_assert_uint_eq(tr_node_count(column), 3);
    tr_node_free(column);
}
END_TEST

START_TEST(depth_is_limited)
{
    tr_node *top = tr_node_new(TR_CONTROL_COLUMN);
    tr_node *at = top;
    for (unsigned i = 1; i < TR_CONTROL_DEPTH_CAP; i++) {
        tr_node *next = tr_node_new(TR_CONTROL_COLUMN);
        ck_assert_int_eq(tr_node_append(at, TR_PROP_CONTROLS, next), 0);
        at = next;
    }
    tr_node *more = tr_node_new(TR_CONTROL_COLUMN);
    ck_assert_int_eq(tr_node_append(at, TR_PROP_CONTROLS, more), TR_ETOOBIG);
    ck_assert_int_eq(tr_node_append(more, TR_PROP_CONTROLS, top), TR_ETOOBIG);
    tr_node_free(more);
    tr_node_free(top);
}
END_TEST

START_TEST(a_scope_frees_what_nobody_took)
{
    tr_scope scope = {0};
    tr_scope *before = tr_scope_swap(&scope);
    tr_node *column = tr_node_new(TR_CONTROL_COLUMN);
    for (int i = 0; i < 20; i++)
        ck_assert_int_eq(tr_node_append(column, TR_PROP_CONTROLS, text("a child of the column")),
                         0);
    tr_node *kept = text("kept beyond the scope");
    (void)!text("lost");
    ck_assert_uint_eq(scope.count, 3);
    tr_node_release(kept);
    tr_scope_clear(&scope);
    ck_assert_uint_eq(scope.count, 0);
    ck_assert_ptr_eq(tr_scope_swap(before), &scope);
    tr_node_free(kept);
}
END_TEST

static tr_node *sample(void)
{
    tr_node *column = tr_node_new(TR_CONTROL_COLUMN);
    tr_node *container = tr_node_new(TR_CONTROL_CONTAINER);
    tr_node *button = tr_node_new(TR_CONTROL_BUTTON);
    ck_assert_int_eq(tr_node_set(column, TR_PROP_SPACING, tr_value_number(2.5)), 0);
    ck_assert_int_eq(tr_node_set(column, TR_PROP_KEY, tr_value_text(TR_SLICE("the column"))), 0);
    ck_assert_int_eq(tr_node_set(button, TR_PROP_CONTENT, tr_value_text(TR_SLICE("Go"))), 0);
    ck_assert_int_eq(tr_node_set(button, TR_PROP_ICON, tr_value_text(TR_SLICE("add"))), 0);
    ck_assert_int_eq(
        tr_node_set(button, TR_PROP_ON_CLICK, tr_value_handler(find_one(TR_SLICE("one")))), 0);
    tr_value hovered = tr_value_handler(UI_CALL(&one, "over a payload"));
    ck_assert_int_eq(tr_node_set(button, TR_PROP_ON_HOVER, hovered), 0);
    ck_assert_int_eq(
        tr_node_set(container, TR_PROP_PADDING, tr_value_raw((tr_slice){"\x81\xa4left\x05", 7})),
        0);
    ck_assert_int_eq(tr_node_put(container, TR_PROP_CONTENT, button), 0);
    ck_assert_int_eq(tr_node_append(column, TR_PROP_CONTROLS, container), 0);
    ck_assert_int_eq(tr_node_append(column, TR_PROP_CONTROLS, text("a longer text than eight")), 0);
    return column;
}

START_TEST(controls_travel_and_come_back)
{
    tr_node *node = sample();
    tr_node *copy = tr_node_copy(node);
    tr_buf bytes = {0};
    tr_buf again = {0};
    tr_node_encode(copy, name_of, &bytes);
    tr_node *back = NULL;
    ck_assert_int_eq(
        tr_node_decode((tr_slice){(char *)bytes.data, (uint32_t)bytes.size}, 4, find_one, &back),
        0);
    tr_node_encode(back, name_of, &again);
    ck_assert_uint_eq(again.size, bytes.size);
    ck_assert_mem_eq(again.data, bytes.data, bytes.size);
    const tr_node *container = tr_node_children(back, TR_PROP_CONTROLS)->at[0];
    const tr_node *button = tr_node_value(container, TR_PROP_CONTENT).node;
    tr_value hovered = tr_node_value(button, TR_PROP_ON_HOVER);
    ck_assert_ptr_eq(hovered.handler, &one);
    ck_assert_str_eq(tr_value_payload(hovered).data, "over a payload");
    ck_assert_ptr_null(tr_node_value(button, TR_PROP_ON_CLICK).payload);
    tr_node *more = NULL;
    ck_assert_int_eq(
        tr_node_decode((tr_slice){(char *)bytes.data, (uint32_t)bytes.size}, 3, find_one, &more),
        TR_ETOOBIG);
    tr_node_free(back);
    tr_node_free(copy);
    tr_node_free(node);
    tr_buf_done(&bytes);
    tr_buf_done(&again);
}
END_TEST

START_TEST(broken_bytes_are_refused)
{
    tr_node *node = sample();
    tr_buf bytes = {0};
    tr_node_encode(node, name_of, &bytes);
    srand(7);
    tr_log_level_set(TR_LOG_ERROR); // thousands of unknown handlers
    for (int round = 0; round < 20000; round++) {
        char *broken = tr_alloc(bytes.size);
        uint32_t size = (uint32_t)bytes.size;
        memcpy(broken, bytes.data, size);
        if (round % 2 == 0)
            size = (uint32_t)rand() % size;
        for (int i = rand() % 4; size != 0 && i >= 0; i--)
            broken[(uint32_t)rand() % size] = (char)rand();
        tr_node *back = NULL;
        if (tr_node_decode((tr_slice){broken, size}, 10, find_one, &back) == 0)
            tr_node_free(back);
        else
            ck_assert_ptr_null(back);
        tr_free(broken);
    }
    tr_node_free(node);
    tr_buf_done(&bytes);
}
END_TEST

Suite *sdk_node_suite(void);
Suite *sdk_node_suite(void)
{
    Suite *suite = suite_create("sdk/tree/node");
    TCase *tests = tcase_create("node");
    tcase_add_test(tests, short_and_long_texts_are_kept);
    tcase_add_test(tests, defaults_are_not_kept);
    tcase_add_test(tests, many_properties_fit);
    tcase_add_test(tests, misuse_has_codes);
    tcase_add_test(tests, depth_is_limited);
    tcase_add_test(tests, a_scope_frees_what_nobody_took);
    tcase_add_test(tests, controls_travel_and_come_back);
    tcase_add_test(tests, broken_bytes_are_refused);
    suite_add_tcase(suite, tests);
    return suite;
}
