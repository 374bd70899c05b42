#ifndef TR_SDK_TREE_TREE_H
#define TR_SDK_TREE_TREE_H

// One page: a tree of controls that records its own changes. Every change goes through here and
// marks what it touched; a flush writes one Flet patch (action 2) for all of it, from the state
// then, so a browser that reads slowly gets the latest values and never what came and went in
// between. Nothing searches: the cost of a change or a flush does not grow with the page.
//
// A node is named by pointer: from tr_tree_find or tr_tree_find_key, valid until it is removed.
// "Takes over" means: on success the node is the tree's; on failure it stays the caller's (or its
// scope's). Property names are the catalog's ids; the _by_name variants look them up.
//
// Codes everywhere: TR_ENOTFOUND (that control has no such property or slot), TR_EWRONGTYPE,
// TR_EINVALID (a node that is not of this tree, a cycle, a fixed part, a position beyond the end, a
// value the catalog refuses), TR_EEXISTS (a node that already has a parent), TR_ETOOBIG (limits.h).
// Each is also one warning in the log. NULL children are skipped where a list is given.
//
// Thread: the owner's. Owns: every node in it.

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "sdk/tree/node.h"
#include "troupe/slice.h"

// Ids of the fixed parts, as Flet numbers them.
enum {
    TR_ID_PAGE = 1,
    TR_ID_WINDOW = 2,
    TR_ID_VIEW = 3, // the root view: target of ui_add
    TR_ID_OVERLAY = 4,
    TR_ID_DIALOGS = 5,
    TR_ID_SERVICES = 7,
    TR_ID_FIRST = 9 // of an application
};

typedef struct tr_tree tr_tree;

// A page with its fixed parts and an empty root view. Controls get ids from `first_id` on
// (TR_ID_FIRST if that is larger); ids are never given twice.
tr_tree *tr_tree_new(uint32_t first_id) __attribute__((warn_unused_result));
void tr_tree_free(tr_tree *self);

// The id the next control will get: what a snapshot keeps.
uint32_t tr_tree_next_id(const tr_tree *self);

// Controls in the tree, fixed parts included.
uint32_t tr_tree_count(const tr_tree *self);

// The page itself, and the root view (views[0]).
tr_node *tr_tree_page(tr_tree *self);
tr_node *tr_tree_view(tr_tree *self);

// NULL when not there.
tr_node *tr_tree_find(const tr_tree *self, uint32_t id);
tr_node *tr_tree_find_key(const tr_tree *self, tr_slice key);

// Says which controls have had equal keys since the last time and still have them: within one
// change a control may come to its new place before it leaves the old one. The newest is the one
// found.
void tr_tree_check_keys(tr_tree *self);

// As one means it inside of the component or view `scope` (0: the page): a control there, or else in the
// components and the view around it, in what lies over the views, in the view on top and those below it.
tr_node *tr_tree_find_key_in(const tr_tree *self, uint32_t scope, tr_slice key);

// The innermost component that the node lies in: an id, or 0. Its own for a component.
uint32_t tr_tree_scope(const tr_node *node);

// -- components --
//
// A component is a control of wire type "C" that stands for an instance (sdk/session/component.h);
// its `data` says which component it is and what it was given. Keys inside one are its own.

enum tr_component_change { TR_COMPONENT_ADDED, TR_COMPONENT_GIVEN, TR_COMPONENT_REMOVED };

typedef struct tr_component_news {
    uint32_t id;
    enum tr_component_change what;
} tr_component_news;

bool tr_tree_is_component(const tr_node *node);

// The events of components that are not worked off yet, oldest first. False: nothing.
bool tr_tree_take_news(tr_tree *self, tr_component_news *out);
bool tr_tree_has_news(const tr_tree *self);

// From here on only what is new is told of; the second call brings back what the first one hid. For
// code that works off the events of its own change, in the middle of others'.
typedef struct tr_hidden_news {
    uint32_t next;
    uint32_t hidden;
} tr_hidden_news;
tr_hidden_news tr_tree_hide_news(tr_tree *self);
void tr_tree_unhide_news(tr_tree *self, tr_hidden_news before);

// Adds to it: what could not be worked off, too.
void tr_tree_tell(tr_tree *self, uint32_t id, enum tr_component_change what);

// -- properties --

// Equal to the current value: no change. nil resets to the default. For a node or a list use the
// functions below.
int tr_tree_set(tr_tree *self, tr_node *node, tr_prop_id prop, tr_value value);
int tr_tree_set_by_name(tr_tree *self, tr_node *node, tr_slice name, tr_value value);

// The control's main text (Text.value, Button.content, TextField.value, …); TR_ENOTFOUND when it
// has none.
int tr_tree_set_text(tr_tree *self, tr_node *node, tr_slice text);

// The current value or the default. Borrowed until the next change. nil for an unknown name.
tr_value tr_tree_get_by_name(const tr_tree *self, const tr_node *node, tr_slice name);

// -- children; `prop` 0 means the control's main child list --

// Takes `child` over. Position counts what is there now; UINT32_MAX = at the end.
int tr_tree_insert(tr_tree *self, tr_node *parent, tr_prop_id prop, uint32_t position,
                   tr_node *child);
int tr_tree_append(tr_tree *self, tr_node *parent, tr_prop_id prop, tr_node *child);

// Removes the node from its parent and frees it with all below it. In a single-child slot: resets
// it.
int tr_tree_remove(tr_tree *self, tr_node *node);

// Moves within its list, keeping identity and everything the browser holds of it (text, focus);
// `position` counts the list without the node.
int tr_tree_move(tr_tree *self, tr_node *node, uint32_t position);

// Puts `child` in place of `node`, which is freed.
int tr_tree_replace(tr_tree *self, tr_node *node, tr_node *child);

// Sets a single-child slot (`prop` 0: the main one); the child before is freed; NULL empties it. A
// component (wire type "C") may be put where a list is: it stands for the whole list.
int tr_tree_put(tr_tree *self, tr_node *parent, tr_prop_id prop, tr_node *child);

// Frees all children of a list.
int tr_tree_clear(tr_tree *self, tr_node *parent, tr_prop_id prop);

// Makes the list equal to `nodes` (detached; NULLs skipped; all taken over, also on failure). A
// child with the same key and kind stays the same control: it keeps its id, and whatever the
// browser holds of it, and takes over only what differs, its children likewise. Children without a
// key are matched by order and kind. A property that the new node does not set goes back to its
// default, unless the user changes it in the browser (TR_RULE_CLIENT_SETS): then it stays as the
// user left it. One that the new node does set, be it to the default, is taken over.
int tr_tree_reconcile(tr_tree *self, tr_node *parent, tr_prop_id prop, tr_node *const *nodes,
                      uint32_t count);

// The same for a single-child slot: the child there becomes what `child` is, when they are of one
// kind and key, or else is replaced by it. NULL empties the slot.
int tr_tree_reconcile_child(tr_tree *self, tr_node *parent, tr_prop_id prop, tr_node *child);

// Makes a node of the tree what `built` (detached, of the same kind, taken over) is. `keeps`: as
// tr_tree_reconcile, its children too where they match; otherwise they all are new ones.
void tr_tree_become(tr_tree *self, tr_node *node, tr_node *built, bool keeps);

// The same for `removed` of the children, from `position` on; the others stay as they are.
int tr_tree_reconcile_range(tr_tree *self, tr_node *parent, tr_prop_id prop, uint32_t position,
                            uint32_t removed, tr_node *const *nodes, uint32_t count);

// -- lists whose rows are built on demand (sdk/session/row_window.h) --

// Is it a list with a `row_count`? Its children are its first one, when that is a header, and those
// rows that are there; a reconciled list keeps them.
bool tr_node_is_row_list(const tr_node *node);

// Of such a list: how many of its children are header (0 or 1).
uint32_t tr_node_row_header(const tr_node *node);

// The id of one of those in the tree, 0 behind the last. Looking at all of them costs what there is
// of them, not what there is on the page.
uint32_t tr_tree_row_list(tr_tree *self, uint32_t at);

// -- from the browser --

// Merges what the browser has changed already: only properties that the catalog says this control's
// client sets, of the right type and size, while its user can act on it (tr_tree_handler) and, for
// a value, it is not read-only; the rest is ignored and counted. Values that were taken over are
// never sent back; where a disabled, hidden or read-only control refused one, the value here is
// sent. `props` is a scanned msgpack map. Returns how many properties were taken over.
int tr_tree_apply_client(tr_tree *self, uint32_t id, tr_slice props);

// The registration's page map (scanned) and what the server knows of the connection; empty slices
// for what is not known. Never sent back as a patch. Returns how many properties were taken over.
int tr_tree_register_client(tr_tree *self, tr_slice page, tr_slice client_ip, tr_slice user_agent);

// Ignored so far by the two above and the one below.
uint64_t tr_tree_ignored(const tr_tree *self);

// The handler of an event, or NULL: no such control or handler, or one that the user cannot act on:
// the control, or one around it, is disabled or invisible, in a view that is not on top, or in a
// dialog that is closed. That is counted. `event` is without "on_".
const tr_handler *tr_tree_handler(tr_tree *self, uint32_t id, tr_slice event);

// -- to the browser --

// Appends the Page control as a msgpack map: the `page_patch` of a registration answer; `flags` are
// of sdk/tree/encode.h. With TR_ENCODE_EXPLICIT the client may hold an older page: everything of
// the fixed parts that is not set is written as its default, nil, false or []; page properties that
// are maps (which the client would merge, not replace) are sent again by the first flush after
// tr_tree_clean.
void tr_tree_encode_page(tr_tree *self, tr_buf *out, unsigned flags);

// Appends one control and all below it with their ids (for tests and tools).
void tr_tree_encode_node(const tr_tree *self, const tr_node *node, tr_buf *out);

// The whole page with its ids, for a snapshot; and the way back, into a page that nobody has seen
// yet (nothing is dirty). Handlers travel by name. Codes as of tr_node_decode.
void tr_tree_save(const tr_tree *self, tr_slice (*name)(const tr_handler *), tr_buf *out);
int tr_tree_load(tr_slice bytes, const tr_handler *(*find)(tr_slice name), tr_tree **out)
    __attribute__((warn_unused_result));

bool tr_tree_is_dirty(const tr_tree *self);

// Appends one complete action-2 packet, type byte included, for all changes since the last flush,
// and forgets them. 1 when something was written, else 0.
int tr_tree_flush(tr_tree *self, tr_buf *out);

// The same for the changes of one control of this tree and what is below it; the others stay
// recorded.
int tr_tree_flush_control(tr_tree *self, const tr_node *node, tr_buf *out);

// Appends what all changes since the last flush make a patch of (sdk/tree/patch_signature.h), and
// keeps them. False: more than plain values changed.
bool tr_tree_sign(tr_tree *self, tr_buf *out);

// Forgets the changes since the last flush: another page's equal patch was sent.
void tr_tree_forget(tr_tree *self);

// Forgets the changes without sending them: the browser just got the full page, but for `kept` and
// what is below it (NULL: all of it).
void tr_tree_clean(tr_tree *self, const tr_node *kept);

// Forgets those of `top` and what is below it.
void tr_tree_clean_below(tr_tree *self, const tr_node *top);

// Nodes that the last flush looked at: what the cost test counts.
uint32_t tr_tree_visited(const tr_tree *self);

#endif
