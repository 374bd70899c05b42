#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "sdk/tree/patch.h"
#include "sdk/tree/tree.h"
#include "testing/client_model.h"

// -- list diff --

// Lists are written as letters; a letter is a node, of which nothing but its id is looked at. A dot
// is one that is gone.
static uint32_t letters(const char *text, tr_node **out)
{
    static tr_node nodes[128];
    uint32_t count = 0;
    for (; *text != '\0'; text++) {
        tr_node *node = &nodes[(unsigned char)*text];
        node->id = (unsigned char)*text;
        out[count++] = node;
    }
    return count;
}

static uint32_t steps(const char *before, const char *after)
{
    tr_node *old[64];
    tr_node *new[64];
    tr_node *now[128];
    uint32_t old_count = letters(before, old);
    uint32_t new_count = letters(after, new);
    uint32_t now_count = old_count;
    uint32_t ids[64];
    tr_list_ops ops = {0};
    for (uint32_t i = 0; i < old_count; i++)
        ids[i] = old[i]->id;
    memcpy(now, old, sizeof old);
    tr_list_diff(ids, old_count, new, new_count, &ops);
    for (uint32_t i = 0; i < ops.count; i++) {
        const tr_list_op *op = &ops.at[i];
        tr_node *node = op->node;
        if (op->kind != TR_LIST_ADD) {
            uint32_t from = op->kind == TR_LIST_REMOVE ? op->at : op->from;
            ck_assert_uint_lt(from, now_count);
            node = now[from];
            memmove(&now[from], &now[from + 1], (--now_count - from) * sizeof *now);
        }
        if (op->kind != TR_LIST_REMOVE) {
            ck_assert_uint_le(op->at, now_count);
            memmove(&now[op->at + 1], &now[op->at], (now_count++ - op->at) * sizeof *now);
            now[op->at] = node;
        }
    }
    ck_assert_uint_eq(now_count, new_count);
    for (uint32_t i = 0; i < new_count; i++)
        ck_assert_ptr_eq(now[i], new[i]);
    uint32_t count = ops.count;
    tr_free(ops.at);
    return count;
}

START_TEST(lists_are_changed_in_few_steps)
{
    static const struct {
        const char *before, *after;
        uint32_t steps;
    } rows[] = {{"", "", 0},         {"abc", "abc", 0},     {"abc", "abcd", 1},
                {"abc", "xabc", 1},  {"abcd", "dabc", 1},   {"abcd", "bcda", 1},
                {"abcd", "dcba", 3}, {"abc", "ac", 1},      {"a.c", "ac", 1},
                {"abc", "axc", 2},   {"abcde", "adcbe", 2}, {"abcdef", "fbcdea", 2},
                {"abc", "", 3},      {"", "abc", 3}};
    for (unsigned i = 0; i < sizeof rows / sizeof *rows; i++)
        ck_assert_msg(steps(rows[i].before, rows[i].after) == rows[i].steps, "%s -> %s",
                      rows[i].before, rows[i].after);
}
END_TEST

START_TEST(any_list_becomes_any_other)
{
    srand((unsigned)_i);
    for (int round = 0; round < 300; round++) {
        char lists[2][40] = {"", ""};
        for (int side = 0; side < 2; side++) {
            char pool[] = "abcdefghijklmnopqrstuvwxyz";
            int count = rand() % 20;
            for (int i = 0; i < count; i++) {
                int at = i + rand() % (26 - i);
                char other = pool[at];
                pool[at] = pool[i];
                pool[i] = other;
            }
            memcpy(lists[side], pool, (size_t)count);
            if (side == 0)
                for (int i = 0; i < count; i++)
                    if (rand() % 5 == 0)
                        lists[0][i] = '.';
        }
        steps(lists[0], lists[1]);
    }
}
END_TEST

// -- packets: the examples of the protocol's section 7 --

static tr_tree *tree;
static tr_node *parts[8];

static tr_node *text(const char *value)
{
    tr_node *node = tr_node_new(TR_CONTROL_TEXT);
    tr_node_set(node, TR_PROP_VALUE, tr_value_text(tr_slice_of(value)));
    return node;
}

// A column with `count` texts in the root view, known to the browser.
static tr_node *column_of(unsigned count)
{
    tree = tr_tree_new(0);
    tr_node *column = tr_node_new(TR_CONTROL_COLUMN);
    for (unsigned i = 0; i < count; i++)
        tr_node_append(column, TR_PROP_CONTROLS, parts[i] = text("A"));
    ck_assert_int_eq(tr_tree_append(tree, tr_tree_view(tree), 0, column), 0);
    tr_tree_clean(tree, NULL);
    return column;
}

static void expect(const char *hex)
{
    tr_buf out = {0};
    tr_buf shown = {0};
    ck_assert_int_eq(tr_tree_flush(tree, &out), 1);
    for (size_t i = 0; i < out.size; i++)
        tr_buf_printf(&shown, "%02x%s", out.data[i], i + 1 < out.size ? " " : "");
    ck_assert_str_eq(tr_buf_text(&shown), hex);
    tr_buf_done(&out);
    tr_buf_done(&shown);
    tr_tree_free(tree);
}

START_TEST(one_property)
{
    tree = tr_tree_new(0);
    tr_node *node = text("A");
    tr_tree_append(tree, tr_tree_view(tree), 0, node);
    tr_tree_clean(tree, NULL);
    tr_tree_set(tree, node, TR_PROP_VALUE, tr_value_text(TR_SLICE("B")));
    expect("00 92 02 82 a2 69 64 09 a5 70 61 74 63 68 92 91 00 94 00 00 a5 76 61 6c 75 65 a1 42");
}
END_TEST

START_TEST(reset_to_null)
{
    tree = tr_tree_new(0);
    tr_node *node = text("A");
    tr_node_set(node, TR_PROP_SIZE, tr_value_number(20));
    tr_tree_append(tree, tr_tree_view(tree), 0, node);
    tr_tree_clean(tree, NULL);
    tr_tree_set(tree, node, TR_PROP_SIZE, TR_NIL);
    expect("00 92 02 82 a2 69 64 09 a5 70 61 74 63 68 92 91 00 94 00 00 a4 73 69 7a 65 c0");
}
END_TEST

START_TEST(insert_a_child)
{
    tr_node *column = column_of(1);
    tr_tree_insert(tree, column, 0, 1, text("X"));
    expect("00 92 02 82 a2 69 64 09 a5 70 61 74 63 68 92 92 00 81 a8 63 6f 6e 74 72 6f 6c 73 91 01 "
           "94 01 01 01 83 a2 5f 63 a4 54 65 78 74 a2 5f 69 0b a5 76 61 6c 75 65 a1 58");
}
END_TEST

START_TEST(remove_a_child)
{
    column_of(2);
    tr_tree_remove(tree, parts[0]);
    expect("00 92 02 82 a2 69 64 09 a5 70 61 74 63 68 92 92 00 81 a8 63 6f 6e 74 72 6f 6c 73 91 01 "
           "93 02 01 00");
}
END_TEST

START_TEST(move_a_child)
{
    column_of(4);
    tr_tree_move(tree, parts[3], 0);
    expect("00 92 02 82 a2 69 64 09 a5 70 61 74 63 68 92 92 00 81 a8 63 6f 6e 74 72 6f 6c 73 91 01 "
           "95 03 01 03 01 00");
}
END_TEST

START_TEST(empty_a_list)
{
    tr_node *column = column_of(3);
    tr_tree_clear(tree, column, 0);
    expect("00 92 02 82 a2 69 64 09 a5 70 61 74 63 68 92 91 00 94 00 00 a8 63 6f 6e 74 72 6f 6c 73 "
           "90");
}
END_TEST

START_TEST(change_and_move)
{
    column_of(3);
    tr_tree_set(tree, parts[2], TR_PROP_VALUE, tr_value_text(TR_SLICE("C2")));
    tr_tree_move(tree, parts[2], 0);
    // The move comes first and the change is addressed at the new place: the same size as Flet's.
    expect("00 92 02 82 a2 69 64 09 a5 70 61 74 63 68 93 92 00 81 a8 63 6f 6e 74 72 6f 6c 73 92 01 "
           "81 00 91 02 95 03 01 02 01 00 94 00 02 a5 76 61 6c 75 65 a2 43 32");
}
END_TEST

START_TEST(two_changes_far_apart_start_from_what_has_both)
{
    tr_node *column = column_of(2);
    tr_tree_set(tree, column, TR_PROP_SPACING, tr_value_number(3));
    tr_tree_set(tree, parts[1], TR_PROP_VALUE, tr_value_text(TR_SLICE("1")));
    expect("00 92 02 82 a2 69 64 09 a5 70 61 74 63 68 93 92 00 81 a8 63 6f 6e 74 72 6f 6c 73 92 01 "
           "81 01 91 02 94 00 00 a7 73 70 61 63 69 6e 67 03 94 00 02 a5 76 61 6c 75 65 a1 31");
}
END_TEST

Suite *sdk_patch_suite(void);
Suite *sdk_patch_suite(void)
{
    Suite *suite = suite_create("sdk/tree/patch");
    TCase *tests = tcase_create("patch");
    tcase_add_test(tests, lists_are_changed_in_few_steps);
    tcase_add_loop_test(tests, any_list_becomes_any_other, 0, 10);
    tcase_add_test(tests, one_property);
    tcase_add_test(tests, reset_to_null);
    tcase_add_test(tests, insert_a_child);
    tcase_add_test(tests, remove_a_child);
    tcase_add_test(tests, move_a_child);
    tcase_add_test(tests, empty_a_list);
    tcase_add_test(tests, change_and_move);
    tcase_add_test(tests, two_changes_far_apart_start_from_what_has_both);
    suite_add_tcase(suite, tests);
    return suite;
}
