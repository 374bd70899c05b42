#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "sdk/tree/encode.h"
#include "sdk/tree/tree.h"
#include "testing/client_model.h"
#include "troupe/err.h"
#include "wire/writer.h"

static tr_tree *tree;
static cm_client client;
static const tr_handler handlers[2];

static const tr_handler *handler(int which)
{
    return &handlers[which];
}

static tr_slice handler_name(const tr_handler *self)
{
    return self == handler(0) ? TR_SLICE("zero") : TR_SLICE("one");
}

static const tr_handler *handler_find(tr_slice name)
{
    return tr_slice_is(name, "zero") ? handler(0) : handler(1);
}

static void up(void)
{
    tr_log_level_set(TR_LOG_ERROR);
    tree = tr_tree_new(0);
    client = (cm_client){0};
}

static void down(void)
{
    tr_tree_free(tree);
    tr_cm_done(&client);
}

static tr_node *text(const char *value)
{
    tr_node *node = tr_node_new(TR_CONTROL_TEXT);
    tr_node_set(node, TR_PROP_VALUE, tr_value_text(tr_slice_of(value)));
    return node;
}

static tr_node *keyed(tr_node *node, const char *key)
{
    tr_node_set(node, TR_PROP_KEY, tr_value_text(tr_slice_of(key)));
    return node;
}

static tr_node *column(void)
{
    return tr_node_new(TR_CONTROL_COLUMN);
}

// The browser gets the whole page, as after a registration.
static void send_page(bool explicit_empties)
{
    tr_buf page = {0};
    tr_tree_encode_page(tree, &page, explicit_empties ? TR_ENCODE_EXPLICIT : 0);
    ck_assert_msg(tr_cm_take_page(&client, page.data, page.size) == 0, "%s", client.error);
    tr_tree_clean(tree, NULL);
    tr_buf_done(&page);
}

static int flush(void)
{
    tr_buf out = {0};
    int written = tr_tree_flush(tree, &out);
    ck_assert_int_eq(written, out.size != 0);
    if (written)
        ck_assert_msg(tr_cm_take(&client, out.data, out.size) == 0, "%s", client.error);
    tr_buf_done(&out);
    return written;
}

static void expect_same(const char *when)
{
    tr_buf page = {0};
    tr_buf why = {0};
    tr_tree_encode_page(tree, &page, 0);
    cm_value *fresh = tr_cm_decode(page.data, page.size);
    bool same = tr_cm_same(fresh, client.page, &why);
    ck_assert_msg(same, "%s: %s", when, tr_buf_text(&why));
    tr_cm_free(fresh);
    tr_buf_done(&page);
    tr_buf_done(&why);
}

static cm_value *seen(const tr_node *node)
{
    return tr_cm_find(&client, node->id);
}

// -- the page --

static void write_pair(tr_buf *out, const char *key, tr_value value)
{
    tr_write_literal(out, key);
    tr_value_write(out, value);
}

static void write_sides(tr_buf *out, const char *key)
{
    tr_write_literal(out, key);
    tr_write_map(out, 4);
    write_pair(out, "top", tr_value_integer(0));
    write_pair(out, "right", tr_value_integer(0));
    write_pair(out, "bottom", tr_value_integer(0));
    write_pair(out, "left", tr_value_integer(0));
}

// The page of Flet's client (golden.json, client_page_default).
static void write_registration(tr_buf *out)
{
    static const char *const off[] = {"pwa", "debug", "wasm", "test", "multi_view", "pyodide"};
    tr_write_map(out, 14);
    write_pair(out, "route", tr_value_text(TR_SLICE("/")));
    write_pair(out, "web", tr_value_boolean(true));
    for (unsigned i = 0; i < 6; i++)
        write_pair(out, off[i], tr_value_boolean(false));
    write_pair(out, "platform_brightness", tr_value_text(TR_SLICE("light")));
    write_pair(out, "width", tr_value_integer(1280));
    write_pair(out, "height", tr_value_number(720));
    write_pair(out, "platform", tr_value_text(TR_SLICE("linux")));
    tr_write_literal(out, "window");
    tr_write_map(out, 0);
    tr_write_literal(out, "media");
    tr_write_map(out, 6);
    write_sides(out, "padding");
    write_sides(out, "view_padding");
    write_sides(out, "view_insets");
    write_pair(out, "device_pixel_ratio", tr_value_integer(1));
    write_pair(out, "orientation", tr_value_text(TR_SLICE("landscape")));
    write_pair(out, "always_use_24_hour_format", tr_value_boolean(false));
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
        tree, (tr_slice){(char *)registration.data, (uint32_t)registration.size},
        TR_SLICE("127.0.0.1"), TR_SLICE("golden"));
    ck_assert_int_eq(taken, 15);
    ck_assert(!tr_tree_is_dirty(tree));
    tr_tree_encode_page(tree, &page, 0);
    ck_assert(tr_cm_take_page(&client, page.data, page.size) == 0);
    cm_value *internals = tr_cm_get(tr_cm_get(client.page, "_services"), "_internals");
    ck_assert_uint_eq(strlen(tr_cm_text(tr_cm_get(internals, "uid"))), 6);
    tr_cm_print(client.page, &shown);
    // Key order does not count: the same pieces in any order have the same length and letters.
    ck_assert_uint_eq(shown.size, sizeof golden - 1 + 6);
    ck_assert_uint_eq(client.page->count, 15);
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
        ck_assert_ptr_nonnull(tr_cm_get(client.page, keys[i]));
        if (tr_cm_get(client.page, keys[i])->kind == CM_SCALAR) {
            tr_cm_print(tr_cm_get(client.page, keys[i]), &part);
            ck_assert_ptr_nonnull(strstr(golden, tr_buf_text(&part)));
        }
        tr_buf_done(&part);
    }
    tr_buf media = {0};
    tr_cm_print(tr_cm_get(client.page, "media"), &media);
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
    tr_node *node = text("a");
    ck_assert_int_eq(tr_tree_append(other, tr_tree_view(other), 0, node), 0);
    ck_assert_uint_eq(node->id, 5000);
    ck_assert_int_eq(tr_tree_remove(other, node), 0);
    ck_assert_int_eq(tr_tree_append(other, tr_tree_view(other), 0, node = text("b")), 0);
    ck_assert_uint_eq(node->id, 5001);
    ck_assert_uint_eq(tr_tree_next_id(other), 5002);
    tr_tree_free(other);
}
END_TEST

START_TEST(keys_find_the_newest)
{
    tr_node *first = keyed(text("1"), "k");
    tr_node *second = keyed(text("2"), "k");
    tr_tree_append(tree, tr_tree_view(tree), 0, first);
    ck_assert_ptr_eq(tr_tree_find_key(tree, TR_SLICE("k")), first);
    tr_tree_append(tree, tr_tree_view(tree), 0, second);
    ck_assert_ptr_eq(tr_tree_find_key(tree, TR_SLICE("k")), second);
    tr_tree_remove(tree, first);
    ck_assert_ptr_eq(tr_tree_find_key(tree, TR_SLICE("k")), second);
    tr_tree_set(tree, second, TR_PROP_KEY, tr_value_text(TR_SLICE("other")));
    ck_assert_ptr_null(tr_tree_find_key(tree, TR_SLICE("k")));
    ck_assert_ptr_eq(tr_tree_find_key(tree, TR_SLICE("other")), second);
}
END_TEST

START_TEST(misuse_is_refused)
{
    tr_node *view = tr_tree_view(tree);
    tr_node *a = text("a");
    tr_node *foreign = column();
    ck_assert_int_eq(tr_tree_append(tree, foreign, 0, a), TR_EINVALID);
    ck_assert_int_eq(tr_tree_append(tree, view, 0, a), 0);
    ck_assert_int_eq(tr_tree_append(tree, view, 0, a), TR_EEXISTS);
    ck_assert_int_eq(tr_tree_append(tree, view, 0, NULL), 0);
    ck_assert_int_eq(tr_tree_insert(tree, view, 0, 7, foreign), TR_EINVALID);
    ck_assert_int_eq(tr_tree_append(tree, a, TR_PROP_CONTROLS, foreign), TR_ENOTFOUND);
    ck_assert_int_eq(tr_tree_remove(tree, view), TR_EINVALID);
    ck_assert_int_eq(tr_tree_move(tree, a, 1), TR_EINVALID);
    ck_assert_int_eq(tr_tree_set_by_name(tree, a, TR_SLICE("nope"), TR_NIL), TR_ENOTFOUND);
    ck_assert_int_eq(tr_tree_set_by_name(tree, a, TR_SLICE("size"), tr_value_text(TR_SLICE("big"))),
                     TR_EWRONGTYPE);
    ck_assert_int_eq(tr_tree_set(tree, tr_tree_page(tree), TR_PROP__OVERLAY, TR_NIL), TR_EINVALID);
    ck_assert_int_eq(tr_tree_put(tree, tr_tree_page(tree), TR_PROP__OVERLAY, foreign), TR_EINVALID);
    ck_assert_int_eq(tr_tree_clear(tree, tr_tree_page(tree), TR_PROP_VIEWS), TR_EINVALID);
    ck_assert_int_eq(tr_tree_set_text(tree, view, TR_SLICE("x")), TR_ENOTFOUND);
    tr_node_free(foreign);
    send_page(false);
    expect_same("after refusals");
}
END_TEST

START_TEST(no_change_is_no_patch)
{
    tr_node *node = text("a");
    tr_tree_append(tree, tr_tree_view(tree), 0, node);
    send_page(false);
    tr_tree_set(tree, node, TR_PROP_VALUE, tr_value_text(TR_SLICE("a")));
    tr_tree_set(tree, node, TR_PROP_SIZE, TR_NIL);
    tr_tree_set(tree, node, TR_PROP_ITALIC, tr_value_boolean(false));
    ck_assert(!tr_tree_is_dirty(tree));
    tr_node *passing = text("never seen");
    tr_tree_append(tree, tr_tree_view(tree), 0, passing);
    tr_tree_remove(tree, passing);
    tr_tree_move(tree, node, 0);
    ck_assert_int_eq(flush(), 0);
}
END_TEST

START_TEST(the_latest_value_wins)
{
    tr_node *node = text("a");
    tr_tree_append(tree, tr_tree_view(tree), 0, node);
    send_page(false);
    for (int i = 0; i < 100; i++) {
        char value[16];
        snprintf(value, sizeof value, "%d", i);
        tr_tree_set_text(tree, node, tr_slice_of(value));
    }
    ck_assert_int_eq(flush(), 1);
    ck_assert_uint_eq(client.ops, 1);
    ck_assert_str_eq(tr_cm_text(tr_cm_get(seen(node), "value")), "99");
}
END_TEST

START_TEST(one_change_in_ten_thousand_looks_at_one)
{
    tr_node *node = NULL;
    tr_node *list = column();
    for (int i = 0; i < 10000; i++)
        ck_assert_int_eq(tr_node_append(list, TR_PROP_CONTROLS, node = text("x")), 0);
    tr_tree_append(tree, tr_tree_view(tree), 0, list);
    send_page(false);
    tr_tree_set_text(tree, node, TR_SLICE("changed"));
    ck_assert_int_eq(flush(), 1);
    ck_assert_uint_eq(tr_tree_visited(tree), 1);
    tr_tree_append(tree, list, 0, text("more"));
    tr_tree_set_text(tree, node, TR_SLICE("again"));
    tr_tree_move(tree, node, 3);
    tr_tree_remove(tree,
                   list->many != NULL ? tr_node_children(list, TR_PROP_CONTROLS)->at[5000] : NULL);
    ck_assert_int_eq(flush(), 1);
    ck_assert_uint_le(tr_tree_visited(tree), 4);
    ck_assert_uint_eq(client.ops, 1 + 4);
    expect_same("after four changes");
}
END_TEST

START_TEST(a_button_keeps_its_colours_in_its_style)
{
    tr_node *button = tr_node_new(TR_CONTROL_BUTTON);
    tr_node_set(button, TR_PROP_CONTENT, tr_value_text(TR_SLICE("colored")));
    tr_node_set(button, TR_PROP_COLOR, tr_value_text(TR_SLICE("white")));
    tr_node_set(button, TR_PROP_BGCOLOR, tr_value_text(TR_SLICE("red")));
    tr_tree_append(tree, tr_tree_view(tree), 0, button);
    send_page(false);
    tr_buf shown = {0};
    tr_cm_print(seen(button), &shown);
    ck_assert_str_eq(tr_buf_text(&shown),
                     "{_c:\"Button\",_i:9,content:\"colored\",_internals:{style:{color:\"white\","
                     "bgcolor:\"red\",elevation:1}}}");
    tr_tree_set(tree, button, TR_PROP_BGCOLOR, tr_value_text(TR_SLICE("green")));
    flush();
    expect_same("after a colour");
    // As in Flet, what the button says itself goes before its style, the elevation in any case.
    static const char style[] = "\x83\xa5"
                                "color\xa4"
                                "blue\xa9"
                                "elevation\x04\xa7"
                                "padding\x05";
    tr_tree_set(tree, button, TR_PROP_STYLE, tr_value_raw(TR_SLICE(style)));
    flush();
    shown.size = 0;
    tr_cm_print(tr_cm_get(tr_cm_get(seen(button), "_internals"), "style"), &shown);
    ck_assert_str_eq(tr_buf_text(&shown),
                     "{color:\"white\",bgcolor:\"green\",elevation:1,padding:5}");
    tr_buf_done(&shown);
}
END_TEST

// -- the browser --

static void client_sets(uint32_t id, const char *name, tr_value value)
{
    tr_buf props = {0};
    tr_write_map(&props, 1);
    write_pair(&props, name, value);
    tr_tree_apply_client(tree, id, (tr_slice){(char *)props.data, (uint32_t)props.size});
    tr_buf_done(&props);
}

START_TEST(the_browser_changes_what_it_may)
{
    tr_node *field = tr_node_new(TR_CONTROL_TEXT_FIELD);
    tr_node *label = text("label");
    tr_tree_append(tree, tr_tree_view(tree), 0, field);
    tr_tree_append(tree, tr_tree_view(tree), 0, label);
    send_page(false);
    client_sets(field->id, "value", tr_value_text(TR_SLICE("typed")));
    client_sets(1, "route", tr_value_text(TR_SLICE("/there")));
    client_sets(1, "width", tr_value_number(300));
    ck_assert(!tr_tree_is_dirty(tree));
    ck_assert(tr_slice_is(tr_node_value(field, TR_PROP_VALUE).slice, "typed"));
    ck_assert(tr_slice_is(tr_tree_get_by_name(tree, tr_tree_page(tree), TR_SLICE("route")).slice,
                          "/there"));
    ck_assert_uint_eq(tr_tree_ignored(tree), 0);
    client_sets(field->id, "value", tr_value_boolean(true));
    client_sets(field->id, "label", tr_value_text(TR_SLICE("mine")));
    client_sets(label->id, "value", tr_value_text(TR_SLICE("mine")));
    client_sets(1, "title", tr_value_text(TR_SLICE("mine")));
    client_sets(1, "views", TR_NIL);
    client_sets(1, "width", tr_value_text(TR_SLICE("wide")));
    client_sets(4711, "value", TR_NIL);
    ck_assert_uint_eq(tr_tree_ignored(tree), 7);
    ck_assert(tr_slice_is(tr_node_value(label, TR_PROP_VALUE).slice, "label"));
}
END_TEST

START_TEST(what_the_browser_said_last_is_not_echoed)
{
    tr_node *field = tr_node_new(TR_CONTROL_TEXT_FIELD);
    tr_tree_append(tree, tr_tree_view(tree), 0, field);
    send_page(false);
    tr_tree_set_text(tree, field, TR_SLICE("from the app"));
    client_sets(field->id, "value", tr_value_text(TR_SLICE("typed later")));
    ck_assert_int_eq(flush(), 0);
    ck_assert(tr_slice_is(tr_node_value(field, TR_PROP_VALUE).slice, "typed later"));
}
END_TEST

START_TEST(handlers_are_found_while_their_control_can_be_used)
{
    tr_node *box = tr_node_new(TR_CONTROL_CONTAINER);
    tr_node *button = tr_node_new(TR_CONTROL_BUTTON);
    tr_node_set(button, TR_PROP_ON_CLICK, tr_value_handler(handler(0)));
    tr_node_put(box, TR_PROP_CONTENT, button);
    tr_tree_append(tree, tr_tree_view(tree), 0, box);
    uint32_t id = button->id;
    ck_assert_ptr_eq(tr_tree_handler(tree, id, TR_SLICE("click")), handler(0));
    ck_assert_ptr_null(tr_tree_handler(tree, id, TR_SLICE("hover")));
    ck_assert_ptr_null(tr_tree_handler(tree, id, TR_SLICE("no such event")));
    ck_assert_ptr_null(tr_tree_handler(tree, 4711, TR_SLICE("click")));
    tr_tree_set(tree, box, TR_PROP_DISABLED, tr_value_boolean(true));
    ck_assert_ptr_null(tr_tree_handler(tree, id, TR_SLICE("click")));
    tr_tree_set(tree, box, TR_PROP_DISABLED, TR_NIL);
    tr_tree_set(tree, button, TR_PROP_VISIBLE, tr_value_boolean(false));
    ck_assert_ptr_null(tr_tree_handler(tree, id, TR_SLICE("click")));
    tr_tree_set(tree, button, TR_PROP_VISIBLE, TR_NIL);
    ck_assert_ptr_eq(tr_tree_handler(tree, id, TR_SLICE("click")), handler(0));
    tr_tree_remove(tree, box);
    ck_assert_ptr_null(tr_tree_handler(tree, id, TR_SLICE("click")));
}
END_TEST

START_TEST(another_payload_of_the_same_handler_is_no_news)
{
    tr_node *button = tr_node_new(TR_CONTROL_BUTTON);
    int one = 1;
    int two = 2;
    tr_node_set(button, TR_PROP_ON_CLICK, tr_value_handler(UI_CALL(handler(0), &one)));
    tr_tree_append(tree, tr_tree_view(tree), 0, button);
    send_page(false);
    tr_tree_set(tree, button, TR_PROP_ON_CLICK, tr_value_handler(UI_CALL(handler(0), &two)));
    ck_assert_int_eq(flush(), 0);
    tr_slice payload = tr_value_payload(tr_node_value(button, TR_PROP_ON_CLICK));
    ck_assert_uint_eq(payload.size, sizeof two);
    ck_assert_mem_eq(payload.data, &two, sizeof two);
    tr_tree_set(tree, button, TR_PROP_ON_CLICK, tr_value_handler(handler(0)));
    ck_assert_int_eq(flush(), 0);
    ck_assert_ptr_null(tr_node_value(button, TR_PROP_ON_CLICK).payload);
}
END_TEST

START_TEST(a_client_with_an_older_page_gets_empties)
{
    tr_node *page = tr_tree_page(tree);
    tr_node *overlay = tr_tree_find(tree, TR_ID_OVERLAY);
    tr_tree_set(tree, page, TR_PROP_TITLE, tr_value_text(TR_SLICE("T")));
    tr_tree_set(tree, page, TR_PROP_ON_CONNECT, tr_value_handler(handler(0)));
    tr_tree_set(tree, page, TR_PROP_THEME,
                tr_value_raw((tr_slice){"\x82\xa1"
                                        "a\x01\xa1"
                                        "b\x02",
                                        7}));
    tr_tree_append(tree, overlay, 0, text("over"));
    send_page(false);
    // Another session answers for the same tab: nothing of the old one may stay.
    tr_tree_free(tree);
    tree = tr_tree_new(1000);
    tr_tree_set(tree, tr_tree_page(tree), TR_PROP_THEME,
                tr_value_raw((tr_slice){"\x81\xa1"
                                        "b\x03",
                                        4}));
    send_page(true);
    ck_assert_int_eq(flush(), 1); // the theme as a whole, for the client has merged it
    cm_value *uid = tr_cm_get(tr_cm_get(client.page, "_services"), "_internals");
    ck_assert_ptr_nonnull(uid);
    expect_same("after another session's page");
    ck_assert_uint_eq(tr_cm_get(tr_cm_get(client.page, "_overlay"), "controls")->count, 0);
    ck_assert_uint_eq(tr_cm_get(client.page, "theme")->count, 1);
}
END_TEST

// -- reconcile --

START_TEST(a_rebuilt_page_keeps_its_controls)
{
    tr_node *view = tr_tree_view(tree);
    tr_node *first[] = {keyed(text("a"), "a"), keyed(text("b"), "b"),
                        tr_node_new(TR_CONTROL_TEXT_FIELD)};
    tr_tree_reconcile(tree, view, 0, first, 3);
    send_page(false);
    tr_node *a = tr_tree_find_key(tree, TR_SLICE("a"));
    tr_node *b = tr_tree_find_key(tree, TR_SLICE("b"));
    tr_node *field = tr_node_children(view, TR_PROP_CONTROLS)->at[2];
    uint32_t serial = seen(b)->serial;
    client_sets(field->id, "value", tr_value_text(TR_SLICE("typed")));

    tr_node *label = tr_node_new(TR_CONTROL_TEXT_FIELD);
    tr_node_set(label, TR_PROP_LABEL, tr_value_text(TR_SLICE("Name")));
    tr_node *second[] = {keyed(text("b2"), "b"), NULL, keyed(text("c"), "c"), keyed(text("a"), "a"),
                         label};
    ck_assert_int_eq(tr_tree_reconcile(tree, view, 0, second, 5), 0);
    ck_assert_ptr_eq(tr_tree_find_key(tree, TR_SLICE("a")), a);
    ck_assert_ptr_eq(tr_tree_find_key(tree, TR_SLICE("b")), b);
    ck_assert_ptr_eq(tr_node_children(view, TR_PROP_CONTROLS)->at[3], field);
    ck_assert(tr_slice_is(tr_node_value(field, TR_PROP_VALUE).slice, "typed"));
    flush();
    ck_assert_uint_eq(seen(b)->serial, serial);
    ck_assert_str_eq(tr_cm_text(tr_cm_get(seen(b), "value")), "b2");
    ck_assert_uint_eq(client.ops, 4); // move, add, b's text, the field's label

    tr_node *third[] = {keyed(text("b2"), "b"), keyed(column(), "c"), keyed(text("a"), "a"),
                        tr_node_new(TR_CONTROL_TEXT_FIELD)};
    tr_tree_reconcile(tree, view, 0, third, 4);
    flush();
    ck_assert_int_eq(tr_tree_find_key(tree, TR_SLICE("c"))->kind, TR_CONTROL_COLUMN);
    ck_assert_int_eq(tr_node_value(field, TR_PROP_LABEL).kind, TR_VALUE_NIL);
    client_sets(field->id, "value", TR_NIL);
    expect_same("after three builds");
}
END_TEST

START_TEST(the_same_build_again_changes_nothing)
{
    for (int round = 0; round < 2; round++) {
        tr_node *box = tr_node_new(TR_CONTROL_CONTAINER);
        tr_node *inner = column();
        tr_node_append(inner, TR_PROP_CONTROLS, text("x"));
        tr_node_append(inner, TR_PROP_CONTROLS, keyed(text("y"), "y"));
        tr_node_put(box, TR_PROP_CONTENT, inner);
        tr_node *nodes[] = {box, text("z")};
        ck_assert_int_eq(tr_tree_reconcile(tree, tr_tree_view(tree), 0, nodes, 2), 0);
        if (round == 0)
            send_page(false);
    }
    ck_assert(!tr_tree_is_dirty(tree));
    tr_node *twice = text("twice");
    tr_node *nodes[] = {twice, twice};
    ck_assert_int_eq(tr_tree_reconcile(tree, tr_tree_view(tree), 0, nodes, 2), TR_EEXISTS);
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
        keyed(node, label);
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
        tr_node *node = tr_tree_find(tree, 1 + pick(tr_tree_next_id(tree)));
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
                         tr_value_boolean(pick(2) == 0), TR_NIL, tr_value_handler(handler(0))};
    (void)tr_tree_set(tree, node, props[pick(sizeof props / sizeof *props)], values[pick(5)]);
}

static void random_operation(void)
{
    tr_node *node = random_member();
    tr_node *made = NULL;
    if (tr_tree_count(tree) > 300) { // a page grown large is emptied, so that rounds stay quick
        (void)tr_tree_clear(tree, tr_tree_view(tree), 0);
        return;
    }
    switch (pick(9)) {
    case 0:
    case 1:
        random_set(node);
        return;
    case 2:
        made = random_node(0);
        if (tr_tree_append(tree, node, 0, made) == 0)
            return;
        break;
    case 3:
        made = random_node(0);
        if (tr_tree_insert(tree, node, 0, pick(4), made) == 0)
            return;
        break;
    case 4:
        if (tr_tree_count(tree) > 60 || pick(3) == 0)
            (void)tr_tree_remove(tree, node);
        return;
    case 5:
        (void)tr_tree_move(tree, node, pick(5));
        return;
    case 6:
        made = random_node(0);
        if (tr_tree_replace(tree, node, made) == 0)
            return;
        break;
    case 7:
        made = random_node(0);
        if (tr_tree_put(tree, node, 0, made) == 0)
            return;
        break;
    default: {
        tr_node *nodes[6];
        unsigned count = pick(6);
        for (unsigned i = 0; i < count; i++)
            nodes[i] = pick(8) != 0 ? random_node(2) : NULL;
        if (pick(6) == 0)
            (void)tr_tree_clear(tree, node, 0);
        (void)tr_tree_reconcile(tree, node->id == TR_ID_PAGE ? tr_tree_view(tree) : node, 0, nodes,
                                count);
        return;
    }
    }
    tr_node_free(made);
}

START_TEST(a_browser_always_ends_up_with_the_page)
{
    char when[64];
    srand((unsigned)_i + 1);
    send_page(false);
    for (int round = 0; round < 120; round++) {
        for (unsigned i = pick(12); i > 0; i--)
            random_operation();
        if (pick(20) == 0)
            send_page(true);
        flush();
        snprintf(when, sizeof when, "seed %d, round %d", _i + 1, round);
        expect_same(when);
    }
}
END_TEST

START_TEST(a_page_survives_a_snapshot)
{
    srand(99);
    for (int i = 0; i < 200 || tr_tree_count(tree) < 100; i++)
        random_operation();
    send_page(false);
    tr_buf saved = {0};
    tr_buf again = {0};
    tr_tree_save(tree, handler_name, &saved);
    tr_tree *back = NULL;
    ck_assert_int_eq(
        tr_tree_load((tr_slice){(char *)saved.data, (uint32_t)saved.size}, handler_find, &back), 0);
    ck_assert_uint_eq(tr_tree_count(back), tr_tree_count(tree));
    ck_assert_uint_eq(tr_tree_next_id(back), tr_tree_next_id(tree));
    ck_assert(!tr_tree_is_dirty(back));
    tr_tree_save(back, handler_name, &again);
    ck_assert_uint_eq(again.size, saved.size);
    ck_assert_mem_eq(again.data, saved.data, saved.size);
    tr_tree_free(tree);
    tree = back;
    expect_same("after a snapshot");
    for (int i = 0; i < 50; i++)
        random_operation();
    flush();
    expect_same("and on");
    for (int round = 0; round < 2000; round++) {
        uint32_t at = (uint32_t)rand() % (uint32_t)saved.size;
        uint8_t kept = saved.data[at];
        saved.data[at] = (uint8_t)rand();
        tr_tree *broken = NULL;
        if (tr_tree_load((tr_slice){(char *)saved.data, (uint32_t)saved.size}, handler_find,
                         &broken) == 0)
            tr_tree_free(broken);
        saved.data[at] = kept;
    }
    tr_buf_done(&saved);
    tr_buf_done(&again);
}
END_TEST

Suite *sdk_tree_suite(void);
Suite *sdk_tree_suite(void)
{
    Suite *suite = suite_create("sdk/tree/tree");
    TCase *tests = tcase_create("tree");
    tcase_add_checked_fixture(tests, up, down);
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, the_first_answer_is_the_documented_one);
    tcase_add_test(tests, ids_start_where_asked_and_are_never_reused);
    tcase_add_test(tests, keys_find_the_newest);
    tcase_add_test(tests, misuse_is_refused);
    tcase_add_test(tests, no_change_is_no_patch);
    tcase_add_test(tests, the_latest_value_wins);
    tcase_add_test(tests, one_change_in_ten_thousand_looks_at_one);
    tcase_add_test(tests, a_button_keeps_its_colours_in_its_style);
    tcase_add_test(tests, the_browser_changes_what_it_may);
    tcase_add_test(tests, what_the_browser_said_last_is_not_echoed);
    tcase_add_test(tests, handlers_are_found_while_their_control_can_be_used);
    tcase_add_test(tests, another_payload_of_the_same_handler_is_no_news);
    tcase_add_test(tests, a_client_with_an_older_page_gets_empties);
    tcase_add_test(tests, a_rebuilt_page_keeps_its_controls);
    tcase_add_test(tests, the_same_build_again_changes_nothing);
    tcase_add_loop_test(tests, a_browser_always_ends_up_with_the_page, 0, 20);
    tcase_add_test(tests, a_page_survives_a_snapshot);
    suite_add_tcase(suite, tests);
    return suite;
}
