#ifndef TR_SDK_TREE_PROPS_H
#define TR_SDK_TREE_PROPS_H

// Several properties of a control at once: all of them, or none.
//
// Thread: the tree's.

#include "sdk/tree/tree.h"

// Takes over what `from`, a detached control, has, and puts the properties with the names in
// `resets` (commas between) back to their defaults. 0; TR_ENOTFOUND (the control has no such
// property), TR_EWRONGTYPE, TR_EINVALID, TR_ETOOBIG: then nothing has changed (logged once).
// Controls in `from` go over to the tree; `from` stays the caller's.
int tr_props_apply(tr_tree *tree, tr_node *node, tr_node *from, tr_slice resets);

#endif
