// A million orders in SQLite (grid/orders.c) as a table: sorted by any column, filtered, edited in
// place, and what one browser saves the others see. Only the rows in sight are asked of the
// database, by a sync handler on a thread of its own. GRID_FOLDER and GRID_ROWS say where the file
// is and how many rows are made at first.
//
// Needs: sqlite3

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <troupe/troupe.h>

#include "grid/orders.h"

struct grid {
    ui_table_status orders;
    char filter[FILTER_BYTES];
    unsigned filter_number; // of the latest one typed
};
TR_LAYOUT(struct grid, (orders, ui_table_status), filter, filter_number);

TR_DECLARE(orders_read);
TR_DECLARE(orders_save);
TR_DECLARE(counts_show);

UI_TABLE(orders, struct grid, orders, orders_read,
         UI_COLUMNS({.title = "Order", .width = 110, .is_number = true},
                    {.title = "Customer", .width = 240, .on_save = orders_save},
                    {.title = "City", .width = 170, .on_save = orders_save},
                    {.title = "Amount", .width = 130, .is_number = true, .on_save = orders_save},
                    {.title = "Day", .width = 130}),
         .selects = true, .on_select = counts_show);

// -- the rows --

// The database's columns are the table's. As the data comes it is by number.
static void give_orders(tr_event *ev, ui_table_rows *rows, const char *filter)
{
    struct order *found = calloc(UI_TABLE_ROWS_CAP, sizeof *found);
    struct query query = {.count = rows->status.count,
                          .sorted_by = rows->sorted_by < 0 ? ID : rows->sorted_by,
                          .is_descending = rows->is_descending};
    memcpy(query.filter, filter, sizeof query.filter);
    unsigned got = found != NULL ? read_orders(&query, rows->first, rows->count, found) : 0;
    for (const struct order *order = found; order < found + got; order++)
        ui_table_row(rows, order->id,
                     UI_TEXTS(ui_format("%lld", order->id), order->customer, order->city,
                              ui_format("%lld.%02lld", order->cents / 100, order->cents % 100),
                              order->day));
    ui_table_give(ev, rows);
    free(found);
}

TR_SYNC(orders_read)
{
    ui_table_rows rows;
    struct grid grid; // a copy: others need not wait for the database
    if (ui_table_wanted(ev, orders, &rows) && tr_state_copy(ev, &grid, sizeof grid) == 0)
        give_orders(ev, &rows, grid.filter);
}

TR_SYNC(orders_save)
{
    const ui_table_entry *entry = TR_PAYLOAD(ev, ui_table_entry);
    if (entry == NULL)
        return;
    if (save_order(entry->id, entry->column, entry->text))
        tr_publish_others(ev, "orders", "", 0);
    else
        ui_table_error(ev, orders, "That cannot be saved");
}

// Somebody else saved: what is in sight is read again, what is out of sight when it comes.
TR_ASYNC(orders_changed)
{
    ui_table_changed(ev, orders);
}

// -- around them --

TR_ASYNC(counts_show)
{
    const struct grid *grid = tr_state(ev);
    char number[16], spaced[24];
    int size = snprintf(number, sizeof number, "%u", grid->orders.count);
    int out = 0;
    for (int i = 0; i < size; i++) {
        if (i != 0 && (size - i) % 3 == 0)
            spaced[out++] = ' ';
        spaced[out++] = number[i];
    }
    spaced[out] = '\0';
    ui_set_textf(ev, "count", grid->orders.count == 1 ? "%s order" : "%s orders", spaced);
    ui_set_textf(ev, "selected", "%u selected", grid->orders.selected_count);
    ui_set(ev, "waiting", ui_props(.visible = false));
}

// Counts what passes the filter, and shows it from its beginning.
TR_SYNC(orders_count)
{
    struct grid grid;
    if (tr_state_copy(ev, &grid, sizeof grid) < 0)
        return;
    long found = count_orders(grid.filter);
    if (found < 0) {
        ui_set_text(ev, "count", "The orders cannot be read: see the log");
        return;
    }
    struct grid now;
    if (tr_state_copy(ev, &now, sizeof now) < 0 || now.filter_number != grid.filter_number)
        return; // it is being counted again
    ui_table_reset(ev, orders, (unsigned)found);
    tr_start(ev, counts_show);
}

TR_ASYNC(filter_typed)
{
    struct grid *grid = tr_state(ev);
    snprintf(grid->filter, sizeof grid->filter, "%s", tr_event_text(ev, ""));
    unsigned number = ++grid->filter_number;
    if (tr_sleep(ev, 250) < 0) // there may be more to come
        return;
    grid = tr_state(ev);
    if (grid->filter_number != number)
        return;
    (void)ui_scroll_to(ev, .key = "orders", .offset = 0);
    tr_start(ev, orders_count);
}

static void build(tr_page *page)
{
    ui_put(page, NULL, "appbar", ui_app_bar(.title = "Orders"));
    ui_add(page, ui_row(.wrap = true, .vertical_alignment = UI_CROSS_AXIS_ALIGNMENT_CENTER,
                        UI(ui_text_field("Filter by customer or city", .key = "filter",
                                         .width = 300, .on_change = filter_typed),
                           ui_text("Getting the orders ready", .key = "count"),
                           ui_text("0 selected", .key = "selected"),
                           ui_progress_ring(.key = "waiting", .width = 20, .height = 20))));
    ui_add(page, ui_table_in(page, orders, ui_list_view(.expand = 1)));
    tr_subscribe(page, "orders", orders_changed);
    tr_start(page, orders_count);
}

const tr_app grid_app = {.name = "Orders", .build = build, TR_STATE(struct grid)};

int main(int argc, char **argv)
{
    return tr_run(argc, argv, &grid_app);
}
