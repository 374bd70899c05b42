#ifndef TR_SDK_SESSION_REBUILD_H
#define TR_SDK_SESSION_REBUILD_H

// Builds the views again from the state (tr_app.rebuilds), after handlers, and sooner for a handler
// that names a control which only the state as it is now shows.
//
// Thread: the session's.

#include "sdk/session/call.h"

// When a handler has run since the views were built last.
void tr_session_rebuild(tr_session *self);

// Shows the changes of the handler that runs at once, in the views and in its component. Returns
// the number of the call that still builds (a build may wait), or 0.
uint64_t tr_session_rebuild_for(tr_session *self, const tr_call *call);

#endif
