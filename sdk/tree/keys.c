// The keys of a page's controls: found in their component or view, or in those around it.

#include "base/log.h"
#include "base/mem.h"
#include "base/table.h"
#include "sdk/catalog/misuse.h"
#include "sdk/tree/tree_private.h"

bool tr_tree_is_component(const tr_node *node)
{
    return node->kind == TR_CONTROL_COMPONENT &&
           tr_node_value(node, TR_PROP_DATA).kind == TR_VALUE_RAW;
}

uint32_t tr_tree_scope(const tr_node *node)
{
    while (node != NULL && !tr_tree_is_component(node))
        node = node->parent;
    return node != NULL ? node->id : 0;
}

uint32_t tr_tree_key_scope_in(uint32_t scope, const tr_node *node)
{
    return node->kind == TR_CONTROL_VIEW || tr_tree_is_component(node) ? node->id : scope;
}

uint32_t tr_tree_scope_below(const tr_node *parent)
{
    uint32_t scope = 0;
    for (const tr_node *at = parent; at != NULL && scope == 0; at = at->parent)
        scope = tr_tree_key_scope_in(0, at);
    return scope;
}

uint64_t tr_tree_key_hash(uint32_t scope, tr_slice key)
{
    // Keys may be what users have typed; the scope tells those of two components apart.
    uint64_t value = tr_hash_keyed(key.data, key.size) ^ (scope * 0x9e3779b97f4a7c15u);
    return value != 0 ? value : 1;
}

typedef struct tr_key_twins {
    uint32_t older;
    uint32_t newer;
} twins;

enum { TWINS_CAP = 8 }; // more say nothing new

static void note_twins(tr_tree *self, const tr_node *older, const tr_node *newer)
{
    if (self->twin_count == TWINS_CAP)
        return;
    if (self->twins == NULL)
        self->twins = tr_calloc(TWINS_CAP, sizeof *self->twins);
    self->twins[self->twin_count++] = (twins){older->id, newer->id};
}

// The key of an option is the value that its dropdown has; others may have it, too.
static bool is_option(const tr_node *node)
{
    return node->kind == TR_CONTROL_DROPDOWN_OPTION || node->kind == TR_CONTROL_OPTION;
}

void tr_tree_add_key_in(tr_tree *self, uint32_t scope, tr_node *node)
{
    tr_slice key = tr_node_key(node);
    if (key.size == 0)
        return;
    uint64_t place = tr_tree_key_hash(scope, key);
    tr_node *before = tr_map_find(&self->keys, place);
    if (before != NULL && is_option(node))
        return;
    tr_map_put(&self->keys, place, node);
    if (before != NULL && before != node && !is_option(before))
        note_twins(self, before, node);
}

// One that is closed has yet to be taken off the page; it may be shown anew meanwhile.
static bool is_in_closed_dialog(const tr_node *node)
{
    for (const tr_node *at = node; at != NULL; at = at->parent)
        if (tr_tree_is_closed_dialog(at))
            return true;
    return false;
}

static bool are_twins(const tr_node *older, const tr_node *newer)
{
    return older != NULL && newer != NULL &&
           tr_slice_equal(tr_node_key(older), tr_node_key(newer)) &&
           tr_tree_scope_below(older->parent) == tr_tree_scope_below(newer->parent) &&
           !is_in_closed_dialog(older) && !is_in_closed_dialog(newer);
}

void tr_tree_check_keys(tr_tree *self)
{
    for (uint32_t i = 0; i < self->twin_count; i++) {
        const tr_node *newer = tr_tree_find(self, self->twins[i].newer);
        if (!are_twins(tr_tree_find(self, self->twins[i].older), newer))
            continue;
        tr_slice key = tr_node_key(newer);
        tr_misuse_say("duplicate_key", "key=%s control=%s read=docs/howto/rebuilds.md",
                      tr_log_quote(key.data, key.size), tr_catalog_kind(newer->kind)->wire);
    }
    self->twin_count = 0;
}

void tr_tree_add_key(tr_tree *self, tr_node *node)
{
    if (tr_node_key(node).size != 0)
        tr_tree_add_key_in(self, tr_tree_scope_below(node->parent), node);
}

void tr_tree_remove_key_in(tr_tree *self, uint32_t scope, const tr_node *node)
{
    tr_slice key = tr_node_key(node);
    if (key.size != 0 && tr_map_find(&self->keys, tr_tree_key_hash(scope, key)) == node)
        tr_map_take(&self->keys, tr_tree_key_hash(scope, key));
}

void tr_tree_remove_key(tr_tree *self, tr_node *node)
{
    if (tr_node_key(node).size != 0)
        tr_tree_remove_key_in(self, tr_tree_scope_below(node->parent), node);
}

tr_node *tr_tree_find_key(const tr_tree *self, tr_slice key)
{
    return tr_tree_find_key_in(self, 0, key);
}

static tr_node *find_here(const tr_tree *self, uint32_t scope, tr_slice key)
{
    tr_node *node = tr_map_find(&self->keys, tr_tree_key_hash(scope, key));
    return node != NULL && tr_slice_equal(tr_node_key(node), key) ? node : NULL;
}

// What lies over the views (dialogs) comes first, then the view on top, and those below it.
static tr_node *find_on_page(const tr_tree *self, tr_slice key)
{
    tr_node *over = find_here(self, 0, key);
    if (over != NULL && !is_in_closed_dialog(over))
        return over;
    const tr_node_list *views = tr_node_children(self->page, TR_PROP_VIEWS);
    for (uint32_t i = views != NULL ? views->count : 0; i-- != 0;) {
        tr_node *node = find_here(self, views->at[i]->id, key);
        if (node != NULL)
            return node;
    }
    return over;
}

tr_node *tr_tree_find_key_in(const tr_tree *self, uint32_t scope, tr_slice key)
{
    if (key.size == 0)
        return NULL;
    while (scope != 0) {
        tr_node *node = find_here(self, scope, key);
        const tr_node *around = tr_tree_find(self, scope);
        if (node != NULL || around == NULL)
            return node;
        scope = tr_tree_scope_below(around->parent);
    }
    return find_on_page(self, key);
}
