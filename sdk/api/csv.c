// The functions of troupe/csv.h.

#include "troupe/csv.h"

#include <string.h>

#include "base/mem.h"
#include "sdk/catalog/misuse.h"

enum { FIRST_CAP = 1024 };

static bool fail(tr_csv *self, const char *error)
{
    self->error = error;
    return false;
}

static int next_byte(tr_csv *self)
{
    int byte = getc(self->file);
    self->bytes += byte != EOF;
    return byte;
}

static bool put(tr_csv *self, char byte)
{
    if (self->size == TR_CSV_RECORD_CAP_BYTES)
        return fail(self, "a record of more than 1 MiB");
    if (self->size == self->cap) {
        self->cap = self->cap != 0 ? self->cap * 2 : FIRST_CAP;
        self->text = tr_realloc(self->text, self->cap);
    }
    self->text[self->size++] = byte;
    return true;
}

// After the opening quote, up to the closing one.
static bool read_quoted(tr_csv *self)
{
    for (;;) {
        int byte = next_byte(self);
        if (byte == EOF)
            return fail(self, "a quote that is not closed");
        if (byte == '"') {
            int after = getc(self->file);
            if (after != '"') {
                if (after != EOF)
                    ungetc(after, self->file);
                return true;
            }
            self->bytes++;
        }
        if (!put(self, (char)byte))
            return false;
    }
}

static int separator_of(const tr_csv *self)
{
    return self->separator != 0 ? self->separator : ',';
}

// Up to what ends it, which is returned: the separator, '\n' or EOF.
static int read_field(tr_csv *self)
{
    size_t start = self->size;
    for (;;) {
        int byte = next_byte(self);
        if (byte == '"' && self->size == start) {
            if (!read_quoted(self))
                return EOF;
        } else if (byte == EOF || byte == '\n' || byte == separator_of(self)) {
            return put(self, '\0') ? byte : EOF;
        } else if (byte != '\r' && !put(self, (char)byte)) {
            return EOF;
        }
    }
}

static bool is_empty(const tr_csv *self)
{
    return self->count == 1 && self->text[0] == '\0';
}

// A byte order mark, in front of all.
static void skip_mark(tr_csv *self)
{
    int byte = getc(self->file);
    if (byte != 0xEF) {
        if (byte != EOF)
            ungetc(byte, self->file);
        return;
    }
    (void)getc(self->file);
    (void)getc(self->file);
    self->bytes = 3;
}

static bool read_record(tr_csv *self)
{
    int end = separator_of(self);
    self->size = 0;
    for (self->count = 0; end != '\n' && end != EOF; self->count++) {
        if (self->count == TR_CSV_FIELDS_CAP)
            return fail(self, "a record of more than 256 fields");
        end = read_field(self);
        if (self->error != NULL)
            return false;
    }
    return end != EOF || !is_empty(self);
}

bool tr_csv_read(tr_csv *self)
{
    TR_GIVEN_OR(self != NULL && self->file != NULL, false);
    if (self->bytes == 0)
        skip_mark(self);
    bool has = self->error == NULL && read_record(self);
    while (has && is_empty(self))
        has = read_record(self);
    char *at = self->text;
    for (uint32_t i = 0; has && i < self->count; i++, at += strlen(at) + 1)
        self->fields[i] = at;
    return has;
}

void tr_csv_done(tr_csv *self)
{
    if (self == NULL)
        return;
    tr_free(self->text);
    *self = (tr_csv){.file = self->file};
}

static bool is_quoted(const char *text)
{
    return strpbrk(text, "\",;\r\n\t") != NULL;
}

// With quotes around it, and each within it doubled.
static size_t written_size(const char *text)
{
    size_t size = strlen(text) + (is_quoted(text) ? 2 : 0);
    for (; (text = strchr(text, '"')) != NULL; text++)
        size++;
    return size;
}

static char *write_field(char *at, const char *text)
{
    bool has_quotes = is_quoted(text);
    if (has_quotes)
        *at++ = '"';
    for (; *text != '\0'; text++) {
        if (*text == '"')
            *at++ = '"';
        *at++ = *text;
    }
    if (has_quotes)
        *at++ = '"';
    return at;
}

int64_t tr_csv_line(char *out, size_t cap, const char *const *texts)
{
    if (out == NULL || texts == NULL)
        return tr_misuse_not_given(__func__);
    size_t size = 2;
    for (unsigned i = 0; texts[i] != NULL; i++)
        size += (i != 0) + written_size(texts[i]);
    if (size >= cap)
        return -1;
    char *at = out;
    for (unsigned i = 0; texts[i] != NULL; i++) {
        if (i != 0)
            *at++ = ',';
        at = write_field(at, texts[i]);
    }
    memcpy(at, "\r\n", 3);
    return (int64_t)size;
}
