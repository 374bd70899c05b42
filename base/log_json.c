#include "base/log_json.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/number.h"

enum { CLOSING_BYTES = 3, LONGEST_PIECE = 6, DIGITS_EXACT = 15 };

typedef struct writer {
    char *out;
    size_t size;
    size_t room; // less what the end of the object needs
} writer;

typedef struct cursor {
    const char *at;
    const char *end;
} cursor;

// A piece is whole or not there.
static bool put(writer *self, const char *bytes, size_t size)
{
    if (size > self->room - self->size)
        return false;
    memcpy(self->out + self->size, bytes, size);
    self->size += size;
    return true;
}

static bool put_escaped(writer *self, unsigned char c)
{
    static const char hex[] = "0123456789abcdef";
    char text[LONGEST_PIECE] = {'\\', 'u', '0', '0', hex[c >> 4], hex[c & 15]};
    return put(self, text, sizeof text);
}

static int digit_of(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

// One character of a value, and past it. `\"`, `\\` and `\xNN` are those of tr_log_quote.
static bool put_character(writer *self, cursor *in, bool is_quoted)
{
    tr_character first = tr_character_of(in->at, (size_t)(in->end - in->at));
    const char *bytes = in->at;
    in->at += first.size;
    if (!first.is_utf8)
        return put(self, "\xef\xbf\xbd", 3);
    if (first.size > 1 && !first.is_control)
        return put(self, bytes, first.size);
    unsigned char c = (unsigned char)bytes[first.size - 1];
    if (c == '\\' && is_quoted && in->at < in->end) {
        c = (unsigned char)*in->at++;
        if (c == 'x' && in->end - in->at >= 2 && digit_of(in->at[0]) >= 0 &&
            digit_of(in->at[1]) >= 0) {
            c = (unsigned char)(digit_of(in->at[0]) << 4 | digit_of(in->at[1]));
            in->at += 2;
            return put_escaped(self, c);
        }
    }
    if (c == '"' || c == '\\')
        return put(self, c == '"' ? "\\\"" : "\\\\", 2);
    if (first.is_control)
        return put_escaped(self, c);
    char plain = (char)c;
    return put(self, &plain, 1);
}

static bool is_number(const char *at, size_t size)
{
    size_t sign = size > 1 && at[0] == '-';
    if (size == sign || size - sign > DIGITS_EXACT || (at[sign] == '0' && size - sign > 1))
        return false;
    for (size_t i = sign; i < size; i++)
        if (at[i] < '0' || at[i] > '9')
            return false;
    return true;
}

// A text up to its end or the end of the room.
static void put_text(writer *self, cursor *in, bool is_quoted)
{
    if (!put(self, "\"", 1))
        return;
    self->room--; // for the closing quote
    bool has_room = true;
    while (in->at < in->end && *in->at != (is_quoted ? '"' : ' ')) {
        cursor before = *in;
        has_room = has_room && put_character(self, in, is_quoted);
        if (!has_room && in->at == before.at)
            in->at++;
        else if (!has_room && is_quoted && *before.at == '\\' && in->at == before.at + 1)
            in->at++; // an escaped quote does not end it
    }
    if (is_quoted && in->at < in->end)
        in->at++;
    self->room++;
    (void)put(self, "\"", 1);
}

static void put_value(writer *self, cursor *in)
{
    bool is_quoted = in->at < in->end && *in->at == '"';
    const char *blank = memchr(in->at, ' ', (size_t)(in->end - in->at));
    size_t bare = (size_t)((blank != NULL ? blank : in->end) - in->at);
    if (!is_quoted && is_number(in->at, bare)) {
        (void)put(self, in->at, bare);
        in->at += bare;
        return;
    }
    in->at += is_quoted;
    put_text(self, in, is_quoted);
}

static size_t key_size(const cursor *in)
{
    const char *at = in->at;
    while (at < in->end && ((*at >= 'a' && *at <= 'z') || (*at >= '0' && *at <= '9') || *at == '_'))
        at++;
    return at < in->end && *at == '=' && at != in->at ? (size_t)(at - in->at) : 0;
}

// A key, and the least that a value needs.
static bool put_key(writer *self, const char *key, size_t size)
{
    if (self->room - self->size < size + 5 + DIGITS_EXACT + 1)
        return false;
    if (self->size > 1)
        (void)put(self, ",", 1);
    return put(self, "\"", 1) && put(self, key, size) && put(self, "\":", 2);
}

static bool put_pair(writer *self, cursor *in, bool is_first)
{
    size_t size = key_size(in);
    bool is_put =
        size != 0 ? put_key(self, in->at, size) : put_key(self, is_first ? "time" : "word", 4);
    if (!is_put)
        return false;
    in->at += size != 0 ? size + 1 : 0;
    put_value(self, in);
    return true;
}

size_t tr_log_json(const char *line, size_t size, char *out, size_t cap)
{
    cursor in = {line, line + size};
    while (in.end > in.at && in.end[-1] == '\n')
        in.end--;
    writer self = {out, 0, cap - CLOSING_BYTES};
    (void)put(&self, "{", 1);
    for (bool is_first = true; in.at < in.end; is_first = false) {
        if (*in.at == ' ') {
            in.at++;
            continue;
        }
        if (!put_pair(&self, &in, is_first))
            break;
    }
    self.room = cap;
    (void)put(&self, "}\n", 2);
    return self.size;
}
