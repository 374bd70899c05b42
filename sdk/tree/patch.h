#ifndef TR_SDK_TREE_PATCH_H
#define TR_SDK_TREE_PATCH_H

// Flet patches (protocol section 7) from the changed nodes of a tree: which control they start
// from, the tree index, and the operations. Everything is read from the state now; nothing is
// compared but the child lists that changed.
//
// Order: what lies higher comes first, so that every path below a changed list says where things
// are then, which is where they are now.
//
// Thread: any; pure.

#include <stdint.h>

#include "base/buf.h"
#include "sdk/tree/node.h"

// One step that makes a child list what it is now.
enum tr_list_op_kind { TR_LIST_REMOVE, TR_LIST_ADD, TR_LIST_MOVE };

typedef struct tr_list_op {
    enum tr_list_op_kind kind;
    uint32_t at;   // remove: where; add and move: where to, after the removal
    uint32_t from; // move
    tr_node *node; // add
} tr_list_op;

typedef struct tr_list_ops {
    tr_list_op *at;
    uint32_t count;
    uint32_t cap;
} tr_list_ops;

// Steps from `before` (ids, of which some may be gone) to `after`: what stays in order is not
// touched, and as few as possible of the others are moved. Takes n log n for lists of n.
void tr_list_diff(const uint32_t *before, uint32_t before_count, tr_node *const *after,
                  uint32_t after_count, tr_list_ops *out);

// Appends a complete action-2 packet for the dirty entries of `nodes` (in the tree, known to the
// browser) and takes the marks off them; new controls are no longer fresh. 1, or 0 when it came to
// nothing and nothing was written. Counts the nodes it looked at into `*visited`.
int tr_patch_write(tr_buf *out, tr_node *const *nodes, uint32_t count, uint32_t *visited);

// Takes the marks off one node without writing anything.
void tr_patch_forget(tr_node *node);

#endif
