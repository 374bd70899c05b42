#ifndef TR_WIRE_WRITER_H
#define TR_WIRE_WRITER_H

// msgpack onto the end of a tr_buf, through msgpack-c's packer. Shortest forms, except where
// "fixed" is said. Integers are written as they are; floats as float64.
//
// Thread: any; pure.

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "troupe/slice.h"

void tr_write_nil(tr_buf *out);
void tr_write_boolean(tr_buf *out, bool value);
void tr_write_integer(tr_buf *out, int64_t value);
void tr_write_unsigned(tr_buf *out, uint64_t value);
void tr_write_float(tr_buf *out, double value);
void tr_write_text(tr_buf *out, tr_slice value);
void tr_write_literal(tr_buf *out, const char *text);
void tr_write_bytes(tr_buf *out, tr_slice value);
void tr_write_array(tr_buf *out, uint32_t count);
void tr_write_map(tr_buf *out, uint32_t count);
void tr_write_extension(tr_buf *out, int8_t type, tr_slice value);
void tr_write_fixed_u64(tr_buf *out, uint64_t value); // always 9 bytes
void tr_write_fixed_u32(tr_buf *out, uint32_t value); // always 5 bytes
void tr_write_raw(tr_buf *out, tr_slice encoded);     // bytes that are msgpack already

#endif
