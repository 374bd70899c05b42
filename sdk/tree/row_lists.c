// Which lists of a page have their rows built on demand: kept on the side, so that a turn's end
// need not search for them.

#include <string.h>

#include "base/mem.h"
#include "sdk/tree/tree_private.h"

bool tr_node_is_row_list(const tr_node *node)
{
    return node->kind == TR_CONTROL_LIST_VIEW &&
           tr_node_value(node, TR_PROP_ROW_COUNT).kind == TR_VALUE_INTEGER;
}

uint32_t tr_node_row_header(const tr_node *node)
{
    const tr_node_list *list = tr_node_children(node, TR_PROP_CONTROLS);
    tr_value has = tr_node_value(node, TR_PROP_ROW_HEADER);
    return list != NULL && list->count != 0 && has.kind == TR_VALUE_BOOLEAN && has.boolean;
}

void tr_tree_note_row_list(tr_tree *self, const tr_node *node)
{
    if (!tr_node_is_row_list(node))
        return;
    for (uint32_t i = 0; i < self->row_list_count; i++)
        if (self->row_lists[i] == node->id)
            return;
    if (self->row_list_count == self->row_list_cap) {
        self->row_list_cap = self->row_list_cap == 0 ? 2 : self->row_list_cap * 2;
        self->row_lists = tr_realloc(self->row_lists, self->row_list_cap * sizeof *self->row_lists);
    }
    self->row_lists[self->row_list_count++] = node->id;
}

uint32_t tr_tree_row_list(tr_tree *self, uint32_t at)
{
    while (at < self->row_list_count) {
        const tr_node *node = tr_tree_find(self, self->row_lists[at]);
        if (node != NULL && tr_node_is_row_list(node))
            return node->id;
        self->row_list_count--;
        memmove(&self->row_lists[at], &self->row_lists[at + 1],
                (self->row_list_count - at) * sizeof *self->row_lists);
    }
    return 0;
}
