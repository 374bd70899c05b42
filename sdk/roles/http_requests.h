#ifndef TR_SDK_ROLES_HTTP_REQUESTS_H
#define TR_SDK_ROLES_HTTP_REQUESTS_H

// Requests that an app answers itself (the message http_request): an async handler runs as a
// coroutine of this core thread, a sync one on a thread of its pool, and a file that one answers with
// is looked at there and then read as a download is (sdk/session/download_steps.h).
//
// Thread: the sessions'. Owns: the requests under way.

#include "sdk/session/session_record.h"

// Answers it, now or later.
void tr_http_requests_on(tr_sessions *sessions, const tr_message *message);

// Nobody waits for the answer any more: an async handler's wait, and every later one, is TR_ECANCELLED. A
// sync one runs on. One that is not there, or no longer, is no matter.
void tr_http_requests_give_up(tr_sessions *sessions, uint64_t attempt);

#endif
