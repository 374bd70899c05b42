#include "testing/json.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/number.h"
#include "troupe/err.h"
#include "wire/reader.h"
#include "wire/writer.h"

enum { DEPTH_CAP = 16 };

static const char *skip_blanks(const char *at)
{
    while (tr_is_space(*at))
        at++;
    return at;
}

static const char *read_text(const char *at, tr_buf *out)
{
    tr_buf text = {0};
    for (at++; *at != '"' && *at != '\0'; at++) {
        char c = *at;
        if (c == '\\') {
            c = *++at;
            if (c == '\0' || strchr("\"\\/ntr", c) == NULL)
                break;
            c = c == 'n' ? '\n' : c == 't' ? '\t' : c == 'r' ? '\r' : c;
        }
        tr_buf_append(&text, &c, 1);
    }
    tr_write_text(
        out, (tr_slice){text.data != NULL ? (const char *)text.data : "", (uint32_t)text.size});
    tr_buf_done(&text);
    return *at == '"' ? at + 1 : NULL;
}

static const char *read_number(const char *at, tr_buf *out)
{
    char *end;
    double value = tr_number_parse(at, &end);
    bool is_number = end != at && ((*at >= '0' && *at <= '9') || *at == '-');
    // strtod reads more than JSON: hexadecimal, infinities.
    if (!is_number || strspn(at, "0123456789+-.eE") < (size_t)(end - at))
        return NULL;
    bool is_whole = value > -1e15 && value < 1e15 && value == (double)(int64_t)value;
    if (is_whole && memchr(at, '.', (size_t)(end - at)) == NULL)
        tr_write_integer(out, (int64_t)value);
    else
        tr_write_float(out, value);
    return end;
}

static const char *read_value(const char *at, tr_buf *out, unsigned depth);

static bool read_hex(tr_slice text, tr_buf *out)
{
    for (uint32_t i = 0; i + 1 < text.size; i += 2) {
        int high = tr_hex_digit(text.data[i]);
        int low = tr_hex_digit(text.data[i + 1]);
        if (high < 0 || low < 0)
            return false;
        tr_buf_append(out, &(uint8_t){(uint8_t)(high << 4 | low)}, 1);
    }
    return text.size % 2 == 0;
}

// "1:00ff"
static bool write_extension(tr_slice text, tr_buf *out)
{
    tr_buf bytes = {0};
    const char *colon = memchr(text.data, ':', text.size);
    uint64_t type = 0;
    bool is_one = colon != NULL;
    if (is_one) {
        uint32_t size = (uint32_t)(colon - text.data);
        is_one = tr_digits_parse((tr_slice){text.data, size}, &type) && type < 128 &&
                 read_hex((tr_slice){colon + 1, text.size - size - 1}, &bytes);
    }
    if (is_one)
        tr_write_extension(out, (int8_t)type, tr_buf_slice(&bytes));
    tr_buf_done(&bytes);
    return is_one;
}

// The one pair of a map that stands for what JSON does not have. False: it is a map like any.
static bool write_odd(tr_slice pair, tr_buf *out)
{
    tr_reader in = tr_reader_of(pair);
    tr_slice key = tr_reader_text(&in);
    tr_slice text = tr_reader_text(&in);
    if (in.failed)
        return false;
    if (tr_slice_is(key, "$extension"))
        return write_extension(text, out);
    tr_buf bytes = {0};
    bool is_bytes = tr_slice_is(key, "$bytes") && read_hex(text, &bytes);
    if (is_bytes)
        tr_write_bytes(out, tr_buf_slice(&bytes));
    tr_buf_done(&bytes);
    return is_bytes;
}

static const char *read_items(const char *at, tr_buf *out, unsigned depth)
{
    bool is_map = *at == '{';
    char close = is_map ? '}' : ']';
    tr_buf items = {0};
    uint32_t count = 0;
    at = skip_blanks(at + 1);
    while (at != NULL && *at != close) {
        if (count != 0)
            at = *at == ',' ? skip_blanks(at + 1) : NULL;
        if (at != NULL && is_map) {
            at = *at == '"' ? read_text(at, &items) : NULL;
            at = at != NULL ? skip_blanks(at) : NULL;
            at = at != NULL && *at == ':' ? at + 1 : NULL;
        }
        at = at != NULL ? read_value(at, &items, depth + 1) : NULL;
        at = at != NULL ? skip_blanks(at) : NULL;
        count++;
    }
    if (is_map && count == 1 && at != NULL && write_odd(tr_buf_slice(&items), out)) {
        tr_buf_done(&items);
        return at + 1;
    }
    if (is_map)
        tr_write_map(out, count);
    else
        tr_write_array(out, count);
    tr_buf_append(out, items.data, items.size);
    tr_buf_done(&items);
    return at != NULL ? at + 1 : NULL;
}

static const char *read_value(const char *at, tr_buf *out, unsigned depth)
{
    at = skip_blanks(at);
    if (depth > DEPTH_CAP)
        return NULL;
    if (*at == '{' || *at == '[')
        return read_items(at, out, depth);
    if (*at == '"')
        return read_text(at, out);
    if (strncmp(at, "true", 4) == 0 || strncmp(at, "null", 4) == 0) {
        if (*at == 't')
            tr_write_boolean(out, true);
        else
            tr_write_nil(out);
        return at + 4;
    }
    if (strncmp(at, "false", 5) == 0) {
        tr_write_boolean(out, false);
        return at + 5;
    }
    return read_number(at, out);
}

int tr_json_write(const char *json, tr_buf *out)
{
    const char *end = read_value(json, out, 0);
    return end != NULL && *skip_blanks(end) == '\0' ? 0 : TR_EMALFORMED;
}

// -- and back --

typedef struct printing {
    tr_json_text *put_text;
    void *arg;
    tr_buf *out;
} printing;

static void put_string(const printing *self, tr_slice text)
{
    tr_buf shown = {0};
    if (self->put_text != NULL)
        self->put_text(self->arg, text, &shown);
    else
        tr_buf_append(&shown, text.data, text.size);
    tr_buf_append(self->out, "\"", 1);
    for (size_t i = 0; i < shown.size; i++) {
        char c = (char)shown.data[i];
        if (c == '"' || c == '\\')
            tr_buf_append(self->out, "\\", 1);
        if (c == '\n' || c == '\r' || c == '\t')
            tr_buf_printf(self->out, "\\%c", c == '\n' ? 'n' : c == '\r' ? 'r' : 't');
        else
            tr_buf_append(self->out, (unsigned char)c < ' ' ? " " : &c, 1);
    }
    tr_buf_append(self->out, "\"", 1);
    tr_buf_done(&shown);
}

static void put_hex(tr_slice bytes, tr_buf *out)
{
    for (uint32_t i = 0; i < bytes.size; i++)
        tr_buf_printf(out, "%02x", (unsigned char)bytes.data[i]);
    tr_buf_printf(out, "\"}");
}

// As short as it reads back the same, and never as an integer. JSON has no infinity.
static void put_fraction(double value, tr_buf *out)
{
    char text[40];
    (void)tr_format(text, sizeof text, "%.15g", value);
    if (tr_number_parse(text, NULL) != value)
        (void)tr_format(text, sizeof text, "%.17g", value);
    bool is_finite = text[strcspn(text, "ni")] == '\0';
    bool is_whole = text[strcspn(text, ".e")] == '\0';
    tr_buf_printf(out, "%s%s", is_finite ? text : "null", is_finite && is_whole ? ".0" : "");
}

static void put_number(tr_reader *in, tr_buf *out)
{
    if (tr_reader_peek(in) == TR_KIND_INTEGER)
        tr_buf_printf(out, "%lld", (long long)tr_reader_integer(in));
    else
        put_fraction(tr_reader_number(in), out);
}

static void put_items(const printing *self, tr_reader *in, unsigned depth);

static void put_one(const printing *self, tr_reader *in, unsigned depth)
{
    int8_t type;
    tr_slice bytes;
    switch (depth <= DEPTH_CAP ? tr_reader_peek(in) : TR_KIND_NONE) {
    case TR_KIND_BOOLEAN:
        tr_buf_printf(self->out, "%s", tr_reader_boolean(in) ? "true" : "false");
        return;
    case TR_KIND_INTEGER:
    case TR_KIND_FLOAT:
        put_number(in, self->out);
        return;
    case TR_KIND_TEXT:
        put_string(self, tr_reader_text(in));
        return;
    case TR_KIND_BYTES:
        tr_buf_printf(self->out, "{\"$bytes\": \"");
        put_hex(tr_reader_bytes(in), self->out);
        return;
    case TR_KIND_EXTENSION:
        bytes = tr_reader_extension(in, &type);
        tr_buf_printf(self->out, "{\"$extension\": \"%d:", type);
        put_hex(bytes, self->out);
        return;
    case TR_KIND_ARRAY:
    case TR_KIND_MAP:
        put_items(self, in, depth);
        return;
    default:
        tr_reader_skip(in);
        tr_buf_printf(self->out, "null");
    }
}

// Names that are no texts become texts.
static void put_name(const printing *self, tr_reader *in)
{
    if (tr_reader_peek(in) == TR_KIND_INTEGER)
        tr_buf_printf(self->out, "\"%lld\"", (long long)tr_reader_integer(in));
    else
        put_string(&(printing){NULL, NULL, self->out}, tr_reader_text(in));
    tr_buf_printf(self->out, ": ");
}

static void put_items(const printing *self, tr_reader *in, unsigned depth)
{
    bool is_map = tr_reader_peek(in) == TR_KIND_MAP;
    uint32_t count = is_map ? tr_reader_map(in) : tr_reader_array(in);
    tr_buf_printf(self->out, "%s", is_map ? "{" : "[");
    for (uint32_t i = 0; i < count && !in->failed; i++) {
        tr_buf_printf(self->out, "%s", i != 0 ? ", " : "");
        if (is_map)
            put_name(self, in);
        put_one(self, in, depth + 1);
    }
    tr_buf_printf(self->out, "%s", is_map ? "}" : "]");
}

void tr_json_print(tr_slice value, tr_json_text *put_text, void *arg, tr_buf *out)
{
    tr_reader in = tr_reader_of(value);
    put_one(&(printing){put_text, arg, out}, &in, 0);
}
