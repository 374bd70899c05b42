#ifndef TR_AUTH_JWT_H
#define TR_AUTH_JWT_H

// JSON web tokens in the compact form (RFC 7515 section 3.1, RFC 7519), taken apart. Nothing in one
// is true before its signature has been checked with a key that its issuer says is his.
//
// Thread: one at a time. Owns: its parts.

#include "auth/json.h"

#define TR_JWT_CAP_BYTES (32u * 1024)

// What is known here, and nothing else: no "none", and no algorithm with a shared secret.
enum tr_jwt_algorithm { TR_JWT_RS256, TR_JWT_ES256 };

typedef struct tr_jwt {
    enum tr_jwt_algorithm algorithm;
    tr_json *header;
    tr_json *claims;
    tr_slice signed_part; // of the token, borrowed
    tr_buf signature;
} tr_jwt;

// TR_EMALFORMED; TR_ETOOBIG; TR_EREFUSED: an algorithm that is not known here, or an extension that
// would have to be understood ("crit"). `out` is the caller's to free also then.
int tr_jwt_read(tr_slice token, tr_jwt *out) __attribute__((warn_unused_result));

void tr_jwt_done(tr_jwt *self);

#endif
