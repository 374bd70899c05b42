#ifndef TROUPE_ROWS_H
#define TROUPE_ROWS_H

// Lists that do not end: a list view that has a number of rows and a handler that builds those
// which the browser shows. A million rows cost what fits on the screen, on the page and on the
// server.
//
//     static ui_control *row(tr_event *ev, uint32_t index)
//     {
//         return ui_text(ui_format("Row %u", index), .key = ui_format("row-%u", index));
//     }
//     TR_ASYNC(build_rows) { tr_rows_build(ev, row); }
//     ...
//     ui_list_view(.key = "rows", .row_count = 1000000, .row_height = 40, .on_rows = build_rows,
//                  .height = 400)
//
// The handler runs when rows are wanted that are not there: after the page was built, and as its
// user scrolls. It gets a range (at most 400 rows), builds them, and gives them; it may wait for a
// query, or be a sync one. One call of it is in flight for a list; when its user has scrolled on
// meanwhile, rows that nobody wants any more are dropped, and it runs again for the latest place.
// Rows that it does not give stay empty until the browser asks anew.
//
// Of the list view:
//     row_count    how many rows there are: up to 2 147 483 647. Set it, and all rows are built again.
//     row_height   the height of one in pixels, about: real ones may differ, and from row to row (48).
//     row_header   its first child is a header: it stays on top, and scrolls sideways with the rows.
//     row_cells    its rows and its header are rows of a table, and their children cells: what screen
//                  readers are told.
//     row_sorted   the header's cell, from 1, by which they are sorted; negative: the greatest first;
//                  0: by none. Screen readers are told.
// It needs a height: of its own, or by .expand in a page or column that has one. Give rows keys
// that say what they are about (a record's id, not its place): then a row that moved is still the
// same control.
//
// To scroll there: ui_scroll_to(ev, .key = "rows", .offset = index * row_height), by the row_height
// that the list has, also where the rows' real heights differ.
//
// Flet's own client cannot ask for rows. It shows the first 40, and 50 more each time its user
// comes to the end, at most 1 000.
//
// Returns, errors, threads: as troupe/pages/page.h.

#include <stdbool.h>
#include <stdint.h>

#include "troupe/controls/controls.h"
#include "troupe/pages/event.h"

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

// -- in the list's on_rows handler --

// Which rows are wanted. False: it is not an event of that kind.
bool tr_rows_wanted(const tr_event *ev, uint32_t *out_first, uint32_t *out_count);

// These are the rows from `first` on; the list ends with UI_END. They may be fewer than are wanted,
// or come in several calls, the first ones first.
int tr_rows_give(tr_event *ev, uint32_t first, ui_control **rows);

// Has each wanted row built by the function, and gives them all.
int tr_rows_build(tr_event *ev, ui_control *(*build)(tr_event *ev, uint32_t index));
#define tr_rows_build(...) TR_CHECKED_(tr_rows_build(__VA_ARGS__))

// -- when the rows are others now --
//
// Each tells the list of a change to the data that its rows are made from, after it was made. The rows that the user looks at stay where they are; rows in sight that are concerned
// are built again.

// `count` rows came in before the row `first`; at the end: `first` is the number of rows until now.
int tr_rows_inserted(tr_page *page, const char *key, uint32_t first, uint32_t count);
int tr_rows_removed(tr_page *page, const char *key, uint32_t first, uint32_t count);
int tr_rows_changed(tr_page *page, const char *key, uint32_t first, uint32_t count);

// They are all others, `count` of them: another filter, another order.
int tr_rows_reset(tr_page *page, const char *key, uint32_t count);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif
