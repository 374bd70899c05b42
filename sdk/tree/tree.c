#include "sdk/tree/tree.h"

#include <string.h>

#include "base/mem.h"
#include "base/must.h"
#include "base/random.h"
#include "sdk/catalog/explain.h"
#include "sdk/catalog/misuse.h"
#include "sdk/tree/children.h"
#include "sdk/tree/departed.h"
#include "sdk/tree/tree_private.h"
#include "sdk/tree/typing.h"
#include "troupe/err.h"
#include "wire/limits.h"
#include "wire/writer.h"

int tr_tree_misuse(const tr_node *node, tr_prop_id prop, int code, const char *text)
{
    return tr_explain(tr_node_subject(node), prop, code, text);
}

static const char not_of_this_page[] = "a control that is not on this page";
static const char part_of_every_page[] = "it is a part of every page, and stays";

// -- life --

static tr_node *new_part(tr_tree *self, uint32_t id, tr_kind_id kind)
{
    tr_node *node = tr_tree_find(self, id);
    node->kind = kind;
    node->prop_cap = 1;
    node->id = id;
    node->flags = TR_NODE_FIXED | TR_NODE_INSIDE;
    return node;
}

static void put_part(tr_node *page, tr_prop_id prop, tr_node *part)
{
    part->parent = page;
    part->slot = prop;
    tr_prop_store(tr_node_touch(page, prop), (tr_value){.kind = TR_VALUE_NODE, .node = part});
}

// Only whether it changes matters: then the client builds all services anew. Flet has ten letters;
// what has six fits into the property itself.
static void set_uid(tr_node *services)
{
    char uid[7] = "";
    uint64_t random = tr_random_u64();
    for (unsigned i = 0; i < 6; i++, random /= 26)
        uid[i] = (char)('a' + random % 26);
    tr_buf map = {0};
    tr_write_map(&map, 1);
    tr_write_literal(&map, "uid");
    tr_write_literal(&map, uid);
    tr_prop_store(tr_node_touch(services, TR_PROP__INTERNALS), tr_value_raw(tr_buf_slice(&map)));
    tr_buf_done(&map);
}

tr_tree *tr_tree_new(uint32_t first_id)
{
    tr_tree *self = tr_calloc(1, sizeof *self + TR_PARTS * sizeof *self->parts);
    self->next_id = first_id > TR_ID_FIRST ? first_id : TR_ID_FIRST;
    self->has_parts = true;
    self->page = new_part(self, TR_ID_PAGE, TR_CONTROL_PAGE);
    put_part(self->page, TR_PROP_WINDOW, new_part(self, TR_ID_WINDOW, TR_CONTROL_WINDOW));
    tr_node_link(self->page, tr_node_touch(self->page, TR_PROP_VIEWS), 0,
                 new_part(self, TR_ID_VIEW, TR_CONTROL_VIEW));
    put_part(self->page, TR_PROP__OVERLAY, new_part(self, TR_ID_OVERLAY, TR_CONTROL_OVERLAY));
    put_part(self->page, TR_PROP__DIALOGS, new_part(self, TR_ID_DIALOGS, TR_CONTROL_DIALOGS));
    put_part(self->page, TR_PROP__SERVICES,
             new_part(self, TR_ID_SERVICES, TR_CONTROL_SERVICE_REGISTRY));
    set_uid(tr_tree_find(self, TR_ID_SERVICES));
    return self;
}

void tr_tree_free(tr_tree *self)
{
    if (self == NULL)
        return;
    tr_tree_end_typing(self);
    tr_node_free(self->page);
    tr_node_index_done(&self->ids);
    tr_map_done(&self->keys);
    if (self->dirty_cap != 0)
        tr_free(self->dirty_many);
    tr_free(self->row_lists);
    tr_free(self->twins);
    tr_free(self->news);
    tr_free(self);
}

// -- looking --

uint32_t tr_tree_next_id(const tr_tree *self)
{
    return self->next_id;
}

tr_node *tr_tree_page(tr_tree *self)
{
    return self->page;
}

tr_node *tr_tree_view(tr_tree *self)
{
    return tr_tree_find(self, TR_ID_VIEW);
}

tr_prop_id tr_tree_list_prop(const tr_node *parent, tr_prop_id prop)
{
    return prop != 0 ? prop : tr_catalog_kind(parent->kind)->children;
}

uint64_t tr_tree_ignored(const tr_tree *self)
{
    return self->ignored;
}

// -- records --

void tr_tree_touch_list(tr_tree *self, tr_node *parent, tr_prop *entry, uint32_t position)
{
    if (parent->flags & TR_NODE_FRESH)
        return;
    tr_tree_mark(self, parent);
    bool was_list = entry->kind == TR_VALUE_NODES;
    if (!was_list || entry->dirty == 0) {
        entry->dirty = 1;
        if (!was_list)
            return;
        entry->list->before_count = entry->list->count;
    }
    tr_node_list *list = entry->list;
    if (list->before != NULL || position >= list->before_count)
        return;
    list->before = tr_alloc(list->before_count * sizeof *list->before);
    for (uint32_t i = 0; i < list->before_count; i++)
        list->before[i] = list->at[i]->id;
}

// -- coming and going --

int tr_tree_check_new(const tr_tree *self, const tr_node *parent, tr_prop_id prop, unsigned type,
                      const tr_node *child)
{
    const tr_prop_info *info = prop != 0 ? tr_catalog_prop(parent->kind, prop) : NULL;
    if (info == NULL || (tr_node_slot(info, child) & type) == 0)
        return TR_ENOTFOUND;
    if (!tr_tree_owns(self, parent) || child->id != 0)
        return child->id != 0 ? TR_EEXISTS : TR_EINVALID;
    if (!tr_node_is_loose(child))
        return TR_EEXISTS;
    unsigned depth = child->height + 2u;
    for (const tr_node *at = parent; at->parent != NULL; at = at->parent)
        depth++;
    uint32_t count =
        tr_tree_count(self) - (self->departed != NULL ? self->departed->node_count : 0);
    if (depth > TR_CONTROL_DEPTH_CAP || tr_node_count(child) > TR_CONTROLS_PER_PAGE_CAP - count)
        return TR_ETOOBIG;
    return 0;
}

static void adopt_below(tr_tree *self, uint32_t scope, tr_node *node)
{
    node->id = self->next_id++;
    node->flags = TR_NODE_FRESH;
    tr_node_index_add(&self->ids, node);
    tr_tree_add_key_in(self, scope, node);
    tr_tree_note_row_list(self, node);
    if (self->departed != NULL)
        tr_departed_note_new(self->departed, node);
    if (tr_tree_is_component(node))
        tr_tree_tell(self, node->id, TR_COMPONENT_ADDED);
    scope = tr_tree_key_scope_in(scope, node);
    tr_children children = tr_children_of(node);
    for (tr_node *child; (child = tr_children_next(&children)) != NULL;)
        adopt_below(self, scope, child);
}

void tr_tree_adopt(tr_tree *self, const tr_node *parent, tr_node *node)
{
    tr_node_release(node);
    adopt_below(self, tr_tree_scope_below(parent), node);
}

void tr_tree_forget_below(tr_tree *self, uint32_t scope, tr_node *node)
{
    tr_tree_remove_key_in(self, scope, node);
    tr_node_index_remove(&self->ids, node);
    if (tr_tree_is_component(node))
        tr_tree_tell(self, node->id, TR_COMPONENT_REMOVED);
    scope = tr_tree_key_scope_in(scope, node);
    tr_children children = tr_children_of(node);
    for (tr_node *child; (child = tr_children_next(&children)) != NULL;)
        tr_tree_forget_below(self, scope, child);
}

void tr_tree_drop(tr_tree *self, tr_node *node)
{
    self->is_count_stale = true;
    uint32_t scope = tr_tree_scope_below(node->parent);
    if (self->departed != NULL) {
        tr_departed_take(self->departed, scope, node);
        return;
    }
    tr_tree_forget_below(self, scope, node);
    node->parent = NULL;
    tr_node_free(node);
}

// -- properties --

void tr_tree_mark_entry(tr_tree *self, tr_node *node, tr_prop *entry, const tr_prop_info *info)
{
    self->is_count_stale = true;
    if ((node->flags & TR_NODE_FRESH) != 0 ||
        (info->rule & (TR_RULE_NEVER | TR_RULE_STYLE)) == TR_RULE_NEVER)
        return;
    entry->dirty = 1;
    tr_tree_mark(self, node);
}

// Takes the child out of a single-child slot and frees it.
static void empty_slot(tr_tree *self, tr_prop *entry)
{
    if (entry->kind != TR_VALUE_NODE)
        return;
    tr_node *child = entry->node;
    entry->kind = TR_VALUE_NIL;
    tr_tree_drop(self, child);
}

static int check_set(tr_tree *self, const tr_node *node, tr_prop_id prop, const tr_prop *entry)
{
    if (!tr_tree_owns(self, node))
        return tr_tree_misuse(node, prop, TR_EINVALID, not_of_this_page);
    if (prop == TR_PROP__INTERNALS)
        return tr_tree_misuse(node, prop, TR_EINVALID, "it is the browser's own");
    if (entry != NULL && entry->kind == TR_VALUE_NODES)
        return tr_explain_value(tr_node_subject(node), prop, TR_EWRONGTYPE);
    if (entry != NULL && entry->kind == TR_VALUE_NODE && (entry->node->flags & TR_NODE_FIXED) != 0)
        return tr_tree_misuse(node, prop, TR_EINVALID, part_of_every_page);
    return 0;
}

static void store(tr_tree *self, tr_node *node, tr_prop_id prop, const tr_prop_info *info,
                  tr_value value)
{
    tr_prop *entry = tr_node_entry(node, prop);
    tr_value now = entry != NULL ? tr_prop_value(entry) : TR_NIL;
    tr_value normal = tr_catalog_default(info);
    if (tr_value_equal(now.kind != TR_VALUE_NIL ? now : normal,
                       value.kind != TR_VALUE_NIL ? value : normal))
        return;
    // The browser hears of a handler, never of its payload.
    bool is_told = now.kind == TR_VALUE_HANDLER && value.kind == TR_VALUE_HANDLER &&
                   now.handler == value.handler;
    if (prop == TR_PROP_KEY)
        tr_tree_remove_key(self, node);
    if (entry == NULL)
        entry = tr_node_touch(node, prop);
    empty_slot(self, entry);
    tr_prop_store(entry, value);
    if (!is_told)
        tr_tree_mark_entry(self, node, entry, info);
    if (prop == TR_PROP_KEY)
        tr_tree_add_key(self, node);
    if (prop == TR_PROP_ROW_COUNT)
        tr_tree_note_row_list(self, node);
}

// What is typed meanwhile is typed into it.
static void store_text(tr_tree *self, tr_node *node, tr_prop_id prop, const tr_prop_info *info,
                       tr_value value)
{
    tr_buf merged = {0};
    tr_slice wanted = value.kind == TR_VALUE_TEXT ? value.slice : tr_catalog_default(info).slice;
    tr_slice text =
        tr_typing_on_set(self, node, prop, tr_node_get(node, prop).slice, wanted, &merged);
    store(self, node, prop, info, text.data != wanted.data ? tr_value_text(text) : value);
    tr_buf_done(&merged);
}

int tr_tree_set(tr_tree *self, tr_node *node, tr_prop_id prop, tr_value value)
{
    const tr_prop_info *info = prop != 0 ? tr_catalog_prop(node->kind, prop) : NULL;
    if (info == NULL)
        return tr_explain_value(tr_node_subject(node), prop, TR_ENOTFOUND);
    int code = check_set(self, node, prop, tr_node_entry(node, prop));
    if (code < 0)
        return code;
    code = tr_catalog_check(info, &value);
    if (code < 0)
        return tr_explain_value(tr_node_subject(node), prop, code);
    if (self->counts_typing && tr_typing_is_of(info, &value))
        store_text(self, node, prop, info, value);
    else
        store(self, node, prop, info, value);
    return 0;
}

int tr_tree_set_by_name(tr_tree *self, tr_node *node, tr_slice name, tr_value value)
{
    tr_prop_id prop = tr_catalog_find_prop(name);
    return prop != 0 ? tr_tree_set(self, node, prop, value)
                     : tr_explain_name(tr_node_subject(node), name);
}

int tr_tree_set_text(tr_tree *self, tr_node *node, tr_slice text)
{
    tr_prop_id prop = tr_catalog_kind(node->kind)->primary_text;
    if (prop == 0)
        return tr_tree_misuse(node, 0, TR_ENOTFOUND,
                              "it has no main text: ui_set_string sets others");
    return tr_tree_set(self, node, prop, tr_value_text(text));
}

tr_value tr_tree_get_by_name(const tr_tree *self, const tr_node *node, tr_slice name)
{
    (void)self;
    tr_prop_id prop = tr_catalog_find_prop(name);
    return prop != 0 ? tr_node_get(node, prop) : TR_NIL;
}

// -- children --

int tr_tree_insert(tr_tree *self, tr_node *parent, tr_prop_id prop, uint32_t position,
                   tr_node *child)
{
    if (child == NULL)
        return 0;
    prop = tr_tree_list_prop(parent, prop);
    int code = tr_tree_check_new(self, parent, prop, TR_TYPE_NODES, child);
    if (code < 0)
        return tr_explain_child(tr_node_subject(parent), prop, code);
    tr_prop *entry = tr_node_touch(parent, prop);
    if (entry->kind == TR_VALUE_NODE)
        return tr_tree_misuse(parent, prop, TR_EINVALID, "a component stands for the whole list");
    uint32_t count = entry->kind == TR_VALUE_NODES ? entry->list->count : 0;
    position = position == UINT32_MAX ? count : position;
    if (position > count)
        return tr_tree_misuse(parent, prop, TR_EINVALID, "the position is behind the list's end");
    tr_node_check_kind(parent, prop, child);
    tr_tree_adopt(self, parent, child);
    tr_tree_touch_list(self, parent, entry, position);
    tr_node_link(parent, entry, position, child);
    return 0;
}

int tr_tree_append(tr_tree *self, tr_node *parent, tr_prop_id prop, tr_node *child)
{
    return tr_tree_insert(self, parent, prop, UINT32_MAX, child);
}

static void take_out(tr_tree *self, tr_node *parent, tr_prop *entry, uint32_t position)
{
    tr_node_list *list = entry->list;
    tr_tree_touch_list(self, parent, entry, position);
    list->count--;
    memmove(&list->at[position], &list->at[position + 1],
            (list->count - position) * sizeof(tr_node *));
}

// The parent's entry that holds the node; NULL (and a log line) when the node cannot be removed.
static tr_prop *entry_of(tr_tree *self, tr_node *node)
{
    if (!tr_tree_owns(self, node) || (node->flags & TR_NODE_FIXED) != 0) {
        tr_tree_misuse(node, 0, TR_EINVALID,
                       tr_tree_owns(self, node) ? part_of_every_page : not_of_this_page);
        return NULL;
    }
    return tr_node_entry(node->parent, node->slot);
}

int tr_tree_remove(tr_tree *self, tr_node *node)
{
    tr_prop *entry = entry_of(self, node);
    if (entry == NULL)
        return TR_EINVALID;
    tr_node *parent = node->parent;
    if (entry->kind == TR_VALUE_NODE)
        return tr_tree_put(self, parent, node->slot, NULL);
    take_out(self, parent, entry, tr_node_position(entry->list, node));
    tr_tree_drop(self, node);
    return 0;
}

int tr_tree_move(tr_tree *self, tr_node *node, uint32_t position)
{
    tr_prop *entry = entry_of(self, node);
    if (entry == NULL)
        return TR_EINVALID;
    if (entry->kind != TR_VALUE_NODES)
        return position == 0 ? 0 : tr_tree_misuse(node, 0, TR_EINVALID, "it is alone in its place");
    tr_node_list *list = entry->list;
    position = position == UINT32_MAX ? list->count - 1 : position;
    if (position >= list->count)
        return tr_tree_misuse(node, 0, TR_EINVALID, "the position is behind the list's end");
    uint32_t from = tr_node_position(list, node);
    if (from == position)
        return 0;
    tr_tree_touch_list(self, node->parent, entry, from < position ? from : position);
    if (from < position)
        memmove(&list->at[from], &list->at[from + 1], (position - from) * sizeof(tr_node *));
    else
        memmove(&list->at[position + 1], &list->at[position],
                (from - position) * sizeof(tr_node *));
    list->at[position] = node;
    node->index = position;
    return 0;
}

int tr_tree_replace(tr_tree *self, tr_node *node, tr_node *child)
{
    tr_prop *entry = entry_of(self, node);
    if (entry == NULL)
        return TR_EINVALID;
    if (child == NULL)
        return tr_tree_remove(self, node);
    tr_node *parent = node->parent;
    if (entry->kind == TR_VALUE_NODE)
        return tr_tree_put(self, parent, node->slot, child);
    int code = tr_tree_check_new(self, parent, node->slot, TR_TYPE_NODES, child);
    if (code < 0)
        return tr_explain_child(tr_node_subject(parent), node->slot, code);
    uint32_t position = tr_node_position(entry->list, node);
    take_out(self, parent, entry, position);
    tr_tree_drop(self, node);
    tr_tree_adopt(self, parent, child);
    tr_node_link(parent, entry, position, child);
    return 0;
}

int tr_tree_put(tr_tree *self, tr_node *parent, tr_prop_id prop, tr_node *child)
{
    prop = prop != 0 ? prop : tr_catalog_kind(parent->kind)->content;
    const tr_prop_info *info = prop != 0 ? tr_catalog_prop(parent->kind, prop) : NULL;
    if (info == NULL || (info->type & (TR_TYPE_NODE | TR_TYPE_NODES)) == 0)
        return tr_explain_child(tr_node_subject(parent), prop, TR_ENOTFOUND);
    if (child == NULL)
        return tr_tree_set(self, parent, prop, TR_NIL);
    int code = tr_tree_check_new(self, parent, prop, TR_TYPE_NODE, child);
    tr_prop *entry = tr_node_entry(parent, prop);
    if (code == 0 && entry != NULL && entry->kind == TR_VALUE_NODES)
        code = tr_tree_clear(self, parent, prop);
    if (code == 0 && entry != NULL && entry->kind == TR_VALUE_NODE &&
        (entry->node->flags & TR_NODE_FIXED) != 0)
        return tr_tree_misuse(parent, prop, TR_EINVALID, part_of_every_page);
    if (code < 0)
        return tr_explain_child(tr_node_subject(parent), prop, code);
    entry = tr_node_touch(parent, prop);
    empty_slot(self, entry);
    tr_node_check_kind(parent, prop, child);
    tr_tree_adopt(self, parent, child);
    child->parent = parent;
    child->slot = prop;
    tr_prop_store(entry, (tr_value){.kind = TR_VALUE_NODE, .node = child});
    tr_tree_mark_entry(self, parent, entry, info);
    return 0;
}

int tr_tree_clear(tr_tree *self, tr_node *parent, tr_prop_id prop)
{
    prop = tr_tree_list_prop(parent, prop);
    const tr_prop_info *info = prop != 0 ? tr_catalog_prop(parent->kind, prop) : NULL;
    if (info == NULL || (info->type & TR_TYPE_NODES) == 0)
        return tr_explain_child(tr_node_subject(parent), prop, TR_ENOTFOUND);
    if (!tr_tree_owns(self, parent))
        return tr_tree_misuse(parent, prop, TR_EINVALID, not_of_this_page);
    tr_prop *entry = tr_node_entry(parent, prop);
    if (entry == NULL || entry->kind != TR_VALUE_NODES)
        return 0;
    tr_node_list *list = entry->list;
    for (uint32_t i = 0; i < list->count; i++)
        if (list->at[i]->flags & TR_NODE_FIXED)
            return tr_tree_misuse(parent, prop, TR_EINVALID, part_of_every_page);
    if (list->count == 0)
        return 0;
    tr_tree_touch_list(self, parent, entry, 0);
    for (uint32_t i = 0; i < list->count; i++)
        tr_tree_drop(self, list->at[i]);
    list->count = 0;
    return 0;
}
