#include "tests/golden/ops.h"

#include <stdio.h>
#include <string.h>

#include "sdk/api/raw_image.h"
#include "sdk/session/client_call.h"
#include "sdk/session/open_dialogs.h"
#include "sdk/session/outgoing_packets.h"
#include "tests/golden/classes.h"
#include "tests/golden/edits.h"
#include "tests/golden/spec.h"
#include "troupe/err.h"

static bool check(talk *self, const char *what, int result)
{
    return result >= 0 || talk_fail(self, "%s: %s", what, tr_err_text(result));
}

// -- the page's children --

static void add(talk *self, tr_session *session, const json_t *op)
{
    tr_node *view = tr_tree_view(session->tree);
    const tr_node_list *list = tr_node_children(view, TR_PROP_CONTROLS);
    uint32_t position = list != NULL ? list->count : 0;
    if (json_is_integer(json_object_get(op, "index")))
        position = (uint32_t)json_integer_value(json_object_get(op, "index"));
    size_t i;
    json_t *spec;
    json_array_foreach(
        json_object_get(op, "controls"), i,
        spec) if (!edits_insert(self, session, view, TR_PROP_CONTROLS, position++, spec)) return;
    tr_session_flush(session);
}

static void remove_named(talk *self, tr_session *session, const json_t *op)
{
    size_t i;
    json_t *name;
    json_array_foreach(json_object_get(op, "controls"), i, name)
    {
        tr_node *node = tr_tree_find(session->tree, talk_find(self, json_string_value(name)));
        if (!check(self, "remove",
                   node != NULL ? tr_tree_remove(session->tree, node) : TR_ENOTFOUND))
            return;
    }
    tr_session_flush(session);
}

static void clean(talk *self, tr_session *session, const json_t *op)
{
    (void)op;
    check(self, "clean",
          tr_tree_clear(session->tree, tr_tree_view(session->tree), TR_PROP_CONTROLS));
    tr_session_flush(session);
}

// -- properties --

static void set(talk *self, tr_session *session, const json_t *op)
{
    const char *name;
    json_t *value;
    json_object_foreach(json_object_get(op, "props"), name, value)
    {
        edits_place place;
        if (!edits_find(self, session, view_text(op, "target"), name, &place) ||
            !edits_assign(self, session, &place, value))
            return;
    }
}

static void assign(talk *self, tr_session *session, const json_t *op)
{
    edits_place place;
    if (edits_find(self, session, view_text(op, "target"), view_text(op, "prop"), &place))
        edits_assign(self, session, &place, json_object_get(op, "value"));
}

static void edit(talk *self, tr_session *session, const json_t *op)
{
    edits_place place;
    size_t i;
    json_t *one;
    if (!edits_find(self, session, view_text(op, "target"), view_text(op, "prop"), &place))
        return;
    json_array_foreach(json_object_get(op, "edits"), i,
                       one) if (!edits_apply(self, session, &place, one)) return;
}

static void set_path(talk *self, tr_session *session, const json_t *op)
{
    edits_set_path(self, session, view_text(op, "target"), json_object_get(op, "path"),
                   json_object_get(op, "value"));
}

static void update(talk *self, tr_session *session, const json_t *op)
{
    tr_node *node = tr_tree_find(session->tree, talk_find(self, view_text(op, "target")));
    if (node == NULL)
        talk_fail(self, "no control is named so");
    else
        tr_session_flush_control(session, node);
}

static void read_back(talk *self, tr_session *session, const json_t *op)
{
    edits_place place;
    char name[128];
    if (!edits_find(self, session, view_text(op, "target"), view_text(op, "prop"), &place))
        return;
    snprintf(name, sizeof name, "%s.%s", view_text(op, "target"), view_text(op, "prop"));
    tr_buf bytes = {0};
    tr_value_write(&bytes, tr_node_get(place.node, place.prop));
    talk_add_effect(self, EFFECT_VALUE, name)->data = tr_cm_decode(bytes.data, bytes.size);
    tr_buf_done(&bytes);
}

// -- dialogs and services --

static void show_dialog(talk *self, tr_session *session, const json_t *op)
{
    const json_t *spec = json_object_get(op, "control");
    tr_node *dialog = spec_build(self, spec);
    if (dialog == NULL)
        return;
    if (!check(self, "show_dialog", tr_dialog_show(session, dialog))) {
        tr_node_free(dialog);
        return;
    }
    spec_bind(self, spec, dialog);
    tr_session_flush_control(session, tr_tree_find(session->tree, TR_ID_DIALOGS));
}

static void pop_dialog(talk *self, tr_session *session, const json_t *op)
{
    (void)op;
    check(self, "pop_dialog", tr_dialog_close(session));
    tr_session_flush_control(session, tr_tree_find(session->tree, TR_ID_DIALOGS));
}

static void create_service(talk *self, tr_session *session, const json_t *op)
{
    const char *type = view_text(op, "type");
    json_t *spec = json_pack("{ss?sO?}", "$c", type, "props", json_object_get(op, "props"));
    tr_node *registry = tr_tree_find(session->tree, TR_ID_SERVICES);
    tr_node *node = spec != NULL ? spec_build(self, spec) : NULL;
    json_decref(spec);
    if (node == NULL)
        return;
    if (!check(self, type, tr_tree_append(session->tree, registry, TR_PROP__SERVICES, node))) {
        tr_node_free(node);
        return;
    }
    if (view_text(op, "name") != NULL)
        talk_name(self, view_text(op, "name"), node->id);
    tr_session_flush_control(session, registry);
}

// -- calls --

static void on_answer(void *arg, int result, tr_slice value, tr_slice error)
{
    talk *self = arg;
    talk_effect *effect =
        talk_add_effect(self, result < 0 ? EFFECT_RAISED : EFFECT_RETURNED, "invoke");
    if (result < 0)
        snprintf(effect->error, sizeof effect->error, "%.*s", (int)error.size, error.data);
    else if (value.size != 0)
        effect->data = tr_cm_decode(value.data, value.size);
}

static void on_drawn(void *arg, int result, tr_slice packet)
{
    (void)packet;
    on_answer(arg, result, (tr_slice){0}, TR_SLICE("the channel was closed"));
}

// Methods of a RawImage go over its channel.
static int call_raw_image(talk *self, tr_session *session, const tr_node *node, const char *method,
                          const json_t *args)
{
    static const char *const pictures[] = {"image", "src", "data", "image_bytes", "encoded"};
    tr_buf bytes = {0};
    int result = TR_ENOTFOUND;
    if (strcmp(method, "clear") == 0) {
        result = tr_raw_image_clear(session, node->id, on_drawn, self);
    } else if (strcmp(method, "render_rgba") == 0) {
        (void)view_bytes(&bytes, json_object_get(json_object_get(args, "pixels"), "$bin"));
        result = tr_raw_image_show_pixels(
            session, node->id, (uint32_t)json_integer_value(json_object_get(args, "width")),
            (uint32_t)json_integer_value(json_object_get(args, "height")), view_slice(&bytes),
            on_drawn, self);
    } else if (strncmp(method, "render", 6) == 0) {
        for (unsigned i = 0; i < sizeof pictures / sizeof *pictures; i++)
            (void)view_bytes(&bytes, json_object_get(json_object_get(args, pictures[i]), "$bin"));
        result = tr_raw_image_show_file(session, node->id, view_slice(&bytes), on_drawn, self);
    }
    tr_buf_done(&bytes);
    return result;
}

static void invoke(talk *self, tr_session *session, const json_t *op)
{
    const char *method = view_text(op, "method");
    const json_t *given = json_object_get(op, "args");
    tr_node *node = tr_tree_find(session->tree, talk_find(self, view_text(op, "target")));
    if (node == NULL || method == NULL) {
        talk_fail(self, "no control or no method");
        return;
    }
    if (node->kind == TR_CONTROL_RAW_IMAGE) {
        check(self, method, call_raw_image(self, session, node, method, given));
        return;
    }
    tr_buf why = {0}, bytes = {0};
    const char *wire;
    json_t *args;
    if (!classes_arguments(node->kind, method, given, &wire, &args, &why)) {
        talk_fail(self, "%s", tr_buf_text(&why));
        tr_buf_done(&why);
        return;
    }
    if (args != NULL && !view_write(&bytes, args))
        talk_fail(self, "ill-formed arguments");
    json_decref(args);
    check(self, method,
          tr_client_call(session, node->id, tr_slice_of(wire), view_slice(&bytes), UINT64_MAX,
                         on_answer, self));
    tr_buf_done(&bytes);
    tr_buf_done(&why);
}

static void crash(talk *self, tr_session *session, const json_t *op)
{
    check(self, "crash", tr_session_send_crash(session, tr_slice_of(view_text(op, "message"))));
}

// -- the component that counts --

static json_t *counter_body(int count)
{
    char text[16];
    snprintf(text, sizeof text, "%d", count);
    return json_pack("{ss s{s[{ss s{ss}} {ss s{ss s{s[{ss}]}}}]}}", "$c", "Column", "props",
                     "controls", "$c", "Text", "props", "value", text, "$c", "Button", "props",
                     "content", "+", "on_click", "$handler", "op", "count_up");
}

// Specifications must live as long as the names and handlers in them.
static const json_t *keep(talk *self, json_t *spec)
{
    json_array_append_new(self->kept, spec);
    return spec;
}

static void render_component(talk *self, tr_session *session, const json_t *op)
{
    (void)op;
    const json_t *spec =
        keep(self, json_pack("{ss ss s{so}}", "$c", "Component", "name", "the component", "props",
                             "_b", counter_body(self->counted)));
    edits_place place = {tr_tree_view(session->tree), TR_PROP_CONTROLS};
    if (edits_assign(self, session, &place, spec))
        tr_session_flush(session);
}

static void count_up(talk *self, tr_session *session, const json_t *op)
{
    (void)op;
    tr_node *component = tr_tree_find(session->tree, talk_find(self, "the component"));
    tr_node *body = spec_build(self, keep(self, counter_body(++self->counted)));
    if (component == NULL || body == NULL)
        return;
    if (check(self, "count_up",
              tr_tree_reconcile_child(session->tree, component, TR_PROP__B, body)))
        tr_session_flush_control(session, component);
}

// -- the language --

static void do_main(talk *self, tr_session *session, const json_t *op)
{
    ops_run(self, session, json_object_get(op, "ops"));
    tr_session_flush(session);
}

static void do_nothing(talk *self, tr_session *session, const json_t *op)
{
    (void)self;
    (void)session;
    (void)op;
}

static const struct {
    const char *name;
    void (*run)(talk *self, tr_session *session, const json_t *op);
} table[] = {
    {"main", do_main},
    {"add", add},
    {"insert", add},
    {"remove", remove_named},
    {"clean", clean},
    {"set", set},
    {"update", update},
    {"list_edit", edit},
    {"list_assign", assign},
    {"dict_edit", edit},
    {"set_path", set_path},
    {"show_dialog", show_dialog},
    {"pop_dialog", pop_dialog},
    {"create_service", create_service},
    {"invoke", invoke},
    {"read", read_back},
    {"crash", crash},
    {"render_component", render_component},
    {"count_up", count_up},
    {"noop", do_nothing},
    {"wait", do_nothing},
};

enum { TABLE_SIZE = sizeof table / sizeof *table };

bool ops_knows(const char *name)
{
    for (unsigned i = 0; i < TABLE_SIZE; i++)
        if (strcmp(table[i].name, name) == 0)
            return true;
    return false;
}

void ops_run_one(talk *self, tr_session *session, const json_t *op)
{
    const char *name = view_text(op, "op");
    for (unsigned i = 0; name != NULL && i < TABLE_SIZE; i++)
        if (strcmp(table[i].name, name) == 0) {
            table[i].run(self, session, op);
            return;
        }
    talk_fail(self, "unknown op '%s'", name != NULL ? name : "?");
}

void ops_run(talk *self, tr_session *session, const json_t *ops)
{
    size_t i;
    json_t *op;
    json_array_foreach(ops, i, op)
    {
        if (talk_failed(self))
            return;
        ops_run_one(self, session, op);
    }
}
