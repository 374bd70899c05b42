#ifndef TR_AUTH_ID_TOKEN_H
#define TR_AUTH_ID_TOKEN_H

// ID tokens: who has signed in, said by the provider and signed (OpenID Connect Core 1.0 section
// 3.1.3.7).
//
// Thread: one at a time.

#include "auth/jwt.h"

#define TR_ID_TOKEN_SKEW_S 60u // clocks may differ by so much

// What a token must say.
typedef struct tr_id_token_terms {
    tr_slice keys;      // the issuer's, a JSON web key set
    const char *issuer; // {tenantid} in it stands for the token's claim "tid"
    const char *client_id;
    const char *nonce; // of the request
    uint64_t now_s;    // Unix time
} tr_id_token_terms;

// On 0, `out` has the token, whose claims are true; the caller's to free also on failure.
//
// TR_ENOTFOUND: it was signed with none of the keys, but newer ones may fit; TR_EMALFORMED, TR_ETOOBIG,
// TR_EREFUSED: it is not to be believed. `out_reason` is a constant sentence then.
int tr_id_token_verify(tr_slice token, const tr_id_token_terms *terms, tr_jwt *out,
                       const char **out_reason) __attribute__((warn_unused_result));

#endif
