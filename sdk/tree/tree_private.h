#ifndef TR_SDK_TREE_TREE_PRIVATE_H
#define TR_SDK_TREE_TREE_PRIVATE_H

// The declarations that tree.c shares with the files that do its parts (tree_*.c, reconcile.c,
// row_lists.c, reach.c, client_updates.c, key_suggestions.c). Nobody else includes it.
//
// Thread: the tree's owner.

#include <stdint.h>

#include "base/map.h"
#include "sdk/tree/node_index.h"
#include "sdk/tree/tree.h"

enum { TR_PARTS = 6 };
enum { TR_DIRTY_FEW = 2 }; // in the room of a pointer

struct tr_tree {
    tr_node *page;
    tr_node_index ids; // but for `parts`
    tr_map keys;       // hash of a key -> node; the newest of equal ones
    union {
        uint32_t *dirty_many; // unless dirty_cap is 0
        uint32_t dirty_few[TR_DIRTY_FEW];
    };
    uint32_t dirty_count;
    uint32_t dirty_cap;
    uint32_t next_id;
    uint32_t visited;
    uint64_t ignored;
    uint32_t *row_lists; // ids; see tr_tree_row_lists
    uint32_t row_list_count;
    uint32_t row_list_cap;
    struct tr_key_twins *twins; // that were given equal keys: see tr_tree_check_keys
    uint32_t twin_count;
    bool has_parts;
    bool counts_typing;           // its browser counts: see typing.h
    bool is_count_stale;          // of client_bytes, since something went away
    uint32_t client_bytes;        // that the browser has set and that are still there, or more
    bool resend_maps;             // see tr_tree_encode_page
    struct tr_typing *typing;     // NULL: nobody typed yet
    struct tr_departed *departed; // while something is reconciled: departed.h
    tr_component_news *news;      // oldest first
    uint32_t news_next;           // told of up to here
    uint32_t news_hidden;         // the ones before are somebody else's: see tr_tree_hide_news
    uint32_t news_count;
    uint32_t news_cap;
    tr_node parts[]; // the fixed ones of a page made here; none in one that was loaded
};

// Ids of changed nodes, dirty_count of them; some may be gone.
static inline uint32_t *tr_tree_dirty(tr_tree *self)
{
    return self->dirty_cap == 0 ? self->dirty_few : self->dirty_many;
}

// Logs the misuse, in those words, and returns the code.
int tr_tree_misuse(const tr_node *node, tr_prop_id prop, int code, const char *text);

// Is it a node of this tree?
bool tr_tree_owns(const tr_tree *self, const tr_node *node);

// Puts the node on the list of changed ones, unless the browser has not seen it yet.
void tr_tree_mark(tr_tree *self, tr_node *node);

// Marks a property of the node as changed, and the node.
void tr_tree_mark_entry(tr_tree *self, tr_node *node, tr_prop *entry, const tr_prop_info *info);

// Notes that a child list is about to change: `position` is the first place that changes.
void tr_tree_touch_list(tr_tree *self, tr_node *parent, tr_prop *entry, uint32_t position);

// May the node be added at that parent? 0 or a code.
int tr_tree_check_new(const tr_tree *self, const tr_node *parent, tr_prop_id prop, unsigned type,
                      const tr_node *child);

// Gives the (loose) node, which will be a child of `parent`, and all below it ids, and takes it out
// of its scope.
void tr_tree_adopt(tr_tree *self, const tr_node *parent, tr_node *node);

// Takes ids and keys of the node and all below it out of the tree's maps, and frees them; while
// something is reconciled, once that is done.
void tr_tree_drop(tr_tree *self, tr_node *node);

// Takes ids and keys of the node, which lies in the component or view `scope`, and of all below it out of
// the tree's maps.
void tr_tree_forget_below(tr_tree *self, uint32_t scope, tr_node *node);

// Where a key is in `keys`.
uint64_t tr_tree_key_hash(uint32_t scope, tr_slice key);

// Registers or forgets a node's key.
void tr_tree_add_key(tr_tree *self, tr_node *node);
void tr_tree_remove_key(tr_tree *self, tr_node *node);

// The same for one that will lie in, or comes from, the component or view `scope`.
void tr_tree_add_key_in(tr_tree *self, uint32_t scope, tr_node *node);
void tr_tree_remove_key_in(tr_tree *self, uint32_t scope, const tr_node *node);

// Is it a dialog that is not open?
bool tr_tree_is_closed_dialog(const tr_node *node);

// Notes a list whose rows are built on demand; any other node is none.
void tr_tree_note_row_list(tr_tree *self, const tr_node *node);

// The innermost component or view that the children of `parent` lie in, in which their keys are found: an
// id, or 0.
uint32_t tr_tree_scope_below(const tr_node *parent);
// The same for the children of `node`, which lies in `scope` itself.
uint32_t tr_tree_key_scope_in(uint32_t scope, const tr_node *node);

// Can the user act on that control now? Not when it, or a control around it, is disabled or
// invisible, in a view that is not on top, or in a dialog that is closed.
bool tr_tree_is_reachable(const tr_tree *self, const tr_node *node);

// May the browser change this property now? Not when the control is out of reach, nor the value of
// a field that is read-only (its text can still be selected).
bool tr_tree_may_client_set(const tr_tree *self, const tr_node *node, tr_prop_id prop);

// Main list when `prop` is 0.
tr_prop_id tr_tree_list_prop(const tr_node *parent, tr_prop_id prop);

#endif
