#ifndef TR_SDK_CALL_H
#define TR_SDK_CALL_H

// A handler in flight: what the author sees as tr_event or tr_page. The same struct for the coroutine
// on the session's thread (session set) and for the pool thread (thread set); it never crosses.
//
// Thread: the one the handler runs on. Owns: its copies of event name and data, its scope.

#include "actors/coroutine.h"
#include "actors/pool.h"
#include "base/buf.h"
#include "sdk/node.h"
#include "sdk/session.h"
#include "troupe/event.h"

struct tr_call {
    tr_session *session;    // on a core thread; NULL on a pool thread
    tr_pool_thread *thread; // on a pool thread
    tr_address home;        // pool thread: the session actor, or unset for a background handler
    const tr_handler *handler;
    tr_call *next;
    tr_call *previous;
    tr_listener *listener;
    tr_coroutine *coroutine; // waiting; NULL while it runs for the first time, or is a sync call
    uint64_t number;
    uint32_t target;
    bool is_payload;
    bool is_waiting_for_state;
    bool has_state; // pool thread: `state` holds the borrowed copy
    char *event;
    tr_buf data; // one msgpack value, or a topic's payload
    tr_buf key;  // for tr_event_key
    tr_buf text; // for tr_event_text
    tr_buf state;
    tr_scope scope;
};

// What a page function asks the session to do.
enum tr_change_what {
    TR_CHANGE_ADD = 1,
    TR_CHANGE_INSERT,
    TR_CHANGE_REPLACE,
    TR_CHANGE_REMOVE,
    TR_CHANGE_CLEAR,
    TR_CHANGE_CHILDREN,
    TR_CHANGE_PUT,
    TR_CHANGE_SET,
    TR_CHANGE_SET_TEXT,
    TR_CHANGE_GET,
    TR_CHANGE_KEY, // of the control `number`
    TR_CHANGE_UPDATE,
    TR_CHANGE_EVERY,
    TR_CHANGE_START,
    TR_CHANGE_SUBSCRIBE,
    TR_CHANGE_BORROW_STATE,
    TR_CHANGE_GIVE_STATE
};

struct tr_change {
    enum tr_change_what what;
    bool is_page; // no key was given: the page, or its root view for children
    tr_slice key;
    tr_slice property;
    int64_t number;
    tr_value value; // a node in it is not used; see `nodes`
    tr_node **nodes;
    uint32_t node_count;
};

// Runs a call on its own coroutine (core thread).
int tr_call_start(tr_call *self) __attribute__((warn_unused_result));

void tr_call_free(tr_call *self);

// What every pool thread runs.
int64_t tr_call_run_on_pool(tr_pool_thread *thread, const tr_message *message);

// Carries a change from a sync handler to its session.
int tr_call_ask_change(tr_call *self, tr_change *change, tr_buf *out_value);

// The session's end of it: reads the message, applies, and answers unless the answer comes later.
void tr_session_on_page_change(tr_session *self, const tr_message *message);

// A coroutine is about to wait / has waited: other code runs in between.
int tr_call_sleep(tr_call *self, uint64_t milliseconds);
int tr_call_wait(tr_call *self);

#endif
