#ifndef TR_SDK_TREE_MOVES_H
#define TR_SDK_TREE_MOVES_H

// Controls that move to another place while what was built anew is compared with what was there (departed.h).
//
// Thread: the tree's owner.

#include "sdk/tree/departed.h"
#include "sdk/tree/tree.h"

// Makes `old` like `built`, which is loose.
typedef void tr_moves_update(tr_tree *tree, tr_node *old, tr_node *built);

// From here on what leaves is kept in `departed` (zeroed). False: something around this does so already.
bool tr_moves_begin(tr_tree *tree, tr_departed *departed);

// What left and came elsewhere goes on there; the rest is freed.
void tr_moves_end(tr_tree *tree, tr_moves_update *update);

#endif
