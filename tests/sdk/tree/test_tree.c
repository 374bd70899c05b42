// A page and its changes: what goes out to the browser.

#include <check.h>
#include <stdio.h>
#include <string.h>

#include "tests/support/tree_pair.h"
#include "troupe/err.h"
#include "wire/writer.h"

static void write_sides(tr_buf *out, const char *key)
{
    tr_write_literal(out, key);
    tr_write_map(out, 4);
    pair_write(out, "top", tr_value_integer(0));
    pair_write(out, "right", tr_value_integer(0));
    pair_write(out, "bottom", tr_value_integer(0));
    pair_write(out, "left", tr_value_integer(0));
}

// The page of Flet's pair_client (golden.json, client_page_default).
static void write_registration(tr_buf *out)
{
    static const char *const off[] = {"pwa", "debug", "wasm", "test", "multi_view", "pyodide"};
    tr_write_map(out, 14);
    pair_write(out, "route", tr_value_text(TR_SLICE("/")));
    pair_write(out, "web", tr_value_boolean(true));
    for (unsigned i = 0; i < 6; i++)
        pair_write(out, off[i], tr_value_boolean(false));
    pair_write(out, "platform_brightness", tr_value_text(TR_SLICE("light")));
    pair_write(out, "width", tr_value_integer(1280));
    pair_write(out, "height", tr_value_number(720));
    pair_write(out, "platform", tr_value_text(TR_SLICE("linux")));
    tr_write_literal(out, "window");
    tr_write_map(out, 0);
    tr_write_literal(out, "media");
    tr_write_map(out, 6);
    write_sides(out, "padding");
    write_sides(out, "view_padding");
    write_sides(out, "view_insets");
    pair_write(out, "device_pixel_ratio", tr_value_integer(1));
    pair_write(out, "orientation", tr_value_text(TR_SLICE("landscape")));
    pair_write(out, "always_use_24_hour_format", tr_value_boolean(false));
}

START_TEST(the_first_answer_is_the_documented_one)
{
    // golden.json, initial_page_text_button: its second packet from "page_patch" on, and the id of
    // the service registry's random part left out of the comparison.
    static const char golden[] =
        "{_c:\"Page\",_i:1,web:true,platform_brightness:\"light\",width:1280,height:720,"
        "platform:\"linux\",client_ip:\"127.0.0.1\",client_user_agent:\"golden\","
        "_dialogs:{_c:\"Dialogs\",_i:5},window:{_c:\"Window\",_i:2},"
        "views:[{_internals:{host_expanded:true},padding:{left:10,top:10,right:10,bottom:10},_i:3,"
        "route:\"/\",_c:\"View\"}],media:{padding:{},view_padding:{},view_insets:{},"
        "device_pixel_ratio:1,orientation:\"landscape\",always_use_24_hour_format:false},"
        "_overlay:{_internals:{host_positioned:true},_c:\"Overlay\",_i:4},"
        "_services:{_internals:{uid:\"\"},_c:\"ServiceRegistry\",_i:7}}";
    tr_buf registration = {0};
    tr_buf page = {0};
    tr_buf shown = {0};
    write_registration(&registration);
    int taken = tr_tree_register_client(
        pair_tree, (tr_slice){(char *)registration.data, (uint32_t)registration.size},
        TR_SLICE("127.0.0.1"), TR_SLICE("golden"));
    ck_assert_int_eq(taken, 15);
    ck_assert(!tr_tree_is_dirty(pair_tree));
    tr_tree_encode_page(pair_tree, &page, 0);
    ck_assert(tr_cm_take_page(&pair_client, page.data, page.size) == 0);
    cm_value *internals = tr_cm_get(tr_cm_get(pair_client.page, "_services"), "_internals");
    ck_assert_uint_eq(strlen(tr_cm_text(tr_cm_get(internals, "uid"))), 6);
    tr_cm_print(pair_client.page, &shown);
    // Key order does not count: the same pieces in any order have the same length and letters.
    ck_assert_uint_eq(shown.size, sizeof golden - 1 + 6);
    ck_assert_uint_eq(pair_client.page->count, 15);
    static const char *const keys[] = {"web",
                                       "platform_brightness",
                                       "width",
                                       "height",
                                       "platform",
                                       "client_ip",
                                       "client_user_agent",
                                       "_dialogs",
                                       "window",
                                       "views",
                                       "media",
                                       "_overlay",
                                       "_services",
                                       "_c",
                                       "_i"};
    for (unsigned i = 0; i < 15; i++) {
        tr_buf part = {0};
        tr_buf_printf(&part, "%s:", keys[i]);
        ck_assert_ptr_nonnull(tr_cm_get(pair_client.page, keys[i]));
        if (tr_cm_get(pair_client.page, keys[i])->kind == CM_SCALAR) {
            tr_cm_print(tr_cm_get(pair_client.page, keys[i]), &part);
            ck_assert_ptr_nonnull(strstr(golden, tr_buf_text(&part)));
        }
        tr_buf_done(&part);
    }
    tr_buf media = {0};
    tr_cm_print(tr_cm_get(pair_client.page, "media"), &media);
    ck_assert_ptr_nonnull(strstr(golden, tr_buf_text(&media)));
    tr_buf_done(&media);
    tr_buf_done(&registration);
    tr_buf_done(&page);
    tr_buf_done(&shown);
}
END_TEST

START_TEST(ids_start_where_asked_and_are_never_reused)
{
    tr_tree *other = tr_tree_new(5000);
    tr_node *node = pair_text("a");
    ck_assert_int_eq(tr_tree_append(other, tr_tree_view(other), 0, node), 0);
    ck_assert_uint_eq(node->id, 5000);
    ck_assert_int_eq(tr_tree_remove(other, node), 0);
    ck_assert_int_eq(tr_tree_append(other, tr_tree_view(other), 0, node = pair_text("b")), 0);
    ck_assert_uint_eq(node->id, 5001);
    ck_assert_uint_eq(tr_tree_next_id(other), 5002);
    tr_tree_free(other);
}
END_TEST

START_TEST(keys_find_the_newest)
{
    tr_node *first = pair_keyed(pair_text("1"), "k");
    tr_node *second = pair_keyed(pair_text("2"), "k");
    tr_tree_append(pair_tree, tr_tree_view(pair_tree), 0, first);
    ck_assert_ptr_eq(tr_tree_find_key(pair_tree, TR_SLICE("k")), first);
    tr_tree_append(pair_tree, tr_tree_view(pair_tree), 0, second);
    ck_assert_ptr_eq(tr_tree_find_key(pair_tree, TR_SLICE("k")), second);
    tr_tree_remove(pair_tree, first);
    ck_assert_ptr_eq(tr_tree_find_key(pair_tree, TR_SLICE("k")), second);
    tr_tree_set(pair_tree, second, TR_PROP_KEY, tr_value_text(TR_SLICE("other")));
    ck_assert_ptr_null(tr_tree_find_key(pair_tree, TR_SLICE("k")));
    ck_assert_ptr_eq(tr_tree_find_key(pair_tree, TR_SLICE("other")), second);
}
END_TEST

START_TEST(misuse_is_refused)
{
    tr_node *view = tr_tree_view(pair_tree);
    tr_node *a = pair_text("a");
    tr_node *foreign = pair_column();
    ck_assert_int_eq(tr_tree_append(pair_tree, foreign, 0, a), TR_EINVALID);
    ck_assert_int_eq(tr_tree_append(pair_tree, view, 0, a), 0);
    ck_assert_int_eq(tr_tree_append(pair_tree, view, 0, a), TR_EEXISTS);
    ck_assert_int_eq(tr_tree_append(pair_tree, view, 0, NULL), 0);
    ck_assert_int_eq(tr_tree_insert(pair_tree, view, 0, 7, foreign), TR_EINVALID);
    ck_assert_int_eq(tr_tree_append(pair_tree, a, TR_PROP_CONTROLS, foreign), TR_ENOTFOUND);
    ck_assert_int_eq(tr_tree_remove(pair_tree, view), TR_EINVALID);
    ck_assert_int_eq(tr_tree_move(pair_tree, a, 1), TR_EINVALID);
    ck_assert_int_eq(tr_tree_set_by_name(pair_tree, a, TR_SLICE("nope"), TR_NIL), TR_ENOTFOUND);
    ck_assert_int_eq(
        tr_tree_set_by_name(pair_tree, a, TR_SLICE("size"), tr_value_text(TR_SLICE("big"))),
        TR_EWRONGTYPE);
    ck_assert_int_eq(tr_tree_set(pair_tree, tr_tree_page(pair_tree), TR_PROP__OVERLAY, TR_NIL),
                     TR_EINVALID);
    ck_assert_int_eq(tr_tree_put(pair_tree, tr_tree_page(pair_tree), TR_PROP__OVERLAY, foreign),
                     TR_EINVALID);
    ck_assert_int_eq(tr_tree_clear(pair_tree, tr_tree_page(pair_tree), TR_PROP_VIEWS), TR_EINVALID);
    ck_assert_int_eq(tr_tree_set_text(pair_tree, view, TR_SLICE("x")), TR_ENOTFOUND);
    tr_node_free(foreign);
    pair_send_page(false);
    pair_expect_same("after refusals");
}
END_TEST

START_TEST(no_change_is_no_patch)
{
    tr_node *node = pair_text("a");
    tr_tree_append(pair_tree, tr_tree_view(pair_tree), 0, node);
    pair_send_page(false);
    tr_tree_set(pair_tree, node, TR_PROP_VALUE, tr_value_text(TR_SLICE("a")));
    tr_tree_set(pair_tree, node, TR_PROP_SIZE, TR_NIL);
    tr_tree_set(pair_tree, node, TR_PROP_ITALIC, tr_value_boolean(false));
    ck_assert(!tr_tree_is_dirty(pair_tree));
    tr_node *passing = pair_text("never seen");
    tr_tree_append(pair_tree, tr_tree_view(pair_tree), 0, passing);
    tr_tree_remove(pair_tree, passing);
    tr_tree_move(pair_tree, node, 0);
    ck_assert_int_eq(pair_flush(), 0);
}
END_TEST

START_TEST(the_latest_value_wins)
{
    tr_node *node = pair_text("a");
    tr_tree_append(pair_tree, tr_tree_view(pair_tree), 0, node);
    pair_send_page(false);
    for (int i = 0; i < 100; i++) {
        char value[16];
        snprintf(value, sizeof value, "%d", i);
        tr_tree_set_text(pair_tree, node, tr_slice_of(value));
    }
    ck_assert_int_eq(pair_flush(), 1);
    ck_assert_uint_eq(pair_client.ops, 1);
    ck_assert_str_eq(tr_cm_text(tr_cm_get(pair_seen(node), "value")), "99");
}
END_TEST

START_TEST(one_change_in_ten_thousand_looks_at_one)
{
    tr_node *node = NULL;
    tr_node *list = pair_column();
    for (int i = 0; i < 10000; i++)
        ck_assert_int_eq(tr_node_append(list, TR_PROP_CONTROLS, node = pair_text("x")), 0);
    tr_tree_append(pair_tree, tr_tree_view(pair_tree), 0, list);
    pair_send_page(false);
    tr_tree_set_text(pair_tree, node, TR_SLICE("changed"));
    ck_assert_int_eq(pair_flush(), 1);
    ck_assert_uint_eq(tr_tree_visited(pair_tree), 1);
    tr_tree_append(pair_tree, list, 0, pair_text("more"));
    tr_tree_set_text(pair_tree, node, TR_SLICE("again"));
    tr_tree_move(pair_tree, node, 3);
    tr_tree_remove(pair_tree,
                   list->many != NULL ? tr_node_children(list, TR_PROP_CONTROLS)->at[5000] : NULL);
    ck_assert_int_eq(pair_flush(), 1);
    ck_assert_uint_le(tr_tree_visited(pair_tree), 4);
    ck_assert_uint_eq(pair_client.ops, 1 + 4);
    pair_expect_same("after four changes");
}
END_TEST

START_TEST(a_button_keeps_its_colours_in_its_style)
{
    tr_node *button = tr_node_new(TR_CONTROL_BUTTON);
    tr_node_set(button, TR_PROP_CONTENT, tr_value_text(TR_SLICE("colored")));
    tr_node_set(button, TR_PROP_COLOR, tr_value_text(TR_SLICE("white")));
    tr_node_set(button, TR_PROP_BGCOLOR, tr_value_text(TR_SLICE("red")));
    tr_tree_append(pair_tree, tr_tree_view(pair_tree), 0, button);
    pair_send_page(false);
    tr_buf shown = {0};
    tr_cm_print(pair_seen(button), &shown);
    ck_assert_str_eq(tr_buf_text(&shown),
                     "{_c:\"Button\",_i:9,content:\"colored\",_internals:{style:{color:\"white\","
                     "bgcolor:\"red\",elevation:1}}}");
    tr_tree_set(pair_tree, button, TR_PROP_BGCOLOR, tr_value_text(TR_SLICE("green")));
    pair_flush();
    pair_expect_same("after a colour");
    // As in Flet, what the button says itself goes before its style, the elevation in any case.
    static const char style[] = "\x83\xa5"
                                "color\xa4"
                                "blue\xa9"
                                "elevation\x04\xa7"
                                "padding\x05";
    tr_tree_set(pair_tree, button, TR_PROP_STYLE, tr_value_raw(TR_SLICE(style)));
    pair_flush();
    shown.size = 0;
    tr_cm_print(tr_cm_get(tr_cm_get(pair_seen(button), "_internals"), "style"), &shown);
    ck_assert_str_eq(tr_buf_text(&shown),
                     "{color:\"white\",bgcolor:\"green\",elevation:1,padding:5}");
    tr_buf_done(&shown);
}
END_TEST

Suite *sdk_tree_suite(void);
Suite *sdk_tree_suite(void)
{
    Suite *suite = suite_create("sdk/tree/tree");
    TCase *tests = tcase_create("tree");
    tcase_add_checked_fixture(tests, pair_up, pair_down);
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, the_first_answer_is_the_documented_one);
    tcase_add_test(tests, ids_start_where_asked_and_are_never_reused);
    tcase_add_test(tests, keys_find_the_newest);
    tcase_add_test(tests, misuse_is_refused);
    tcase_add_test(tests, no_change_is_no_patch);
    tcase_add_test(tests, the_latest_value_wins);
    tcase_add_test(tests, one_change_in_ten_thousand_looks_at_one);
    tcase_add_test(tests, a_button_keeps_its_colours_in_its_style);
    suite_add_tcase(suite, tests);
    return suite;
}
