#ifndef TR_SDK_SESSION_DEFERRED_EVENTS_H
#define TR_SDK_SESSION_DEFERRED_EVENTS_H

// Events of a browser that a session cannot start now: kept in order, at most TR_CALL_WAITING_CAP.
//
// Thread: the session's. Owns: its copies of them.

#include "sdk/session/session_record.h"
#include "wire/reader.h"

// Copies a browser_event. TR_EFULL: no room; its connection's window is no larger than this queue,
// so only a broken peer gets there.
int tr_waiting_keep(tr_session *session, const tr_message *message)
    __attribute__((warn_unused_result));

// Forgets the oldest.
void tr_waiting_drop(tr_session *session);

// All of them, in a session's file; and the way back, as from nowhere. TR_EPROTOCOL, TR_EFULL.
void tr_waiting_write(const tr_session *session, tr_buf *out);
int tr_waiting_read(tr_session *session, tr_reader *in) __attribute__((warn_unused_result));

#endif
