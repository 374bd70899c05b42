#ifndef TR_TESTING_JSON_H
#define TR_TESTING_JSON_H

// JSON text, as authors of tests write event data, to msgpack. Texts know the escapes \" \\ \/ \n
// \t \r.
//
// Thread: any; pure.

#include "base/buf.h"

// Appends the value. 0, or TR_EMALFORMED; then what was appended means nothing.
int tr_json_write(const char *json, tr_buf *out) __attribute__((warn_unused_result));

#endif
