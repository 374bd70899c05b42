#ifndef TR_BASE_HTML_H
#define TR_BASE_HTML_H

// Texts within HTML.
//
// Thread: any; pure.

#include <stddef.h>

#include "base/buf.h"

// Appends the text (UTF-8) as it may stand between tags and between double or single quotes. What controls
// a terminal is left out, but for tabs and line breaks. Stops before a character once `out` has `cap` bytes.
void tr_html_put_text(tr_buf *out, tr_slice text, size_t cap);

#endif
