#include "tests/golden/edits.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "tests/golden/classes.h"
#include "tests/golden/spec.h"
#include "troupe/err.h"

static const char *name_of(const edits_place *place)
{
    return tr_catalog_prop_name(place->prop).data;
}

static bool check(talk *self, const edits_place *place, int result)
{
    return result >= 0 || talk_fail(self, "%s.%s: %s", tr_catalog_kind(place->node->kind)->name,
                                    name_of(place), tr_err_text(result));
}

bool edits_find(talk *self, tr_session *session, const char *target, const char *prop,
                edits_place *out)
{
    uint32_t id = talk_find(self, target);
    tr_node *node = tr_tree_find(session->tree, id);
    if (node == NULL || prop == NULL)
        return talk_fail(self, "no control is named '%s'", target != NULL ? target : "?");
    const char *own = prop;
    if (id == TR_ID_PAGE && strcmp(prop, "overlay") == 0) {
        node = tr_tree_find(session->tree, TR_ID_OVERLAY);
        own = "controls";
    } else if (id == TR_ID_PAGE && strcmp(prop, "services") == 0) {
        node = tr_tree_find(session->tree, TR_ID_SERVICES);
        own = "_services";
    }
    tr_prop_id found = tr_catalog_find_prop(tr_slice_of(own));
    if (id == TR_ID_PAGE && found != 0 && tr_catalog_prop(node->kind, found) == NULL)
        node = tr_tree_view(session->tree);
    if (found == 0 || tr_catalog_prop(node->kind, found) == NULL)
        return talk_fail(self, "%s has no property '%s'", target, prop);
    *out = (edits_place){node, found};
    return true;
}

// -- controls --

bool edits_insert(talk *self, tr_session *session, tr_node *parent, tr_prop_id prop,
                  uint32_t position, const json_t *spec)
{
    edits_place place = {parent, prop};
    tr_node *child = spec_build(self, spec);
    if (child == NULL)
        return false;
    if (!check(self, &place, tr_tree_insert(session->tree, parent, prop, position, child))) {
        tr_node_free(child);
        return false;
    }
    spec_bind(self, spec, child);
    return true;
}

static bool all_have_keys(const json_t *list)
{
    size_t i;
    json_t *spec;
    json_array_foreach(list, i, spec) if (view_text(json_object_get(spec, "props"), "key") ==
                                          NULL) return false;
    return json_array_size(list) != 0;
}

// Controls with keys continue the ones of the same keys; without, a new list is all new controls.
static bool assign_keyed(talk *self, tr_session *session, const edits_place *place,
                         const json_t *list)
{
    uint32_t count = (uint32_t)json_array_size(list);
    tr_node **nodes = tr_calloc(count, sizeof *nodes);
    for (uint32_t i = 0; i < count; i++)
        nodes[i] = spec_build(self, json_array_get(list, i));
    bool is_built = !talk_failed(self);
    for (uint32_t i = 0; i < count && !is_built; i++)
        tr_node_free(nodes[i]);
    is_built =
        is_built && check(self, place,
                          tr_tree_reconcile(session->tree, place->node, place->prop, nodes, count));
    const tr_node_list *now = tr_node_children(place->node, place->prop);
    for (uint32_t i = 0; is_built && i < now->count; i++)
        spec_bind(self, json_array_get(list, i), now->at[i]);
    tr_free(nodes);
    return is_built;
}

static bool assign_children(talk *self, tr_session *session, const edits_place *place,
                            const json_t *list)
{
    if (all_have_keys(list))
        return assign_keyed(self, session, place, list);
    const tr_prop *entry = tr_node_prop(place->node, place->prop);
    int result = entry != NULL && entry->kind == TR_VALUE_NODE
                     ? tr_tree_put(session->tree, place->node, place->prop, NULL)
                     : tr_tree_clear(session->tree, place->node, place->prop);
    if (!check(self, place, result))
        return false;
    for (uint32_t i = 0; i < json_array_size(list); i++)
        if (!edits_insert(self, session, place->node, place->prop, i, json_array_get(list, i)))
            return false;
    return true;
}

static bool assign_child(talk *self, tr_session *session, const edits_place *place,
                         const json_t *spec)
{
    tr_node *child = spec_build(self, spec);
    if (child == NULL)
        return false;
    if (!check(self, place, tr_tree_put(session->tree, place->node, place->prop, child))) {
        tr_node_free(child);
        return false;
    }
    spec_bind(self, spec, child);
    return true;
}

bool edits_assign(talk *self, tr_session *session, const edits_place *place, const json_t *spec)
{
    const tr_prop_info *info = tr_catalog_prop(place->node->kind, place->prop);
    if (spec_is_children(info, spec))
        return assign_children(self, session, place, spec);
    if (view_is(spec, "$c"))
        return assign_child(self, session, place, spec);
    const tr_prop *entry = tr_node_prop(place->node, place->prop);
    if (json_is_null(spec) && entry != NULL && entry->kind == TR_VALUE_NODES)
        return check(self, place, tr_tree_clear(session->tree, place->node, place->prop));
    tr_buf bytes = {0};
    tr_value value;
    bool is_done = spec_value(self, spec, &bytes, &value) &&
                   check(self, place, tr_tree_set(session->tree, place->node, place->prop, value));
    tr_buf_done(&bytes);
    return is_done;
}

// The position an edit names; negative ones count from the end.
static uint32_t position_of(const json_t *edit, size_t at, uint32_t count)
{
    const json_t *given = json_array_get(edit, at);
    json_int_t position = given != NULL ? json_integer_value(given) : -1;
    return (uint32_t)(position < 0 ? position + count : position);
}

static bool edit_children(talk *self, tr_session *session, const edits_place *place,
                          const json_t *edit)
{
    static const tr_node_list nothing = {0};
    const char *what = json_string_value(json_array_get(edit, 0));
    const tr_node_list *list = tr_node_children(place->node, place->prop);
    list = list != NULL ? list : &nothing;
    tr_tree *tree = session->tree;
    uint32_t count = list->count;
    if (strcmp(what, "append") == 0)
        return edits_insert(self, session, place->node, place->prop, count,
                            json_array_get(edit, 1));
    if (strcmp(what, "clear") == 0)
        return check(self, place, tr_tree_clear(tree, place->node, place->prop));
    if (strcmp(what, "reverse") == 0) {
        for (uint32_t i = 0; i + 1 < count; i++)
            if (!check(self, place, tr_tree_move(tree, list->at[count - 1], i)))
                return false;
        return true;
    }
    uint32_t at = position_of(edit, 1, count);
    if (strcmp(what, "insert") == 0)
        return edits_insert(self, session, place->node, place->prop, at, json_array_get(edit, 2));
    if (at >= count)
        return talk_fail(self, "%s at %u of %u", what, at, count);
    if (strcmp(what, "pop") == 0)
        return check(self, place, tr_tree_remove(tree, list->at[at]));
    if (strcmp(what, "move") == 0)
        return check(self, place, tr_tree_move(tree, list->at[at], position_of(edit, 2, count)));
    if (strcmp(what, "replace") == 0)
        return check(self, place, tr_tree_remove(tree, list->at[at])) &&
               edits_insert(self, session, place->node, place->prop, at, json_array_get(edit, 2));
    return talk_fail(self, "unknown edit '%s'", what);
}

// -- plain values --

static json_t *value_now(const edits_place *place)
{
    tr_buf bytes = {0};
    tr_value_write(&bytes, tr_node_get(place->node, place->prop));
    cm_value *model = tr_cm_decode(bytes.data, bytes.size);
    json_t *view = view_of(model);
    tr_cm_free(model);
    tr_buf_done(&bytes);
    return view;
}

static json_t *reversed(const json_t *list)
{
    json_t *out = json_array();
    for (size_t i = json_array_size(list); i-- > 0;)
        json_array_append(out, json_array_get(list, i));
    return out;
}

static bool edit_list(json_t *list, const char *what, const json_t *edit)
{
    uint32_t count = (uint32_t)json_array_size(list);
    uint32_t at = position_of(edit, 1, count);
    if (strcmp(what, "append") == 0)
        return json_array_append(list, json_array_get(edit, 1)) == 0;
    if (strcmp(what, "insert") == 0)
        return json_array_insert(list, at, json_array_get(edit, 2)) == 0;
    if (strcmp(what, "pop") == 0)
        return json_array_remove(list, at) == 0;
    if (strcmp(what, "replace") == 0)
        return json_array_set(list, at, json_array_get(edit, 2)) == 0;
    if (strcmp(what, "move") == 0) {
        json_t *item = json_incref(json_array_get(list, at));
        return item != NULL && json_array_remove(list, at) == 0 &&
               json_array_insert_new(list, position_of(edit, 2, count), item) == 0;
    }
    if (strcmp(what, "clear") == 0)
        return json_array_clear(list) == 0;
    if (strcmp(what, "reverse") != 0)
        return false;
    json_t *other = reversed(list);
    json_array_clear(list);
    json_array_extend(list, other);
    json_decref(other);
    return true;
}

static bool edit_map(json_t *map, const char *what, const json_t *edit)
{
    const json_t *given = json_array_get(edit, 1);
    char number[24];
    const char *key = json_string_value(given);
    if (json_is_integer(given)) {
        snprintf(number, sizeof number, "%lld", (long long)json_integer_value(given));
        key = number;
    }
    if (key == NULL)
        return strcmp(what, "clear") == 0 && json_object_clear(map) == 0;
    if (strcmp(what, "put") == 0)
        return json_object_set(map, key, json_array_get(edit, 2)) == 0;
    return strcmp(what, "del") == 0 && json_object_del(map, key) == 0;
}

bool edits_apply(talk *self, tr_session *session, const edits_place *place, const json_t *edit)
{
    const char *what = json_string_value(json_array_get(edit, 0));
    const tr_prop_info *info = tr_catalog_prop(place->node->kind, place->prop);
    if (what == NULL)
        return talk_fail(self, "an edit without a name");
    if (info->type & TR_TYPE_NODES)
        return edit_children(self, session, place, edit);
    tr_buf why = {0};
    json_t *plain = classes_eval(edit, &why);
    json_t *value = value_now(place);
    bool is_map = strcmp(what, "put") == 0 || strcmp(what, "del") == 0;
    if (json_is_null(value)) {
        json_decref(value);
        value = is_map ? json_object() : json_array();
    }
    bool is_done = plain != NULL && (json_is_array(value) ? edit_list(value, what, plain)
                                                          : edit_map(value, what, plain));
    is_done = is_done ? edits_assign(self, session, place, value)
                      : talk_fail(self, "%s: the edit '%s' does not fit %s", name_of(place), what,
                                  tr_buf_text(&why));
    json_decref(plain);
    json_decref(value);
    tr_buf_done(&why);
    return is_done;
}

// -- below --

static json_t *steps_of(const json_t *path)
{
    if (!json_is_string(path))
        return json_incref((json_t *)path);
    json_t *steps = json_array();
    for (const char *at = json_string_value(path); *at != '\0';) {
        size_t size = strcspn(at, ".");
        bool is_number = strspn(at, "0123456789") == size;
        json_array_append_new(steps, is_number ? json_integer(strtol(at, NULL, 10))
                                               : json_stringn(at, size));
        at += size + (at[size] == '.');
    }
    return steps;
}

static bool set_below(json_t *value, const json_t *steps, size_t at, json_t *new_value)
{
    const json_t *step = json_array_get(steps, at);
    bool is_last = at + 1 == json_array_size(steps);
    if (json_is_array(value) && json_is_integer(step)) {
        size_t index = (size_t)json_integer_value(step);
        return is_last ? json_array_set(value, index, new_value) == 0
                       : set_below(json_array_get(value, index), steps, at + 1, new_value);
    }
    if (!json_is_object(value) || !json_is_string(step))
        return false;
    const char *key = json_string_value(step);
    if (is_last)
        return json_object_set(value, key, new_value) == 0;
    if (json_object_get(value, key) == NULL)
        json_object_set_new(value, key, json_object());
    return set_below(json_object_get(value, key), steps, at + 1, new_value);
}

// From the control named first down to the one whose property the steps from `*at` on are in.
static bool go_to(talk *self, edits_place *place, const json_t *steps, size_t *at)
{
    for (;;) {
        const tr_prop *entry = tr_node_prop(place->node, place->prop);
        bool has_more = *at < json_array_size(steps);
        if (!has_more || entry == NULL ||
            (entry->kind != TR_VALUE_NODE && entry->kind != TR_VALUE_NODES))
            return true;
        tr_node *next = entry->kind == TR_VALUE_NODE ? entry->node : NULL;
        if (next == NULL) {
            size_t index = (size_t)json_integer_value(json_array_get(steps, (*at)++));
            next = index < entry->list->count ? entry->list->at[index] : NULL;
        }
        const char *name = json_string_value(json_array_get(steps, (*at)++));
        tr_prop_id prop = name != NULL ? tr_catalog_find_prop(tr_slice_of(name)) : 0;
        if (next == NULL || prop == 0 || tr_catalog_prop(next->kind, prop) == NULL)
            return talk_fail(self, "the path leads nowhere");
        *place = (edits_place){next, prop};
    }
}

bool edits_set_path(talk *self, tr_session *session, const char *target, const json_t *path,
                    const json_t *value)
{
    json_t *steps = steps_of(path);
    edits_place place;
    size_t at = 1;
    bool is_done =
        edits_find(self, session, target, json_string_value(json_array_get(steps, 0)), &place) &&
        go_to(self, &place, steps, &at);
    if (is_done && at == json_array_size(steps)) {
        is_done = edits_assign(self, session, &place, value);
    } else if (is_done) {
        tr_buf why = {0};
        json_t *whole = value_now(&place);
        json_t *plain = classes_eval(value, &why);
        is_done = plain != NULL && set_below(whole, steps, at, plain)
                      ? edits_assign(self, session, &place, whole)
                      : talk_fail(self, "the path leads nowhere %s", tr_buf_text(&why));
        json_decref(plain);
        json_decref(whole);
        tr_buf_done(&why);
    }
    json_decref(steps);
    return is_done;
}
