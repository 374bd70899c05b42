#ifndef TROUPE_TABLE_H
#define TROUPE_TABLE_H

// Tables: a list view of rows of texts, of which the page has those in sight (troupe/pages/rows.h),
// that people sort, select from and edit. The data is the author's: a database, an array.
//
//     struct shop { ui_table_status orders; };
//     TR_LAYOUT(struct shop, (orders, ui_table_status));
//
//     UI_TABLE(orders_table, struct shop, orders, orders_read,
//              UI_COLUMNS({.title = "Number", .width = 110, .is_number = true},
//                         {.title = "Customer", .width = 220, .on_save = orders_save}),
//              .selects = true);
//
//     TR_SYNC(orders_read) // asked for the rows in sight
//     {
//         ui_table_rows rows;
//         if (!ui_table_wanted(ev, orders_table, &rows))
//             return;
//         ... SELECT ... ORDER BY columns[rows.sorted_by] LIMIT rows.count OFFSET rows.first ...
//         while (there is one)
//             ui_table_row(&rows, id, UI_TEXTS(number, customer));
//         ui_table_give(ev, &rows);
//     }
//     ...
//     ui_add(page, ui_table_in(page, orders_table, ui_list_view(.expand = 1)));
//     ui_table_reset(ev, orders_table, 1000000); // so many there are now
//
// A press on a column's title sorts by it, another one the other way round: the rows are asked for
// again. A column with a handler to save is edited in place: a press on a cell (or Enter, when it
// has the focus) makes it a field, Enter saves, Escape leaves it. What is sorted, selected and
// edited is in the status, so that it survives a reload, a lost connection and a move.
//
// Screen readers are told of a table, its rows, cells and column titles, and by which it is sorted. In a row, Tab goes from cell to cell, up and down to the same cell of the next row.
//
// Thread: as troupe/pages/page.h. In a sync handler these calls lend it the state (tr_state) where
// it has not got it, and give it back.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "troupe/controls/controls.h"
#include "troupe/pages/event.h"
#include "troupe/pages/layout.h"

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

#define UI_TABLE_COLUMNS_CAP 32u
#define UI_TABLE_SELECTED_CAP 256u
#define UI_TABLE_ROWS_CAP 400u        // that are asked for at once
#define UI_TABLE_ENTRY_CAP_BYTES 480u // a text that is saved, with its closing zero byte

// How a table stands: a member of the state, zeroed at first.
typedef struct ui_table_status {
    uint32_t count; // rows in all
    int32_t sorted; // the column's number, from 1; negative: descending; 0: as the data comes
    int32_t edited_column; // from 1; 0: none
    uint32_t selected_count;
    int64_t edited;                          // a row's id
    int64_t selected[UI_TABLE_SELECTED_CAP]; // ids, in the order in which they were
} ui_table_status;
TR_LAYOUT(ui_table_status, count, sorted, edited_column, selected_count, edited, selected);

typedef struct ui_table_column {
    const char *title;
    double width;   // pixels; 0: 160
    bool is_number; // at the end of its cell
    bool is_fixed;  // nobody sorts by it
    // Makes it one that is edited: runs (as a task) with a ui_table_entry, and saves that or says by
    // ui_table_error why not. NULL: it is only shown.
    const tr_handler *on_save;
} ui_table_column;

// The columns of a table whose columns are known only when it runs: writes them to `out`, at most
// UI_TABLE_COLUMNS_CAP, and returns how many. `state` is the session's, to be read; titles last as
// long as that, or are of ui_format.
typedef unsigned (*ui_table_columns)(const void *state, ui_table_column *out);

typedef struct ui_table {
    const char *name; // unique in the program
    uint32_t state_size, status;
    const tr_handler *read;
    const ui_table_column *columns; // one without a title ends them
    bool selects;                   // each row begins with a checkbox
    double row_height;              // pixels; 0: 52
    const tr_handler *on_select;    // started when the selection has changed
    ui_table_columns columns_of;    // instead of columns that are written down: UI_COLUMNS_LATER
    int unused_;
} ui_table;

// A table of the state struct `type`: the member that is its status, the handler that reads rows,
// columns, and further members of ui_table from `selects` on. At the top of a file.
#define UI_TABLE(table_, type, status_, read_, ...)                                                \
    UI_TABLE_AS_(table_, type, status_, read_, __VA_ARGS__, .unused_ = 0)
#define UI_COLUMNS(...) (__VA_ARGS__, {.title = NULL})
#define UI_COLUMNS_LATER ({.title = NULL})

// The list view, made a table: its key (the table's name), rows and header are the table's.
ui_control *ui_table_in(tr_page *page, const ui_table *table, ui_control *list_view);
#define ui_table_in(...) TR_CHECKED_(ui_table_in(__VA_ARGS__))

// There are other rows now, so many: another filter, a count that came late; other columns. It is
// shown from its beginning.
int ui_table_reset(tr_page *page, const ui_table *table, uint32_t count);

// The same rows, some with another content: those in sight are read again.
int ui_table_changed(tr_page *page, const ui_table *table);

// -- in the handler that reads --

// What is wanted, and the rows as they are put together; 9 KiB.
typedef struct ui_table_rows {
    uint32_t first, count;
    int sorted_by; // a column, from 0; -1: as the data comes
    bool is_descending;
    uint32_t got; // the rest is the table's
    uint32_t column_count;
    ui_table_column columns[UI_TABLE_COLUMNS_CAP];
    const ui_table *table;
    ui_table_status status;
    ui_control *rows[UI_TABLE_ROWS_CAP + 1];
} ui_table_rows;

// False: it is no event of that kind, or the page is gone.
bool ui_table_wanted(tr_event *ev, const ui_table *table, ui_table_rows *out);

// The next row: an id that is its own for ever (a key of the database), and a text for each column.
// TR_EFULL: it was not asked for.
int ui_table_row(ui_table_rows *rows, int64_t id, const char *const *texts);

// All rows are put together. 0, and codes of tr_rows_give.
int ui_table_give(tr_event *ev, ui_table_rows *rows);

// -- in the handler that saves --

// Its payload: TR_PAYLOAD(ev, ui_table_entry).
typedef struct ui_table_entry {
    int64_t id;
    int32_t column; // from 0
    char text[UI_TABLE_ENTRY_CAP_BYTES];
} ui_table_entry;

// It cannot be saved: the field stays, and says why.
int ui_table_error(tr_event *ev, const ui_table *table, const char *text);

// -- behind the macros --

#define UI_TABLE_AS_(table_, type, status_, read_, columns_, ...)                                  \
    TR_ASSERT_(TR_SAME_(TR_TYPE_(TR_AT_(type, status_)), ui_table_status),                         \
               "the third of UI_TABLE is a member of type ui_table_status: docs/howto/tables.md"); \
    TR_CHECKED_FROM_HERE_                                                                          \
    static const ui_table_column table_##_columns[] = {UI_UNWRAPPED_ columns_};                    \
    static const ui_table table_[1]                                                                \
        __attribute__((section("tr_tables"), used, aligned(__alignof__(ui_table)))) = {            \
            {.name = #table_,                                                                      \
             .state_size = sizeof(type),                                                           \
             .status = offsetof(type, status_),                                                    \
             .read = (read_),                                                                      \
             .columns = table_##_columns,                                                          \
             __VA_ARGS__}};                                                                        \
    TR_CHECKED_TO_HERE_
#define UI_UNWRAPPED_(...) __VA_ARGS__

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif
