#include "tests/golden/spec.h"

#include <stdlib.h>
#include <string.h>

#include "base/must.h"
#include "sdk/session/call.h"
#include "tests/golden/classes.h"

static void run_recorded_handler(tr_event *ev)
{
    const talk_handler *handler = (const talk_handler *)(const void *)ev->handler;
    talk *self = handler->run;
    tr_session *session = ev->session;
    talk_effect *effect = talk_add_effect(self, EFFECT_HANDLER, ev->event);
    effect->control = ev->target;
    const tr_node *node = tr_tree_find(session->tree, ev->target);
    effect->class = node != NULL ? node->kind : 0;
    if (ev->data.size != 0)
        effect->data = tr_cm_decode(ev->data.data, ev->data.size);
    cm_value *route = tr_cm_get(effect->data, "route");
    const tr_node_list *views = tr_node_children(tr_tree_page(session->tree), TR_PROP_VIEWS);
    for (uint32_t i = 0; route != NULL && i < views->count; i++) {
        tr_value own = tr_node_get(views->at[i], TR_PROP_ROUTE);
        if (own.kind == TR_VALUE_TEXT && tr_slice_is(own.slice, tr_cm_text(route)))
            effect->view = views->at[i]->id;
    }
    self->run_ops(self, session, handler->ops);
}

static const tr_handler *new_handler(talk *self, json_t *ops)
{
    talk_handler *handler = calloc(1, sizeof *handler);
    tr_must(handler != NULL);
    *handler = (talk_handler){
        .handler = {.name = "recorded", .kind = TR_HANDLER_ASYNC, .run = run_recorded_handler},
        .next = self->handlers,
        .run = self,
        .ops = ops};
    self->handlers = handler;
    return &handler->handler;
}

bool spec_value(talk *self, const json_t *spec, tr_buf *bytes, tr_value *out)
{
    if (view_is(spec, "$handler")) {
        *out = tr_value_handler(new_handler(self, json_object_get(spec, "$handler")));
        return true;
    }
    tr_buf why = {0};
    json_t *view = classes_eval(spec, &why);
    bool is_good = view != NULL && view_write(bytes, view);
    if (!is_good)
        talk_fail(self, "%s", view != NULL ? "an ill-formed value" : tr_buf_text(&why));
    json_decref(view);
    tr_buf_done(&why);
    if (!is_good)
        return false;
    tr_reader reader = tr_reader_of(view_slice(bytes));
    *out = tr_value_read(&reader);
    return true;
}

bool spec_is_children(const tr_prop_info *info, const json_t *spec)
{
    return json_is_array(spec) && (info->type & TR_TYPE_NODES) != 0;
}

static int set_children(talk *self, tr_node *node, tr_prop_id prop, const json_t *list)
{
    size_t i;
    json_t *item;
    json_array_foreach(list, i, item)
    {
        tr_node *child = spec_build(self, item);
        int result = child != NULL ? tr_node_append(node, prop, child) : 0;
        if (result < 0)
            tr_node_free(child);
        if (child == NULL || result < 0)
            return result;
    }
    return 0;
}

static int set_prop(talk *self, tr_node *node, const tr_prop_info *info, const json_t *spec)
{
    if (spec_is_children(info, spec))
        return set_children(self, node, info->prop, spec);
    if (view_is(spec, "$c")) {
        tr_node *child = spec_build(self, spec);
        int result = child != NULL ? tr_node_put(node, info->prop, child) : 0;
        if (result < 0)
            tr_node_free(child);
        return result;
    }
    tr_buf bytes = {0};
    tr_value value;
    int result = spec_value(self, spec, &bytes, &value) ? tr_node_set(node, info->prop, value) : 0;
    tr_buf_done(&bytes);
    return result;
}

tr_node *spec_build(talk *self, const json_t *spec)
{
    const char *class = view_text(spec, "$c");
    tr_kind_id kind = class != NULL ? classes_kind(class) : 0;
    if (kind == 0) {
        talk_fail(self, "unknown control class '%s'", class != NULL ? class : "?");
        return NULL;
    }
    tr_node *node = tr_node_new(kind);
    const char *name;
    json_t *value;
    json_object_foreach(json_object_get(spec, "props"), name, value)
    {
        tr_prop_id prop = tr_catalog_find_prop(tr_slice_of(name));
        const tr_prop_info *info = prop != 0 ? tr_catalog_prop(kind, prop) : NULL;
        int result = info != NULL ? set_prop(self, node, info, value) : TR_ENOTFOUND;
        if (result < 0)
            talk_fail(self, "%s.%s: %s", class, name, tr_err_text(result));
        if (talk_failed(self)) {
            tr_node_free(node);
            return NULL;
        }
    }
    return node;
}

void spec_bind(talk *self, const json_t *spec, const tr_node *node)
{
    const char *name = view_text(spec, "name");
    if (name != NULL)
        talk_name(self, name, node->id);
    json_t *value;
    json_object_foreach(json_object_get(spec, "props"), name, value)
    {
        const tr_prop *entry = tr_node_prop(node, tr_catalog_find_prop(tr_slice_of(name)));
        if (entry != NULL && entry->kind == TR_VALUE_NODE && view_is(value, "$c"))
            spec_bind(self, value, entry->node);
        if (entry == NULL || entry->kind != TR_VALUE_NODES || !json_is_array(value))
            continue;
        for (uint32_t i = 0; i < entry->list->count && i < json_array_size(value); i++)
            spec_bind(self, json_array_get(value, i), entry->list->at[i]);
    }
}
