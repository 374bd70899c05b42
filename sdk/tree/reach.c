// Which controls the browser's user can act on now. Updates and events of any other control are
// refused.

#include "sdk/tree/tree_private.h"

static bool is_true(const tr_node *node, tr_prop_id prop)
{
    tr_value value = tr_node_get(node, prop);
    return value.kind == TR_VALUE_BOOLEAN && value.boolean;
}

// Some controls have no such property: nothing turns them off.
static bool is_off(const tr_node *node)
{
    uint32_t count;
    const tr_prop *entries = tr_node_props(node, &count);
    for (uint32_t i = 0; i < count; i++)
        if (entries[i].kind == TR_VALUE_BOOLEAN &&
            ((entries[i].id == TR_PROP_DISABLED && entries[i].boolean) ||
             (entries[i].id == TR_PROP_VISIBLE && !entries[i].boolean)))
            return true;
    return false;
}

bool tr_tree_is_closed_dialog(const tr_node *node)
{
    return (tr_catalog_kind(node->kind)->flags & TR_HINT_DIALOG) != 0 &&
           !is_true(node, TR_PROP_OPEN);
}

static bool is_covered_view(const tr_tree *self, const tr_node *node)
{
    if (node->parent != self->page || node->slot != TR_PROP_VIEWS)
        return false;
    const tr_node_list *views = tr_node_children(self->page, TR_PROP_VIEWS);
    return views->at[views->count - 1] != node;
}

bool tr_tree_is_reachable(const tr_tree *self, const tr_node *node)
{
    // Page, window and services report facts about the browser, and no input of its user.
    if (node == self->page)
        return true;
    for (const tr_node *at = node; at != NULL; at = at->parent) {
        if (at->id == TR_ID_WINDOW || at->id == TR_ID_SERVICES)
            return true;
        // A closed dialog itself still tells that it was dismissed.
        if (is_off(at) || is_covered_view(self, at) || (at != node && tr_tree_is_closed_dialog(at)))
            return false;
    }
    return true;
}

bool tr_tree_may_client_set(const tr_tree *self, const tr_node *node, tr_prop_id prop)
{
    // A dialog closes in the browser in any case.
    if (prop == TR_PROP_OPEN || prop == TR_PROP__DISMISSED)
        return true;
    if (prop == TR_PROP_VALUE && is_true(node, TR_PROP_READ_ONLY))
        return false;
    return tr_tree_is_reachable(self, node);
}

const tr_handler *tr_tree_handler(tr_tree *self, uint32_t id, tr_slice event)
{
    const tr_node *node = tr_tree_find(self, id);
    tr_prop_id prop = node != NULL ? tr_catalog_find_event(node->kind, event) : 0;
    const tr_prop *entry = prop != 0 ? tr_node_prop(node, prop) : NULL;
    if (entry == NULL || entry->kind != TR_VALUE_HANDLER)
        return NULL;
    if (!tr_tree_is_reachable(self, node)) {
        self->ignored++;
        return NULL;
    }
    return tr_prop_value(entry).handler;
}
