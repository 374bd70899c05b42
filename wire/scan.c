#include "wire/scan.h"

#include <stdint.h>

#include "troupe/err.h"
#include "wire/limits.h"
#include "wire/load.h"
#include "wire/token.h"

static int is_tail(uint8_t byte)
{
    return (byte & 0xc0) == 0x80;
}

// Bytes of the multi-byte character at `at`; 0 when it is not well-formed. The first tail byte has
// a narrower range after e0 and f0 (overlong), ed (surrogates) and f4 (above U+10FFFF).
static size_t character_size(const uint8_t *at, size_t left)
{
    uint8_t lead = at[0];
    if (lead >= 0xc2 && lead <= 0xdf)
        return left >= 2 && is_tail(at[1]) ? 2 : 0;
    if (lead >= 0xe0 && lead <= 0xef) {
        if (left < 3 || !is_tail(at[1]) || !is_tail(at[2]))
            return 0;
        if ((lead == 0xe0 && at[1] < 0xa0) || (lead == 0xed && at[1] > 0x9f))
            return 0;
        return 3;
    }
    if (lead >= 0xf0 && lead <= 0xf4) {
        if (left < 4 || !is_tail(at[1]) || !is_tail(at[2]) || !is_tail(at[3]))
            return 0;
        if ((lead == 0xf0 && at[1] < 0x90) || (lead == 0xf4 && at[1] > 0x8f))
            return 0;
        return 4;
    }
    return 0;
}

int tr_scan_is_utf8(const void *bytes, size_t size)
{
    const uint8_t *at = bytes;
    size_t left = size;
    while (left != 0) {
        // Nearly all text is ASCII: eight bytes a step.
        if (left >= 8 && (tr_load_u64(at) & 0x8080808080808080u) == 0) {
            at += 8;
            left -= 8;
            continue;
        }
        size_t step = *at < 0x80 ? 1 : character_size(at, left);
        if (step == 0)
            return 0;
        at += step;
        left -= step;
    }
    return 1;
}

int tr_scan(const void *bytes, size_t size)
{
    const uint8_t *at = bytes;
    size_t left = size;
    size_t owed_above[TR_SCAN_DEPTH_CAP]; // values still to come on each outer level
    size_t owed = 1;                      // and on this one
    unsigned depth = 0;
    for (unsigned items = 1;; items++) {
        tr_token token;
        if (!tr_token_read(at, left, &token))
            return TR_EMALFORMED;
        if (items > TR_SCAN_ITEM_CAP)
            return TR_ETOOBIG;
        at += token.head;
        if (token.kind == TR_KIND_TEXT && !tr_scan_is_utf8(at, token.size))
            return TR_EMALFORMED;
        at += token.size;
        left -= token.head + token.size;
        owed--;
        if (token.kind == TR_KIND_ARRAY || token.kind == TR_KIND_MAP) {
            if (depth == TR_SCAN_DEPTH_CAP)
                return TR_ETOOBIG;
            owed_above[depth++] = owed;
            owed = token.items;
        }
        while (owed == 0) {
            if (depth == 0)
                return left == 0 ? 0 : TR_EMALFORMED;
            owed = owed_above[--depth];
        }
    }
}
