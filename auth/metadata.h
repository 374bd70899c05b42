#ifndef TR_AUTH_METADATA_H
#define TR_AUTH_METADATA_H

// Where a provider has what (OpenID Connect Discovery 1.0 section 3, RFC 8414), as its document
// says.
//
// Thread: one at a time. Owns: its texts.

#include "auth/json.h"

typedef struct tr_metadata {
    char *issuer;
    char *authorization_url;
    char *token_url;
    char *user_url; // NULL: none
    char *keys_url;
    char *logout_url; // NULL: none (OpenID Connect RP-Initiated Logout 1.0 section 2.1)
    bool has_basic;   // the client's secret may go into a header; otherwise it goes into the form
    bool has_issuer_in_answers; // RFC 9207
} tr_metadata;

// `issuer` is the one that was asked, or what its document is known to say in its place. TR_EMALFORMED,
// TR_ETOOBIG, TR_EREFUSED (it speaks for another issuer, or names addresses where no secret may
// go), with a constant sentence.
int tr_metadata_read(tr_slice document, const char *issuer, tr_metadata *out,
                     const char **out_reason) __attribute__((warn_unused_result));

void tr_metadata_done(tr_metadata *self);

// The document's URL.
void tr_metadata_url(const char *issuer, tr_buf *out);

#endif
