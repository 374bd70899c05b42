#ifndef TR_SDK_SESSION_CHANGE_APPLY_H
#define TR_SDK_SESSION_CHANGE_APPLY_H

// Applies a change to a session.
//
// Thread: the session's.

#include "sdk/session/change.h"

// The nodes of the change are taken over, also on failure.
int tr_session_apply(tr_session *self, tr_call *call, tr_change *change, tr_buf *out_value);

// A change of a sync handler: reads the message, applies, and answers unless the answer comes
// later.
void tr_session_on_page_change(tr_session *self, const tr_message *message);

#endif
