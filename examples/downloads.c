// Files for people's machines: a text from the page's state, a file of the server, and a table that
// is written while the browser takes it, as long as one likes.

#include <stdio.h>
#include <string.h>
#include <troupe/troupe.h>

#define NOTE_BYTES 4096

struct downloads {
    char note[NOTE_BYTES];
};
TR_LAYOUT(struct downloads, note);

// -- the table --

struct table {
    uint64_t row; // that comes next
    uint64_t rows;
};

// As many rows as fit. Nothing is kept but the number of the next one, so a million of them need no
// more memory than ten.
TR_SOURCE(downloads_rows)
{
    struct table *table = tr_piece_state(piece, sizeof *table);
    size_t size = 0;
    if (table == NULL)
        return TR_EINVALID;
    while (table->row < table->rows) {
        int length =
            snprintf(piece->bytes + size, piece->cap - size, "%llu,%llu\r\n",
                     (unsigned long long)table->row, (unsigned long long)(table->row * table->row));
        if ((size_t)length >= piece->cap - size)
            break;
        size += (size_t)length;
        table->row++;
    }
    return (int64_t)size;
}

// -- what is pressed --

static void tell(tr_event *ev, int result)
{
    if (result < 0)
        tr_snack(ev, "The download could not begin: %s", tr_err_text(result));
}

TR_ASYNC(downloads_typed)
{
    struct downloads *state = tr_state(ev);
    snprintf(state->note, sizeof state->note, "%s", tr_event_text(ev, ""));
}

TR_ASYNC(downloads_note)
{
    struct downloads *state = tr_state(ev);
    tell(ev, tr_download(ev, "note.txt", "text/plain; charset=utf-8", .bytes = state->note,
                         .size = strlen(state->note)));
}

TR_ASYNC(downloads_program)
{
    tell(ev, tr_download(ev, "downloads", NULL, .file = "/proc/self/exe"));
}

TR_ASYNC(downloads_table)
{
    struct table table = {.rows = 1000000};
    tell(ev, tr_download(ev, "squares.csv", "text/csv; charset=utf-8", .source = downloads_rows,
                         TR_SOURCE_STATE(&table)));
}

static void build(tr_page *page)
{
    ui_set(page, NULL, ui_page_props(.title = "Downloads"));
    ui_set(page, NULL,
           ui_view_props(.padding = ui_padding(0),
                         .horizontal_alignment = UI_CROSS_AXIS_ALIGNMENT_CENTER));
    ui_put(page, NULL, "appbar", ui_app_bar(.title = "Downloads"));
    ui_add(page,
           ui_container(ui_column(.spacing = 16,
                                  UI(ui_text_field("A note", .multiline = true,
                                                   .on_change = downloads_typed),
                                     ui_row(UI(ui_filled_button("Save the note", .icon = "save",
                                                                .on_click = downloads_note))),
                                     ui_row(UI(ui_button("A million squares", .icon = "table_chart",
                                                         .on_click = downloads_table),
                                               ui_button("This program", .icon = "download",
                                                         .on_click = downloads_program))))),
                        .padding = ui_padding(24), .width = 640));
}

const tr_app downloads_app = {.name = "Downloads", .build = build, TR_STATE(struct downloads)};

int main(int argc, char **argv)
{
    return tr_run(argc, argv, &downloads_app);
}
