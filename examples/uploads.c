// Files from people's machines: picked, sent with progress, cancelled, and read by a handler once
// they are there. It needs a folder: TROUPE_UPLOAD_DIR=/tmp/uploads build/bin/uploads

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <troupe/troupe.h>

#define FILE_CAP 20
#define NAME_BYTES 256

enum progress { WAITING, RUNNING, STORED, FAILED };

struct file {
    unsigned id;
    enum progress progress;
    uint64_t size;
    uint64_t received;
    char name[NAME_BYTES];
    char note[NAME_BYTES]; // the outcome, for the person
    char url[TR_UPLOAD_URL_CAP_BYTES];
};
TR_LAYOUT(struct file, id, progress, size, received, name, note, url);

struct uploads {
    struct file files[FILE_CAP];
    unsigned count;
    unsigned last_id;
};
TR_LAYOUT(struct uploads, (files, struct file), count, last_id);

TR_DECLARE(uploads_cancel);
TR_DECLARE(uploads_heard);

// -- what is shown --

static const char *size_text(uint64_t bytes)
{
    static const char *const units[] = {"bytes", "KB", "MB", "GB", "TB"};
    double value = (double)bytes;
    unsigned unit = 0;
    while (value >= 1000 && unit < 4) {
        value /= 1000;
        unit++;
    }
    return ui_format(unit == 0 || value >= 100 ? "%.0f %s" : "%.1f %s", value, units[unit]);
}

static const char *note_of(const struct file *file)
{
    switch (file->progress) {
    case WAITING:
        return ui_format("%s, waiting", size_text(file->size));
    case RUNNING:
        return ui_format("%s of %s", size_text(file->received), size_text(file->size));
    default:
        return file->note;
    }
}

static ui_control *row_of(const struct file *file)
{
    bool is_under_way = file->progress == WAITING || file->progress == RUNNING;
    double part = file->size != 0 ? (double)file->received / (double)file->size : 0;
    const char *icon = file->progress == STORED   ? "check_circle"
                       : file->progress == FAILED ? "error"
                                                  : "upload_file";
    return ui_row(.key = ui_format("file-%u", file->id), .spacing = 12,
                  UI(ui_icon(icon, .color = file->progress == FAILED ? "error" : "primary"),
                     ui_column(.expand = 1, .spacing = 4,
                               UI(ui_text(file->name, .weight = UI_FONT_WEIGHT_W_500,
                                          .max_lines = 1, .overflow = UI_TEXT_OVERFLOW_ELLIPSIS),
                                  ui_progress_bar(.value = part, .visible = is_under_way,
                                                  .key = ui_format("bar-%u", file->id)),
                                  ui_text(note_of(file), .size = 12,
                                          .color = file->progress == FAILED
                                                       ? "error"
                                                       : "on_surface_variant"))),
                     ui_icon_button("close", .tooltip = ui_format("Cancel %s", file->name),
                                    .visible = is_under_way,
                                    .on_click = UI_CALL(uploads_cancel, &file->id))));
}

static void show(tr_event *ev, const struct uploads *uploads)
{
    ui_control *rows[FILE_CAP + 1];
    for (unsigned i = 0; i < uploads->count; i++)
        rows[i] = row_of(&uploads->files[i]);
    rows[uploads->count] = UI_END;
    ui_set_children(ev, "files", rows);
    ui_set(ev, "nothing", ui_props(.visible = uploads->count == 0));
}

static struct file *find(struct uploads *uploads, uint64_t id)
{
    for (unsigned i = 0; i < uploads->count; i++)
        if (uploads->files[i].id == id)
            return &uploads->files[i];
    return NULL;
}

// -- what happens --

// A new one in the state; the oldest that is over makes room. NULL: all are under way.
static struct file *add(struct uploads *uploads, const char *name, uint64_t size)
{
    if (uploads->count == FILE_CAP) {
        unsigned over = 0;
        while (over < FILE_CAP && uploads->files[over].progress < STORED)
            over++;
        if (over == FILE_CAP)
            return NULL;
        memmove(&uploads->files[over], &uploads->files[over + 1],
                (FILE_CAP - over - 1) * sizeof *uploads->files);
        uploads->count--;
    }
    struct file *file = &uploads->files[uploads->count++];
    *file = (struct file){.id = ++uploads->last_id, .size = size};
    snprintf(file->name, sizeof file->name, "%s", name);
    return file;
}

TR_ASYNC(uploads_pick)
{
    const ui_file_picker_file_data *const *files = NULL;
    ui_file_picker_upload_file_value values[FILE_CAP];
    const void *wanted[FILE_CAP + 1];
    unsigned count = 0;
    if (ui_pick_files(ev, &files, .allow_multiple = true) < 0 || files == NULL)
        return;
    struct uploads *uploads = tr_state(ev);
    for (; *files != NULL && count < FILE_CAP; files++) {
        struct file *file = add(uploads, (*files)->name, (uint64_t)(*files)->size);
        if (file == NULL)
            break;
        int result = tr_upload_url(ev, file->url, .file_name = file->name, .tag = file->id,
                                   .on_upload = uploads_heard);
        if (result < 0) {
            file->progress = FAILED;
            snprintf(file->note, sizeof file->note, "%s",
                     result == TR_EUNAVAILABLE ? "This server takes no uploads"
                                               : tr_err_text(result));
            continue;
        }
        values[count] =
            *ui_file_picker_upload_file(.upload_url = file->url, .id = (int)(*files)->id);
        wanted[count] = &values[count];
        count++;
    }
    wanted[count] = NULL;
    show(ev, uploads);
    if (count != 0 && ui_upload(ev, .files = wanted) == TR_EREFUSED)
        tr_snack(ev, "%s", tr_call_error(ev));
}

// The browser tells of it where it can: a file that is too large is not even sent, and a server
// that cannot be reached hears of nothing.
TR_ASYNC(uploads_refused)
{
    const tr_ev_file_picker_upload *event = TR_EVENT(ev, file_picker_upload);
    struct uploads *uploads = tr_state(ev);
    for (unsigned i = 0; event != NULL && event->error != NULL && i < uploads->count; i++) {
        struct file *file = &uploads->files[i];
        if (file->progress >= STORED || strcmp(file->name, event->file_name) != 0)
            continue;
        file->progress = FAILED;
        snprintf(file->note, sizeof file->note, "%s", event->error);
        show(ev, uploads);
        return;
    }
}

TR_ASYNC(uploads_cancel)
{
    const unsigned *id = TR_PAYLOAD(ev, unsigned);
    struct uploads *uploads = tr_state(ev);
    struct file *file = id != NULL ? find(uploads, *id) : NULL;
    if (file == NULL || tr_upload_cancel(ev, file->url) < 0)
        return;
    file->progress = FAILED;
    snprintf(file->note, sizeof file->note, "Cancelled");
    show(ev, uploads);
}

// Reads the file where the server put it. It may be large: a sync handler, on a thread of its own.
TR_SYNC(uploads_count)
{
    unsigned long lines = 0;
    bool is_text = true;
    const char *path = tr_payload_text(ev);
    FILE *file = path != NULL ? fopen(path, "r") : NULL;
    for (int c; file != NULL && is_text && (c = getc(file)) != EOF;) {
        lines += c == '\n';
        is_text = c >= ' ' || isspace(c);
    }
    if (file != NULL)
        fclose(file);
    if (is_text && lines != 0)
        tr_snack(ev, "%s has %lu lines", strrchr(path, '/') + 1, lines);
}

TR_ASYNC(uploads_heard)
{
    tr_upload upload = tr_upload_of(ev);
    struct uploads *uploads = tr_state(ev);
    struct file *file = find(uploads, upload.tag);
    if (file == NULL)
        return;
    file->received = upload.received;
    file->progress = upload.state == TR_UPLOAD_STORED   ? STORED
                     : upload.state == TR_UPLOAD_FAILED ? FAILED
                                                        : RUNNING;
    if (upload.state == TR_UPLOAD_STORED)
        snprintf(file->note, sizeof file->note, "%s, stored as %s", size_text(upload.received),
                 strrchr(upload.path, '/') + 1);
    else
        snprintf(file->note, sizeof file->note, "%s", upload.error);
    show(ev, uploads);
    if (upload.state == TR_UPLOAD_STORED)
        tr_start(ev, UI_CALL(uploads_count, upload.path));
}

static void build(tr_page *page)
{
    ui_set(page, NULL, ui_page_props(.title = "Uploads"));
    ui_set(page, NULL,
           ui_view_props(.padding = ui_padding(0), .scroll = UI_SCROLL_MODE_AUTO,
                         .horizontal_alignment = UI_CROSS_AXIS_ALIGNMENT_CENTER));
    ui_put(page, NULL, "appbar", ui_app_bar(.title = "Uploads"));
    ui_add(page,
           ui_container(
               ui_column(.spacing = 16,
                         UI(ui_text("Files of any size: they are written to the server's "
                                    "disk as they come, and have their name once they are "
                                    "whole."),
                            ui_row(UI(ui_filled_button("Choose files", .icon = "add", .key = "pick",
                                                       .on_click = uploads_pick))),
                            ui_text("Nothing was uploaded yet.", .key = "nothing",
                                    .color = "on_surface_variant"),
                            ui_column(.key = "files", .spacing = 12))),
               .padding = ui_padding(24), .width = 640));
    ui_add(page, ui_file_picker(.key = "picker", .on_upload = uploads_refused));
}

const tr_app uploads_app = {.name = "Uploads", .build = build, TR_STATE(struct uploads)};

int main(int argc, char **argv)
{
    return tr_run(argc, argv, &uploads_app);
}
