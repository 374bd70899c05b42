#ifndef TR_SDK_SESSION_SNAPSHOT_RECORD_H
#define TR_SDK_SESSION_SNAPSHOT_RECORD_H

// A session's part of what snapshots.h does.
//
// Thread: the session's.

#include "sdk/session/durability.h"
#include "sdk/session/session_record.h"

struct tr_session_snapshot {
    tr_session *next; // of those to be written
    bool is_waiting;  // to be written
    bool is_writing;
    uint64_t written_epoch; // of its shard in the store, with which it was last written
    bool is_kept;           // there is something of it in the store
    bool is_too_big;        // and was said to be
    uint64_t written_ms;
    uint64_t unsaved_ms; // when the first change came that is not in the store; 0: all are
    uint64_t amid_ms;    // since when a handler amid its changes is waited for; 0: none is
    tr_durable durable;
};

// Is the session in the store as it is now?
static inline bool tr_session_is_stored(const tr_session *session)
{
    const struct tr_session_snapshot *mine = session->snapshot;
    return mine != NULL && mine->is_kept && mine->unsaved_ms == 0 && !mine->is_writing;
}

// Appends the session as a snapshot.
void tr_snapshot_encode(const tr_session *session, tr_buf *out);

#endif
