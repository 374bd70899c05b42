#ifndef TR_WIRE_READER_H
#define TR_WIRE_READER_H

// A cursor over msgpack bytes: no allocation, no recursion, every length held against what is left.
// The first failure sticks: later calls return zero values and `failed` stays set, so that a caller
// may read a whole structure and check once. (msgpack-c's unpacker sizes its memory from declared
// counts: five hostile bytes reserve gigabytes. Nothing from outside goes through it.)
//
// Thread: any; pure. Lends: texts and bytes point into the input.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "troupe/slice.h"

enum tr_kind {
    TR_KIND_NIL,
    TR_KIND_BOOLEAN,
    TR_KIND_INTEGER, // fits int64_t or uint64_t
    TR_KIND_FLOAT,
    TR_KIND_TEXT,
    TR_KIND_BYTES,
    TR_KIND_ARRAY,
    TR_KIND_MAP,
    TR_KIND_EXTENSION,
    TR_KIND_NONE // at the end, or failed
};

typedef struct tr_reader {
    const uint8_t *at;
    const uint8_t *end;
    bool failed;
} tr_reader;

static inline tr_reader tr_reader_of(tr_slice bytes)
{
    const uint8_t *at = (const uint8_t *)bytes.data;
    return (tr_reader){at, at != NULL ? at + bytes.size : at, false};
}

// The type of the next value, without moving.
enum tr_kind tr_reader_peek(const tr_reader *self);

bool tr_reader_nil(tr_reader *self); // true and past it when nil is next; otherwise does not move
bool tr_reader_boolean(tr_reader *self);
int64_t tr_reader_integer(tr_reader *self);   // fails beyond int64_t; a whole float is accepted
uint64_t tr_reader_unsigned(tr_reader *self); // fails when negative
double tr_reader_number(tr_reader *self);     // integer or float
tr_slice tr_reader_text(tr_reader *self);
tr_slice tr_reader_bytes(tr_reader *self);
uint32_t tr_reader_array(tr_reader *self); // item count; never more than the bytes left
uint32_t tr_reader_map(tr_reader *self);   // pair count
tr_slice tr_reader_extension(tr_reader *self, int8_t *out_type);

// Past one value, nested or not; returns its bytes.
tr_slice tr_reader_skip(tr_reader *self);

// The value of a key in a map: over its bytes alone, or over none (so at its end) when this is no map
// or does not have the key. Keys that are not texts are passed over; of two equal ones the first
// counts. Bytes behind the key are not looked at.
tr_reader tr_reader_find(tr_slice map, const char *key);

static inline bool tr_reader_at_end(const tr_reader *self)
{
    return self->at == self->end;
}

#endif
