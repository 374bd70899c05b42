#ifndef TR_SDK_SESSION_BROWSER_EVENTS_H
#define TR_SDK_SESSION_BROWSER_EVENTS_H

// What a browser says of its controls: events start their handlers, values become the tree's.
//
// Thread: the session's.

#include "sdk/session/session_record.h"

// False: it was taken before, and is sent again since its browser could not know.
bool tr_session_take_number(tr_session *self, const tr_message *message);

// A browser_event: starts its handler, or keeps it until that can be.
void tr_session_on_event(tr_session *self, const tr_message *message);
void tr_session_on_update(tr_session *self, const tr_msg_browser_update *update);

// Starts what was kept, as far as there is room.
void tr_session_start_waiting(tr_session *self);

#endif
