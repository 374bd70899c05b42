#ifndef TR_CRYPTO_DIGEST_H
#define TR_CRYPTO_DIGEST_H

// SHA-256 (FIPS 180-4), and a comparison whose time tells nothing.
//
// Thread: any; pure.

#include <stdbool.h>

#include "troupe/slice.h"

#define TR_DIGEST_BYTES 32u

void tr_digest(tr_slice bytes, uint8_t out[TR_DIGEST_BYTES]);

// Are they equal? The time tells no more than whether their sizes are.
bool tr_secret_is(tr_slice a, tr_slice b);

// Zeroes bytes that nobody reads any more, which a compiler may not leave out.
void tr_secret_wipe(void *bytes, size_t size);

#endif
