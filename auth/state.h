#ifndef TR_AUTH_STATE_H
#define TR_AUTH_STATE_H

// The `state` of an authorization request (RFC 6749 section 4.1.1): TOKEN.EXPIRES.FLAGS.SESSION.SIGNATURE.
// The token has the form of a session id and names its session's shard, so that the browser may
// come back to any gateway; the session takes each token once. Which session that is, is encrypted: it may
// have gone to the store meanwhile, and is found there by its id, which is nobody else's business.
//
// Thread: any; pure.

#include <stdbool.h>
#include <stdint.h>

#include "auth/settings.h"
#include "base/buf.h"
#include "wire/session_id.h"

typedef struct tr_auth_state {
    char token[TR_SESSION_ID_SIZE + 1];
    char session_id[TR_SESSION_ID_SIZE + 1];
    uint64_t expires_s; // Unix time
    bool is_secure;     // the browser comes back by HTTPS
} tr_auth_state;

void tr_auth_state_write(const tr_auth_state *state, const tr_auth_settings *settings, tr_buf *out);

// TR_EMALFORMED: it is no state; TR_EREFUSED: the signature is of something else. Whether it has
// expired is the caller's to see.
int tr_auth_state_read(tr_slice text, const tr_auth_settings *settings, tr_auth_state *out)
    __attribute__((warn_unused_result));

#endif
