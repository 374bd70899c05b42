// Which nodes there are in a tree, and which have changed.

#include <string.h>

#include "base/mem.h"
#include "sdk/tree/tree_private.h"

uint32_t tr_tree_count(const tr_tree *self)
{
    return self->ids.count + (self->has_parts ? TR_PARTS : 0);
}

tr_node *tr_tree_find(const tr_tree *self, uint32_t id)
{
    if (!self->has_parts || id >= TR_ID_FIRST)
        return tr_node_index_find(&self->ids, id);
    static const uint8_t places[TR_ID_FIRST] = {
        [TR_ID_PAGE] = 1,    [TR_ID_WINDOW] = 2,  [TR_ID_VIEW] = 3,
        [TR_ID_OVERLAY] = 4, [TR_ID_DIALOGS] = 5, [TR_ID_SERVICES] = 6};
    return places[id] != 0 ? (tr_node *)&self->parts[places[id] - 1] : NULL;
}

bool tr_tree_owns(const tr_tree *self, const tr_node *node)
{
    return node->id != 0 && tr_tree_find(self, node->id) == node;
}

static void grow_dirty(tr_tree *self)
{
    if (self->dirty_cap == 0) {
        uint32_t *many = tr_alloc(4 * TR_DIRTY_FEW * sizeof *many);
        memcpy(many, self->dirty_few, sizeof self->dirty_few);
        self->dirty_many = many;
        self->dirty_cap = 4 * TR_DIRTY_FEW;
        return;
    }
    self->dirty_cap *= 2;
    self->dirty_many = tr_realloc(self->dirty_many, self->dirty_cap * sizeof *self->dirty_many);
}

void tr_tree_mark(tr_tree *self, tr_node *node)
{
    if (node->flags & (TR_NODE_FRESH | TR_NODE_DIRTY))
        return;
    if (self->dirty_count == (self->dirty_cap == 0 ? TR_DIRTY_FEW : self->dirty_cap))
        grow_dirty(self);
    tr_tree_dirty(self)[self->dirty_count++] = node->id;
    node->flags |= TR_NODE_DIRTY;
}
