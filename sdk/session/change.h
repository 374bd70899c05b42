#ifndef TR_SDK_SESSION_CHANGE_H
#define TR_SDK_SESSION_CHANGE_H

// A change: what a public function asks the session to do or to tell. This file is the record and
// how it travels from a sync handler's thread, as a page_change message that is answered.
// sdk/api/change_submit.h decides which way it goes; change_apply.h does it to the session.
//
// Thread: the handler's; decoded on the session's. Owns: its nodes, until they are taken over.

#include "sdk/session/call.h"

enum tr_change_what {
    TR_CHANGE_ADD = 1,
    TR_CHANGE_INSERT,
    TR_CHANGE_REPLACE,
    TR_CHANGE_REMOVE,
    TR_CHANGE_CLEAR,
    TR_CHANGE_CHILDREN,
    TR_CHANGE_PUT,
    TR_CHANGE_SET,
    TR_CHANGE_SET_PROPS, // those of `nodes`; `property`: names to put back to their defaults, with
                         // commas; `number` 1: whatever the control's type
    TR_CHANGE_SET_TEXT,
    TR_CHANGE_GET,
    TR_CHANGE_KEY,     // of the control `number`
    TR_CHANGE_DRAGGED, // key and payload of the draggable `number`
    TR_CHANGE_UPDATE,
    TR_CHANGE_EVERY,
    TR_CHANGE_START, // a task with `payload`, until `number` (enum tr_task_until)
    TR_CHANGE_SUBSCRIBE,
    TR_CHANGE_BORROW_STATE,
    TR_CHANGE_GIVE_STATE,
    TR_CHANGE_COPY_STATE,
    TR_CHANGE_JOIN, // a topic, with the value's bytes; `number` 1: with or without a browser
    TR_CHANGE_LEAVE,
    TR_CHANGE_WATCH,
    TR_CHANGE_CALL,       // the browser's method `property`, within `number` milliseconds
    TR_CHANGE_PUSH_ROUTE, // `value`: the address
    TR_CHANGE_GO_BACK,
    TR_CHANGE_PUSH_VIEW,
    TR_CHANGE_POP_VIEW,
    TR_CHANGE_ROUTE_PART, // `property`; `number` 1: of the query
    TR_CHANGE_SHOW_DIALOG,
    TR_CHANGE_CLOSE_DIALOG,
    TR_CHANGE_ADD_OVERLAY,
    TR_CHANGE_CANCEL_TASK, // `number`
    TR_CHANGE_AWAIT_TASK,  // `number`; answered when it has ended
    TR_CHANGE_PROMPT,      // shows a dialog; answered when the user has
    TR_CHANGE_KEEP,        // a value under the key `property`
    TR_CHANGE_KEPT,
    TR_CHANGE_DROP_KEPT,
    TR_CHANGE_FAIL, // the handler has failed: why
    TR_CHANGE_MOVE,
    TR_CHANGE_SET_VIEWS,
    TR_CHANGE_PAGE_EVENT,    // runs the page's handler of `property`; `value`: its data, msgpack as
                             // bytes
    TR_CHANGE_ROWS_GIVE,     // from row `number` on
    TR_CHANGE_ROWS_INSERTED, // `number` and `value`: first and count
    TR_CHANGE_ROWS_REMOVED,
    TR_CHANGE_ROWS_CHANGED,
    TR_CHANGE_ROWS_RESET,      // `value`: the new count
    TR_CHANGE_UPLOAD_URL,      // `value`: its terms (uploads.h)
    TR_CHANGE_CANCEL_UPLOAD,   // `value`: the URL
    TR_CHANGE_DOWNLOAD_URL,    // `value`: what it is of (downloads.h)
    TR_CHANGE_CANCEL_DOWNLOAD, // `value`: the URL
    TR_CHANGE_IDENTITY         // `number`: enum tr_identity_step (identity_change.h)
};

typedef struct tr_change {
    enum tr_change_what what;
    bool is_page; // no key was given: the page, or its view on top for children
    tr_slice key;
    tr_slice property;
    int64_t number;
    tr_slice payload;
    uint64_t deadline_ms; // of TR_CHANGE_AWAIT_TASK
    tr_value value;       // a node in it is not used; see `nodes`
    tr_node **nodes;
    uint32_t node_count;
    bool are_taken; // the nodes, as a whole list, also on failure
} tr_change;

// Sends a change from a sync handler to its session and waits for the answer.
int tr_change_send(tr_call *call, tr_change *change, tr_buf *out_value);

// Reads one that came as a message; it refers to the message's bytes. The nodes in it are the
// caller's, also on failure.
int tr_change_decode(const tr_msg_page_change *body, tr_change *out);

#endif
