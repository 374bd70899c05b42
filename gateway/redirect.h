#ifndef TR_GATEWAY_REDIRECT_H
#define TR_GATEWAY_REDIRECT_H

// The answer of a plain port beside an HTTPS one: 308 to the same host, path and query there. The one
// thing that it has itself is what a certificate authority asks for (ACME http-01, RFC 8555 section
// 8.3): files of the folder that certbot's --webroot names.
//
// Thread: any; reads files. Owns: nothing.

#include <stdbool.h>
#include <stddef.h>

#include "troupe/slice.h"

typedef struct tr_redirect {
    unsigned port;             // of the HTTPS addresses
    const char *allowed_hosts; // as in gateway/forwarded.h; NULL: any
    const char *acme_folder;   // with .well-known/acme-challenge in it; NULL: none
} tr_redirect;

#define TR_REDIRECT_CAP_BYTES 24576u // a head, and what is around it

// To a whole head: an answer with which the connection ends. A request without a host that may be
// named gets 400 or 421. Returns its size.
size_t tr_redirect_answer(const tr_redirect *self, tr_slice head, char out[TR_REDIRECT_CAP_BYTES]);

#endif
