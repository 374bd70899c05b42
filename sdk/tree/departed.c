#include "sdk/tree/departed.h"

#include <string.h>

#include "base/mem.h"
#include "sdk/tree/children.h"
#include "sdk/tree/node_list.h"
#include "sdk/tree/tree_private.h"

// Where keys are found. What lies in a component or view that left has its scope, and goes with it.
static void index_below(tr_departed *self, uint32_t scope, tr_node *node)
{
    tr_slice key = tr_node_key(node);
    if (key.size != 0)
        (void)tr_map_put(&self->keyed, tr_tree_key_hash(scope, key), node);
    if (tr_tree_key_scope_in(scope, node) != scope)
        return;
    tr_children children = tr_children_of(node);
    for (tr_node *child; (child = tr_children_next(&children)) != NULL;)
        index_below(self, scope, child);
}

void tr_departed_take(tr_departed *self, uint32_t scope, tr_node *node)
{
    if (self->left_count == self->left_cap) {
        self->left_cap = self->left_cap == 0 ? 8 : self->left_cap * 2;
        self->left = tr_realloc(self->left, self->left_cap * sizeof *self->left);
    }
    node->parent = NULL;
    node->index = self->left_count;
    self->left[self->left_count++] = (tr_departure){node, scope};
    self->node_count += tr_node_count(node);
    index_below(self, scope, node);
}

void tr_departed_note_new(tr_departed *self, const tr_node *node)
{
    if (tr_node_key(node).size == 0)
        return;
    if (self->came_count == self->came_cap) {
        self->came_cap = self->came_cap == 0 ? 8 : self->came_cap * 2;
        self->came = tr_realloc(self->came, self->came_cap * sizeof *self->came);
    }
    self->came[self->came_count++] = node->id;
}

// One that went on elsewhere took what is below it along.
static bool is_here(const tr_departed *self, const tr_node *node)
{
    while (node->parent != NULL)
        node = node->parent;
    return node->index < self->left_count && self->left[node->index].node == node;
}

tr_node *tr_departed_find(const tr_departed *self, uint32_t scope, const tr_node *node)
{
    tr_slice key = tr_node_key(node);
    tr_node *old = tr_map_find(&self->keyed, tr_tree_key_hash(scope, key));
    bool is_it = old != NULL && is_here(self, old) && tr_slice_equal(tr_node_key(old), key);
    return is_it && (old->flags & TR_NODE_FIXED) == 0 ? old : NULL;
}

void tr_departed_detach(tr_departed *self, tr_node *node)
{
    self->node_count -= tr_node_count(node);
    if (node->parent == NULL) {
        self->left[node->index].node = NULL;
        return;
    }
    tr_prop *entry = tr_node_entry(node->parent, node->slot);
    node->parent = NULL;
    if (entry->kind == TR_VALUE_NODE) {
        entry->kind = TR_VALUE_NIL;
        return;
    }
    tr_node_list *list = entry->list;
    uint32_t at = tr_node_position(list, node);
    list->count--;
    memmove(&list->at[at], &list->at[at + 1], (list->count - at) * sizeof *list->at);
}

void tr_departed_done(tr_departed *self)
{
    tr_free(self->left);
    tr_free(self->came);
    tr_map_done(&self->keyed);
}
