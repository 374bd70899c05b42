#ifndef TR_AUTH_PROXY_USER_H
#define TR_AUTH_PROXY_USER_H

// Somebody whom a proxy in front has signed in, as its headers say: X-Forwarded-User and its like
// (oauth2-proxy), Remote-User (Authelia, Apache). The operator names the first; its name ends in
// "User", and the others have the same beginning: Email, Groups (with commas between), Name or
// Preferred-Username.
//
// Thread: any; pure. Owns: its texts.

#include <stdbool.h>

#include "base/buf.h"

#define TR_PROXY_HEADER_CAP_BYTES 64u
#define TR_PROXY_USER_CAP_BYTES 256u
#define TR_PROXY_GROUPS_CAP_BYTES 4096u

typedef struct tr_proxy_user {
    char id[TR_PROXY_USER_CAP_BYTES + 1]; // "": nobody
    char name[TR_PROXY_USER_CAP_BYTES + 1];
    char email[TR_PROXY_USER_CAP_BYTES + 1];
    char groups[TR_PROXY_GROUPS_CAP_BYTES + 1];
} tr_proxy_user;

// May the header of that name tell the user?
bool tr_proxy_header_is_fit(const char *name);

// The lower-case name of a header beside it, with the colon: "x-forwarded-email:".
void tr_proxy_header_beside(const char *user_header, const char *end,
                            char out[TR_PROXY_HEADER_CAP_BYTES + 24]);

// A header's value as a text of `cap` bytes at most. One that is longer, no UTF-8, or has control
// characters is none: cut or changed it might be somebody else's name.
void tr_proxy_text_copy(tr_slice value, char *out, size_t cap);

// The names between the commas of a text, as a msgpack array.
void tr_proxy_groups_write(tr_slice groups, tr_buf *out);

#endif
