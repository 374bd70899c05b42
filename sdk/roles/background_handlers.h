#ifndef TR_SDK_ROLES_BACKGROUND_HANDLERS_H
#define TR_SDK_ROLES_BACKGROUND_HANDLERS_H

// The app's background handlers: each runs on a pool thread for as long as the process lives, and is
// begun again when it ends.
//
// Thread: the sessions'. Owns: their timers.

#include "sdk/session/session_record.h"

// `runs`: on this core thread; on one of them they do.
void tr_background_start(tr_sessions *self, bool runs);
void tr_background_on_done(tr_sessions *self, const tr_msg_handler_done *done);
void tr_background_stop(tr_sessions *self);

#endif
