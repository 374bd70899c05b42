#include "sdk/tree/node.h"

#include <string.h>

#include "base/code_here.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/must.h"
#include "sdk/catalog/explain.h"
#include "sdk/catalog/misuse.h"
#include "sdk/tree/children.h"
#include "sdk/tree/node_list.h"
#include "troupe/err.h"
#include "wire/limits.h"
#include "wire/trace.h"

static _Thread_local tr_scope *current;

// -- scope --

tr_scope *tr_scope_swap(tr_scope *scope)
{
    tr_scope *before = current;
    current = scope;
    const tr_handler *handler = scope != NULL ? scope->handler : NULL;
    tr_misuse_set_handler(handler);
    tr_log_trace_set(scope != NULL && scope->trace != NULL ? scope->trace + TR_TRACE_ID_AT : NULL);
    if (handler != NULL)
        tr_code_is(handler->name, handler->file, handler->line);
    else
        tr_code_is(NULL, NULL, 0);
    return before;
}

const char *tr_scope_trace(void)
{
    return current != NULL ? current->trace : NULL;
}

bool tr_scope_is_current(const tr_scope *scope)
{
    return current == scope;
}

tr_texts *tr_scope_texts(void)
{
    return current != NULL ? &current->texts : NULL;
}

// Taken in the order in which they were made, as most are, the next one is one place further, or,
// as the last ones move into the gaps, one place before.
bool tr_scope_has(const tr_node *node)
{
    if (current == NULL)
        return true;
    uint32_t count = current->count;
    uint32_t start = current->next < count ? current->next : 0;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t ahead = (start + i) % count;
        uint32_t behind = (start + count - i) % count;
        if (current->nodes[ahead] == node || current->nodes[behind] == node) {
            current->next = current->nodes[ahead] == node ? ahead : behind;
            return true;
        }
    }
    return false;
}

static void scope_add(tr_scope *self, tr_node *node)
{
    if (self->count == self->cap) {
        self->cap = self->cap == 0 ? 8 : self->cap * 2;
        self->nodes = tr_realloc(self->nodes, self->cap * sizeof *self->nodes);
    }
    node->index = self->count;
    self->nodes[self->count++] = node;
    node->scope = self;
    node->flags |= TR_NODE_SCOPED;
}

void tr_scope_clear(tr_scope *self)
{
    while (self->count != 0)
        tr_node_free(self->nodes[self->count - 1]);
    tr_free(self->nodes);
    tr_texts_clear(&self->texts);
    *self = (tr_scope){.handler = self->handler};
}

void tr_node_release(tr_node *self)
{
    if ((self->flags & TR_NODE_SCOPED) == 0)
        return;
    tr_scope *scope = self->scope;
    tr_node *last = scope->nodes[--scope->count];
    scope->nodes[self->index] = last;
    last->index = self->index;
    self->flags &= (uint8_t)~TR_NODE_SCOPED;
    self->parent = NULL;
    self->index = 0;
}

// -- life --

tr_node *tr_node_new(tr_kind_id kind)
{
    tr_must(kind > 0 && kind < TR_CONTROL_COUNT);
    tr_node *self = tr_new(tr_node);
    self->kind = kind;
    self->prop_cap = 1;
    if (current != NULL)
        scope_add(current, self);
    return self;
}

static void list_free(tr_node_list *list)
{
    for (uint32_t i = 0; i < list->count; i++) {
        list->at[i]->parent = NULL;
        tr_node_free(list->at[i]);
    }
    tr_node_list_free(list);
}

// Frees what the entry owns and leaves it nil.
static void entry_clear(tr_prop *entry)
{
    switch ((enum tr_value_kind)entry->kind) {
    case TR_VALUE_TEXT:
    case TR_VALUE_BYTES:
    case TR_VALUE_RAW:
        if (entry->inside == TR_PROP_OUTSIDE)
            tr_free(entry->large);
        break;
    case TR_VALUE_HANDLER:
        if (entry->inside == TR_PROP_OUTSIDE)
            tr_free(entry->bound);
        break;
    case TR_VALUE_NODE:
        entry->node->parent = NULL;
        tr_node_free(entry->node);
        break;
    case TR_VALUE_NODES:
        list_free(entry->list);
        break;
    default:
        break;
    }
    entry->kind = TR_VALUE_NIL;
    entry->inside = 0;
}

void tr_node_free(tr_node *self)
{
    if (self == NULL)
        return;
    tr_must((self->flags & TR_NODE_SCOPED) != 0 || self->parent == NULL);
    tr_node_release(self);
    tr_prop *entries = self->prop_cap == 1 ? &self->one : self->many;
    for (unsigned i = 0; i < self->prop_count; i++)
        entry_clear(&entries[i]);
    if (self->prop_cap != 1)
        tr_free(self->many);
    if ((self->flags & TR_NODE_INSIDE) == 0)
        tr_free(self);
}

// -- entries --

tr_prop *tr_node_entry(tr_node *self, tr_prop_id prop)
{
    tr_prop *entries = self->prop_cap == 1 ? &self->one : self->many;
    for (unsigned i = 0; i < self->prop_count; i++)
        if (entries[i].id == prop)
            return &entries[i];
    return NULL;
}

static void grow(tr_node *self)
{
    // 1, 3, 5, 8, then by three: the 14 that every session's page has are not rounded up.
    unsigned more = self->prop_cap / 2u + 1;
    unsigned cap = self->prop_cap == 1 ? 3 : self->prop_cap + (more < 3 ? more : 3);
    cap = cap > UINT8_MAX ? UINT8_MAX : cap;
    tr_must(self->prop_count < cap);
    if (self->prop_cap == 1) {
        tr_prop *many = tr_alloc(cap * sizeof *many);
        many[0] = self->one;
        self->many = many;
    } else {
        self->many = tr_realloc(self->many, cap * sizeof *self->many);
    }
    self->prop_cap = (uint8_t)cap;
}

tr_prop *tr_node_touch(tr_node *self, tr_prop_id prop)
{
    tr_prop *entry = tr_node_entry(self, prop);
    if (entry != NULL)
        return entry;
    if (self->prop_count == self->prop_cap)
        grow(self);
    entry = (self->prop_cap == 1 ? &self->one : self->many) + self->prop_count++;
    *entry = (tr_prop){.id = prop, .kind = TR_VALUE_NIL};
    return entry;
}

static void drop_entry(tr_node *self, tr_prop *entry)
{
    tr_prop *entries = self->prop_cap == 1 ? &self->one : self->many;
    entry_clear(entry);
    *entry = entries[--self->prop_count];
}

const tr_prop *tr_node_prop(const tr_node *self, tr_prop_id prop)
{
    return tr_node_entry((tr_node *)self, prop);
}

const tr_prop *tr_node_props(const tr_node *self, uint32_t *out_count)
{
    *out_count = self->prop_count;
    return self->prop_cap == 1 ? &self->one : self->many;
}

tr_value tr_prop_value(const tr_prop *entry)
{
    tr_value value = {.kind = (enum tr_value_kind)entry->kind};
    switch (value.kind) {
    case TR_VALUE_BOOLEAN:
        value.boolean = entry->boolean;
        break;
    case TR_VALUE_INTEGER:
        value.integer = entry->integer;
        break;
    case TR_VALUE_FLOAT:
        value.number = entry->number;
        break;
    case TR_VALUE_TEXT:
    case TR_VALUE_BYTES:
    case TR_VALUE_RAW:
        value.slice = entry->inside == TR_PROP_OUTSIDE ? (tr_slice){entry->large, entry->size}
                                                       : (tr_slice){entry->small, entry->inside};
        break;
    case TR_VALUE_HANDLER:
        if (entry->inside == TR_PROP_OUTSIDE) {
            value.handler = entry->bound->handler;
            value.payload = &entry->bound->payload;
        } else {
            value.handler = entry->handler;
            value.payload = NULL;
        }
        break;
    case TR_VALUE_NODE:
        value.node = entry->node;
        break;
    case TR_VALUE_NODES:
        value.nodes = entry->list;
        break;
    case TR_VALUE_NIL:
        break;
    }
    return value;
}

static tr_bound_handler *bind(const tr_handler *handler, tr_slice payload)
{
    tr_bound_handler *self = tr_alloc(sizeof *self + payload.size);
    *self = (tr_bound_handler){handler, {self->bytes, payload.size}};
    memcpy(self->bytes, payload.data, payload.size);
    return self;
}

void tr_prop_store(tr_prop *entry, tr_value value)
{
    tr_prop next = {.id = entry->id, .kind = (uint8_t)value.kind, .dirty = entry->dirty};
    switch (value.kind) {
    case TR_VALUE_BOOLEAN:
        next.boolean = value.boolean;
        break;
    case TR_VALUE_INTEGER:
        next.integer = value.integer;
        break;
    case TR_VALUE_FLOAT:
        next.number = value.number;
        break;
    case TR_VALUE_TEXT:
    case TR_VALUE_BYTES:
    case TR_VALUE_RAW:
        if (value.slice.size > TR_PROP_INSIDE_CAP) {
            next.inside = TR_PROP_OUTSIDE;
            next.size = value.slice.size;
            next.large = tr_alloc(next.size);
            memcpy(next.large, value.slice.data, next.size);
        } else if (value.slice.size != 0) {
            next.inside = (uint8_t)(value.slice.size & 0xf);
            memcpy(next.small, value.slice.data, value.slice.size);
        }
        break;
    case TR_VALUE_HANDLER:
        if (value.payload != NULL) {
            next.inside = TR_PROP_OUTSIDE;
            next.bound = bind(value.handler, *value.payload);
        } else {
            next.handler = value.handler;
        }
        break;
    case TR_VALUE_NODE:
        next.node = value.node;
        break;
    default:
        break;
    }
    entry_clear(entry);
    *entry = next;
}

tr_value tr_node_value(const tr_node *self, tr_prop_id prop)
{
    const tr_prop *entry = tr_node_prop(self, prop);
    return entry != NULL ? tr_prop_value(entry) : TR_NIL;
}

tr_value tr_node_get(const tr_node *self, tr_prop_id prop)
{
    tr_value value = tr_node_value(self, prop);
    if (value.kind != TR_VALUE_NIL)
        return value;
    const tr_prop_info *info = tr_catalog_prop(self->kind, prop);
    return info != NULL ? tr_catalog_default(info) : TR_NIL;
}

const tr_node_list *tr_node_children(const tr_node *self, tr_prop_id prop)
{
    const tr_prop *entry = tr_node_prop(self, prop);
    return entry != NULL && entry->kind == TR_VALUE_NODES ? entry->list : NULL;
}

// A key that says what it is for, as a map: {"_type": "scroll", "value": "end"}.
static tr_slice text_in_key(tr_slice raw)
{
    tr_reader value = tr_reader_find(raw, "value");
    return tr_reader_text(&value);
}

tr_slice tr_node_key(const tr_node *self)
{
    const tr_prop *entry = tr_node_prop(self, TR_PROP_KEY);
    if (entry == NULL || (entry->kind != TR_VALUE_TEXT && entry->kind != TR_VALUE_RAW))
        return (tr_slice){0};
    tr_slice key = tr_prop_value(entry).slice;
    return entry->kind == TR_VALUE_TEXT ? key : text_in_key(key);
}

tr_subject tr_node_subject(const tr_node *self)
{
    return (tr_subject){self->kind, tr_node_key(self)};
}

// -- building --

int tr_node_set(tr_node *self, tr_prop_id prop, tr_value value)
{
    if (self->id != 0)
        return tr_explain(tr_node_subject(self), prop, TR_EINVALID,
                          "it is on a page by now: use its key");
    const tr_prop_info *info = tr_catalog_prop(self->kind, prop);
    int code = info != NULL ? tr_catalog_check(info, &value) : TR_ENOTFOUND;
    if (code < 0)
        return tr_explain_value(tr_node_subject(self), prop, code);
    // A value that the browser may change is kept even when it is the default: a later build that
    // says "unchecked" means it.
    tr_prop *entry = tr_node_entry(self, prop);
    bool wanted = value.kind != TR_VALUE_NIL && ((info->rule & TR_RULE_CLIENT_SETS) != 0 ||
                                                 !tr_value_equal(value, tr_catalog_default(info)));
    if (wanted)
        tr_prop_store(tr_node_touch(self, prop), value);
    else if (entry != NULL)
        drop_entry(self, entry);
    return 0;
}

// May the child go into that slot of a detached parent?
static int check_child(const tr_node *self, tr_prop_id prop, unsigned type, const tr_node *child)
{
    const tr_prop_info *info = tr_catalog_prop(self->kind, prop);
    if (info == NULL || (tr_node_slot(info, child) & type) == 0)
        return TR_ENOTFOUND;
    if (self->id != 0 || child->id != 0)
        return TR_EINVALID;
    if (!tr_node_is_loose(child))
        return TR_EEXISTS;
    unsigned depth = 1;
    const tr_node *top = self;
    for (; !tr_node_is_loose(top); top = top->parent)
        depth++;
    if (top == child)
        return TR_EINVALID;
    return depth + child->height + 1 > TR_CONTROL_DEPTH_CAP ? TR_ETOOBIG : 0;
}

static void adopt(tr_node *self, tr_prop_id prop, tr_node *child)
{
    tr_node_release(child);
    child->parent = self;
    child->slot = prop;
    unsigned height = child->height + 1u;
    for (tr_node *at = self; at->height < height; at = at->parent, height++) {
        at->height = (uint8_t)height;
        if (tr_node_is_loose(at))
            return;
    }
}

int tr_node_put(tr_node *self, tr_prop_id prop, tr_node *child)
{
    if (child == NULL)
        return 0;
    int code = check_child(self, prop, TR_TYPE_NODE, child);
    if (code < 0)
        return tr_explain_child(tr_node_subject(self), prop, code);
    tr_node_check_kind(self, prop, child);
    adopt(self, prop, child);
    tr_prop_store(tr_node_touch(self, prop), (tr_value){.kind = TR_VALUE_NODE, .node = child});
    return 0;
}

void tr_node_link(tr_node *parent, tr_prop *entry, uint32_t position, tr_node *child)
{
    if (entry->kind != TR_VALUE_NODES) {
        tr_prop_store(entry, TR_NIL);
        entry->list = tr_new(tr_node_list);
        entry->kind = TR_VALUE_NODES;
    }
    tr_node_list_insert(entry->list, position, child);
    child->parent = parent;
    child->slot = entry->id;
    child->index = position;
}

uint32_t tr_node_position(const tr_node_list *list, tr_node *child)
{
    if (child->index >= list->count || list->at[child->index] != child) {
        uint32_t at = 0;
        while (list->at[at] != child)
            at++;
        child->index = at;
    }
    return child->index;
}

int tr_node_append(tr_node *self, tr_prop_id prop, tr_node *child)
{
    if (child == NULL)
        return 0;
    int code = check_child(self, prop, TR_TYPE_NODES, child);
    if (code < 0)
        return tr_explain_child(tr_node_subject(self), prop, code);
    tr_node_check_kind(self, prop, child);
    adopt(self, prop, child);
    tr_prop *entry = tr_node_touch(self, prop);
    tr_node_link(self, entry, entry->kind == TR_VALUE_NODES ? entry->list->count : 0, child);
    return 0;
}

static void copy_children(const tr_node_list *list, tr_node *to, tr_prop_id prop)
{
    for (uint32_t i = 0; i < list->count; i++)
        tr_must(tr_node_append(to, prop, tr_node_copy(list->at[i])) == 0);
}

tr_node *tr_node_copy(const tr_node *self)
{
    tr_node *copy = tr_node_new(self->kind);
    uint32_t count;
    const tr_prop *entries = tr_node_props(self, &count);
    for (uint32_t i = 0; i < count; i++) {
        const tr_prop *entry = &entries[i];
        if (entry->kind == TR_VALUE_NODES)
            copy_children(entry->list, copy, entry->id);
        else if (entry->kind == TR_VALUE_NODE)
            tr_must(tr_node_put(copy, entry->id, tr_node_copy(entry->node)) == 0);
        else if (entry->kind != TR_VALUE_NIL)
            tr_prop_store(tr_node_touch(copy, entry->id), tr_prop_value(entry));
    }
    return copy;
}

uint32_t tr_node_count(const tr_node *self)
{
    uint32_t total = 1;
    tr_children children = tr_children_of(self);
    for (tr_node *child; (child = tr_children_next(&children)) != NULL;)
        total += tr_node_count(child);
    return total;
}
