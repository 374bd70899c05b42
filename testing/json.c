#include "testing/json.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/number.h"
#include "troupe/err.h"
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
    if (memchr(at, '.', (size_t)(end - at)) == NULL && value > -1e15 && value < 1e15)
        tr_write_integer(out, (int64_t)value);
    else
        tr_write_float(out, value);
    return end;
}

static const char *read_value(const char *at, tr_buf *out, unsigned depth);

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
