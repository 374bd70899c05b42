#ifndef TR_TESTING_JSON_H
#define TR_TESTING_JSON_H

// JSON text, as authors of tests write event data, to msgpack and back. Texts know the escapes \" \\ \/ \n
// \t \r. What JSON does not have is {"$bytes": "00ff"} and {"$extension": "1:00ff"}, hexadecimal.
//
// Thread: any; pure.

#include "base/buf.h"
#include "troupe/slice.h"

// Appends the value. 0, or TR_EMALFORMED; then what was appended means nothing.
int tr_json_write(const char *json, tr_buf *out) __attribute__((warn_unused_result));

// Appends a msgpack value as JSON text on one line; what is empty or broken as null. `put_text` writes texts;
// NULL: as they are.
typedef void tr_json_text(void *arg, tr_slice text, tr_buf *out);
void tr_json_print(tr_slice value, tr_json_text *put_text, void *arg, tr_buf *out);

#endif
