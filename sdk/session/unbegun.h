#ifndef TR_SDK_SESSION_UNBEGUN_H
#define TR_SDK_SESSION_UNBEGUN_H

// Calls of sync handlers that came back before they began, and that no person's event called: tasks,
// messages of topics, events of the page. They travel beside the session's file and begin where it is
// next, as they would have where it was. (A person's event travels as tr_interrupted, with its number.)
//
// Thread: the session's. Owns: nothing.

#include "sdk/session/call.h"

bool tr_unbegun_is(const tr_call *call);

// One that nobody misses: the next beat of an interval comes by itself, and whoever watches a topic is
// told anew who is there.
bool tr_unbegun_is_dropped(const tr_call *call);

void tr_unbegun_write(const tr_call *call, tr_buf *out);

// An array of them; empty: none. What belonged to a component or a view that is not there does not
// begin.
void tr_unbegun_begin(tr_session *session, tr_slice list);

#endif
