#ifndef TR_SDK_MOVING_ARRIVAL_H
#define TR_SDK_MOVING_ARRIVAL_H

// A session that another worker hands over: made from its file, answered, its browser called to
// follow.
//
// Thread: the core thread's.

#include "sdk/session/session_record.h"

// A session_move. 0, and the session is here; TR_EUNAVAILABLE, TR_EFULL, TR_EEXISTS, or why its
// file cannot be read. The answer goes out by itself.
int tr_session_arrive(tr_sessions *self, const tr_message *message);

// A session that the store has: made from its snapshot. NULL: why is in `out_result`, as above;
// then a new page takes its place, unless it is TR_EFULL.
tr_session *tr_session_restore(tr_sessions *self, tr_slice snapshot, int *out_result);

#endif
