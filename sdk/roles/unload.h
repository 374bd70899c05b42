#ifndef TR_SDK_ROLES_UNLOAD_H
#define TR_SDK_ROLES_UNLOAD_H

// Where memory is short and there is a store: sessions without a browser are left to the store
// alone, those first that would expire first. Who comes back to one finds it there.
//
// Thread: the core thread's.

#include "sdk/session/session_record.h"

// At most TR_UNLOADS_PER_TURN of them, that are written down and have nothing in flight. Without a
// store none.
void tr_sessions_unload(tr_sessions *sessions);

#endif
