#ifndef TR_SDK_SESSION_SESSION_RECORD_H
#define TR_SDK_SESSION_SESSION_RECORD_H

// The records that the parts of a session share: that of the session, and that of all sessions of a
// core thread. Each part needs only parts further down:
//
//     sessions                              finds and makes them
//     session, pool_call                    the actor; what a pool thread runs
//     page, event, method                   what authors call
//     apply                                 does what a page function asked for
//     rebuild
//     views, prompts
//     invoke, raw_image, failure
//     row_window
//     change, lending, listening, client_call, dialogs, channel
//     outgoing
//     component                             mounts, builds, ends components
//     call, placing                         a handler in flight; in which process
//     instance                              the components on the page
//     session_record
//
// Thread: its core thread's. Owns: page tree, state, calls. Counted references, because a handler
// in flight may outlive the session; `actor` is NULL then.

#include <stdbool.h>
#include <stdint.h>

#include "actors/core/actor.h"
#include "actors/core/timer.h"
#include "actors/core/unsent.h"
#include "base/map.h"
#include "base/table.h"
#include "sdk/session/shared_patches.h"
#include "sdk/tree/tree.h"
#include "troupe/pages/app.h"
#include "wire/address.h"
#include "wire/limits.h"
#include "wire/session_id.h"

// Where sync handlers run: in a handlers process when there is one, only there, or here.
enum tr_handlers_mode { TR_HANDLERS_PREFER, TR_HANDLERS_REQUIRE, TR_HANDLERS_LOCAL };

// When a person's event counts as done (docs/howto/durability.md): once it was taken; once it is in
// the store, and shown before; or shown no sooner.
enum tr_durability { TR_DURABILITY_NONE, TR_DURABILITY_ASYNC, TR_DURABILITY_SYNC };

typedef struct tr_session tr_session;
typedef struct tr_sessions tr_sessions;
typedef struct tr_call tr_call;
typedef struct tr_views tr_views;
typedef struct tr_row_window tr_row_window;
typedef struct tr_instances tr_instances;
typedef struct tr_snapshots tr_snapshots;
typedef struct tr_openings tr_openings;
typedef struct tr_restore_tries tr_restore_tries;

// A sync handler that asked for the state while another had it.
typedef struct tr_borrower {
    struct tr_borrower *next;
    tr_call *call;
    tr_address from;
    uint64_t correlation;
} tr_borrower;

// A sync handler that waits for the end of a task.
typedef struct tr_joiner {
    struct tr_joiner *next;
    uint64_t task;
    uint64_t call; // its own
    tr_address from;
    tr_address to;
    uint64_t correlation;
} tr_joiner;

// A topic the session hears, or whose presence it watches, or an interval: handlers that no control
// fires.
typedef struct tr_listener {
    struct tr_listener *next;
    tr_session *session;
    const tr_handler *handler;
    char *topic; // NULL: an interval
    tr_timer timer;
    bool is_watch;                // of presence
    struct tr_instance *instance; // an interval's component, while it is there; NULL: the page
    uint64_t view;                // the view that it ends with (views_record.h); 0: the page
    tr_message_queue waiting;     // its events, until its handler has done with the one before
    uint32_t waiting_cap;         // of a topic: how many messages wait; the oldest gives way
    size_t waiting_bytes;         // their payloads
    uint64_t skipped;             // that gave way
    uint32_t running;             // its calls in flight
} tr_listener;

// A packet that is no patch, on its way to the browser behind the patches.
typedef struct tr_queued {
    struct tr_queued *next;
    struct tr_queued *prev;
    tr_packet *packet;
} tr_queued;

// What a session waits for by time.
enum tr_session_due {
    TR_SESSION_RETRY,   // what found no room: packets, events, rows, builds
    TR_SESSION_TIMEOUT, // no browser has come back: the session ends
    TR_SESSION_AWAY,    // no browser has come back: its presences end, and it pauses
    TR_SESSION_SEEN,    // the browser is told which of its packets are safe
    TR_SESSION_DUE_COUNT
};

struct tr_session {
    tr_actor *actor; // NULL: closed
    tr_sessions *sessions;
    tr_tree *tree;
    void *state;
    void (*state_done)(void *state); // frees what it points to
    struct tr_values *values;        // values by key (values.h); NULL: none
    tr_address connection;           // unset while no browser is attached
    struct tr_resume *resume;        // resume.h; NULL: its client does not count
    uint16_t packets_out;            // not yet written to the browser
    uint16_t credit_due;             // packets worked off and not yet credited
    uint16_t call_count;
    uint16_t queued_count;
    uint32_t references;
    char id[TR_SESSION_ID_SIZE + 1];
    uint8_t start_signs; // of a client that has started anew, still to come (open_dialogs.h); 0:
                         // not awaited
    bool is_touched;     // a handler has run since the view on top was built
    bool is_rebuilding;
    bool is_changed;       // since it was last looked at whether it is to be written down
    bool has_heard;        // of a topic since the last patch: others may change alike
    bool is_ending;        // no browser finds it any more
    bool has_begun;        // it is this process's: its end is one (tr_app.on_end)
    bool has_moved;        // it goes on elsewhere
    bool is_unheard;       // new, and its browser has not said anything since
    bool has_plain_client; // Flet's own, which cannot ask for rows
    bool is_used : 1;      // its browser has done something here once
    bool is_paused : 1;    // intervals and topics wait for its browser
    bool is_answering : 1; // this turn answers a person (durability.h)
    bool is_painted : 1;   // for its HTML alone: no browser has it (painting.h)
    bool is_in_turn : 1;   // the end of its turn, which looks at what changed, is still to come
    uint32_t notice;       // the last one that a handler failed; 0: none
    uint64_t rebuild_call; // that builds the views again
    uint64_t next_call;
    tr_call *calls;           // in flight
    tr_message_queue waiting; // events that found no room to run, oldest first
    tr_listener *listeners;
    tr_call *state_lent_to; // the sync call that has the state
    tr_joiner *joiners;
    tr_borrower *borrowers;              // and those that want it next, in order
    tr_packet *unsent;                   // encoded, but the way to the connection was full
    tr_queued *queued;                   // oldest first
    struct tr_client_call *client_calls; // not answered, oldest first
    struct tr_channel *channels;         // that the attached browser opened
    uint16_t client_call_count;
    uint16_t channel_count;
    uint16_t stray_answers; // to calls that nobody waits for: late, twice, or made up
    uint16_t began_min;     // in this process, minutes of the core thread's clock
    uint32_t returns_paid;  // its connections are paid for until then (session_away.h); 1/16 s
    uint32_t next_client_call;
    struct tr_session_presence *presences; // session_presence.h
    struct tr_move *move;                  // on its way (move.h); NULL: it is not
    struct tr_prompt *prompts;             // that handlers wait for (prompts.h)
    char *given_up;                        // why the page could not be built; NULL: it could
    tr_instances *instances;               // of components (instance.h); NULL: there was none yet
    struct tr_session_snapshot *snapshot;  // in the store (snapshots.h); NULL: it never was
    struct tr_views *views;                // the address and its views (views.h)
    struct tr_session_upload *uploads;     // URLs for files (uploads.h)
    struct tr_session_download *downloads; // and of files (downloads.h)
    struct tr_identity *identity;          // who is in front of it (identity.h); NULL: anybody
    tr_row_window *row_windows;            // lists whose rows are built on demand (row_window.h)
    tr_timer timer;                        // for the next of these (session_timer.h)
    uint64_t due_ns[TR_SESSION_DUE_COUNT]; // 0: never
    UT_hash_handle by_id;
};

// See sessions.h.
struct tr_sessions {
    tr_core *core;
    void (*on_due)(tr_session *session, enum tr_session_due due); // session.c's
    const tr_app *app;
    tr_session *building;    // the session that makes its first page
    tr_session *taking;      // whose event of the browser's starts its handler
    const tr_call *changing; // whose change is being applied; NULL: no handler's
    bool is_changing;        // a handler's change is, or somebody else's
    uint32_t taking_number;  // of that event; 0: it has none
    uint32_t taking_runs;    // of that event, before this one
    tr_actor *actor;
    tr_session *by_id;
    uint32_t count;
    uint32_t connected; // of these, with a browser attached
    uint64_t timeout_ms;
    uint64_t unused_timeout_ms; // of a page that nobody has used
    uint64_t memory_max;        // bytes of the process beyond which no page is new; 0: no limit
    struct tr_client_limits *clients; // of each address; borrowed; NULL: no limits
    enum tr_handlers_mode handlers;
    enum tr_durability durability; // none where there is no store
    bool builds_again;             // pages that arrive (renewal.h)
    bool says_times;               // logs how long each handler took
    tr_map away;                   // node of a handlers process -> how many calls of ours are there
    tr_map leaving;                // node of one that is stopped
    uint64_t shard_epochs[TR_SHARDS]; // 0: not ours
    uint16_t shards[TR_SHARDS];       // the ones that are, dense
    uint32_t shard_count;
    bool is_draining;
    bool is_shut;                  // it ends: what arrives now would be lost here
    struct tr_drain *drain;        // draining.h
    tr_snapshots *snapshots;       // snapshots.h; NULL: there is no store
    tr_openings *openings;         // roles/openings.h
    struct tr_painting *paintings; // under way (painting.h)
    uint32_t painting_count;
    uint64_t paint_due_ns;           // what was painted is paid for then, of the core thread's time
    tr_restore_tries *restore_tries; // roles/restore_tries.h; NULL: there was none yet
    struct tr_restore_turn *restore_turn; // of the process; borrowed; set by its first use
    struct tr_set_aside *set_aside;       // roles/set_aside.h, oldest first
    const struct tr_upload_settings *upload_settings;   // borrowed; NULL: there are no uploads
    struct tr_session_upload *uploads;                  // of all sessions, by token (uploads.h)
    const struct tr_upload_settings *download_settings; // borrowed; NULL: there are no downloads
    struct tr_session_download *downloads;              // of all sessions, by token (downloads.h)
    struct tr_session_download *lent;                   // of them: files of answers
    uint32_t lent_count;
    tr_map requests;                              // attempt -> that of roles/http_requests.c
    tr_buf scratch;                               // for encoding; empty between uses
    tr_buf signature;                             // of changes; likewise
    const struct tr_auth_settings *auth_settings; // borrowed; NULL: nobody can sign in
    struct tr_sign_in *sign_ins;                  // of all sessions, by token (sign_ins.h)
    tr_shared_patches shared;
    tr_timer *restarts; // one a background handler
    unsigned background_count;
    tr_timer load; // tells the membership agent
    // Messages that connections must hear although their way is full, of sessions that may have ended.
    tr_unsent unsent;
    tr_timer resend; // runs while there is any
};

// The last one frees the session.
void tr_session_ref(tr_session *self);
void tr_session_unref(tr_session *self);

// The browser's connection from now on, or TR_NOWHERE.
static inline void tr_session_connect(tr_session *self, tr_address connection)
{
    bool was_set = tr_address_is_set(self->connection);
    self->connection = connection;
    if (self->is_ending || was_set == tr_address_is_set(connection))
        return;
    if (was_set)
        self->sessions->connected--;
    else
        self->sessions->connected++;
}

// Does what its handlers begin wait, for its browser or for ever?
static inline bool tr_session_begins_later(const tr_session *self)
{
    return self->sessions->building == self || self->is_painted;
}

// No browser finds it from now on.
void tr_session_leave_index(tr_session *self);

// The session's page changed outside of its own turn: let it flush.
void tr_session_wake(tr_session *self);

#endif
