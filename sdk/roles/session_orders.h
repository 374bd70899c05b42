#ifndef TR_SDK_ROLES_SESSION_ORDERS_H
#define TR_SDK_ROLES_SESSION_ORDERS_H

// Orders of operators about one session (actors/system/orders.h): it leaves memory for the store, or ends
// for good. Its browser, if it has one, is told to come again (1012), and finds it as the store has
// it, or a new page.
//
// Thread: the core thread's.

#include "sdk/session/session_record.h"
#include "wire/message.h"

// Carries a `node_order` of these out and answers it; false for any other message. The answer: 0; TR_ENOTFOUND, no session of this core thread begins so;
// TR_EEXISTS, several do; TR_EINVALID, the beginning is too short to name one; TR_EFULL, a handler of
// it runs, or it is moving, or the store has not all of it: nothing was done; TR_EREFUSED, no store
// would keep it.
bool tr_sessions_take_order(tr_sessions *self, const tr_message *message);

#endif
