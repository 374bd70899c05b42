#include "host/environment.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "crypto/digest.h"
#include "host/given.h"
#include "host/option_rows.h"
#include "troupe/err.h"

enum { FILE_CAP_BYTES = 64 * 1024, LINES_CAP = 256, NAME_CAP_BYTES = 64 };

typedef struct line {
    const char *name;
    const char *value;
    const char *source; // "NAME in FILE"
} line;

// The env file's lines.
typedef struct lines {
    line at[LINES_CAP];
    unsigned count;
} lines;

// -- files --

// To its end, as of a pipe a part is there sooner than the rest. Negative: an error number.
static ssize_t read_to_end(const char *path, char *out, size_t cap)
{
    size_t size = 0;
    ssize_t part = -1;
    int file = open(path, O_RDONLY | O_CLOEXEC);
    while (file >= 0 && size < cap && (part = read(file, out + size, cap - size)) > 0)
        size += (size_t)part;
    int failure = errno;
    if (file >= 0)
        close(file);
    return file < 0 || part < 0 ? -failure : (ssize_t)size;
}

static int read_file(tr_options *self, const char *path, const char *source, const char **out,
                     tr_buf *error)
{
    static const char mark[] = "\xef\xbb\xbf"; // of UTF-8, which some editors write in front
    char bytes[FILE_CAP_BYTES + 1];
    ssize_t size = read_to_end(path, bytes, sizeof bytes);
    if (size < 0) {
        tr_buf_printf(error, "%s: %s: %s", source, path, strerror((int)-size));
        return TR_EINVALID;
    }
    if (size > FILE_CAP_BYTES || memchr(bytes, '\0', (size_t)size) != NULL) {
        tr_buf_printf(error, "%s: %s: not a text of at most %d bytes", source, path,
                      FILE_CAP_BYTES);
        return TR_EINVALID;
    }
    bytes[size] = '\0';
    *out = tr_given_keep(self, bytes + (strncmp(bytes, mark, 3) == 0 ? 3 : 0));
    tr_secret_wipe(bytes, sizeof bytes); // it may have TROUPE_SECRET_KEY
    return 0;
}

static char *trimmed(char *text)
{
    text += strspn(text, " \t\r");
    size_t size = strlen(text);
    while (size != 0 && strchr(" \t\r", text[size - 1]) != NULL)
        text[--size] = '\0';
    return text;
}

static char *unquoted(char *text)
{
    size_t size = strlen(text);
    bool is_quoted = size >= 2 && (*text == '"' || *text == '\'') && text[size - 1] == *text;
    if (is_quoted)
        text[size - 1] = '\0';
    return text + is_quoted;
}

static const char *source_of(tr_options *self, const char *name, const char *path)
{
    tr_buf text = {0};
    tr_buf_printf(&text, "%s in %s", name, path);
    const char *kept = tr_given_keep(self, tr_buf_text(&text));
    tr_buf_done(&text);
    return kept;
}

// NAME=VALUE, as env files of Docker and systemd have it; `export` in front of it is fine.
static int read_line(tr_options *self, char *text, lines *out, unsigned number, tr_buf *error)
{
    char *name = trimmed(text);
    if (*name == '\0' || *name == '#')
        return 0;
    if (strncmp(name, "export ", 7) == 0)
        name = trimmed(name + 7);
    char *equals = strchr(name, '=');
    if (equals == NULL || equals == name || out->count == LINES_CAP) {
        tr_buf_printf(error, "%s, line %u: %s", self->env_file, number,
                      out->count == LINES_CAP ? "too many lines" : "expected NAME=VALUE");
        return TR_EINVALID;
    }
    *equals = '\0';
    name = trimmed(name);
    out->at[out->count++] =
        (line){name, unquoted(trimmed(equals + 1)), source_of(self, name, self->env_file)};
    return 0;
}

static int read_env_file(tr_options *self, lines *out, tr_buf *error)
{
    const char *text;
    if (self->env_file == NULL)
        return 0;
    int result =
        read_file(self, self->env_file, self->given[TR_OPTION_ENV_FILE].source, &text, error);
    if (result < 0)
        return result;
    char *rest = (char *)(uintptr_t)text; // a copy of our own
    unsigned number = 0;
    for (char *one; result == 0 && (one = strsep(&rest, "\n")) != NULL;)
        result = read_line(self, one, out, ++number, error);
    return result;
}

// -- one setting --

static const char *from_environment(const char *name)
{
    const char *value = *name != '\0' ? getenv(name) : NULL;
    return value != NULL && *value != '\0' ? value : NULL;
}

static const line *from_lines(const lines *self, const char *name)
{
    for (unsigned i = self->count; i > 0; i--)
        if (strcmp(self->at[i - 1].name, name) == 0 && *self->at[i - 1].value != '\0')
            return &self->at[i - 1];
    return NULL;
}

// TROUPE_NAME_FILE: the first line of that file.
static int take_from_file(tr_options *self, unsigned id, const char *path, const char *source,
                          tr_buf *error)
{
    const char *text;
    if (read_file(self, path, source, &text, error) < 0)
        return TR_EINVALID;
    char *end = (char *)(uintptr_t)text + strcspn(text, "\r\n");
    *end = '\0';
    return tr_given_take(self, id, text, source, error);
}

static int both_are_set(const tr_option_row *row, const char *name, tr_buf *error)
{
    tr_buf_printf(error, "%s and %s are both set: one of them says what it is", row->variable,
                  name);
    return TR_EINVALID;
}

// `name`: TROUPE_NAME_FILE.
static int read_from_lines(tr_options *self, unsigned id, const char *name, const lines *file,
                           tr_buf *error)
{
    const tr_option_row *row = &tr_option_rows[id];
    const line *found = from_lines(file, row->variable);
    const line *path = from_lines(file, name);
    if (found != NULL && path != NULL)
        return both_are_set(row, name, error);
    if (path != NULL)
        return take_from_file(self, id, path->value, path->source, error);
    if (found == NULL && *row->alias != '\0')
        found = from_lines(file, row->alias);
    return found != NULL ? tr_given_take(self, id, found->value, found->source, error) : 0;
}

static int read_setting(tr_options *self, unsigned id, const lines *file, tr_buf *error)
{
    const tr_option_row *row = &tr_option_rows[id];
    char name[NAME_CAP_BYTES];
    snprintf(name, sizeof name, "%s_FILE", row->variable);
    const char *value = from_environment(row->variable);
    const char *path = from_environment(name);
    if (value != NULL && path != NULL)
        return both_are_set(row, name, error);
    if (value != NULL)
        return tr_given_take(self, id, value, row->variable, error);
    if (path != NULL)
        return take_from_file(self, id, path, tr_given_keep(self, name), error);
    value = from_environment(row->alias);
    if (value != NULL)
        return tr_given_take(self, id, value, row->alias, error);
    return read_from_lines(self, id, name, file, error);
}

static int read_settings(tr_options *self, const bool skipped[TR_OPTION_COUNT], const lines *file,
                         tr_buf *error)
{
    for (unsigned id = 0; id < TR_OPTION_COUNT; id++) {
        if (*tr_option_rows[id].variable == '\0' || self->given[id].value != NULL || skipped[id])
            continue;
        if (read_setting(self, id, file, error) < 0)
            return TR_EINVALID;
    }
    return 0;
}

// -- names that are none --

static bool is_setting(const char *name, size_t size)
{
    for (unsigned id = 0; id < TR_OPTION_COUNT; id++) {
        const tr_option_row *row = &tr_option_rows[id];
        size_t length = strlen(row->variable);
        if (length != 0 && strncmp(name, row->variable, length) == 0 &&
            (size == length || (size == length + 5 && strncmp(name + length, "_FILE", 5) == 0)))
            return true;
        if (strlen(row->alias) == size && strncmp(name, row->alias, size) == 0)
            return true;
    }
    return false;
}

static void warn_of(tr_options *self, const char *name, size_t size, const char *source)
{
    bool looks_like = strncmp(name, "TROUPE_", 7) == 0 || strncmp(name, "FLET_", 5) == 0;
    if (!looks_like || size == 0 || is_setting(name, size))
        return;
    tr_buf_printf(&self->warnings, "%s has no effect: there is no such setting (see --help)\n",
                  source);
}

static void warn_of_unknown(tr_options *self, const lines *file)
{
    for (char **at = environ; *at != NULL; at++) {
        size_t size = strcspn(*at, "=");
        char name[NAME_CAP_BYTES];
        if ((*at)[size] == '\0' || (*at)[size + 1] == '\0')
            continue; // empty: not set
        snprintf(name, sizeof name, "%.*s", (int)size, *at);
        warn_of(self, *at, size, name);
    }
    for (unsigned i = 0; i < file->count; i++)
        warn_of(self, file->at[i].name, strlen(file->at[i].name), file->at[i].source);
}

int tr_environment_read(tr_options *self, const bool skipped[TR_OPTION_COUNT], tr_buf *error)
{
    lines file = {.count = 0};
    // Where the env file is cannot stand in it.
    const lines none = {.count = 0};
    if (self->env_file == NULL && read_setting(self, TR_OPTION_ENV_FILE, &none, error) < 0)
        return TR_EINVALID;
    if (read_env_file(self, &file, error) < 0 || read_settings(self, skipped, &file, error) < 0)
        return TR_EINVALID;
    warn_of_unknown(self, &file);
    return 0;
}
