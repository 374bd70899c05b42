#ifndef TR_SDK_TREE_NODE_LIST_H
#define TR_SDK_TREE_NODE_LIST_H

// The children in one property of a control, in order.
//
// Thread: the owner's. Owns: its memory, not the nodes.

#include "sdk/tree/node.h"

// Nothing but the list changes; the position is at most its count.
void tr_node_list_insert(tr_node_list *self, uint32_t position, tr_node *node);

// Room for that many in all.
void tr_node_list_reserve(tr_node_list *self, uint32_t cap);

void tr_node_list_free(tr_node_list *self);

#endif
