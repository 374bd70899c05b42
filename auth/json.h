#ifndef TR_AUTH_JSON_H
#define TR_AUTH_JSON_H

// JSON from providers (RFC 8259), read with Jansson; this is its one door. Strangers write it, so its
// nesting is looked at before it is read, objects with one name twice are refused, and everything
// is bounded.
//
// Thread: one at a time. Owns: a document owns all values in it.

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"

typedef struct json_t tr_json; // as Jansson names it

#define TR_JSON_CAP_BYTES (256u * 1024)
#define TR_JSON_DEPTH_CAP 32u

// TR_EMALFORMED, TR_ETOOBIG.
int tr_json_read(tr_slice bytes, tr_json **out) __attribute__((warn_unused_result));

// Fine with NULL.
void tr_json_free(tr_json *self);

// Of an object, lent: NULL or empty when it has none of that name, or of another type.
const tr_json *tr_json_get(const tr_json *self, const char *name);
tr_slice tr_json_text(const tr_json *self, const char *name);

// A whole number from 0 on; false: there is none.
bool tr_json_number(const tr_json *self, const char *name, uint64_t *out);

// Elements of an array; 0: it is none.
uint32_t tr_json_count(const tr_json *self);
const tr_json *tr_json_at(const tr_json *self, uint32_t index);

// A text itself; empty: it is none.
tr_slice tr_json_as_text(const tr_json *self);

bool tr_json_is_object(const tr_json *self);
bool tr_json_is_true(const tr_json *self, const char *name);
bool tr_json_has(const tr_json *self, const char *name);

// The object as a msgpack map: texts, whole numbers and truths as they are, all else as its JSON
// text. `first` and then `self`, whose values win; either may be NULL.
void tr_json_to_map(const tr_json *first, const tr_json *self, tr_buf *out);

#endif
