#ifndef TR_SDK_SESSION_RENEWAL_H
#define TR_SDK_SESSION_RENEWAL_H

// For `troupe dev`: a page that comes from another program is built again by this one. What its `build` adds is
// gathered and then compared with what is there, so that controls with the same key stay: with what was typed,
// their focus and their scroll. What it changes by key is of the new page: that is compared before the first such
// change, and what is added after it is new. The view of a route is built again as after a handler of an app that `.rebuilds`.
//
// Thread: the session's.

#include "sdk/session/change.h"

// Starts as soon as there is room for a handler.
void tr_session_renew(tr_session *self);

// A control that `call` adds to the page itself: it is kept for the comparison, or it is a service that the page has
// already. False: nothing is gathered.
bool tr_renewal_gather(const tr_call *call, const tr_change *change);

// Before a change: if it names a control by its key, that may be one of those that were gathered.
void tr_renewal_place(const tr_call *call, const tr_change *change);

#endif
