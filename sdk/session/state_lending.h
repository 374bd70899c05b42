#ifndef TR_SDK_SESSION_STATE_LENDING_H
#define TR_SDK_SESSION_STATE_LENDING_H

// The app's state, lent to one sync handler at a time: a copy goes out, and comes back changed.
// Others that want it wait in order; async handlers wait in tr_state.
//
// Thread: the session's. Owns: the queue of borrowers.

#include "sdk/session/call.h"

// Answers the question with the state, now or when it is free.
void tr_session_lend_state(tr_session *self, tr_call *call, const tr_message *question);

// The state is given back (`value`: its new bytes), or lost with the handler (`value` empty).
int tr_session_return_state(tr_session *self, tr_call *call, tr_slice value);

// A call that ends no longer waits for the state.
void tr_session_forget_borrower(tr_session *self, const tr_call *call);

#endif
