#ifndef TR_SDK_API_SIGN_IN_H
#define TR_SDK_API_SIGN_IN_H

// What is done when a browser is back from a provider: the code is exchanged for tokens, the ID token
// is checked, the user and groups are asked for; then the session has an account.
//
// Thread: the session's.

#include "troupe/pages/event.h"

// The handler that tr_login gives to the session (sign_ins.h), whose event it runs on.
const tr_handler *tr_sign_in_handler(void);

#endif
