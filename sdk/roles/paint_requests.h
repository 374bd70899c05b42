#ifndef TR_SDK_ROLES_PAINT_REQUESTS_H
#define TR_SDK_ROLES_PAINT_REQUESTS_H

// What gateways ask for a page's HTML (the message paint_request): a session is made for that
// (sdk/session/painting.h), or there is none, at once: where the app does not want it, while too much is
// painted, or when this core thread takes no new pages.
//
// Thread: the sessions'.

#include "sdk/session/session_record.h"

// Answers it, now or within TR_PAINT_BUILD_MS.
void tr_paint_requests_on(tr_sessions *sessions, const tr_message *message);

#endif
