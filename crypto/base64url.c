#include "crypto/base64url.h"

#include "troupe/err.h"

static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

void tr_base64url_write(tr_buf *out, const void *bytes, size_t size)
{
    const uint8_t *in = bytes;
    uint32_t bits = 0;
    unsigned count = 0;
    for (size_t i = 0; i < size; i++) {
        bits = bits << 8 | in[i];
        for (count += 8; count >= 6; count -= 6)
            tr_buf_append(out, &digits[bits >> (count - 6) & 63], 1);
    }
    if (count != 0)
        tr_buf_append(out, &digits[bits << (6 - count) & 63], 1);
}

static int value_of(char c)
{
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (c >= '0' && c <= '9')
        return c - '0' + 52;
    return c == '-' ? 62 : c == '_' ? 63 : -1;
}

int tr_base64url_read(tr_slice text, tr_buf *out)
{
    uint32_t bits = 0;
    unsigned count = 0;
    if (text.size % 4 == 1)
        return TR_EMALFORMED;
    for (uint32_t i = 0; i < text.size; i++) {
        int value = value_of(text.data[i]);
        if (value < 0)
            return TR_EMALFORMED;
        bits = bits << 6 | (uint32_t)value;
        count += 6;
        if (count >= 8) {
            count -= 8;
            uint8_t byte = (uint8_t)(bits >> count);
            tr_buf_append(out, &byte, 1);
        }
    }
    return (bits & ((1u << count) - 1)) == 0 ? 0 : TR_EMALFORMED;
}
