#include "wire/writer.h"

#include <msgpack.h>
#include <string.h>

#include "wire/load.h"

static int append(void *out, const char *bytes, size_t size)
{
    tr_buf_append(out, bytes, size);
    return 0;
}

static msgpack_packer packer(tr_buf *out)
{
    msgpack_packer self;
    msgpack_packer_init(&self, out, append);
    return self;
}

static void write_byte(tr_buf *out, uint8_t byte)
{
    *tr_buf_reserve(out, 1) = byte;
    out->size++;
}

void tr_write_nil(tr_buf *out)
{
    write_byte(out, 0xc0);
}

void tr_write_boolean(tr_buf *out, bool value)
{
    write_byte(out, value ? 0xc3 : 0xc2);
}

void tr_write_integer(tr_buf *out, int64_t value)
{
    msgpack_packer to = packer(out);
    msgpack_pack_int64(&to, value);
}

// By hand, as arrays below: bodies of bus messages are made of these two. The same bytes as
// msgpack-c's, the shortest form.
void tr_write_unsigned(tr_buf *out, uint64_t value)
{
    uint8_t *at = tr_buf_reserve(out, 9);
    if (value < 0x80) {
        at[0] = (uint8_t)value;
        out->size += 1;
    } else if (value <= UINT8_MAX) {
        at[0] = 0xcc;
        at[1] = (uint8_t)value;
        out->size += 2;
    } else if (value <= UINT16_MAX) {
        at[0] = 0xcd;
        tr_store_u16(at + 1, (uint16_t)value);
        out->size += 3;
    } else if (value <= UINT32_MAX) {
        at[0] = 0xce;
        tr_store_u32(at + 1, (uint32_t)value);
        out->size += 5;
    } else {
        at[0] = 0xcf;
        tr_store_u64(at + 1, value);
        out->size += 9;
    }
}

// By hand, like the fixed integers: a packer may choose another form for a whole number.
void tr_write_float(tr_buf *out, double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    uint8_t *at = tr_buf_reserve(out, 9);
    at[0] = 0xcb;
    tr_store_u64(at + 1, bits);
    out->size += 9;
}

// The bodies are appended directly: msgpack-c would hand an empty one to memcpy as NULL.
// Short ones, as every key is, by hand.
void tr_write_text(tr_buf *out, tr_slice value)
{
    if (value.size < 32) {
        uint8_t *at = tr_buf_reserve(out, 1 + 31);
        at[0] = (uint8_t)(0xa0 | value.size);
        if (value.size != 0)
            memcpy(at + 1, value.data, value.size);
        out->size += 1 + value.size;
        return;
    }
    msgpack_packer to = packer(out);
    msgpack_pack_str(&to, value.size);
    tr_buf_append(out, value.data, value.size);
}

void tr_write_literal(tr_buf *out, const char *text)
{
    tr_write_text(out, tr_slice_of(text));
}

void tr_write_bytes(tr_buf *out, tr_slice value)
{
    msgpack_packer to = packer(out);
    msgpack_pack_bin(&to, value.size);
    tr_buf_append(out, value.data, value.size);
}

void tr_write_array(tr_buf *out, uint32_t count)
{
    if (count < 16) {
        write_byte(out, (uint8_t)(0x90 | count));
        return;
    }
    msgpack_packer to = packer(out);
    msgpack_pack_array(&to, count);
}

void tr_write_map(tr_buf *out, uint32_t count)
{
    if (count < 16) {
        write_byte(out, (uint8_t)(0x80 | count));
        return;
    }
    msgpack_packer to = packer(out);
    msgpack_pack_map(&to, count);
}

void tr_write_extension(tr_buf *out, int8_t type, tr_slice value)
{
    msgpack_packer to = packer(out);
    msgpack_pack_ext(&to, value.size, type);
    tr_buf_append(out, value.data, value.size);
}

void tr_write_fixed_u64(tr_buf *out, uint64_t value)
{
    uint8_t *at = tr_buf_reserve(out, 9);
    at[0] = 0xcf;
    tr_store_u64(at + 1, value);
    out->size += 9;
}

void tr_write_fixed_u32(tr_buf *out, uint32_t value)
{
    uint8_t *at = tr_buf_reserve(out, 5);
    at[0] = 0xce;
    tr_store_u32(at + 1, value);
    out->size += 5;
}

void tr_write_raw(tr_buf *out, tr_slice encoded)
{
    tr_buf_append(out, encoded.data, encoded.size);
}
