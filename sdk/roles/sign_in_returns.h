#ifndef TR_SDK_ROLES_SIGN_IN_RETURNS_H
#define TR_SDK_ROLES_SIGN_IN_RETURNS_H

// Browsers that are back from a provider (sign_in_callback). The session that one belongs to may have no
// connection meanwhile, as in the same window, and the worker that began may have been killed: then
// it is read from the store first (openings.h), without a browser.
//
// Thread: the core thread's.

#include "sdk/session/session_record.h"

// Answers it, now or later.
void tr_sign_in_returns(tr_sessions *sessions, const tr_message *message);

#endif
