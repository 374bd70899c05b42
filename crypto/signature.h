#ifndef TR_CRYPTO_SIGNATURE_H
#define TR_CRYPTO_SIGNATURE_H

// Signs texts with HMAC-SHA256 (RFC 2104) and checks signatures in constant time.
//
// Thread: any; pure but for the random key.

#include <stdbool.h>
#include <stdint.h>

#include "troupe/slice.h"

#define TR_SIGNATURE_BYTES 32u
#define TR_SIGNATURE_TEXT_BYTES 64u // in hexadecimal

#define TR_OLDER_KEYS_CAP 4u

// What is made is made with `bytes`; what was made with an older key is still good.
typedef struct tr_signing_key {
    uint8_t bytes[TR_SIGNATURE_BYTES];
    uint8_t older[TR_OLDER_KEYS_CAP][TR_SIGNATURE_BYTES];
    unsigned older_count;
} tr_signing_key;

// The code itself, of which all others here are made.
void tr_hmac(tr_slice key, tr_slice text, uint8_t out[TR_SIGNATURE_BYTES]);

// The key for one purpose, from a secret that several purposes may share. `purpose` is a constant
// text: another purpose is another key.
void tr_signing_key_derive(tr_slice secret, const char *purpose, tr_signing_key *out);

// The key that an older secret gave for that purpose is still good. TR_EFULL: TR_OLDER_KEYS_CAP are.
int tr_signing_key_add_older(tr_signing_key *self, tr_slice secret, const char *purpose)
    __attribute__((warn_unused_result));

// A key that nobody else has. TR_ESYSTEM: the system gives no random bytes.
int tr_signing_key_random(tr_signing_key *out) __attribute__((warn_unused_result));

void tr_sign(const tr_signing_key *key, tr_slice text, char out[TR_SIGNATURE_TEXT_BYTES + 1]);

// Is `signature`, in small hexadecimal letters, that of the text, by this key or an older one? How
// long it takes tells nothing.
bool tr_signature_is(const tr_signing_key *key, tr_slice text, tr_slice signature);

#endif
