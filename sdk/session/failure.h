#ifndef TR_SDK_SESSION_FAILURE_H
#define TR_SDK_SESSION_FAILURE_H

// Reports a handler that failed: the log has it, the page's "error" event hears of it, or else the
// person at the page is told as tr_app.failures says, unless the call that asked for its outcome shows
// it. One that failed while it built the page gives the page up.
//
// Thread: the session's.

#include "sdk/session/call.h"

// `reason` is the author's, or ours: a sentence.
void tr_failure_report(tr_session *self, const tr_call *call, tr_slice reason);

// The same for one whose call is over.
void tr_failure_at_end(tr_session *self, const tr_call *call, int error);

// The same for a handler that could not be called; `target` is the control.
void tr_failure_of(tr_session *self, const tr_handler *failed, uint32_t target, tr_slice reason);

void tr_failure_by_code(tr_session *self, const tr_handler *failed, uint32_t target, int error);

// A browser has come: it is told if the page was given up before.
void tr_failure_tell(tr_session *self);

#endif
