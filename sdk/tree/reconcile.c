// Makes what is there like what was built anew, keeping every control that is still meant: the
// browser then keeps its text, focus and scroll position.

#include <string.h>

#include "base/mem.h"
#include "base/must.h"
#include "sdk/tree/moves.h"
#include "sdk/tree/node_list.h"
#include "sdk/tree/tree_private.h"
#include "troupe/err.h"
#include "wire/reader.h"

static void update_node(tr_tree *self, tr_node *old, tr_node *built);

// Children of a list, from `position` on.
typedef struct part {
    uint32_t position;
    uint32_t count;
} part;

// Up to the list's end, wherever that is.
static const part all = {0, UINT32_MAX};

static void reconcile_list(tr_tree *self, tr_node *parent, tr_prop_id prop, part old,
                           tr_node *const *nodes, uint32_t count);

static bool same_key(const tr_node *a, const tr_node *b)
{
    return tr_slice_equal(tr_node_key(a), tr_node_key(b));
}

static tr_slice component_of(const tr_node *node)
{
    tr_reader in = tr_reader_of(tr_node_value(node, TR_PROP_DATA).slice);
    return tr_reader_array(&in) != 0 ? tr_reader_text(&in) : (tr_slice){0};
}

static bool same_kind(const tr_node *a, const tr_node *b)
{
    if (a->kind != b->kind || tr_tree_is_component(a) != tr_tree_is_component(b))
        return false;
    return !tr_tree_is_component(a) || tr_slice_equal(component_of(a), component_of(b));
}

// Takes a child away from the detached node it was built into.
static tr_node *steal(tr_prop *entry)
{
    tr_node *child = entry->node;
    entry->kind = TR_VALUE_NIL;
    child->parent = NULL;
    return child;
}

static void update_slot(tr_tree *self, tr_node *old, tr_prop *built)
{
    tr_prop *entry = tr_node_entry(old, built->id);
    if (entry != NULL && entry->kind == TR_VALUE_NODE && same_kind(entry->node, built->node) &&
        same_key(entry->node, built->node)) {
        update_node(self, entry->node, built->node);
        return;
    }
    tr_node *child = steal(built);
    if (tr_tree_put(self, old, built->id, child) < 0)
        tr_node_free(child);
}

static void update_list(tr_tree *self, tr_node *old, tr_prop *built)
{
    tr_node_list *list = built->list;
    uint32_t count = list->count;
    list->count = 0; // from here on they are ours
    for (uint32_t i = 0; i < count; i++)
        list->at[i]->parent = NULL;
    part of = all;
    // The view says nothing of the rows: those come and go as they are looked at.
    if (built->id == TR_PROP_CONTROLS && tr_node_is_row_list(old)) {
        of = (part){0, tr_node_row_header(old)};
        while (count > 1)
            tr_node_free(list->at[--count]);
    }
    reconcile_list(self, old, built->id, of, list->at, count);
}

// Properties of the old control that the new one does not have go back to their defaults, except
// what the user changes in the browser.
static void reset_missing(tr_tree *self, tr_node *old, const tr_node *built)
{
    bool is_windowed = tr_node_is_row_list(old) && tr_node_is_row_list(built);
    for (unsigned i = 0; i < old->prop_count; i++) {
        const tr_prop *entry = &(old->prop_cap == 1 ? &old->one : old->many)[i];
        tr_prop_id prop = entry->id;
        const tr_prop *other = tr_node_prop(built, prop);
        if ((other != NULL && other->kind != TR_VALUE_NIL) || prop == TR_PROP__INTERNALS ||
            (tr_catalog_prop(old->kind, prop)->rule & TR_RULE_CLIENT_SETS) != 0)
            continue;
        if ((prop == TR_PROP_CONTROLS || prop == TR_PROP__ROW_FIRST) && is_windowed)
            continue;
        if (entry->kind == TR_VALUE_NODES)
            tr_tree_clear(self, old, prop);
        else
            tr_tree_set(self, old, prop, TR_NIL);
    }
}

// The controls inside are its instance's business: it hears of new arguments now.
static void update_component(tr_tree *self, tr_node *old, const tr_node *built)
{
    tr_value given = tr_node_value(built, TR_PROP_DATA);
    if (tr_value_equal(tr_node_value(old, TR_PROP_DATA), given))
        return;
    (void)tr_tree_set(self, old, TR_PROP_DATA, given); // cannot fail: it was set before
    tr_tree_tell(self, old->id, TR_COMPONENT_GIVEN);
}

static void update_node(tr_tree *self, tr_node *old, tr_node *built)
{
    if (tr_tree_is_component(old)) {
        update_component(self, old, built);
        return;
    }
    reset_missing(self, old, built);
    tr_prop *entries = built->prop_cap == 1 ? &built->one : built->many;
    for (unsigned i = 0; i < built->prop_count; i++) {
        tr_prop *entry = &entries[i];
        if (entry->kind == TR_VALUE_NODES)
            update_list(self, old, entry);
        else if (entry->kind == TR_VALUE_NODE)
            update_slot(self, old, entry);
        else
            tr_tree_set(self, old, entry->id, tr_prop_value(entry));
    }
}

typedef struct match {
    tr_node **old; // for each new node the one that it continues, or NULL
    bool *kept;    // by old position
} match;

static void match_keyed(tr_tree *self, const tr_node_list *list, part of, const tr_node *parent,
                        tr_prop_id prop, tr_node *const *nodes, uint32_t count, match *out)
{
    uint32_t scope = tr_tree_scope_below(parent);
    for (uint32_t i = 0; i < count; i++) {
        tr_slice key = tr_node_key(nodes[i]);
        tr_node *old = key.size != 0 ? tr_tree_find_key_in(self, scope, key) : NULL;
        if (old == NULL || old->parent != parent || old->slot != prop || !same_kind(old, nodes[i]))
            continue;
        uint32_t at = tr_node_position(list, old) - of.position;
        if (at >= of.count || out->kept[at])
            continue;
        out->kept[at] = true;
        out->old[i] = old;
    }
}

static void match_ordered(const tr_node_list *list, part of, tr_node *const *nodes, uint32_t count,
                          match *out)
{
    tr_node *const *old = list->at + of.position;
    uint32_t at = 0;
    for (uint32_t i = 0; i < count; i++) {
        if (tr_node_key(nodes[i]).size != 0)
            continue;
        while (at < of.count && tr_node_key(old[at]).size != 0)
            at++;
        if (at == of.count)
            return;
        if (same_kind(old[at], nodes[i])) {
            out->old[i] = old[at];
            out->kept[at] = true;
        }
        at++;
    }
}

// Children that are not matched go, the others move up. Returns how many are left of the part.
static uint32_t drop_unmatched(tr_tree *self, tr_node_list *list, part of, const bool *kept)
{
    uint32_t left = of.position;
    for (uint32_t i = of.position; i < list->count; i++) {
        tr_node *old = list->at[i];
        bool is_kept = i - of.position >= of.count || kept[i - of.position] ||
                       (old->flags & TR_NODE_FIXED) != 0;
        if (is_kept)
            list->at[left++] = old;
        else
            tr_tree_drop(self, old);
    }
    uint32_t gone = list->count - left;
    list->count = left;
    return of.count - gone;
}

// The first place of the part where the children will be others; the part's end: they only grow.
static uint32_t first_change(const tr_node_list *list, part of, tr_node *const *old, uint32_t count)
{
    uint32_t i = 0;
    while (i < count && i < of.count && old[i] == list->at[of.position + i])
        i++;
    return of.position + i;
}

static int take_new(tr_tree *self, tr_node *parent, tr_prop_id prop, tr_node *child)
{
    int code = tr_tree_check_new(self, parent, prop, TR_TYPE_NODES, child);
    if (code < 0)
        return tr_explain_child(tr_node_subject(parent), prop, code);
    tr_node_check_kind(parent, prop, child);
    tr_tree_adopt(self, parent, child);
    child->parent = parent;
    child->slot = prop;
    return 0;
}

// From `position` on the list has these children.
static void set_part(tr_node_list *list, uint32_t position, tr_node *const *nodes, uint32_t count)
{
    tr_node_list_reserve(list, position + count);
    memcpy(&list->at[position], nodes, count * sizeof *nodes);
    list->count = position + count;
    for (uint32_t i = position; i < list->count; i++)
        list->at[i]->index = i;
}

// The new ones in their order; those that nobody may remove and that are not among them follow.
static uint32_t put_in_order(tr_tree *self, tr_node *parent, tr_prop_id prop, const match *found,
                             tr_node *const *nodes, uint32_t count, tr_node **out)
{
    uint32_t placed = 0;
    for (uint32_t i = 0; i < count; i++) {
        tr_node *old = found->old[i];
        if (old != NULL) {
            out[placed++] = old;
            update_node(self, old, nodes[i]);
            tr_node_free(nodes[i]);
        } else if (take_new(self, parent, prop, nodes[i]) == 0) {
            out[placed++] = nodes[i];
        } else {
            tr_node_free(nodes[i]);
        }
    }
    return placed;
}

static void add_fixed(const tr_node_list *list, part of, const bool *kept, tr_node **out,
                      uint32_t *count)
{
    for (uint32_t i = 0; i < of.count; i++)
        if (!kept[i] && (list->at[of.position + i]->flags & TR_NODE_FIXED) != 0)
            out[(*count)++] = list->at[of.position + i];
}

static void reconcile_part(tr_tree *self, tr_node *parent, tr_prop *entry, part of,
                           tr_node *const *nodes, uint32_t count)
{
    tr_node_list *list = entry->list;
    tr_prop_id prop = entry->id;
    match found = {tr_calloc(count, sizeof(tr_node *)), tr_calloc(of.count, sizeof(bool))};
    for (uint32_t i = 0; i < list->count; i++)
        list->at[i]->index = i;
    match_keyed(self, list, of, parent, prop, nodes, count, &found);
    match_ordered(list, of, nodes, count, &found);
    uint32_t changed = first_change(list, of, found.old, count);
    if (changed != of.position + count || count != of.count)
        tr_tree_touch_list(self, parent, entry, changed);
    // Children behind the part, and those that are fixed in it, are put behind the new ones.
    tr_node **order = tr_alloc(((size_t)list->count + count) * sizeof *order);
    uint32_t fixed_count = 0;
    tr_node **fixed = order + count;
    add_fixed(list, of, found.kept, fixed, &fixed_count);
    uint32_t left = drop_unmatched(self, list, of, found.kept);
    uint32_t behind = list->count - of.position - left;
    memcpy(fixed + fixed_count, &list->at[of.position + left], behind * sizeof *order);
    uint32_t placed = put_in_order(self, parent, prop, &found, nodes, count, order);
    memmove(order + placed, fixed, (fixed_count + behind) * sizeof *order);
    set_part(list, of.position, order, placed + fixed_count + behind);
    tr_free(order);
    tr_free(found.old);
    tr_free(found.kept);
}

// All nodes are loose and become ours.
static void reconcile_list(tr_tree *self, tr_node *parent, tr_prop_id prop, part of,
                           tr_node *const *nodes, uint32_t count)
{
    tr_prop *entry = tr_node_entry(parent, prop);
    if (entry != NULL && entry->kind == TR_VALUE_NODE) // a component that stood for the list
        (void)tr_tree_put(self, parent, prop, NULL);   // cannot fail: the slot is there
    entry = tr_node_entry(parent, prop);
    uint32_t there = entry != NULL && entry->kind == TR_VALUE_NODES ? entry->list->count : 0;
    if (there == 0) {
        for (uint32_t i = 0; i < count; i++)
            if (tr_tree_append(self, parent, prop, nodes[i]) < 0)
                tr_node_free(nodes[i]);
        return;
    }
    of.position = of.position < there ? of.position : there;
    if (of.count > there - of.position)
        of.count = there - of.position;
    reconcile_part(self, parent, entry, of, nodes, count);
}

static int reconcile(tr_tree *self, tr_node *parent, tr_prop_id prop, part of,
                     tr_node *const *nodes, uint32_t count)
{
    prop = tr_tree_list_prop(parent, prop);
    const tr_prop_info *info = prop != 0 ? tr_catalog_prop(parent->kind, prop) : NULL;
    int code = 0;
    if (info == NULL || (info->type & TR_TYPE_NODES) == 0)
        code = TR_ENOTFOUND;
    else if (!tr_tree_owns(self, parent))
        code = TR_EINVALID;
    tr_node **mine = tr_calloc(count, sizeof *mine);
    uint32_t mine_count = 0;
    for (uint32_t i = 0; i < count; i++) {
        if (nodes[i] == NULL)
            continue;
        if (!tr_node_is_loose(nodes[i])) {
            code = TR_EEXISTS;
            continue;
        }
        // Given twice it would be freed twice: out of its scope, with a mark that it is taken.
        tr_node_release(nodes[i]);
        if (nodes[i]->flags & TR_NODE_DIRTY) {
            code = TR_EEXISTS;
            continue;
        }
        nodes[i]->flags |= TR_NODE_DIRTY;
        mine[mine_count++] = nodes[i];
    }
    for (uint32_t i = 0; i < mine_count; i++)
        mine[i]->flags &= (uint8_t)~TR_NODE_DIRTY;
    if (code != TR_ENOTFOUND && code != TR_EINVALID)
        reconcile_list(self, parent, prop, of, mine, mine_count);
    else
        for (uint32_t i = 0; i < mine_count; i++)
            tr_node_free(mine[i]);
    tr_free(mine);
    return code < 0 ? tr_explain_child(tr_node_subject(parent), prop, code) : 0;
}

static int reconcile_with_moves(tr_tree *self, tr_node *parent, tr_prop_id prop, part of,
                                tr_node *const *nodes, uint32_t count)
{
    tr_departed departed = {0};
    bool is_outermost = tr_moves_begin(self, &departed);
    int code = reconcile(self, parent, prop, of, nodes, count);
    if (is_outermost)
        tr_moves_end(self, update_node);
    return code;
}

int tr_tree_reconcile(tr_tree *self, tr_node *parent, tr_prop_id prop, tr_node *const *nodes,
                      uint32_t count)
{
    return reconcile_with_moves(self, parent, prop, all, nodes, count);
}

int tr_tree_reconcile_range(tr_tree *self, tr_node *parent, tr_prop_id prop, uint32_t position,
                            uint32_t removed, tr_node *const *nodes, uint32_t count)
{
    return reconcile_with_moves(self, parent, prop, (part){position, removed}, nodes, count);
}

// `built` is loose, and freed.
static void update_with_moves(tr_tree *self, tr_node *old, tr_node *built)
{
    tr_departed departed = {0};
    bool is_outermost = tr_moves_begin(self, &departed);
    update_node(self, old, built);
    if (is_outermost)
        tr_moves_end(self, update_node);
    tr_node_free(built);
}

int tr_tree_reconcile_child(tr_tree *self, tr_node *parent, tr_prop_id prop, tr_node *child)
{
    const tr_prop *entry = tr_node_prop(parent, prop);
    bool is_kept = child != NULL && tr_tree_owns(self, parent) && tr_node_is_loose(child) &&
                   entry != NULL && entry->kind == TR_VALUE_NODE && same_kind(entry->node, child) &&
                   same_key(entry->node, child);
    if (!is_kept)
        return tr_tree_put(self, parent, prop, child);
    tr_node_release(child);
    update_with_moves(self, entry->node, child);
    return 0;
}

void tr_tree_become(tr_tree *self, tr_node *node, tr_node *built, bool keeps)
{
    tr_must(tr_tree_owns(self, node) && tr_node_is_loose(built) && node->kind == built->kind);
    tr_node_release(built);
    for (unsigned i = 0; i < node->prop_count && !keeps; i++) {
        const tr_prop *entry = &(node->prop_cap == 1 ? &node->one : node->many)[i];
        if (entry->kind == TR_VALUE_NODE)
            (void)tr_tree_put(self, node, entry->id, NULL); // cannot fail: the slot is there
        else if (entry->kind == TR_VALUE_NODES)
            (void)tr_tree_clear(self, node, entry->id);
    }
    update_with_moves(self, node, built);
}
