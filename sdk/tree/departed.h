#ifndef TR_SDK_TREE_DEPARTED_H
#define TR_SDK_TREE_DEPARTED_H

// The controls that have left the page while what was built anew is compared with what was there, and the keyed ones that
// have come. One that left at one place and came at another, with its key and of its kind, is the same one: it goes on
// there, with its id, and so with its focus, what was typed and its component's state.
//
// Thread: the tree's. Owns: those that left, until tr_departed_done; the memory of nothing else.

#include "base/map.h"
#include "sdk/tree/node.h"

typedef struct tr_departure {
    tr_node *node;  // the top of what left; NULL once it goes on elsewhere
    uint32_t scope; // the component it lay in, or 0
} tr_departure;

typedef struct tr_departed {
    tr_departure *left;
    uint32_t left_count;
    uint32_t left_cap;
    uint32_t *came; // ids
    uint32_t came_count;
    uint32_t came_cap;
    uint32_t node_count; // of all that left
    tr_map keyed;        // hash of scope and key -> node, of those that left
} tr_departed;

// Takes over a node that its parent lets go; it still has its id and its keys.
void tr_departed_take(tr_departed *self, uint32_t scope, tr_node *node);

void tr_departed_note_new(tr_departed *self, const tr_node *node);

// The one that left with the key of `node`, and of its kind; NULL: none. `scope` is the component it lies in.
tr_node *tr_departed_find(const tr_departed *self, uint32_t scope, const tr_node *node);

// Takes one of those that left, or that lie below one, out of where it is: it is the caller's.
void tr_departed_detach(tr_departed *self, tr_node *node);

void tr_departed_done(tr_departed *self);

#endif
