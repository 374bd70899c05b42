#ifndef TR_STORE_PG_ARRAY_H
#define TR_STORE_PG_ARRAY_H

// Parameters of PostgreSQL statements in its binary form: one-dimensional arrays, of which `unnest`
// makes rows (src/include/utils/array.h: dimensions, flags, element type; length and lower bound;
// elements).
//
// Thread: any; pure. Owns: its bytes.

#include <stdint.h>

#include "base/buf.h"

// Types of elements and of arrays of them (catalog pg_type).
enum tr_pg_type {
    TR_PG_BYTEA = 17,
    TR_PG_INT8 = 20,
    TR_PG_INT4 = 23,
    TR_PG_TEXT = 25,
    TR_PG_BYTEA_ARRAY = 1001,
    TR_PG_INT4_ARRAY = 1007,
    TR_PG_TEXT_ARRAY = 1009,
    TR_PG_INT8_ARRAY = 1016
};

typedef struct tr_pg_array {
    tr_buf bytes;
    uint32_t count;
} tr_pg_array;

void tr_pg_array_begin(tr_pg_array *self, enum tr_pg_type element);
void tr_pg_array_int4(tr_pg_array *self, uint32_t value);
void tr_pg_array_int8(tr_pg_array *self, uint64_t value);
void tr_pg_array_bytes(tr_pg_array *self, const void *bytes, size_t size); // of bytea and of text
void tr_pg_array_end(tr_pg_array *self);                                   // its count is known now
void tr_pg_array_done(tr_pg_array *self);

#endif
