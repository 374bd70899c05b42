#ifndef TR_BASE_JSON_TEXT_H
#define TR_BASE_JSON_TEXT_H

// A text as JSON has it between its quotes (RFC 8259). A byte that is no part of UTF-8 becomes U+FFFD, and controls, which a
// terminal would obey, are escaped.
//
// Thread: any; pure.

#include "base/buf.h"

void tr_json_text_append(tr_buf *out, const char *text);

// With the quotes.
void tr_json_text_quote(tr_buf *out, const char *text);

#endif
