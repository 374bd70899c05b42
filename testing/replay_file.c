#include "testing/replay_file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "testing/recording.h"
#include "troupe/err.h"

int tr_replay_file_open(tr_replay_file *self, const char *path)
{
    const char *how = getenv("TROUPE_REPLAY");
    *self = (tr_replay_file){
        .path = path, .is_written = how != NULL && strcmp(how, "write") == 0, .page = 1};
    FILE *file = fopen(path, "re");
    if (file == NULL)
        return TR_ENOTFOUND;
    size_t got;
    do {
        got = fread(tr_buf_reserve(&self->text, 4096), 1, 4096, file);
        self->text.size += got;
    } while (got != 0 && self->text.size <= TR_RECORDING_BYTES_CAP);
    int result = ferror(file) ? TR_ESYSTEM : 0;
    int why = errno;
    (void)fclose(file);
    errno = why;
    return result;
}

static bool is_said_anew(const char *line, size_t size)
{
    size_t blanks = 0;
    while (blanks < size && line[blanks] == ' ')
        blanks++;
    const char *at = line + blanks;
    size -= blanks;
    return (size >= 2 && (strncmp(at, "+ ", 2) == 0 || strncmp(at, "- ", 2) == 0)) ||
           (size >= 5 && strncmp(at, "shows", 5) == 0) ||
           (size >= 5 && strncmp(at, "page ", 5) == 0);
}

// All lines before that one, and it as well with `is_with`.
static void copy_to(tr_replay_file *self, uint32_t line)
{
    while (self->line < line && self->at < self->text.size) {
        const char *from = (const char *)self->text.data + self->at;
        size_t left = self->text.size - self->at;
        const char *end = memchr(from, '\n', left);
        size_t size = end != NULL ? (size_t)(end - from) : left;
        if (!is_said_anew(from, size))
            tr_buf_printf(&self->fresh, "%.*s\n", (int)size, from);
        self->at += end != NULL ? size + 1 : size;
        self->line++;
    }
}

static void put_page(tr_replay_file *self, uint64_t page)
{
    if (page != self->page)
        tr_buf_printf(&self->fresh, "page %llu\n", (unsigned long long)page);
    self->page = page;
}

void tr_replay_file_step(tr_replay_file *self, uint64_t page, uint32_t line)
{
    if (!self->is_written)
        return;
    copy_to(self, line - 1);
    put_page(self, page);
    copy_to(self, line);
}

void tr_replay_file_shows(tr_replay_file *self, uint64_t page, const tr_shown *changes)
{
    if (!self->is_written || changes->count == 0)
        return;
    put_page(self, page);
    tr_buf_printf(&self->fresh, "shows\n");
    for (uint32_t i = 0; i < changes->count; i++)
        tr_buf_printf(&self->fresh, "  %s\n", changes->lines[i]);
}

int tr_replay_file_close(tr_replay_file *self)
{
    if (!self->is_written)
        return 0;
    copy_to(self, UINT32_MAX);
    tr_buf path = {0};
    tr_buf_printf(&path, "%s.new", self->path);
    FILE *file = fopen(tr_buf_text(&path), "we");
    bool is_whole =
        file != NULL && fwrite(self->fresh.data, 1, self->fresh.size, file) == self->fresh.size;
    if (file != NULL)
        is_whole &= fclose(file) == 0;
    is_whole = is_whole && rename(tr_buf_text(&path), self->path) == 0;
    int why = errno;
    if (!is_whole && file != NULL)
        (void)remove(tr_buf_text(&path));
    errno = why;
    tr_buf_done(&path);
    return is_whole ? 0 : TR_ESYSTEM;
}

void tr_replay_file_done(tr_replay_file *self)
{
    tr_buf_done(&self->text);
    tr_buf_done(&self->fresh);
}
