#ifndef TR_CRYPTO_BASE64URL_H
#define TR_CRYPTO_BASE64URL_H

// Base64 with the alphabet for URLs and without padding (RFC 4648 section 5), as JWTs, keys and
// PKCE have it.
//
// Thread: any; pure.

#include "base/buf.h"

// How many characters so many bytes take.
#define TR_BASE64URL_SIZE(bytes) (((bytes)*4u + 2u) / 3u)

void tr_base64url_write(tr_buf *out, const void *bytes, size_t size);

// Strictly: no padding, no line ends, no bits that stand for nothing. TR_EMALFORMED; `out` then has
// what came before.
int tr_base64url_read(tr_slice text, tr_buf *out) __attribute__((warn_unused_result));

#endif
