#ifndef TR_CRYPTO_PUBLIC_KEY_H
#define TR_CRYPTO_PUBLIC_KEY_H

// Public keys that others sign with, and their signatures: RSA with PKCS #1 v1.5 and SHA-256 (RS256),
// and ECDSA on P-256 with SHA-256 (ES256), as RFC 7518 section 3 has them. A key is of one algorithm
// and checks no other, so what a signature says of itself never chooses.
//
// Thread: any; one thread at a time. Owns: the key.

#include <stdbool.h>

#include "troupe/slice.h"

typedef struct tr_public_key tr_public_key;

#define TR_RSA_BITS_MIN 2048u // RFC 7518 section 3.3
#define TR_RSA_BITS_MAX 8192u // more costs too much time to check

// Modulus and exponent, big-endian. TR_EINVALID: it is no key, or one of another size.
int tr_public_key_rsa(tr_slice modulus, tr_slice exponent, tr_public_key **out)
    __attribute__((warn_unused_result));

// Coordinates of 32 bytes each. TR_EINVALID: they are no point of the curve.
int tr_public_key_p256(tr_slice x, tr_slice y, tr_public_key **out)
    __attribute__((warn_unused_result));

// Fine with NULL.
void tr_public_key_free(tr_public_key *self);

// For ES256, r and s of 32 bytes each (RFC 7518 section 3.4).
bool tr_public_key_verify(const tr_public_key *self, tr_slice text, tr_slice signature);

#endif
