#ifndef TR_SDK_SESSION_SIGN_IN_CALLBACK_H
#define TR_SDK_SESSION_SIGN_IN_CALLBACK_H

// Messages of gateways about browsers that are back from a provider (sign_in_callback), at the
// sessions actor that has the state's shard.
//
// Thread: the sessions'. Owns: nothing.

#include "sdk/session/session_record.h"

// Answers it: 0 and an array [in this window, where to]; TR_EGONE: that state was used, or is too old;
// TR_EREFUSED: another browser began it; TR_ENOTFOUND: no session has it; TR_EUNAVAILABLE: ask again.
void tr_sign_ins_on_callback(tr_sessions *sessions, const tr_message *message);

#endif
