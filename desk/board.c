#include "desk/board.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/json_text.h"
#include "base/mem.h"
#include "desk/panel.h"
#include "troupe/err.h"

enum { LOG_LINE_CAP = 1000 };

// -- the last lines of a process --

static bool begins_crash(const char *line)
{
    return strstr(line, "event=crash") != NULL || strstr(line, "event=stack_overflow") != NULL ||
           strstr(line, "ERROR: AddressSanitizer") != NULL;
}

static void drop_first(tr_last_lines *self)
{
    tr_free(self->at[0]);
    memmove(self->at, self->at + 1, --self->count * sizeof *self->at);
}

void tr_last_lines_add(tr_last_lines *self, const char *line)
{
    if (!self->is_crash && begins_crash(line)) {
        tr_last_lines_done(self);
        self->is_crash = true;
    }
    // A sanitizer's report may be longer than that; who was at work is said behind it.
    if (self->count == TR_BOARD_LINES_CAP && self->is_crash && strstr(line, "event=crash") != NULL)
        tr_free(self->at[--self->count]);
    if (self->count == TR_BOARD_LINES_CAP && self->is_crash)
        return;
    if (self->count == TR_BOARD_LINES_CAP)
        drop_first(self);
    self->at[self->count++] = tr_copy_text(line, strlen(line));
}

void tr_last_lines_done(tr_last_lines *self)
{
    for (unsigned i = 0; i < self->count; i++)
        tr_free(self->at[i]);
    *self = (tr_last_lines){0};
}

// -- JSON --

// Behind a comma. What is too much is left out.
static void put_line(tr_buf *out, const char *line)
{
    size_t before = out->size;
    if (before != 0)
        tr_buf_append(out, ",", 1);
    tr_json_text_quote(out, line);
    if (out->size > TR_BOARD_BYTES_CAP)
        out->size = before;
}

static void put_list(tr_buf *out, const tr_buf *lines)
{
    tr_buf_append(out, "[", 1);
    tr_buf_append(out, lines->data, lines->size);
    tr_buf_append(out, "]", 1);
}

// -- files --

// Under another name first: whoever reads it has the one before or this one.
static int write_file(const tr_board *self, const char *name, const void *data, size_t size)
{
    char path[TR_BOARD_PATH_CAP + 32];
    char whole[TR_BOARD_PATH_CAP + 32];
    snprintf(path, sizeof path, "%s/.%s", self->folder, name);
    snprintf(whole, sizeof whole, "%s/%s", self->folder, name);
    FILE *file = fopen(path, "w");
    size_t written = file != NULL ? fwrite(data, 1, size, file) : 0;
    bool is_whole = file != NULL && fclose(file) == 0 && written == size;
    return is_whole && rename(path, whole) == 0 ? 0 : TR_ESYSTEM;
}

static void put_question(tr_buf *out, const tr_board_question *it)
{
    if (it->token[0] != '\0')
        tr_buf_printf(out, "\"question\":{\"token\":\"%s\",\"keep\":%s,\"failed\":%s},", it->token,
                      it->may_keep ? "true" : "false", it->has_failed ? "true" : "false");
}

// A page that does not hear of it goes on; the terminal has it all.
static void write_status(const tr_board *self)
{
    static const char *const states[] = {"building", "ok", "failed"};
    tr_buf out = {0};
    tr_buf_printf(&out, "{\"build\":{\"state\":\"%s\",\"lines\":", states[self->build]);
    put_list(&out, &self->said);
    tr_buf_printf(&out, "},");
    put_question(&out, &self->question);
    tr_buf_printf(&out, "\"crash\":");
    if (self->is_crashed) {
        tr_buf_printf(&out, "{\"number\":%u,\"how\":", self->number);
        tr_json_text_quote(&out, self->how);
        tr_buf_printf(&out, ",\"at\":");
        tr_json_text_quote(&out, self->place);
        tr_buf_printf(&out, ",\"lines\":");
        put_list(&out, &self->crash);
        tr_buf_printf(&out, "}}\n");
    } else {
        tr_buf_printf(&out, "null}\n");
    }
    (void)write_file(self, "status.json", out.data, out.size);
    tr_buf_done(&out);
}

void tr_board_log(tr_board *self, const char *line)
{
    char **place = &self->log[self->logged++ % TR_BOARD_LOG_CAP];
    size_t size = strlen(line);
    tr_free(*place);
    *place = tr_copy_text(line, size < LOG_LINE_CAP ? size : LOG_LINE_CAP);
}

void tr_board_write_log(const tr_board *self)
{
    unsigned first = self->logged > TR_BOARD_LOG_CAP ? self->logged - TR_BOARD_LOG_CAP : 0;
    tr_buf out = {0};
    tr_buf_printf(&out, "{\"first\":%u,\"lines\":[", first);
    for (unsigned i = first; i < self->logged; i++) {
        if (i != first)
            tr_buf_append(&out, ",", 1);
        tr_json_text_quote(&out, self->log[i % TR_BOARD_LOG_CAP]);
    }
    tr_buf_printf(&out, "]}\n");
    (void)write_file(self, "log.json", out.data, out.size);
    tr_buf_done(&out);
}

int tr_board_open(tr_board *self, const char *folder)
{
    snprintf(self->folder, sizeof self->folder, "%s/desk", folder);
    if (mkdir(self->folder, 0700) != 0)
        return TR_ESYSTEM;
    write_status(self);
    tr_board_write_log(self);
    return write_file(self, "panel.js", tr_desk_panel, strlen(tr_desk_panel));
}

void tr_board_build_begins(tr_board *self)
{
    self->said.size = 0;
    self->build = TR_BOARD_BUILDING;
    write_status(self);
}

void tr_board_compiler_says(tr_board *self, const char *line)
{
    put_line(&self->said, line);
}

void tr_board_build_ends(tr_board *self, bool is_whole)
{
    self->build = is_whole ? TR_BOARD_OK : TR_BOARD_FAILED;
    if (is_whole)
        self->is_crashed = false;
    write_status(self);
}

void tr_board_crashed(tr_board *self, const char *how, const char *place,
                      const tr_last_lines *lines)
{
    self->number++;
    self->is_crashed = true;
    snprintf(self->how, sizeof self->how, "%s", how);
    snprintf(self->place, sizeof self->place, "%s", place);
    self->crash.size = 0;
    for (unsigned i = 0; i < lines->count; i++)
        put_line(&self->crash, lines->at[i]);
    write_status(self);
}

void tr_board_ask(tr_board *self, tr_board_question question)
{
    self->question = question;
    write_status(self);
}

void tr_board_close(tr_board *self)
{
    for (unsigned i = 0; i < TR_BOARD_LOG_CAP; i++)
        tr_free(self->log[i]);
    tr_buf_done(&self->said);
    tr_buf_done(&self->crash);
}
