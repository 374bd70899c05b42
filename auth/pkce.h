#ifndef TR_AUTH_PKCE_H
#define TR_AUTH_PKCE_H

// Proof key for code exchange (RFC 7636), method S256, and other random texts of a sign-in.
//
// Thread: any; pure but for the random bytes.

#include "crypto/base64url.h"

#define TR_PKCE_SIZE TR_BASE64URL_SIZE(32u) // 43 characters

// 256 random bits: a code verifier, or a nonce.
void tr_pkce_verifier_make(char out[TR_PKCE_SIZE + 1]);

// The code challenge of a verifier.
void tr_pkce_challenge(tr_slice verifier, char out[TR_PKCE_SIZE + 1]);

#endif
