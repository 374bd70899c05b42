#ifndef TR_SDK_TREE_TYPING_H
#define TR_SDK_TREE_TYPING_H

// Texts that a person types while the server changes them, of a page whose browser counts
// (sdk/session/resume.h). Neither side waits for the other, and nothing typed is lost:
//
// - What the browser reports before it has seen a change of ours is typed into that change. For each
//   packet that it has not seen, the text as it has it until then is kept (a layer).
// - What a handler makes of an older text, since it had to wait, is made of that one: what was typed
//   since is typed into it. For each report since, the text before it is kept (the past).
//
// The browser does the same with what it has typed since (client/src/core/rebase.ts), step by step
// with the same texts, so both come to the same one. All texts together are bounded: where one has no
// room its report simply stands.
//
// Thread: the tree's owner. Owns: the texts.

#include "sdk/tree/node.h"
#include "sdk/tree/tree.h"

typedef struct tr_typing tr_typing;

// Up to which packet of the browser's does the one who changes this control's text now know of its
// texts? TR_TYPING_NOW: all.
#define TR_TYPING_NOW UINT32_MAX
typedef uint32_t (*tr_typing_base)(void *session, const tr_node *node, tr_prop_id prop);

// From here on; what is known of the browser's texts is forgotten: it gets the whole page, or is
// another one. `counts`: it does; otherwise its reports simply stand.
void tr_tree_begin_typing(tr_tree *self, bool counts);
void tr_tree_end_typing(tr_tree *self);

// The reports that follow are of one packet of the browser's.
typedef struct tr_typing_report {
    uint32_t number;
    uint32_t seen;     // our last packet that the browser has
    uint32_t settled;  // what was reported up to here is known to all who may still change a text
    bool is_worked_on; // a handler runs that may yet change a text, and does not know this report
    tr_typing_base base;
    void *session; // for `base`
} tr_typing_report;
void tr_tree_receive_typing(tr_tree *self, const tr_typing_report *report);

// Of all texts that are kept.
size_t tr_tree_typing_bytes(const tr_tree *self);

// Is there a changed text that is in no packet yet? And: those which a flush has just taken are in
// this packet.
bool tr_tree_has_unsent_typing(const tr_tree *self);
void tr_tree_sent_typing(tr_tree *self, uint32_t number);

// The text as it was when all of the browser's packets up to `base` had come, lent; `now`: as it is.
tr_slice tr_tree_typing_at(const tr_tree *self, const tr_node *node, tr_prop_id prop, uint32_t base,
                           tr_slice now);

// -- for the tree itself --

// From here on what is set is made of the texts that `base` says, NULL: of those as they are. Returns
// the one before.
tr_typing_base tr_typing_swap_base(tr_tree *self, tr_typing_base base);

// Is it a text that the browser may change?
bool tr_typing_is_of(const tr_prop_info *info, const tr_value *value);

// The server changes the text from `now` to `wanted`: what it is to be. In `out`, or one of the two.
tr_slice tr_typing_on_set(tr_tree *self, const tr_node *node, tr_prop_id prop, tr_slice now,
                          tr_slice wanted, tr_buf *out);

// The browser reports `typed` where the text is `now`: `typed` becomes what it is to be, in `out` or as
// it was. Is it made of changes, too, that the browser does not know?
bool tr_typing_on_report(tr_tree *self, const tr_node *node, tr_prop_id prop, tr_slice now,
                         tr_slice *typed, tr_buf *out);

#endif
