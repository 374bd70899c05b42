#ifndef TR_SDK_TREE_CHILDREN_H
#define TR_SDK_TREE_CHILDREN_H

// The one walk over a control's children: those of its slots and of its lists, in the order of its
// properties, each list from its first on.
//
//     tr_children children = tr_children_of(node);
//     for (tr_node *child; (child = tr_children_next(&children)) != NULL;)
//         ...
//
// No child may come, go or move, and no property be added, until it is over.
//
// Thread: the owner's. Owns: nothing.

#include "sdk/tree/node.h"

typedef struct tr_children {
    const tr_prop *entries;
    uint32_t entry_count; // from `entries` on
    uint32_t at;          // in the list of the first of them
} tr_children;

static inline tr_children tr_children_of(const tr_node *node)
{
    tr_children self = {0};
    self.entries = tr_node_props(node, &self.entry_count);
    return self;
}

// NULL: that was all.
static inline tr_node *tr_children_next(tr_children *self)
{
    for (; self->entry_count != 0; self->entries++, self->entry_count--, self->at = 0) {
        const tr_prop *entry = self->entries;
        if (entry->kind == TR_VALUE_NODE && self->at++ == 0)
            return entry->node;
        if (entry->kind == TR_VALUE_NODES && self->at < entry->list->count)
            return entry->list->at[self->at++];
    }
    return NULL;
}

#endif
