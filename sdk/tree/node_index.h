#ifndef TR_SDK_TREE_NODE_INDEX_H
#define TR_SDK_TREE_NODE_INDEX_H

// A page's controls by id: open addressing, 8 bytes a slot (a node knows its id), four fifths full
// at most, and grown by half, because every session has one. Zeroed memory is an empty index.
//
// Thread: the owner's. Owns: its table, not the nodes.

#include "sdk/tree/node.h"

typedef struct tr_node_index {
    tr_node **slots; // NULL: free
    uint32_t count;
    uint32_t cap;
} tr_node_index;

void tr_node_index_done(tr_node_index *self);

// NULL when no node has that id.
tr_node *tr_node_index_find(const tr_node_index *self, uint32_t id);

// The node has an id that no other one here has.
void tr_node_index_add(tr_node_index *self, tr_node *node);

// The node is there, with the id that it was added with.
void tr_node_index_remove(tr_node_index *self, const tr_node *node);

// Walks: start with *at = 0; NULL at the end. The index must not change meanwhile.
tr_node *tr_node_index_next(const tr_node_index *self, uint32_t *at);

#endif
