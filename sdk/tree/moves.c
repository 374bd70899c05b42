#include "sdk/tree/moves.h"

#include "sdk/tree/children.h"
#include "sdk/tree/node_list.h"
#include "sdk/tree/patch.h"
#include "sdk/tree/tree_private.h"
#include "wire/limits.h"

bool tr_moves_begin(tr_tree *tree, tr_departed *departed)
{
    if (tree->departed != NULL)
        return false;
    tree->departed = departed;
    return true;
}

static unsigned depth_of(const tr_node *node)
{
    unsigned depth = 0;
    for (; node->parent != NULL; node = node->parent)
        depth++;
    return depth;
}

static unsigned height_of(const tr_node *node)
{
    unsigned height = 0;
    tr_children children = tr_children_of(node);
    for (const tr_node *child; (child = tr_children_next(&children)) != NULL;) {
        unsigned below = height_of(child) + 1;
        height = below > height ? below : height;
    }
    return height;
}

// Of a list that it left and came back to before the browser heard of that, the browser is told what
// differs: there a new control is safe.
static bool has_left_before_it_was_told(const tr_prop *entry, const tr_node *old)
{
    if (entry->kind != TR_VALUE_NODES || entry->list->before == NULL)
        return false;
    for (uint32_t i = 0; i < entry->list->before_count; i++)
        if (entry->list->before[i] == old->id)
            return true;
    return false;
}

static bool may_go_on(tr_node *fresh, const tr_node *old)
{
    return old->kind == fresh->kind && tr_tree_is_component(old) == tr_tree_is_component(fresh) &&
           depth_of(fresh) + height_of(old) < TR_CONTROL_DEPTH_CAP &&
           !has_left_before_it_was_told(tr_node_entry(fresh->parent, fresh->slot), old);
}

// As it was before a tree took it.
static void loosen(tr_node *node)
{
    node->id = 0;
    node->flags = 0;
    tr_children children = tr_children_of(node);
    for (tr_node *child; (child = tr_children_next(&children)) != NULL;)
        loosen(child);
}

// At its new place the browser is told all of it, so what had changed is no news of its own.
static void renew(tr_tree *tree, uint32_t scope, tr_node *node)
{
    tr_patch_forget(node);
    if ((node->flags & TR_NODE_FRESH) == 0)
        node->flags |= TR_NODE_FRESH | TR_NODE_MOVED;
    tr_tree_add_key_in(tree, scope, node);
    scope = tr_tree_key_scope_in(scope, node);
    tr_children children = tr_children_of(node);
    for (tr_node *child; (child = tr_children_next(&children)) != NULL;)
        renew(tree, scope, child);
}

static void take_place(tr_node *old, tr_node *fresh)
{
    tr_prop *entry = tr_node_entry(fresh->parent, fresh->slot);
    old->parent = fresh->parent;
    old->slot = fresh->slot;
    fresh->parent = NULL;
    if (entry->kind == TR_VALUE_NODE) {
        entry->node = old;
        return;
    }
    old->index = tr_node_position(entry->list, fresh);
    entry->list->at[old->index] = old;
}

static void go_on(tr_tree *tree, tr_node *fresh, tr_moves_update *update)
{
    uint32_t scope = tr_tree_scope_below(fresh->parent);
    tr_node *old = tr_departed_find(tree->departed, scope, fresh);
    if (old == NULL || !may_go_on(fresh, old))
        return;
    tr_tree_forget_below(tree, scope, fresh);
    tr_departed_detach(tree->departed, old);
    take_place(old, fresh);
    loosen(fresh);
    renew(tree, scope, old);
    update(tree, old, fresh);
    tr_node_free(fresh);
}

static void forget_news_of_renewed(tr_tree *tree)
{
    uint32_t *ids = tr_tree_dirty(tree);
    uint32_t left = 0;
    for (uint32_t i = 0; i < tree->dirty_count; i++) {
        const tr_node *node = tr_tree_find(tree, ids[i]);
        if (node != NULL && (node->flags & TR_NODE_DIRTY) != 0)
            ids[left++] = node->id;
    }
    tree->dirty_count = left;
}

void tr_moves_end(tr_tree *tree, tr_moves_update *update)
{
    tr_departed *departed = tree->departed;
    bool is_any = departed->left_count != 0 && departed->came_count != 0;
    for (uint32_t i = 0; i < departed->came_count && departed->left_count != 0; i++) {
        tr_node *fresh = tr_tree_find(tree, departed->came[i]);
        if (fresh != NULL)
            go_on(tree, fresh, update);
    }
    tree->departed = NULL;
    for (uint32_t i = 0; i < departed->left_count; i++) {
        tr_node *node = departed->left[i].node;
        if (node == NULL)
            continue;
        tr_tree_forget_below(tree, departed->left[i].scope, node);
        tr_node_free(node);
    }
    if (is_any)
        forget_news_of_renewed(tree);
    tr_departed_done(departed);
}
