#ifndef TR_TESTS_WIRE_HEX_H
#define TR_TESTS_WIRE_HEX_H

// Bytes for tests, written as hex with blanks where the eye wants them.
//
// Owns: what hex_bytes and exact_copy return is the caller's.

#include <check.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/mem.h"
#include "troupe/slice.h"

static inline unsigned hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return (unsigned)(c - '0');
    ck_assert(c >= 'a' && c <= 'f');
    return (unsigned)(c - 'a') + 10;
}

static inline void hex_append(tr_buf *out, const char *hex)
{
    while (*hex != '\0') {
        if (*hex == ' ') {
            hex++;
            continue;
        }
        ck_assert(hex[1] != '\0');
        uint8_t byte = (uint8_t)(hex_digit(hex[0]) << 4 | hex_digit(hex[1]));
        tr_buf_append(out, &byte, 1);
        hex += 2;
    }
}

static inline tr_buf hex_bytes(const char *hex)
{
    tr_buf bytes = {0};
    hex_append(&bytes, hex);
    return bytes;
}

static inline tr_slice slice_of_buf(const tr_buf *bytes)
{
    return (tr_slice){(const char *)bytes->data, (uint32_t)bytes->size};
}

// In a block of exactly that size, so that AddressSanitizer sees a read past the end.
static inline uint8_t *exact_copy(const void *bytes, size_t size)
{
    uint8_t *copy = tr_alloc(size);
    if (size != 0)
        memcpy(copy, bytes, size);
    return copy;
}

static inline void assert_bytes(const tr_buf *bytes, const char *hex)
{
    tr_buf wanted = hex_bytes(hex);
    tr_buf seen = {0};
    for (size_t i = 0; i < bytes->size; i++)
        tr_buf_printf(&seen, "%02x", bytes->data[i]);
    ck_assert_msg(bytes->size == wanted.size &&
                      (wanted.size == 0 || memcmp(bytes->data, wanted.data, wanted.size) == 0),
                  "bytes are %s, not %s", tr_buf_text(&seen), hex);
    tr_buf_done(&seen);
    tr_buf_done(&wanted);
}

static inline void assert_slice(tr_slice slice, const char *text)
{
    ck_assert_msg(tr_slice_is(slice, text), "\"%.*s\" is not \"%s\"", (int)slice.size,
                  slice.size != 0 ? slice.data : "", text);
}

#endif
