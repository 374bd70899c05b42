#ifndef TESTS_SUPPORT_TOKEN_SIGNER_H
#define TESTS_SUPPORT_TOKEN_SIGNER_H

// Somebody who signs tokens with ES256, as a provider does.
//
// Thread: a test's. Owns: its key.

#include "base/buf.h"

typedef struct token_signer token_signer;

token_signer *token_signer_new(void);
void token_signer_free(token_signer **self);

// Its public key, as an element of a JSON web key set, with that id; NULL: without one.
void token_signer_write_key(const token_signer *self, const char *kid, tr_buf *out);

// HEADER.CLAIMS.SIGNATURE of two JSON texts.
void token_signer_sign(const token_signer *self, const char *header, const char *claims,
                       tr_buf *out);

#endif
