#include "sdk/tree/patch.h"

#include <string.h>

#include "base/map.h"
#include "base/mem.h"
#include "base/must.h"
#include "sdk/tree/derive.h"
#include "sdk/tree/encode.h"
#include "wire/flet.h"
#include "wire/writer.h"

#define NONE UINT32_MAX

// A control on the way from the root of the patch to a changed one.
typedef struct mark {
    tr_node *node;
    uint32_t parent; // marks; NONE at the root
    uint32_t first;  // of its marked children, in `slot` order as they were found
    uint32_t next;
    uint32_t number; // in the tree index
    bool changed;
} mark;

// A child list or single-child slot that has a place in the tree index.
typedef struct place {
    uint32_t mark;
    tr_prop_id prop;
    uint32_t number;
} place;

typedef struct patch {
    tr_buf *out;
    mark *marks;
    uint32_t mark_count;
    uint32_t mark_cap;
    place *places;
    uint32_t place_count;
    uint32_t place_cap;
    uint32_t next_number;
    uint32_t op_count;
    tr_encoding encoding;
    tr_map found; // node -> 1 + mark, while marks are made
} patch;

static uint32_t depth_of(const tr_node *node)
{
    uint32_t depth = 0;
    for (; node->parent != NULL; node = node->parent)
        depth++;
    return depth;
}

// The lowest control that has all of them below it or is one of them.
static tr_node *common_root(tr_node *const *nodes, uint32_t count)
{
    tr_node *root = nodes[0];
    uint32_t depth = depth_of(root);
    for (uint32_t i = 1; i < count; i++) {
        tr_node *other = nodes[i];
        uint32_t other_depth = depth_of(other);
        for (; other_depth > depth; other_depth--)
            other = other->parent;
        for (; depth > other_depth; depth--)
            root = root->parent;
        while (root != other) {
            root = root->parent;
            other = other->parent;
            depth--;
        }
    }
    return root;
}

static uint32_t new_mark(patch *self, tr_node *node)
{
    if (self->mark_count == self->mark_cap) {
        self->mark_cap = self->mark_cap == 0 ? 4 : self->mark_cap * 2;
        self->marks = tr_realloc(self->marks, self->mark_cap * sizeof *self->marks);
    }
    self->marks[self->mark_count] =
        (mark){.node = node, .parent = NONE, .first = NONE, .next = NONE};
    self->encoding.visited++;
    return self->mark_count++;
}

// Marks the node and what lies between it and the root (mark 0); returns its mark.
static uint32_t mark_path(patch *self, tr_node *node)
{
    if (node == self->marks[0].node)
        return 0;
    uint32_t below = NONE;
    uint32_t result = NONE;
    for (tr_node *at = node;; at = at->parent) {
        uintptr_t known = at == self->marks[0].node
                              ? 1
                              : (uintptr_t)tr_map_find(&self->found, (uint64_t)(uintptr_t)at);
        uint32_t here = known != 0 ? (uint32_t)known - 1 : new_mark(self, at);
        if (result == NONE)
            result = here;
        if (below != NONE) {
            self->marks[below].parent = here;
            self->marks[below].next = self->marks[here].first;
            self->marks[here].first = below;
        }
        if (known != 0)
            return result;
        tr_map_put(&self->found, (uint64_t)(uintptr_t)at, (void *)(uintptr_t)(here + 1));
        below = here;
    }
}

// -- child lists --

// Nothing of the old list is left, or there was nothing: it is sent whole.
static bool is_replaced(const tr_node_list *list)
{
    if (list->count == 0 || list->before_count == 0)
        return true;
    if (list->before == NULL)
        return false;
    uint32_t latest = 0; // of those that the browser knows: later ones have higher ids
    for (uint32_t i = 0; i < list->before_count; i++)
        latest = list->before[i] > latest ? list->before[i] : latest;
    for (uint32_t i = 0; i < list->count; i++)
        if (list->at[i]->id <= latest)
            return false;
    return true;
}

static bool needs_place(const tr_prop *entry)
{
    return entry->kind == TR_VALUE_NODES && entry->dirty != 0 && !is_replaced(entry->list);
}

// -- tree index --

static uint32_t place_number(const patch *self, uint32_t at, tr_prop_id prop)
{
    for (uint32_t i = self->place_count; i-- > 0;)
        if (self->places[i].mark == at && self->places[i].prop == prop)
            return self->places[i].number;
    tr_never("a list without a place in the tree index");
}

static uint32_t new_place(patch *self, uint32_t at, tr_prop_id prop)
{
    if (self->place_count == self->place_cap) {
        self->place_cap = self->place_cap == 0 ? 4 : self->place_cap * 2;
        self->places = tr_realloc(self->places, self->place_cap * sizeof *self->places);
    }
    self->places[self->place_count++] = (place){at, prop, self->next_number};
    return self->next_number++;
}

static void write_index(patch *self, uint32_t at);

// `[n, {position: node, …}]`, or `[n]` when only the list itself changed.
static void write_list_index(patch *self, uint32_t at, const tr_prop *entry)
{
    tr_buf *out = self->out;
    tr_open node = tr_open_container(out);
    node.count = 1;
    tr_write_unsigned(out, new_place(self, at, entry->id));
    tr_open steps = tr_open_container(out);
    for (uint32_t child = self->marks[at].first; child != NONE; child = self->marks[child].next) {
        tr_node *below = self->marks[child].node;
        if (below->slot != entry->id)
            continue;
        tr_write_unsigned(out, tr_node_position(entry->list, below));
        steps.count++;
        write_index(self, child);
    }
    if (steps.count != 0) {
        node.count++;
        tr_close_map(out, &steps);
    } else {
        out->size = steps.at;
    }
    tr_close_array(out, &node);
}

static uint32_t marked_child(const patch *self, uint32_t at, tr_prop_id slot)
{
    uint32_t child = self->marks[at].first;
    while (child != NONE && self->marks[child].node->slot != slot)
        child = self->marks[child].next;
    return child;
}

static void write_index(patch *self, uint32_t at)
{
    tr_buf *out = self->out;
    tr_open node = tr_open_container(out);
    node.count = 1;
    self->marks[at].number = self->next_number++;
    tr_write_unsigned(out, self->marks[at].number);
    tr_open steps = tr_open_container(out);
    uint32_t count;
    const tr_prop *entries = tr_node_props(self->marks[at].node, &count);
    for (uint32_t i = 0; i < count; i++) {
        const tr_prop *entry = &entries[i];
        if (entry->kind != TR_VALUE_NODES && entry->kind != TR_VALUE_NODE)
            continue;
        uint32_t child = marked_child(self, at, entry->id);
        if (child == NONE && !needs_place(entry))
            continue;
        tr_kind_id kind = self->marks[at].node->kind;
        tr_open_key(out, &steps, tr_catalog_wire_name(kind, tr_catalog_prop(kind, entry->id)));
        if (entry->kind == TR_VALUE_NODES)
            write_list_index(self, at, entry);
        else
            write_index(self, child);
    }
    if (steps.count != 0) {
        node.count++;
        tr_close_map(out, &steps);
    } else {
        out->size = steps.at;
    }
    tr_close_array(out, &node);
}

// -- operations --

static void write_op(patch *self, uint32_t items, uint32_t code, uint32_t container)
{
    tr_write_array(self->out, items);
    tr_write_unsigned(self->out, code);
    tr_write_unsigned(self->out, container);
    self->op_count++;
}

static void write_replace(patch *self, uint32_t at, const tr_prop_info *info)
{
    write_op(self, 4, 0, self->marks[at].number);
    tr_write_text(self->out, tr_catalog_wire_name(self->marks[at].node->kind, info));
}

static void write_list_ops(patch *self, uint32_t at, tr_prop *entry, const tr_prop_info *info)
{
    tr_node_list *list = entry->list;
    tr_buf *out = self->out;
    if (is_replaced(list)) {
        if (list->count == 0 && list->before_count == 0)
            return;
        write_replace(self, at, info);
        tr_write_array(out, list->count);
        for (uint32_t i = 0; i < list->count; i++)
            tr_encode_control(out, list->at[i], &self->encoding);
        return;
    }
    tr_list_ops ops = {0};
    // As long as there was nothing but appending the known ones are the first ones.
    uint32_t same = list->before == NULL ? list->before_count : 0;
    tr_list_diff(list->before, list->before_count - same, list->at + same, list->count - same,
                 &ops);
    uint32_t number = place_number(self, at, entry->id);
    for (uint32_t i = 0; i < ops.count; i++) {
        const tr_list_op *op = &ops.at[i];
        if (op->kind == TR_LIST_REMOVE) {
            write_op(self, 3, 2, number);
            tr_write_unsigned(out, op->at);
        } else if (op->kind == TR_LIST_ADD) {
            write_op(self, 4, 1, number);
            tr_write_unsigned(out, same + op->at);
            tr_encode_control(out, op->node, &self->encoding);
        } else {
            write_op(self, 5, 3, number);
            tr_write_unsigned(out, op->from);
            tr_write_unsigned(out, number);
            tr_write_unsigned(out, op->at);
        }
    }
    tr_free(ops.at);
}

static void write_entry(patch *self, uint32_t at, tr_prop *entry, const tr_prop_info *info)
{
    tr_buf *out = self->out;
    if (entry->kind == TR_VALUE_NODES) {
        write_list_ops(self, at, entry, info);
        return;
    }
    write_replace(self, at, info);
    if (entry->kind == TR_VALUE_NODE)
        tr_encode_control(out, entry->node, &self->encoding);
    else if (entry->kind == TR_VALUE_NIL)
        tr_encode_reset(out, self->marks[at].node, info);
    else
        tr_value_write(out, tr_prop_value(entry));
}

typedef struct derived_op {
    patch *patch;
    uint32_t at;
} derived_op;

static void write_derived(void *arg, const tr_prop_info *info)
{
    derived_op *op = arg;
    const tr_node *node = op->patch->marks[op->at].node;
    const tr_prop *own = tr_node_prop(node, info->prop);
    if (own != NULL && (own->kind != TR_VALUE_NIL || own->dirty))
        return; // said by itself
    write_replace(op->patch, op->at, info);
    tr_encode_reset(op->patch->out, node, info);
}

static void write_internals(patch *self, uint32_t at)
{
    write_op(self, 4, 0, self->marks[at].number);
    tr_write_text(self->out, TR_SLICE("_internals"));
    if (!tr_encode_internals(self->out, self->marks[at].node))
        tr_write_map(self->out, 0);
}

static void write_ops(patch *self, uint32_t at)
{
    tr_node *node = self->marks[at].node;
    if (self->marks[at].changed) {
        bool internals = false;
        unsigned flags = tr_catalog_kind(node->kind)->flags;
        tr_prop *entries = node->prop_cap == 1 ? &node->one : node->many;
        for (unsigned i = 0; i < node->prop_count; i++) {
            tr_prop *entry = &entries[i];
            if (!entry->dirty)
                continue;
            const tr_prop_info *info = tr_catalog_prop(node->kind, entry->id);
            if ((info->rule & TR_RULE_STYLE) != 0 ||
                (entry->id == TR_PROP_TOOLTIP && (flags & TR_HINT_DERIVED_TOOLTIP) != 0))
                internals = true;
            if ((info->rule & TR_RULE_NEVER) == 0)
                write_entry(self, at, entry, info);
            if (flags & TR_HINT_DERIVED)
                tr_derive_each(node, entry->id, write_derived, &(derived_op){self, at});
        }
        if (internals)
            write_internals(self, at);
        tr_patch_forget(node);
    }
    for (uint32_t child = self->marks[at].first; child != NONE; child = self->marks[child].next)
        write_ops(self, child);
}

void tr_patch_forget(tr_node *node)
{
    tr_prop *entries = node->prop_cap == 1 ? &node->one : node->many;
    for (unsigned i = 0; i < node->prop_count; i++) {
        tr_prop *entry = &entries[i];
        if (entry->dirty && entry->kind == TR_VALUE_NODES) {
            tr_free(entry->list->before);
            entry->list->before = NULL;
            entry->list->before_count = 0;
        }
        entry->dirty = 0;
    }
    node->flags &= (uint8_t)~TR_NODE_DIRTY;
}

int tr_patch_write(tr_buf *out, tr_node *const *nodes, uint32_t count, uint32_t *visited)
{
    patch self = {.out = out, .encoding.flags = TR_ENCODE_SEEN};
    size_t before = out->size;
    tr_node *root = common_root(nodes, count);
    new_mark(&self, root);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t at = mark_path(&self, nodes[i]);
        self.marks[at].changed = true;
    }
    tr_map_done(&self.found);

    *tr_buf_reserve(out, 1) = TR_FLET_PACKET;
    out->size++;
    tr_write_array(out, 2);
    tr_write_unsigned(out, TR_FLET_PATCH);
    tr_write_map(out, 2);
    tr_write_literal(out, "id");
    tr_write_unsigned(out, root->id);
    tr_write_literal(out, "patch");
    tr_open list = tr_open_container(out);
    write_index(&self, 0);
    write_ops(&self, 0);
    list.count = self.op_count + 1;
    tr_close_array(out, &list);
    if (self.op_count == 0)
        out->size = before;
    tr_free(self.marks);
    tr_free(self.places);
    *visited = self.encoding.visited;
    return self.op_count != 0;
}
