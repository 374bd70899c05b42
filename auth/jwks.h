#ifndef TR_AUTH_JWKS_H
#define TR_AUTH_JWKS_H

// An issuer's keys (JSON web key sets, RFC 7517).
//
// Thread: one at a time.

#include "auth/jwt.h"

#define TR_JWKS_KEYS_CAP 64u // looked at; what comes behind is left out

// Was the token signed with one of these keys? A key counts that is for signatures, of the token's
// algorithm, and has the id that the token names, if it names one.
//
// 0; TR_ENOTFOUND: no key counts: the issuer may have got a new one; TR_EREFUSED: some do, and none
// of them fits; TR_EMALFORMED: it is no key set.
int tr_jwks_check(tr_slice keys, const tr_jwt *token) __attribute__((warn_unused_result));

#endif
