#include "wire/reader.h"

#include "wire/load.h"
#include "wire/token.h"

static size_t left(const tr_reader *self)
{
    return (size_t)(self->end - self->at);
}

// Standing at the end makes every later call fail by itself.
static void fail(tr_reader *self)
{
    self->at = self->end;
    self->failed = true;
}

// Past the head and payload of a value of this kind; returns its payload, NULL on failure.
static const uint8_t *take(tr_reader *self, enum tr_kind kind, tr_token *out)
{
    if (!tr_token_read(self->at, left(self), out) || out->kind != kind) {
        fail(self);
        return NULL;
    }
    const uint8_t *payload = self->at + out->head;
    self->at = payload + out->size;
    return payload;
}

static tr_slice take_slice(tr_reader *self, enum tr_kind kind)
{
    tr_token token;
    const uint8_t *payload = take(self, kind, &token);
    if (payload == NULL)
        return (tr_slice){0};
    if (token.size > UINT32_MAX) {
        fail(self);
        return (tr_slice){0};
    }
    return (tr_slice){(const char *)payload, (uint32_t)token.size};
}

enum tr_kind tr_reader_peek(const tr_reader *self)
{
    return self->at != self->end ? tr_token_kind(*self->at) : TR_KIND_NONE;
}

bool tr_reader_nil(tr_reader *self)
{
    if (self->at == self->end || *self->at != 0xc0)
        return false;
    self->at++;
    return true;
}

bool tr_reader_boolean(tr_reader *self)
{
    tr_token token;
    const uint8_t *payload = take(self, TR_KIND_BOOLEAN, &token);
    return payload != NULL && payload[-1] == 0xc3;
}

static double load_float(const uint8_t *payload, size_t size)
{
    if (size == 4) {
        uint32_t bits = tr_load_u32(payload);
        float value;
        memcpy(&value, &bits, sizeof value);
        return (double)value;
    }
    uint64_t bits = tr_load_u64(payload);
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

// Two's complement bits of an integer; `negative` tells the halves of the range apart.
static uint64_t load_integer(const uint8_t *payload, uint8_t tag, bool *negative)
{
    int64_t value = 0;
    *negative = false;
    switch (tag) {
    case 0xcc:
        return *payload;
    case 0xcd:
        return tr_load_u16(payload);
    case 0xce:
        return tr_load_u32(payload);
    case 0xcf:
        return tr_load_u64(payload);
    case 0xd0:
        value = (int8_t)*payload;
        break;
    case 0xd1:
        value = (int16_t)tr_load_u16(payload);
        break;
    case 0xd2:
        value = (int32_t)tr_load_u32(payload);
        break;
    case 0xd3:
        value = (int64_t)tr_load_u64(payload);
        break;
    default:
        value = (int8_t)tag; // fixint
        break;
    }
    *negative = value < 0;
    return (uint64_t)value;
}

// The comparisons are false for NaN, and keep the casts within their range.
static bool whole_from_float(double value, uint64_t *out, bool *negative)
{
    *negative = value < 0;
    if (value >= -9223372036854775808.0 && value < 0)
        *out = (uint64_t)(int64_t)value;
    else if (value >= 0 && value < 18446744073709551616.0)
        *out = (uint64_t)value;
    else
        return false;
    return (*negative ? (double)(int64_t)*out : (double)*out) == value;
}

static bool take_whole(tr_reader *self, uint64_t *out, bool *negative)
{
    tr_token token;
    uint8_t tag = self->at != self->end ? *self->at : 0xc1;
    if (tag < 0x80) {
        self->at++;
        *out = tag;
        *negative = false;
        return true;
    }
    enum tr_kind kind = tr_token_kind(tag) == TR_KIND_FLOAT ? TR_KIND_FLOAT : TR_KIND_INTEGER;
    const uint8_t *payload = take(self, kind, &token);
    if (payload == NULL)
        return false;
    if (kind == TR_KIND_FLOAT)
        return whole_from_float(load_float(payload, token.size), out, negative);
    *out = load_integer(payload, tag, negative);
    return true;
}

int64_t tr_reader_integer(tr_reader *self)
{
    uint64_t bits;
    bool negative;
    if (take_whole(self, &bits, &negative) && (negative || bits <= INT64_MAX))
        return (int64_t)bits;
    fail(self);
    return 0;
}

// The forms that bodies of bus messages are made of come first, here and in tr_reader_array.
uint64_t tr_reader_unsigned(tr_reader *self)
{
    if (self->at != self->end && *self->at < 0x80)
        return *self->at++;
    if (left(self) >= 5 && *self->at == 0xce) {
        self->at += 5;
        return tr_load_u32(self->at - 4);
    }
    if (left(self) >= 9 && *self->at == 0xcf) {
        self->at += 9;
        return tr_load_u64(self->at - 8);
    }
    uint64_t bits;
    bool negative;
    if (take_whole(self, &bits, &negative) && !negative)
        return bits;
    fail(self);
    return 0;
}

double tr_reader_number(tr_reader *self)
{
    tr_token token;
    if (tr_reader_peek(self) == TR_KIND_FLOAT) {
        const uint8_t *payload = take(self, TR_KIND_FLOAT, &token);
        return payload != NULL ? load_float(payload, token.size) : 0;
    }
    uint64_t bits;
    bool negative;
    if (!take_whole(self, &bits, &negative)) {
        fail(self);
        return 0;
    }
    return negative ? (double)(int64_t)bits : (double)bits;
}

tr_slice tr_reader_text(tr_reader *self)
{
    return take_slice(self, TR_KIND_TEXT);
}

tr_slice tr_reader_bytes(tr_reader *self)
{
    return take_slice(self, TR_KIND_BYTES);
}

uint32_t tr_reader_array(tr_reader *self)
{
    if (self->at != self->end && (*self->at & 0xf0) == 0x90 && left(self) > (*self->at & 0x0fu))
        return *self->at++ & 0x0fu;
    tr_token token;
    return take(self, TR_KIND_ARRAY, &token) != NULL ? (uint32_t)token.items : 0;
}

uint32_t tr_reader_map(tr_reader *self)
{
    tr_token token;
    return take(self, TR_KIND_MAP, &token) != NULL ? (uint32_t)(token.items / 2) : 0;
}

tr_slice tr_reader_extension(tr_reader *self, int8_t *out_type)
{
    tr_slice payload = take_slice(self, TR_KIND_EXTENSION);
    if (payload.size == 0) {
        *out_type = 0;
        return payload;
    }
    *out_type = (int8_t)payload.data[0];
    return (tr_slice){payload.data + 1, payload.size - 1};
}

tr_slice tr_reader_skip(tr_reader *self)
{
    const uint8_t *start = self->at;
    tr_token token;
    // Each value owed takes at least one byte, so what is owed is held against what is left.
    for (size_t owed = 1; owed != 0;) {
        if (owed > left(self) || !tr_token_read(self->at, left(self), &token)) {
            fail(self);
            return (tr_slice){0};
        }
        self->at += token.head + token.size;
        owed += token.items;
        owed--;
    }
    if ((size_t)(self->at - start) > UINT32_MAX) {
        fail(self);
        return (tr_slice){0};
    }
    return (tr_slice){(const char *)start, (uint32_t)(self->at - start)};
}

tr_reader tr_reader_find(tr_slice map, const char *key)
{
    tr_reader in = tr_reader_of(map);
    tr_slice wanted = tr_slice_of(key);
    uint32_t count = tr_reader_peek(&in) == TR_KIND_MAP ? tr_reader_map(&in) : 0;
    for (; count != 0 && !in.failed; count--) {
        bool is_text = tr_reader_peek(&in) == TR_KIND_TEXT;
        tr_slice name = is_text ? tr_reader_text(&in) : tr_reader_skip(&in);
        tr_slice value = tr_reader_skip(&in);
        if (is_text && tr_slice_equal(name, wanted))
            return tr_reader_of(value);
    }
    return (tr_reader){0};
}
