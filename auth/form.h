#ifndef TR_AUTH_FORM_H
#define TR_AUTH_FORM_H

// Names and values as forms and queries have them (application/x-www-form-urlencoded), and the URLs
// that sign-in may go to.
//
// Thread: any; pure.

#include <stdbool.h>

#include "base/buf.h"

// Appends NAME=VALUE, behind an & unless it is the first one (the buffer is empty or ends with ?).
// `name` is a constant text of letters and _.
void tr_form_add(tr_buf *out, const char *name, tr_slice value);

// Percent-encodes what is not unreserved in a URL (RFC 3986 section 2.3).
void tr_form_encode(tr_buf *out, tr_slice value);

// A client's name and secret as the value of an Authorization header (RFC 6749 section 2.3.1).
void tr_form_add_basic(tr_buf *out, tr_slice name, tr_slice secret);

// May secrets go there: https, or http to this machine itself? At most TR_AUTH_URL_CAP_BYTES.
#define TR_AUTH_URL_CAP_BYTES 2048u
bool tr_auth_url_is_safe(tr_slice url);

#endif
