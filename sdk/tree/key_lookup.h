#ifndef TR_SDK_TREE_KEY_LOOKUP_H
#define TR_SDK_TREE_KEY_LOOKUP_H

// Names of controls for authors: their key, or a handle (ui_handle, troupe/pages/page.h), which stands
// in the place of a key. A handle of a control without a key says its id, behind a mark that no key of
// an author begins with; ids are never given twice, so that it can only be that control, or none.
//
// Thread: the session's. Owns: nothing.

#include "sdk/tree/tree.h"
#include "troupe/pages/page.h"

// The control of that key, as one means it in the component `scope` (tr_tree_find_key_in), or of
// that handle; NULL: there is none.
tr_node *tr_naming_find(const tr_tree *tree, uint32_t scope, tr_slice name);

// The handle that says an id; 0: a name of nothing.
ui_handle tr_naming_of_id(uint32_t id);

// Says in the log that there is no such control, and which there are. Returns TR_ENOTFOUND.
int tr_naming_explain(const tr_tree *tree, tr_slice name, tr_slice property);

// The view that the browser shows: the last one of the page.
tr_node *tr_naming_top_view(tr_tree *tree);

#endif
