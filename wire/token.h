#ifndef TR_WIRE_TOKEN_H
#define TR_WIRE_TOKEN_H

// The head of one msgpack value: what it is and how far it reaches. The one place that knows the
// format's byte values; scan and reader are built on it. Private to wire/.
//
// Thread: any; pure.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "wire/load.h"
#include "wire/reader.h"

typedef struct tr_token {
    enum tr_kind kind;
    uint32_t head; // bytes of the tag, and of the length where there is one
    size_t size;   // bytes behind the head that belong to this value alone
    size_t items;  // values nested in it: elements, or keys and values
} tr_token;

// Tags c0 to df. `width` is the size of the length field, `fixed` what follows besides.
typedef struct tr_token_form {
    uint8_t kind;
    uint8_t width;
    uint8_t fixed;
} tr_token_form;

static const tr_token_form tr_token_forms[32] = {
    [0x00] = {TR_KIND_NIL, 0, 0},        [0x01] = {TR_KIND_NONE, 0, 0},
    [0x02] = {TR_KIND_BOOLEAN, 0, 0},    [0x03] = {TR_KIND_BOOLEAN, 0, 0},
    [0x04] = {TR_KIND_BYTES, 1, 0},      [0x05] = {TR_KIND_BYTES, 2, 0},
    [0x06] = {TR_KIND_BYTES, 4, 0},      [0x07] = {TR_KIND_EXTENSION, 1, 1},
    [0x08] = {TR_KIND_EXTENSION, 2, 1},  [0x09] = {TR_KIND_EXTENSION, 4, 1},
    [0x0a] = {TR_KIND_FLOAT, 0, 4},      [0x0b] = {TR_KIND_FLOAT, 0, 8},
    [0x0c] = {TR_KIND_INTEGER, 0, 1},    [0x0d] = {TR_KIND_INTEGER, 0, 2},
    [0x0e] = {TR_KIND_INTEGER, 0, 4},    [0x0f] = {TR_KIND_INTEGER, 0, 8},
    [0x10] = {TR_KIND_INTEGER, 0, 1},    [0x11] = {TR_KIND_INTEGER, 0, 2},
    [0x12] = {TR_KIND_INTEGER, 0, 4},    [0x13] = {TR_KIND_INTEGER, 0, 8},
    [0x14] = {TR_KIND_EXTENSION, 0, 2},  [0x15] = {TR_KIND_EXTENSION, 0, 3},
    [0x16] = {TR_KIND_EXTENSION, 0, 5},  [0x17] = {TR_KIND_EXTENSION, 0, 9},
    [0x18] = {TR_KIND_EXTENSION, 0, 17}, [0x19] = {TR_KIND_TEXT, 1, 0},
    [0x1a] = {TR_KIND_TEXT, 2, 0},       [0x1b] = {TR_KIND_TEXT, 4, 0},
    [0x1c] = {TR_KIND_ARRAY, 2, 0},      [0x1d] = {TR_KIND_ARRAY, 4, 0},
    [0x1e] = {TR_KIND_MAP, 2, 0},        [0x1f] = {TR_KIND_MAP, 4, 0},
};

static inline enum tr_kind tr_token_kind(uint8_t tag)
{
    if (tag < 0x80 || tag >= 0xe0)
        return TR_KIND_INTEGER;
    if (tag >= 0xc0)
        return (enum tr_kind)tr_token_forms[tag - 0xc0].kind;
    if (tag >= 0xa0)
        return TR_KIND_TEXT;
    return tag >= 0x90 ? TR_KIND_ARRAY : TR_KIND_MAP;
}

static inline size_t tr_token_length(const uint8_t *at, unsigned width)
{
    switch (width) {
    case 1:
        return *at;
    case 2:
        return tr_load_u16(at);
    case 4:
        return tr_load_u32(at);
    default:
        return 0;
    }
}

// False when there is no value here: no byte, a reserved tag, or a head, payload or item count that
// the `left` bytes cannot hold.
static inline bool tr_token_read(const uint8_t *at, size_t left, tr_token *out)
{
    if (left == 0)
        return false;
    uint8_t tag = *at;
    enum tr_kind kind = tr_token_kind(tag);
    uint32_t head = 1;
    size_t size = 0;
    size_t items = 0;
    if (kind == TR_KIND_NONE)
        return false;
    if (tag >= 0xc0 && tag < 0xe0) {
        tr_token_form form = tr_token_forms[tag - 0xc0];
        head += form.width;
        if (left < head)
            return false;
        size = tr_token_length(at + 1, form.width) + form.fixed;
    } else if (kind == TR_KIND_TEXT) {
        size = tag & 0x1fu;
    } else if (kind != TR_KIND_INTEGER) {
        size = tag & 0x0fu;
    }
    if (kind == TR_KIND_ARRAY || kind == TR_KIND_MAP) {
        items = kind == TR_KIND_MAP ? size * 2 : size;
        size = 0;
    }
    *out = (tr_token){kind, head, size, items};
    return size <= left - head && items <= left - head;
}

#endif
