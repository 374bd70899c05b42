#ifndef TR_SDK_SESSION_SESSION_H
#define TR_SDK_SESSION_SESSION_H

// One browser tab's session: the page, the app's state, the handlers in flight. An actor on the
// core thread that owns the session's shard; nothing else ever touches what it holds.
//
//     browser ─▶ connection ─▶ session: browser_event ─▶ handler ─▶ page changes
//     browser ◀─ connection ◀─ session: browser_packet ◀─ one patch at the end of the turn
//
// Thread: its core thread's. Owns: see the record.

#include "sdk/session/session_record.h"

// NULL: there is none of that id in this core thread's memory.
tr_session *tr_session_find(const tr_sessions *sessions, tr_slice id);

// The session that this actor is; NULL: it is none.
tr_session *tr_session_find_actor(tr_core *core, tr_address address);

// Makes a session with this id. Its page is not built yet. NULL: no room for another actor.
tr_session *tr_session_new(tr_sessions *sessions, const char *id, uint32_t first_id);

// Attaches a browser's connection and answers it with the whole page; builds the page when it is a
// new session.
void tr_session_attach(tr_session *self, tr_address connection, const tr_msg_session_open *open,
                       bool is_new);

// One that no browser and nobody else finds, with its page built, for its HTML (painting.h). `open` is as
// of a browser that registers. NULL: no room for another actor.
tr_session *tr_session_paint(tr_sessions *sessions, const char *id,
                             const tr_msg_session_open *open);

// A process was lost: the browser that came through it is detached, and calls that run there fail.
// The caller's turn is the one that hears of it, before anything that the process says anew.
void tr_session_on_node_down(tr_session *self, const tr_message *message);

// Ends the session with this turn; from now on nobody finds it.
void tr_session_end(tr_session *self);

#endif
