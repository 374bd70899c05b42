#include "testing/recorder_file.h"

#include <string.h>

enum { LEAST_WAIT_MS = 100, WAIT_STEP_MS = 10, WAIT_CAP_MS = 86400000, END_BYTES = 4096 };

static void put(tr_recorder_file *self, const char *text)
{
    size_t size = strlen(text);
    if (self->file == NULL)
        return;
    bool is_full = self->size + size + 1 > TR_RECORDING_BYTES_CAP - END_BYTES;
    if (is_full)
        fprintf(self->file, "# The recording ends here: a file of one has at most 4 MiB.\n");
    bool is_written = !is_full && fprintf(self->file, "%s\n", text) >= 0 && fflush(self->file) == 0;
    self->size += size + 1;
    if (is_written)
        return;
    (void)fclose(self->file);
    self->file = NULL;
}

bool tr_recorder_file_open(tr_recorder_file *self, const char *path, const char *what)
{
    *self = (tr_recorder_file){.page = 1};
    self->file = fopen(path, "we");
    if (self->file == NULL)
        return false;
    put(self, TR_RECORDING_HEAD);
    tr_recorder_file_remark(self, what);
    return self->file != NULL;
}

void tr_recorder_file_line(tr_recorder_file *self, tr_buf *line)
{
    put(self, tr_buf_text(line));
    tr_buf_done(line);
}

void tr_recorder_file_remark(tr_recorder_file *self, const char *text)
{
    tr_buf line = {0};
    tr_buf_printf(&line, "# %s", text);
    tr_recorder_file_line(self, &line);
}

void tr_recorder_file_page(tr_recorder_file *self, unsigned number)
{
    tr_buf line = {0};
    if (number == self->page)
        return;
    self->page = number;
    tr_buf_printf(&line, "page %u", number);
    tr_recorder_file_line(self, &line);
}

void tr_recorder_file_pass(tr_recorder_file *self, uint64_t now_ms)
{
    self->pending_ms += self->last_ms != 0 && now_ms > self->last_ms ? now_ms - self->last_ms : 0;
    self->last_ms = now_ms;
}

bool tr_recorder_file_wait(tr_recorder_file *self, uint64_t now_ms)
{
    uint64_t before = self->pending_ms;
    tr_recorder_file_pass(self, now_ms);
    if (self->pending_ms - before < LEAST_WAIT_MS)
        return false;
    uint64_t written = self->pending_ms - self->pending_ms % WAIT_STEP_MS;
    self->pending_ms -= written;
    tr_buf line = {0};
    tr_buf_printf(&line, "wait %llu",
                  (unsigned long long)(written < WAIT_CAP_MS ? written : WAIT_CAP_MS));
    tr_recorder_file_line(self, &line);
    return true;
}

void tr_recorder_file_shows(tr_recorder_file *self, tr_recorded_page *page)
{
    tr_shown now = {0};
    tr_shown changes = {0};
    tr_shown_add_page(&now, page->model.page, &self->secrets);
    tr_shown_add_changes(&changes, &page->shown, &now, false);
    if (changes.count != 0) {
        tr_buf line = {0};
        tr_recorder_file_page(self, page->number);
        tr_buf_printf(&line, "shows");
        tr_recorder_file_line(self, &line);
    }
    for (uint32_t i = 0; i < changes.count; i++) {
        tr_buf line = {0};
        tr_buf_printf(&line, "  %s", changes.lines[i]);
        tr_recorder_file_line(self, &line);
    }
    tr_shown_done(&changes);
    tr_shown_done(&page->shown);
    page->shown = now;
}

void tr_recorder_file_close(tr_recorder_file *self)
{
    if (self->file != NULL)
        (void)fclose(self->file);
    tr_secrets_done(&self->secrets);
    *self = (tr_recorder_file){0};
}
