#ifndef TR_SDK_ROLES_OPENINGS_H
#define TR_SDK_ROLES_OPENINGS_H

// Browsers that wait for a session, or are back from a provider with a sign-in of one, in a process with a
// store. For one that is not in memory: until
// its shard is ours (nobody may have it since its worker was killed) and the session was read. For
// one that is: until what its browser would be shown is in the store. A callback tells the outcome; a
// browser that waits too long is told to come again, and gets no new page.
//
//     CLAIMING ──granted──▶ READING ──▶ done, or a mark before (restore_tries.h)
//        └── its shard is another core thread's that answers ──▶ "moved"
//     SAVING ──written──▶ done
//
// Thread: the core thread's. Owns: the requests that wait.

#include "sdk/session/session_record.h"

// A request can go on: the session is in memory, or its `snapshot` was read. That is empty, with
// TR_ENOTFOUND: the store does not know the session.
typedef void tr_opening_ready(tr_sessions *sessions, const tr_message *open, int status,
                              tr_slice snapshot);
// It cannot: why, for the browser. `code`: of a WebSocket's close (wire/close_codes.def).
typedef void tr_opening_refused(tr_sessions *sessions, const tr_message *open, unsigned code,
                                const char *why);

// Keeps the request: a session_open or a sign_in_callback. TR_EFULL: too many wait.
int tr_opening_begin(tr_sessions *sessions, const tr_message *open, tr_opening_ready *ready,
                     tr_opening_refused *refused) __attribute__((warn_unused_result));

// A shard is ours since now.
void tr_openings_on_shard(tr_sessions *sessions, unsigned shard);

void tr_openings_free(tr_sessions *sessions);

#endif
