#ifndef TR_SDK_SESSION_H
#define TR_SDK_SESSION_H

// One browser tab's session: the page, the app's state, the handlers in flight. An actor on the core
// thread that owns the session's shard; nothing else ever touches what it holds.
//
//     browser ─▶ connection ─▶ session: browser_event ─▶ handler ─▶ page changes
//     browser ◀─ connection ◀─ session: browser_frame ◀─ one patch at the end of the turn
//
// Thread: its core thread's. Owns: page tree, state, calls. Counted references, because a handler in
// flight may outlive the session; `actor` is NULL then.

#include <stdbool.h>
#include <uthash.h>

#include "actors/actor.h"
#include "actors/timer.h"
#include "sdk/tree.h"
#include "troupe/app.h"
#include "wire/address.h"
#include "wire/limits.h"
#include "wire/session_id.h"

typedef struct tr_session tr_session;
typedef struct tr_sessions tr_sessions;
typedef struct tr_call tr_call;
typedef struct tr_change tr_change;

// A sync handler that asked for the state while another had it.
typedef struct tr_borrower {
    struct tr_borrower *next;
    tr_call *call;
    tr_address from;
    uint64_t correlation;
} tr_borrower;

// A topic the session hears, or an interval: handlers that no control fires.
typedef struct tr_listener {
    struct tr_listener *next;
    tr_session *session;
    const tr_handler *handler;
    char *topic; // NULL: an interval
    tr_timer timer;
    uint32_t running; // its calls in flight
} tr_listener;

struct tr_session {
    tr_actor *actor; // NULL: closed
    tr_sessions *sessions;
    uint32_t references;
    char id[TR_SESSION_ID_SIZE + 1];
    tr_tree *tree;
    void *state;
    tr_address connection; // unset while no browser is attached
    uint32_t frames_out;   // not yet written to the browser
    uint32_t credit_due;   // packets worked off and not yet credited
    uint32_t call_count;
    bool is_ending; // no browser finds it any more
    uint64_t next_call;
    tr_call *calls;          // in flight
    tr_message *waiting;     // events that found no room to run, oldest first
    tr_message *waiting_tail;
    uint32_t waiting_count;
    tr_listener *listeners;
    tr_call *state_lent_to; // the sync call that has the state
    tr_borrower *borrowers; // and those that want it next, in order
    tr_frame *unsent;       // encoded, but the way to the connection was full
    tr_timer retry;         // for it, and for waiting events
    tr_timer timeout;       // runs while no browser is attached
    UT_hash_handle by_id;
};

// Makes a session with this id. Its page is not built yet. NULL: no room for another actor.
tr_session *tr_session_new(tr_sessions *sessions, const char *id, uint32_t first_id);

// Attaches a browser's connection and answers it with the whole page; builds the page when it is a
// new session.
void tr_session_attach(tr_session *self, tr_address connection, const tr_msg_session_open *open,
                       bool is_new);

void tr_session_close(tr_session *self, uint16_t code, const char *reason);

// Ends the session with this turn; from now on nobody finds it.
void tr_session_end(tr_session *self);

void tr_session_ref(tr_session *self);
void tr_session_unref(tr_session *self);

// Runs a handler of this session. TR_EFULL: no room now. `data` is copied.
int tr_session_start_call(tr_session *self, const tr_handler *handler, uint32_t target,
                          const char *event, tr_slice data, bool is_payload,
                          tr_listener *listener);

// A message of a topic of this process.
void tr_session_on_topic(tr_session *self, tr_slice topic, tr_slice payload);

// Does what a page function asked for; the nodes of the change are taken over, also on failure.
int tr_session_apply(tr_session *self, tr_call *call, tr_change *change, tr_buf *out_value);

// The state lent to sync handlers: asked for, given back (`value`: its new bytes), or lost with the
// handler (`value` empty).
void tr_session_lend_state(tr_session *self, tr_call *call, const tr_message *question);
int tr_session_return_state(tr_session *self, const tr_call *call, tr_slice value);

// The session's page changed outside of its own turn: let it flush.
void tr_session_wake(tr_session *self);

#endif
