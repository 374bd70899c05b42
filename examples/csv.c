// A file of comma-separated values, sent by the browser with progress, read into SQLite by a thread
// that can be cancelled, and shown: sorted, filtered, edited in place, counted in a chart, and
// taken home again. csv/csvtool.py is the same app in Flet. CSV_DB names the database's file;
// uploads need a folder: TROUPE_UPLOAD_DIR=/tmp/uploads build/bin/csv
//
// Needs: sqlite3

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <troupe/csv.h>
#include <troupe/sqlite.h>
#include <troupe/troupe.h>

enum { COLUMNS = 12, NAME_BYTES = 40, FILTER_BYTES = 80, BINS = 12, SAMPLE_ROWS = 5000 };
enum { IMPORT_S = 600 }; // at most

// A file becomes a table of its own, in batches, so that others can write meanwhile. Until it is
// whole it stands in `imports`, and no page has it.
static tr_sqlite db = {
    .file = "csv.db",
    .file_variable = "CSV_DB",
    .schema = "CREATE TABLE IF NOT EXISTS imports (name TEXT PRIMARY KEY, began INTEGER)"};

struct view { // what is shown of which table; also all that a download has
    char table[65];
    int columns, sorted;
    unsigned row; // where a download is
    char filter[FILTER_BYTES], names[COLUMNS][NAME_BYTES];
};
TR_LAYOUT(struct view, table, columns, sorted, row, filter, (names, char));

struct csv {
    struct view view;
    bool is_number[COLUMNS];
    unsigned rows, typed;
    int chart; // a column
    int64_t task;
    ui_table_status status;
};
TR_LAYOUT(struct csv, (view, struct view), is_number, rows, typed, chart, task,
          (status, ui_table_status));

TR_DECLARE(rows_read);
TR_DECLARE(cell_save);
TR_DECLARE(file_import);

static unsigned columns_of(const void *state, ui_table_column *out)
{
    const struct csv *csv = state;
    for (int i = 0; i < csv->view.columns; i++)
        out[i] = (ui_table_column){.title = csv->view.names[i],
                                   .width = csv->is_number[i] ? 130 : 200,
                                   .is_number = csv->is_number[i],
                                   .on_save = cell_save};
    return (unsigned)csv->view.columns;
}

UI_TABLE(data, struct csv, status, rows_read, UI_COLUMNS_LATER, .columns_of = columns_of);

// -- what is asked of the database --

static const char *list_of(const struct view *view, const char *between, const char *form)
{
    const char *list = "";
    for (int i = 0; i < view->columns; i++) {
        char column[80];
        snprintf(column, sizeof column, form, i);
        list = ui_format("%s%s%s", list, i != 0 ? between : "", column);
    }
    return list;
}

static const char *select_of(const struct view *view, const char *what, const char *end)
{
    return ui_format("SELECT %s FROM import_%s WHERE instr(lower(%s), lower(?1)) > 0 OR ?1 = '' %s",
                     what, view->table, list_of(view, " || ' ' || ", "c%d"), end);
}

static const char *rows_of(const struct view *view)
{
    const char *order = view->sorted != 0 ? ui_format("c%d %s,", abs(view->sorted) - 1,
                                                      view->sorted < 0 ? "DESC" : "")
                                          : "";
    return select_of(view, ui_format("rowid, %s", list_of(view, ", ", "c%d")),
                     ui_format("ORDER BY %s rowid LIMIT ?2 OFFSET ?3", order));
}

TR_SYNC(rows_read)
{
    ui_table_rows rows;
    struct csv csv;
    if (!ui_table_wanted(ev, data, &rows) || tr_state_copy(ev, &csv, sizeof csv) < 0)
        return;
    csv.view.sorted = rows.status.sorted;
    TR_SQLITE_ROWS(ev, &db, row, rows_of(&csv.view), csv.view.filter, rows.count, rows.first)
    {
        const char *texts[COLUMNS + 1] = {NULL};
        for (int i = 0; i < csv.view.columns; i++)
            texts[i] = tr_sqlite_text(row, i + 1);
        ui_table_row(&rows, sqlite3_column_int64(row, 0), texts);
    }
    ui_table_give(ev, &rows);
}

TR_SYNC(chart_show)
{
    struct csv csv;
    if (tr_state_copy(ev, &csv, sizeof csv) < 0 || csv.view.table[0] == '\0')
        return;
    const char *column = ui_format("c%d", csv.chart), *filter = csv.view.filter;
    double least = tr_sqlite_number(ev, &db, 0,
                                    select_of(&csv.view, ui_format("min(%s)", column), ""), filter);
    double most = tr_sqlite_number(ev, &db, 0,
                                   select_of(&csv.view, ui_format("max(%s)", column), ""), filter);
    double step = most > least ? (most - least) / (double)BINS : 1;
    double counts[BINS] = {0};
    TR_SQLITE_ROWS(ev, &db, row,
                   select_of(&csv.view,
                             ui_format("min(CAST((%s - ?2) / ?3 AS INT), ?4), count(*)", column),
                             "GROUP BY 1"),
                   filter, least, step, BINS - 1)
    {
        int bin = sqlite3_column_int(row, 0);
        counts[bin < 0 ? 0 : bin] += sqlite3_column_double(row, 1);
    }
    ui_list groups = {0}, labels = {0};
    for (int i = 0; i < BINS; i++) {
        const char *from = ui_format("%.6g", least + i * step);
        ui_push(&groups,
                ui_bar_chart_group(.x = i,
                                   .rods = UI_LIST(
                                       ui_bar_chart_rod(.to_y = counts[i], .width = 16,
                                                        .tooltip = ui_format("from %s: %.0f", from,
                                                                             counts[i])))));
        ui_push(&labels, ui_chart_axis_label(.value = i, .label = i % 4 == 0 ? from : ""));
    }
    ui_put(ev, "chart", "content",
           ui_bar_chart(.height = 160, .groups = ui_items(&groups),
                        .left_axis = ui_chart_axis(.label_size = 48),
                        .bottom_axis = ui_chart_axis(.labels = ui_items(&labels))));
}

// What passes the filter, from its beginning.
TR_SYNC(rows_count)
{
    struct csv csv;
    if (tr_state_copy(ev, &csv, sizeof csv) < 0 || csv.view.table[0] == '\0')
        return;
    double count =
        tr_sqlite_number(ev, &db, 0, select_of(&csv.view, "count(*)", ""), csv.view.filter);
    ui_table_reset(ev, data, (unsigned)count);
    ui_set_textf(ev, "status", "%.0f of %u rows", count, csv.rows);
    tr_start(ev, chart_show);
}

static bool has_number(const char *text)
{
    char *end;
    (void)strtod(text, &end);
    return end != text && *end == '\0';
}

TR_SYNC(cell_save)
{
    const ui_table_entry *entry = TR_PAYLOAD(ev, ui_table_entry);
    struct csv csv;
    if (tr_state_copy(ev, &csv, sizeof csv) < 0)
        return;
    if (csv.is_number[entry->column] && !has_number(entry->text))
        ui_table_error(ev, data, "A number");
    else if (tr_sqlite_run(ev, &db,
                           ui_format("UPDATE import_%s SET c%d = ? WHERE rowid = ?", csv.view.table,
                                     entry->column),
                           entry->text, entry->id) == 1)
        tr_start(ev, chart_show);
}

TR_ASYNC(filter_typed)
{
    struct csv *csv = tr_state(ev);
    snprintf(csv->view.filter, sizeof csv->view.filter, "%s", tr_event_text(ev, ""));
    unsigned typed = ++csv->typed;
    if (tr_sleep(ev, 250) == 0 && csv->typed == typed) // there may be more to come
        tr_start(ev, rows_count);
}

TR_ASYNC(chart_choose)
{
    struct csv *csv = tr_state(ev);
    csv->chart = atoi(tr_event_text(ev, "0"));
    tr_start(ev, chart_show);
}

// -- taking it home --

TR_SOURCE(rows_source)
{
    struct view *view = tr_piece_state(piece, sizeof *view);
    const char *texts[COLUMNS + 1] = {NULL};
    int64_t size = 0, line = 0;
    for (int i = 0; i < view->columns; i++)
        texts[i] = view->names[i];
    if (piece->offset == 0)
        size = tr_csv_line(piece->bytes, piece->cap, texts);
    TR_SQLITE_ROWS(NULL, &db, row, rows_of(view), view->filter, 1000, view->row)
    {
        for (int i = 0; i < view->columns; i++)
            texts[i] = tr_sqlite_text(row, i + 1);
        line = tr_csv_line(piece->bytes + size, piece->cap - (size_t)size, texts);
        if (line < 0)
            break; // it is the first one of the next piece
        size += line;
        view->row++;
    }
    return size;
}

TR_ASYNC(rows_download)
{
    const struct csv *csv = tr_state(ev);
    struct view view = csv->view;
    view.sorted = csv->status.sorted;
    tr_download(ev, "rows.csv", "text/csv", .source = rows_source, TR_SOURCE_STATE(&view));
}

// -- reading a file --

static void show_busy(tr_event *ev, bool is_busy)
{
    ui_set(ev, "busy", ui_props(.visible = is_busy));
    ui_set_number(ev, "progress", "value", 0);
    ui_set(ev, "sources", ui_props(.disabled = is_busy));
}

// False: it cannot be read, or was cancelled.
static bool import_rows(tr_event *ev, tr_csv *file, struct csv *csv)
{
    struct view *view = &csv->view;
    struct stat about;
    if (fstat(fileno(file->file), &about) < 0 || !tr_csv_read(file))
        return false;
    for (; view->columns < COLUMNS && view->columns < (int)file->count; view->columns++) {
        snprintf(view->names[view->columns], NAME_BYTES, "%s", file->fields[view->columns]);
        csv->is_number[view->columns] = true;
    }
    const char *columns =
                   list_of(view, ", ", "c%d NUMERIC NOT NULL ON CONFLICT REPLACE DEFAULT ''"),
               *places = list_of(view, ", ", "?");
    const char *insert = ui_format("INSERT INTO import_%s VALUES (%s)", view->table, places);
    if (tr_sqlite_run(ev, &db, ui_format("CREATE TABLE import_%s (%s)", view->table, columns)) < 0)
        return false;
    tr_sqlite_batch batch = {.db = &db};
    bool goes_on = true;
    for (; goes_on && tr_csv_read(file); csv->rows++) {
        uint32_t count =
            file->count < (uint32_t)view->columns ? file->count : (uint32_t)view->columns;
        for (uint32_t i = 0; i < count; i++)
            if (csv->is_number[i] && file->fields[i][0] != '\0')
                csv->is_number[i] = has_number(file->fields[i]);
        double done = (double)file->bytes / (double)about.st_size;
        // The page says no once the import was cancelled, or is gone.
        goes_on =
            tr_sqlite_batch_next(ev, &batch) == 0 &&
            tr_sqlite_run_texts(ev, &db, insert, (const char *const *)file->fields, count) == 1 &&
            (csv->rows % 1000 != 999 ||
             (ui_set_number(ev, "progress", "value", done) == 0 &&
              ui_set_textf(ev, "status", "%u rows", csv->rows + 1) == 0 && tr_update(ev) == 0));
    }
    return tr_sqlite_batch_end(ev, &batch) == 0 && goes_on && file->error == NULL;
}

// So that there is something to see without a file.
static FILE *make_sample(void)
{
    static const char *const cities[] = {"Aarhus", "Bergen", "Cork", "Dresden", "Essen"};
    FILE *file = tmpfile();
    if (file == NULL)
        return NULL;
    fputs("Number,City,Amount,\"Note, if any\"\n", file);
    for (unsigned i = 1; i <= SAMPLE_ROWS; i++)
        fprintf(file, "%u,%s,%u.%02u,\"the \"\"%u.\"\"\"\n", i, cities[i * 7 % 5], i * 7919 % 1000,
                i % 100, i);
    rewind(file);
    return file;
}

static void drop(tr_event *ev, const char *table)
{
    tr_sqlite_run(ev, &db, ui_format("DROP TABLE IF EXISTS import_%s", table));
    tr_sqlite_run(ev, &db, "DELETE FROM imports WHERE name = ?", table);
}

// Each import that begins takes away one whose process died in the middle.
static bool begin_import(tr_event *ev, const char *table)
{
    const char *dead = "";
    TR_SQLITE_ROWS(ev, &db, row, "SELECT name FROM imports WHERE began < unixepoch() - ? LIMIT 1",
                   IMPORT_S)
    dead = ui_format("%s", tr_sqlite_text(row, 0));
    drop(ev, dead);
    return tr_sqlite_run(ev, &db, "INSERT INTO imports VALUES (?, unixepoch())", table) == 1;
}

TR_SYNC(file_import, .timeout_ms = IMPORT_S * 1000)
{
    const char *path = tr_payload_text(ev);
    tr_csv file = {.file = path[0] != '\0' ? fopen(path, "r") : make_sample()};
    struct csv next = {.rows = 0};
    snprintf(next.view.table, sizeof next.view.table, "%s",
             tr_event_idempotency_key(ev)); // no other event has it
    const char *table = next.view.table;
    bool is_done = file.file != NULL && begin_import(ev, table) && import_rows(ev, &file, &next) &&
                   tr_sqlite_run(ev, &db, "DELETE FROM imports WHERE name = ?", table) == 1;
    show_busy(ev, false);
    if (!is_done)
        ui_set_textf(ev, "status", "That could not be read%s%s", file.error != NULL ? ": " : "",
                     file.error != NULL ? file.error : "");
    if (file.file != NULL)
        fclose(file.file);
    tr_csv_done(&file);
    ui_list options = {0};
    for (int i = 0; i < next.view.columns; i++) {
        if (!next.is_number[i])
            continue;
        next.chart = options.count == 0 ? i : next.chart;
        ui_push(&options,
                ui_dropdown_option(.key = ui_format("%d", i), .text = next.view.names[i]));
    }
    struct csv *csv = is_done ? tr_state(ev) : NULL;
    drop(ev, csv != NULL ? csv->view.table : table); // a page that was left wants none
    if (csv == NULL)
        return;
    *csv = next;
    tr_state_release(ev);
    ui_set(ev, "column",
           ui_dropdown_props(ui_format("%d", next.chart), .options = ui_items(&options)));
    ui_set_text(ev, "filter", "");
    ui_set(ev, "found", ui_props(.visible = true));
    tr_start(ev, rows_count);
}

static void start_import(tr_event *ev, const char *path)
{
    struct csv *csv = tr_state(ev);
    show_busy(ev, true);
    csv->task = tr_run_thread(ev, UI_CALL(file_import, path));
}

TR_ASYNC(sample_use)
{
    start_import(ev, "");
}

TR_ASYNC(upload_heard)
{
    tr_upload upload = tr_upload_of(ev);
    show_busy(ev, upload.state != TR_UPLOAD_FAILED);
    ui_set_number(ev, "progress", "value", upload.progress);
    if (upload.state == TR_UPLOAD_STORED)
        start_import(ev, upload.path);
    else if (upload.state == TR_UPLOAD_FAILED)
        tr_snack(ev, "%s", upload.error);
}

TR_ASYNC(file_choose)
{
    int result = tr_pick_upload(ev, .on_upload = upload_heard, .extensions = UI_TEXTS("csv"));
    if (result < 0)
        tr_snack(ev, "The file cannot be sent: %s", tr_err_text(result));
}

TR_ASYNC(import_cancel)
{
    struct csv *csv = tr_state(ev);
    if (csv->task != 0 && tr_task_cancel(ev, csv->task) == 0)
        ui_set_text(ev, "status", "Cancelled");
    csv->task = 0;
    show_busy(ev, false);
}

static void on_end(tr_event *ev)
{
    const struct csv *csv = tr_state(ev);
    drop(ev, csv->view.table);
}

static void build(tr_page *page)
{
    ui_control *choose =
        ui_filled_button("Choose a file", .icon = "upload_file", .on_click = file_choose);
    ui_control *sample = ui_outlined_button("Use a sample", .on_click = sample_use);
    ui_control *progress = ui_progress_bar(.key = "progress", .expand = 1);
    ui_control *cancel = ui_outlined_button("Cancel", .on_click = import_cancel);
    ui_control *filter = ui_text_field("Filter", .key = "filter", .width = 240, .dense = true,
                                       .on_change = filter_typed);
    ui_control *column =
        ui_dropdown(.key = "column", .label = "Chart of", .on_select = chart_choose);
    ui_control *download =
        ui_outlined_button("Download", .icon = "download", .on_click = rows_download);
    ui_put(page, NULL, "appbar", ui_app_bar(.title = "CSV"));
    ui_add(page, ui_row(.key = "sources", .wrap = true,
                        UI(choose, sample, ui_text("No file yet", .key = "status"))));
    ui_add(page, ui_row(.key = "busy", .visible = false, UI(progress, cancel)));
    ui_add(page, ui_column(.key = "found", .visible = false, .expand = 1,
                           .horizontal_alignment = UI_CROSS_AXIS_ALIGNMENT_STRETCH,
                           UI(ui_row(.wrap = true, UI(filter, column, download)),
                              ui_container(.key = "chart"),
                              ui_table_in(page, data, ui_list_view(.expand = 1)))));
}

const tr_app csv_app = {.name = "CSV", .build = build, .on_end = on_end, TR_STATE(struct csv)};

int main(int argc, char **argv)
{
    return tr_run(argc, argv, &csv_app);
}
