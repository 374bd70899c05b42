#ifndef TR_SDK_SESSION_CALL_H
#define TR_SDK_SESSION_CALL_H

// A handler in flight: what the author sees as tr_event or tr_page. The same struct for the
// coroutine on the session's thread (session set) and for the pool thread (thread set); it never
// crosses.
//
// Thread: the one the handler runs on. Owns: its copies of event name and data, its scope.

#include "actors/core/coroutine.h"
#include "actors/pool/pool.h"
#include "base/buf.h"
#include "sdk/catalog/scratch.h"
#include "sdk/session/instance.h"
#include "sdk/session/session_record.h"
#include "sdk/tree/node.h"
#include "troupe/actors/coroutine.h"
#include "troupe/pages/event.h"

struct tr_call {
    tr_session *session;    // on a core thread; NULL on a pool thread
    tr_pool_thread *thread; // on a pool thread
    tr_address home;        // pool thread: the session actor, or unset for a background handler
    const tr_handler *handler;
    tr_call *next;
    tr_call *prev;
    tr_listener *listener;
    tr_coroutine *coroutine; // waiting; NULL while it runs for the first time, or is a sync call
    tr_coroutine *runs_on;   // the same, also while it runs
    tr_cleanup at_end;       // no handler can pop it
    tr_instance *instance;   // the component it belongs to, or NULL
    uint64_t view;           // and the view (views_record.h); 0: the page
    char *view_path;         // its address
    uint64_t awaited;        // it waits for the end of the call of this number
    uint64_t asker;          // the call whose outcome this one's is, too; 0: none
    uint64_t number;
    uint64_t began_ns; // 0: it has yet to
    tr_address place;  // the handlers process that was asked to run it; unset: this one
    uint32_t tries;    // of places
    uint32_t target;
    uint32_t event_number; // of the browser's packet (resume.h); 0: it has none
    uint64_t document;     // which gave it that
    uint32_t runs;         // of that event, this one included; 0: it has no number
    bool is_by_person;     // started by an event of the browser's
    bool is_payload;
    bool is_task;    // ends with its component
    bool outlives;   // its page
    bool is_pending; // has yet to begin: see tr_calls_begin_pending
    bool is_waiting_for_state;
    bool has_given_back;   // a sync call: the state, changed, at least once
    bool is_asked_back;    // a sync call: its place has yet to say whether it has begun
    bool is_taken_back;    // a sync call: it came back before it began, and does not
    bool is_amid;          // a sync call: it has changed the page since it last waited for somebody
    bool is_rebuild;       // builds views itself: none is to be built again after it
    bool has_waited;       // reads texts as they are, not as they were (typed_texts.h)
    bool is_told_gone;     // that the page is: it was logged
    bool asks_for_outcome; // of the task that it starts now
    bool has_failed;       // it, or one whose outcome it asked for
    bool shows_failures; // these itself, where it was to show something: the person needs no notice
    bool has_state;      // pool thread: `state` holds the borrowed copy
    char *event;
    tr_buf data;                 // one msgpack value, or a topic's payload
    tr_buf payload;              // payload from the control
    tr_buf key;                  // for tr_event_key
    tr_buf idempotency_key;      // for tr_event_idempotency_key
    struct tr_event_kept *texts; // that tr_event_text gave, in `results`
    tr_buf reads;                // of typed texts since it waited: rows of typed_texts.c
    tr_buf state;
    tr_buf error;       // for tr_call_error
    tr_scratch results; // of methods, and payloads of events
    tr_scope scope;
    struct tr_renewal *renewal;      // where the page's controls are gathered (renewal.h)
    const struct tr_route *building; // the view that is being built, and where
    tr_slice building_path;
    tr_slice building_query;
};

typedef struct tr_call_options {
    uint32_t target;
    const char *event;
    tr_slice data; // copied
    bool is_payload;
    bool is_task;
    bool outlives;
    bool is_pending;
    tr_listener *listener;
    tr_instance *instance; // NULL: the one that the target lies in
    uint64_t asker;        // that this one's outcome is for; 0: none
    uint64_t view;         // that it belongs to; 0: the page
    const char *view_path; // copied; NULL: that of `view`
    uint64_t *out_number;
} tr_call_options;

// As tr_call_start.
int tr_call_start_with(tr_session *session, const tr_handler *handler,
                       const tr_call_options *options);

// Runs a handler of this session. TR_EFULL: no room now; TR_EUNAVAILABLE: no process to run it in.
// `data` is copied.
int tr_call_start(tr_session *session, const tr_handler *handler, uint32_t target,
                  const char *event, tr_slice data, bool is_payload, tr_listener *listener);

// Begins what was started as pending, oldest first: tasks of a page's build, when the browser is
// there.
void tr_calls_begin_pending(tr_session *session);

void tr_call_free(tr_call *self);

// Calls that start from now on belong to this trace (a W3C traceparent); empty: to that of the handler
// that starts them.
void tr_calls_trace(tr_slice traceparent);

// Where it looks for keys (tr_tree_find_key_in). NULL: the page.
uint32_t tr_call_scope(const tr_call *self);

// The call of this number in flight, or NULL. Taken: no longer the session's, the caller frees it.
tr_call *tr_call_find(tr_session *session, uint64_t number);
tr_call *tr_call_take(tr_session *session, uint64_t number);

// A sync call that runs in that other process, or NULL. And: is that where this one runs?
tr_call *tr_call_find_on(tr_session *session, uint64_t node);
bool tr_call_is_on(const tr_call *self, uint64_t node);

// The place did not begin with it: it has no room (`why` is TR_EFULL), or is stopped (TR_ECANCELLED). It
// goes elsewhere. TR_EFULL, TR_EUNAVAILABLE: nowhere.
int tr_call_move(tr_call *self, int why) __attribute__((warn_unused_result));

// It is in no other process any more.
void tr_call_leave_place(tr_call *self);

// Around whatever wait of a coroutine: what was changed so far goes out, and other code runs until
// somebody resumes it. TR_ECANCELLED: there is nothing to wait for any more. The second returns
// `result`, or TR_ECANCELLED when the page went away meanwhile.
int tr_call_begin_wait(tr_call *self) __attribute__((warn_unused_result));
int tr_call_end_wait(tr_call *self, int result);

// Wakes a call whose wait is over: it goes on, unless it was cancelled or woken already, or does
// not wait.
void tr_call_wake(tr_call *self);

int tr_call_sleep(tr_call *self, uint64_t milliseconds);

// Waits until tr_call_wake, which may be called in any order and any number of times (two packets
// of a browser in one turn; a call that was cancelled): so look at what it waits for, and wait
// again.
int tr_call_wait(tr_call *self);

// Answers one who waits in a sync handler, and forgets him.
void tr_joiner_answer(tr_session *session, tr_joiner *joiner, int status);

// Waits until the call of that number has ended: 0, TR_ETIMEOUT, TR_ECANCELLED.
int tr_call_await(tr_call *self, uint64_t number, uint64_t deadline_ms);

// Asks an actor and waits for the answer, as tr_coroutine_ask.
int tr_call_ask(tr_call *self, tr_address to, unsigned type, const void *body, uint64_t deadline_ms,
                tr_message **out) __attribute__((warn_unused_result));

#endif
