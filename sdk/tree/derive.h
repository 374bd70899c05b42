#ifndef TR_SDK_TREE_DERIVE_H
#define TR_SDK_TREE_DERIVE_H

// Properties that Flet's server sets where the app does not: a slider without a value stands at its
// minimum, a text field with a fill colour is filled. Such a value depends on other properties of
// the same control and changes with them. Only for kinds with TR_HINT_DERIVED.
//
// Thread: any; pure.

#include <stdbool.h>

#include "sdk/tree/node.h"

// The property's own making, or nil. Borrowed until the next change. Only for what the control has
// not set itself.
tr_value tr_derive(const tr_node *node, tr_prop_id prop);

// Calls `visit` for each property of this control that may have such a value. With `source` not 0:
// only for those that depend on it.
void tr_derive_each(const tr_node *node, tr_prop_id source,
                    void (*visit)(void *arg, const tr_prop_info *info), void *arg);

#endif
