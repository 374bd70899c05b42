#ifndef TR_TESTS_GOLDEN_VIEW_H
#define TR_TESTS_GOLDEN_VIEW_H

// The file's JSON and what it stands for: msgpack, bytes, models. The only door to the JSON
// library; the runner's other files include this one.

#include <jansson.h>
#include <stdbool.h>

#include "base/buf.h"
#include "testing/client_model.h"
#include "troupe/slice.h"

// The text under a key; NULL when it is not there or no text.
const char *view_text(const json_t *object, const char *key);

// Is it an object with this key ("$c", "$v", …)?
bool view_is(const json_t *value, const char *key);

// As msgpack. Objects with one of "$map", "$ext", "$bin", "$float" are what they say; whole numbers
// become integers. False: one of these is ill-formed.
bool view_write(tr_buf *out, const json_t *value);

// The same as a model; NULL when ill-formed.
cm_value *view_model(const json_t *value);

// The way back: a model as JSON. New.
json_t *view_of(const cm_value *model);

// A text of hexadecimal digits; false when it is none.
bool view_bytes(tr_buf *out, const json_t *hex);

// Equal in meaning: 1 and 1.0 are one number.
bool view_equal(const json_t *a, const json_t *b);

static inline tr_slice view_slice(const tr_buf *buf)
{
    return (tr_slice){(const char *)buf->data, (uint32_t)buf->size};
}

#endif
