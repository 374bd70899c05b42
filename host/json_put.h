#ifndef TR_HOST_JSON_PUT_H
#define TR_HOST_JSON_PUT_H

// JSON (RFC 8259) as commands print it: each part ends with a comma, which the end of what it is in takes
// back.
//
// Thread: any; pure.

#include <stdint.h>

#include "base/buf.h"

// "name":"value",
void tr_json_put_text(tr_buf *out, const char *name, const char *value);
// "name":value,
void tr_json_put_number(tr_buf *out, const char *name, uint64_t value);
// `end` in place of the comma behind the last part.
void tr_json_put_end(tr_buf *out, const char *end);

#endif
