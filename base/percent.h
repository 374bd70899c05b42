#ifndef TR_BASE_PERCENT_H
#define TR_BASE_PERCENT_H

// Percent-encoding (RFC 3986 section 2.1). Pure; any thread.

#include "base/buf.h"
#include "troupe/slice.h"

// Beside letters and digits, what never has a meaning of its own in an address (section 2.3).
#define TR_PERCENT_UNRESERVED "-._~"

// Letters and digits of ASCII, and what is in `plain`, stand as they are; each other byte is %XX.
void tr_percent_encode(tr_buf *out, tr_slice text, const char *plain);

#endif
