#ifndef TR_SDK_TREE_KEY_SUGGESTIONS_H
#define TR_SDK_TREE_KEY_SUGGESTIONS_H

// The log's text about a key that no control has.
//
// Thread: the tree's owner.

#include "sdk/tree/tree.h"

// One line in the log, with the page's keys that are like it. Returns TR_ENOTFOUND.
int tr_known_keys_explain(const tr_tree *tree, tr_slice key, tr_slice property);

#endif
