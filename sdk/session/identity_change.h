#ifndef TR_SDK_SESSION_IDENTITY_CHANGE_H
#define TR_SDK_SESSION_IDENTITY_CHANGE_H

// What the functions of troupe/pages/auth.h ask of a session: TR_CHANGE_IDENTITY. Each step is one
// function of identity.h or sign_ins.h.
//
// Thread: the session's.

#include "sdk/session/change.h"

enum tr_identity_step {
    TR_IDENTITY_BEGIN = 1, // `value`: terms
    TR_IDENTITY_CANCEL,    // `value`: the state
    TR_IDENTITY_SIGN_IN,   // `property`: the browser's key; `value`: the account
    TR_IDENTITY_RENEW,     // `value`: the account
    TR_IDENTITY_TELL,
    TR_IDENTITY_SIGN_OUT, // the answer, if it is wanted: where else
    TR_IDENTITY_BEGIN_REFRESH,
    TR_IDENTITY_END_REFRESH,
    TR_IDENTITY_SAVE,
    TR_IDENTITY_RESTORE, // `value`: the text
    TR_IDENTITY_OWN_KEY  // of the browser that is attached
};

int tr_identity_apply(tr_session *session, const tr_change *change, tr_buf *out);

#endif
