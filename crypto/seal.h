#ifndef TR_CRYPTO_SEAL_H
#define TR_CRYPTO_SEAL_H

// Bytes that others keep for us and may neither read nor change: AES-256-GCM (NIST SP 800-38D) with
// a random 96-bit nonce in front and the 128-bit tag behind.
//
// Thread: any; pure but for the nonce.

#include "base/buf.h"
#include "crypto/signature.h"

#define TR_SEAL_EXTRA_BYTES 28u // longer than what is in it

// `purpose`, a text, is bound to it: opened for another one, it is refused. One key is good for 2^32 of
// them: beyond, the chance that a nonce comes twice is no longer negligible.
void tr_seal(const tr_signing_key *key, const char *purpose, tr_slice bytes, tr_buf *out);

// TR_EREFUSED: it was not sealed with this key, or an older one of it, for this purpose, or is changed; `out` has nothing
// of it then.
int tr_unseal(const tr_signing_key *key, const char *purpose, tr_slice sealed, tr_buf *out)
    __attribute__((warn_unused_result));

#endif
