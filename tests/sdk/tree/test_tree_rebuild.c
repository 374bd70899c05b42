// Pages that are built again, and random ones.

#include <check.h>
#include <stdio.h>
#include <stdlib.h>

#include "tests/support/tree_pair.h"
#include "troupe/err.h"
#include "wire/writer.h"

// -- reconcile --

START_TEST(a_rebuilt_page_keeps_its_controls)
{
    tr_node *view = tr_tree_view(pair_tree);
    tr_node *first[] = {pair_keyed(pair_text("a"), "a"), pair_keyed(pair_text("b"), "b"),
                        tr_node_new(TR_CONTROL_TEXT_FIELD)};
    tr_tree_reconcile(pair_tree, view, 0, first, 3);
    pair_send_page(false);
    tr_node *a = tr_tree_find_key(pair_tree, TR_SLICE("a"));
    tr_node *b = tr_tree_find_key(pair_tree, TR_SLICE("b"));
    tr_node *field = tr_node_children(view, TR_PROP_CONTROLS)->at[2];
    uint32_t serial = pair_seen(b)->serial;
    pair_client_sets(field->id, "value", tr_value_text(TR_SLICE("typed")));

    tr_node *label = tr_node_new(TR_CONTROL_TEXT_FIELD);
    tr_node_set(label, TR_PROP_LABEL, tr_value_text(TR_SLICE("Name")));
    tr_node *second[] = {pair_keyed(pair_text("b2"), "b"), NULL, pair_keyed(pair_text("c"), "c"),
                         pair_keyed(pair_text("a"), "a"), label};
    ck_assert_int_eq(tr_tree_reconcile(pair_tree, view, 0, second, 5), 0);
    ck_assert_ptr_eq(tr_tree_find_key(pair_tree, TR_SLICE("a")), a);
    ck_assert_ptr_eq(tr_tree_find_key(pair_tree, TR_SLICE("b")), b);
    ck_assert_ptr_eq(tr_node_children(view, TR_PROP_CONTROLS)->at[3], field);
    ck_assert(tr_slice_is(tr_node_value(field, TR_PROP_VALUE).slice, "typed"));
    pair_flush();
    ck_assert_uint_eq(pair_seen(b)->serial, serial);
    ck_assert_str_eq(tr_cm_text(tr_cm_get(pair_seen(b), "value")), "b2");
    ck_assert_uint_eq(pair_client.ops, 4); // move, add, b's text, the field's label

    tr_node *third[] = {pair_keyed(pair_text("b2"), "b"), pair_keyed(pair_column(), "c"),
                        pair_keyed(pair_text("a"), "a"), tr_node_new(TR_CONTROL_TEXT_FIELD)};
    tr_tree_reconcile(pair_tree, view, 0, third, 4);
    pair_flush();
    ck_assert_int_eq(tr_tree_find_key(pair_tree, TR_SLICE("c"))->kind, TR_CONTROL_COLUMN);
    ck_assert_int_eq(tr_node_value(field, TR_PROP_LABEL).kind, TR_VALUE_NIL);
    pair_client_sets(field->id, "value", TR_NIL);
    pair_expect_same("after three builds");
}
END_TEST

START_TEST(the_same_build_again_changes_nothing)
{
    for (int round = 0; round < 2; round++) {
        tr_node *box = tr_node_new(TR_CONTROL_CONTAINER);
        tr_node *inner = pair_column();
        tr_node_append(inner, TR_PROP_CONTROLS, pair_text("x"));
        tr_node_append(inner, TR_PROP_CONTROLS, pair_keyed(pair_text("y"), "y"));
        tr_node_put(box, TR_PROP_CONTENT, inner);
        tr_node *nodes[] = {box, pair_text("z")};
        ck_assert_int_eq(tr_tree_reconcile(pair_tree, tr_tree_view(pair_tree), 0, nodes, 2), 0);
        if (round == 0)
            pair_send_page(false);
    }
    ck_assert(!tr_tree_is_dirty(pair_tree));
    tr_node *twice = pair_text("twice");
    tr_node *nodes[] = {twice, twice};
    ck_assert_int_eq(tr_tree_reconcile(pair_tree, tr_tree_view(pair_tree), 0, nodes, 2),
                     TR_EEXISTS);
}
END_TEST

// -- another place --

enum { CARDS = 9, PLACES = 4 };

static tr_node *card(int number)
{
    char key[8], text[16];
    snprintf(key, sizeof key, "c%d", number);
    snprintf(text, sizeof text, "text %d", rand() % 100);
    tr_node *row = pair_keyed(tr_node_new(TR_CONTROL_ROW), key);
    tr_node_append(row, TR_PROP_CONTROLS, pair_text(text));
    tr_node *field = tr_node_new(TR_CONTROL_TEXT_FIELD);
    tr_node_append(row, TR_PROP_CONTROLS, field);
    return row;
}

// Two lists, one in a box that comes and goes, and a place for a single one.
static tr_node *places(const int place[CARDS], bool has_box)
{
    tr_node *lists[PLACES] = {pair_keyed(pair_column(), "l0"), pair_keyed(pair_column(), "l1"),
                              pair_column(), tr_node_new(TR_CONTROL_CONTAINER)};
    for (int i = 0; i < CARDS; i++)
        if (place[i] < 3)
            tr_node_append(lists[place[i]], TR_PROP_CONTROLS, card(i));
        else
            tr_node_put(lists[3], TR_PROP_CONTENT, card(i));
    tr_node *all = pair_column();
    tr_node *box = has_box ? tr_node_new(TR_CONTROL_CONTAINER) : NULL;
    if (box != NULL)
        tr_node_put(box, TR_PROP_CONTENT, lists[2]);
    tr_node *parts[] = {lists[1], box != NULL ? box : lists[2], lists[0], lists[3]};
    for (int i = 0; i < PLACES; i++)
        tr_node_append(all, TR_PROP_CONTROLS, parts[i]);
    return all;
}

static uint32_t id_of(int number)
{
    char key[8];
    snprintf(key, sizeof key, "c%d", number);
    return tr_tree_find_key(pair_tree, tr_slice_of(key))->id;
}

START_TEST(a_keyed_control_goes_on_at_another_place)
{
    srand((unsigned)_i + 1);
    int place[CARDS] = {0};
    uint32_t ids[CARDS];
    for (int round = 0; round < 60; round++) {
        for (int i = 0; i < CARDS; i++)
            place[i] = rand() % 3 == 0 ? rand() % 3 : place[i] % 3;
        place[rand() % CARDS] = 3;
        tr_node *built[] = {places(place, rand() % 2 == 0)};
        ck_assert_int_eq(tr_tree_reconcile(pair_tree, tr_tree_view(pair_tree), 0, built, 1), 0);
        for (int i = 0; i < CARDS; i++) {
            if (round == 0)
                ids[i] = id_of(i);
            ck_assert_uint_eq(id_of(i), ids[i]);
        }
        if (round == 0)
            pair_send_page(false);
        else
            pair_flush();
        pair_expect_same("after a move");
    }
}
END_TEST

// Before the browser heard of the first move.
START_TEST(there_and_back_in_one_patch_is_the_page_all_the_same)
{
    srand((unsigned)_i + 1);
    int place[CARDS] = {0};
    for (int round = 0; round < 60; round++) {
        for (int build = rand() % 4; build >= 0; build--) {
            for (int i = 0; i < CARDS; i++)
                place[i] = rand() % 2 == 0 ? rand() % 3 : place[i];
            tr_node *built[] = {places(place, rand() % 2 == 0)};
            tr_tree_reconcile(pair_tree, tr_tree_view(pair_tree), 0, built, 1);
        }
        if (round == 0)
            pair_send_page(false);
        else
            pair_flush();
        pair_expect_same("after moves");
    }
}
END_TEST

// -- anything at all --

static unsigned pick(unsigned below)
{
    return below != 0 ? (unsigned)rand() % below : 0;
}

static tr_node *random_node(unsigned depth)
{
    static const tr_kind_id kinds[] = {
        TR_CONTROL_TEXT,      TR_CONTROL_BUTTON,   TR_CONTROL_COLUMN,   TR_CONTROL_ROW,
        TR_CONTROL_CONTAINER, TR_CONTROL_CHECKBOX, TR_CONTROL_SNACK_BAR};
    tr_node *node = tr_node_new(kinds[pick(sizeof kinds / sizeof *kinds)]);
    const tr_kind_info *info = tr_catalog_kind(node->kind);
    char label[24];
    snprintf(label, sizeof label, "%*u", (int)pick(20), pick(100));
    if (info->primary_text != 0)
        tr_node_set(node, info->primary_text, tr_value_text(tr_slice_of(label)));
    if (pick(4) == 0) {
        snprintf(label, sizeof label, "k%u", pick(30));
        pair_keyed(node, label);
    }
    for (unsigned i = pick(4); depth < 4 && info->children != 0 && i > 0; i--)
        tr_node_append(node, info->children, random_node(depth + 1));
    if (depth < 4 && info->content != 0 && pick(2) == 0)
        tr_node_put(node, info->content, random_node(depth + 1));
    return node;
}

// Any control of the page.
static tr_node *random_member(void)
{
    for (;;) {
        tr_node *node = tr_tree_find(pair_tree, 1 + pick(tr_tree_next_id(pair_tree)));
        if (node != NULL)
            return node;
    }
}

static void random_set(tr_node *node)
{
    static const tr_prop_id props[] = {TR_PROP_VALUE,   TR_PROP_SPACING,   TR_PROP_VISIBLE,
                                       TR_PROP_CONTENT, TR_PROP_ON_CLICK,  TR_PROP_BGCOLOR,
                                       TR_PROP_TITLE,   TR_PROP_ELEVATION, TR_PROP_KEY};
    char text_value[16];
    snprintf(text_value, sizeof text_value, "t%u", pick(30));
    tr_value values[] = {tr_value_text(tr_slice_of(text_value)), tr_value_integer(pick(12)),
                         tr_value_boolean(pick(2) == 0), TR_NIL, tr_value_handler(pair_handler(0))};
    (void)tr_tree_set(pair_tree, node, props[pick(sizeof props / sizeof *props)], values[pick(5)]);
}

static void random_operation(void)
{
    tr_node *node = random_member();
    tr_node *made = NULL;
    if (tr_tree_count(pair_tree) >
        300) { // a page grown large is emptied, so that rounds stay quick
        (void)tr_tree_clear(pair_tree, tr_tree_view(pair_tree), 0);
        return;
    }
    switch (pick(9)) {
    case 0:
    case 1:
        random_set(node);
        return;
    case 2:
        made = random_node(0);
        if (tr_tree_append(pair_tree, node, 0, made) == 0)
            return;
        break;
    case 3:
        made = random_node(0);
        if (tr_tree_insert(pair_tree, node, 0, pick(4), made) == 0)
            return;
        break;
    case 4:
        if (tr_tree_count(pair_tree) > 60 || pick(3) == 0)
            (void)tr_tree_remove(pair_tree, node);
        return;
    case 5:
        (void)tr_tree_move(pair_tree, node, pick(5));
        return;
    case 6:
        made = random_node(0);
        if (tr_tree_replace(pair_tree, node, made) == 0)
            return;
        break;
    case 7:
        made = random_node(0);
        if (tr_tree_put(pair_tree, node, 0, made) == 0)
            return;
        break;
    default: {
        tr_node *nodes[6];
        unsigned count = pick(6);
        for (unsigned i = 0; i < count; i++)
            nodes[i] = pick(8) != 0 ? random_node(2) : NULL;
        if (pick(6) == 0)
            (void)tr_tree_clear(pair_tree, node, 0);
        (void)tr_tree_reconcile(pair_tree, node->id == TR_ID_PAGE ? tr_tree_view(pair_tree) : node,
                                0, nodes, count);
        return;
    }
    }
    tr_node_free(made);
}

START_TEST(each_view_has_keys_of_its_own)
{
    tr_node *page = tr_tree_page(pair_tree);
    tr_node *view = tr_tree_view(pair_tree);
    tr_node *below = pair_keyed(pair_text("below"), "name");
    ck_assert_int_eq(0, tr_tree_append(pair_tree, view, TR_PROP_CONTROLS, below));
    tr_node *top = tr_node_new(TR_CONTROL_VIEW);
    tr_node *above = pair_keyed(pair_text("above"), "name");
    tr_node_append(top, TR_PROP_CONTROLS, above);
    ck_assert_int_eq(0, tr_tree_append(pair_tree, page, TR_PROP_VIEWS, top));
    ck_assert_ptr_eq(tr_tree_find_key(pair_tree, TR_SLICE("name")), above);
    tr_node *again = pair_keyed(pair_text("below, again"), "name");
    ck_assert_int_eq(0, tr_tree_reconcile(pair_tree, view, TR_PROP_CONTROLS, &again, 1));
    ck_assert_ptr_eq(tr_node_children(view, TR_PROP_CONTROLS)->at[0], below);
    ck_assert_int_eq(0, tr_tree_remove(pair_tree, top));
    ck_assert_ptr_eq(tr_tree_find_key(pair_tree, TR_SLICE("name")), below);
}
END_TEST

START_TEST(a_browser_always_ends_up_with_the_page)
{
    char when[64];
    srand((unsigned)_i + 1);
    pair_send_page(false);
    for (int round = 0; round < 120; round++) {
        for (unsigned i = pick(12); i > 0; i--)
            random_operation();
        if (pick(20) == 0)
            pair_send_page(true);
        pair_flush();
        snprintf(when, sizeof when, "seed %d, round %d", _i + 1, round);
        pair_expect_same(when);
    }
}
END_TEST

START_TEST(a_page_survives_a_snapshot)
{
    srand(99);
    for (int i = 0; i < 200 || tr_tree_count(pair_tree) < 100; i++)
        random_operation();
    pair_send_page(false);
    tr_buf saved = {0};
    tr_buf again = {0};
    tr_tree_save(pair_tree, pair_handler_name, &saved);
    tr_tree *back = NULL;
    ck_assert_int_eq(tr_tree_load((tr_slice){(char *)saved.data, (uint32_t)saved.size},
                                  pair_handler_find, &back),
                     0);
    ck_assert_uint_eq(tr_tree_count(back), tr_tree_count(pair_tree));
    ck_assert_uint_eq(tr_tree_next_id(back), tr_tree_next_id(pair_tree));
    ck_assert(!tr_tree_is_dirty(back));
    tr_tree_save(back, pair_handler_name, &again);
    ck_assert_uint_eq(again.size, saved.size);
    ck_assert_mem_eq(again.data, saved.data, saved.size);
    tr_tree_free(pair_tree);
    pair_tree = back;
    pair_expect_same("after a snapshot");
    for (int i = 0; i < 50; i++)
        random_operation();
    pair_flush();
    pair_expect_same("and on");
    for (int round = 0; round < 2000; round++) {
        uint32_t at = (uint32_t)rand() % (uint32_t)saved.size;
        uint8_t kept = saved.data[at];
        saved.data[at] = (uint8_t)rand();
        tr_tree *broken = NULL;
        if (tr_tree_load((tr_slice){(char *)saved.data, (uint32_t)saved.size}, pair_handler_find,
                         &broken) == 0)
            tr_tree_free(broken);
        saved.data[at] = kept;
    }
    tr_buf_done(&saved);
    tr_buf_done(&again);
}
END_TEST

Suite *sdk_tree_rebuild_suite(void);
Suite *sdk_tree_rebuild_suite(void)
{
    Suite *suite = suite_create("sdk/tree/tree_rebuild");
    TCase *tests = tcase_create("tree_rebuild");
    tcase_add_checked_fixture(tests, pair_up, pair_down);
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, a_rebuilt_page_keeps_its_controls);
    tcase_add_test(tests, the_same_build_again_changes_nothing);
    tcase_add_loop_test(tests, a_keyed_control_goes_on_at_another_place, 0, 8);
    tcase_add_loop_test(tests, there_and_back_in_one_patch_is_the_page_all_the_same, 0, 8);
    tcase_add_test(tests, each_view_has_keys_of_its_own);
    tcase_add_loop_test(tests, a_browser_always_ends_up_with_the_page, 0, 60);
    tcase_add_test(tests, a_page_survives_a_snapshot);
    suite_add_tcase(suite, tests);
    return suite;
}
