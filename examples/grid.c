// A million orders in SQLite (grid/orders.c) as a grid: sorted by any column, filtered, edited in
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

#define ROWS_CAP 400
#define ROW_HEIGHT 52

// A cell that can be edited calls its handler with this.
struct place {
    long long order;
    int column;
};

TR_DECLARE(grid_sort);
TR_DECLARE(grid_edit);
TR_DECLARE(grid_save);
TR_DECLARE(grid_select);
TR_DECLARE(grid_key);

// -- what is shown --

static bool is_selected(const struct grid *grid, long long id)
{
    for (unsigned i = 0; i < grid->selected_count; i++)
        if (grid->selected[i] == id)
            return true;
    return false;
}

static const char *text_of(const struct order *order, int column)
{
    switch (column) {
    case ID:
        return ui_format("%lld", order->id);
    case CUSTOMER:
        return order->customer;
    case CITY:
        return order->city;
    case AMOUNT:
        return ui_format("%lld.%02lld", order->cents / 100, order->cents % 100);
    default:
        return order->day;
    }
}

static ui_control *cell(const struct grid *grid, const struct order *order, int column)
{
    const struct column *info = &columns[column];
    if (grid->edited == order->id && grid->edited_column == column)
        return ui_container(ui_text_field(.value = text_of(order, column), .key = "edited",
                                          .tooltip = info->title, .dense = true, .autofocus = true,
                                          .on_submit = grid_save),
                            .width = info->width);
    return ui_container(
        ui_text(text_of(order, column), .max_lines = 1, .overflow = UI_TEXT_OVERFLOW_ELLIPSIS),
        .width = info->width, .height = 40, .padding = ui_padding(.horizontal = 12),
        .alignment = info->is_number ? ui_alignment(1, 0) : ui_alignment(-1, 0),
        .key = info->is_edited ? ui_format("%s-%lld", info->name, order->id) : NULL,
        .on_click =
            info->is_edited ? UI_CALL(grid_edit, &(struct place){order->id, column}) : NULL);
}

static ui_control *order_row(const struct grid *grid, const struct order *order)
{
    ui_control *cells[COLUMNS + 2];
    cells[0] = ui_container(ui_checkbox(.value = is_selected(grid, order->id),
                                        .tooltip = ui_format("Select order %lld", order->id),
                                        .key = ui_format("select-%lld", order->id),
                                        .on_change = UI_CALL(grid_select, &order->id)),
                            .width = 48);
    for (int i = 0; i < COLUMNS; i++)
        cells[i + 1] = cell(grid, order, i);
    cells[COLUMNS + 1] = UI_END;
    return ui_row(.key = ui_format("order-%lld", order->id), .spacing = 0, .height = ROW_HEIGHT,
                  .controls = cells);
}

static ui_control *header(const struct grid *grid)
{
    ui_control *cells[COLUMNS + 2];
    cells[0] = ui_container(ui_text("Pick"), .width = 48, .padding = ui_padding(.horizontal = 8));
    for (int i = 0; i < COLUMNS; i++)
        cells[i + 1] = ui_container(
            ui_text_button(columns[i].title, .key = ui_format("sort-%d", i),
                           .on_click = UI_CALL(grid_sort, &i),
                           .tooltip = ui_format("Sort by %s", columns[i].title),
                           .icon = grid->sorted_by != i  ? NULL
                                   : grid->is_descending ? "arrow_downward"
                                                         : "arrow_upward"),
            .width = columns[i].width,
            .alignment = columns[i].is_number ? ui_alignment(1, 0) : ui_alignment(-1, 0));
    cells[COLUMNS + 1] = UI_END;
    return ui_row(.key = "header", .spacing = 0, .height = ROW_HEIGHT, .controls = cells);
}

static void show_counts(tr_event *ev, const struct grid *grid)
{
    char number[16], spaced[24];
    int size = snprintf(number, sizeof number, "%u", grid->count);
    int out = 0;
    for (int i = 0; i < size; i++) {
        if (i != 0 && (size - i) % 3 == 0)
            spaced[out++] = ' ';
        spaced[out++] = number[i];
    }
    spaced[out] = '\0';
    ui_set_textf(ev, "count", grid->count == 1 ? "%s order" : "%s orders", spaced);
    ui_set_textf(ev, "selected", "%u selected", grid->selected_count);
}

// -- what happens --

TR_SYNC(grid_rows)
{
    uint32_t first, count;
    struct grid grid; // a copy: others need not wait for the database
    if (!tr_rows_wanted(ev, &first, &count) || count > ROWS_CAP ||
        tr_state_copy(ev, &grid, sizeof grid) < 0)
        return;
    struct order *orders = calloc(ROWS_CAP, sizeof *orders);
    ui_control *rows[ROWS_CAP + 1];
    unsigned got = orders != NULL ? read_orders(&grid, first, count, orders) : 0;
    for (unsigned i = 0; i < got; i++)
        rows[i] = order_row(&grid, &orders[i]);
    rows[got] = UI_END;
    tr_rows_give(ev, first, rows);
    free(orders);
}

// Counts what passes the filter, and shows it from its beginning.
TR_SYNC(grid_count)
{
    struct grid grid;
    if (tr_state_copy(ev, &grid, sizeof grid) < 0)
        return;
    long found = count_orders(&grid);
    if (found < 0) {
        ui_set_text(ev, "count", "The orders cannot be read: see the log");
        return;
    }
    grid.count = (unsigned)found;
    bool is_latest = false;
    TR_WITH_STATE(ev, struct grid, state)
    {
        is_latest = state->filter_number == grid.filter_number;
        if (is_latest)
            state->count = grid.count;
    }
    if (!is_latest)
        return; // it is being counted again
    tr_rows_reset(ev, "rows", grid.count);
    ui_set(ev, "waiting", ui_props(.visible = false));
    show_counts(ev, &grid);
}

TR_ASYNC(grid_filter)
{
    struct grid *grid = tr_state(ev);
    snprintf(grid->filter, sizeof grid->filter, "%s", tr_event_text(ev, ""));
    unsigned number = ++grid->filter_number;
    if (tr_sleep(ev, 250) < 0) // there may be more to come
        return;
    grid = tr_state(ev);
    if (grid->filter_number != number)
        return;
    (void)ui_scroll_to(ev, .key = "rows", .offset = 0);
    tr_start(ev, grid_count);
}

TR_ASYNC(grid_sort)
{
    struct grid *grid = tr_state(ev);
    const int *column = TR_PAYLOAD(ev, int);
    if (column == NULL)
        return;
    grid->is_descending = grid->sorted_by == *column && !grid->is_descending;
    grid->sorted_by = *column;
    ui_replace(ev, "header", header(grid));
    tr_rows_reset(ev, "rows", grid->count);
    (void)ui_scroll_to(ev, .key = "rows", .offset = 0);
}

static void edit(tr_event *ev, struct grid *grid, long long id, int column)
{
    grid->edited = id;
    grid->edited_column = column;
    ui_on(ev, NULL, "keyboard_event", grid_key);
    tr_rows_changed(ev, "rows", 0, grid->count);
}

static void stop_editing(tr_event *ev, const struct grid *grid)
{
    ui_on(ev, NULL, "keyboard_event", NULL);
    tr_rows_changed(ev, "rows", 0, grid->count);
}

TR_ASYNC(grid_edit)
{
    struct grid *grid = tr_state(ev);
    const struct place *place = TR_PAYLOAD(ev, struct place);
    if (place != NULL)
        edit(ev, grid, place->order, place->column);
}

TR_ASYNC(grid_key)
{
    struct grid *grid = tr_state(ev);
    if (strcmp(tr_event_field_text(ev, "key", ""), "Escape") != 0)
        return;
    grid->edited = 0;
    stop_editing(ev, grid);
}

TR_SYNC(grid_save)
{
    struct grid grid;
    char typed[80];
    ui_get_text(ev, "edited", "value", typed, sizeof typed);
    if (tr_state_copy(ev, &grid, sizeof grid) < 0 || grid.edited == 0)
        return;
    if (!save_order(&grid, typed)) {
        ui_set(ev, "edited", ui_text_field_props(.error = "That cannot be saved"));
        return;
    }
    TR_WITH_STATE(ev, struct grid, state)
    {
        state->edited = 0;
    }
    stop_editing(ev, &grid);
    tr_publish_others(ev, "orders", "", 0);
}

// Somebody else saved: what is in sight is read again, what is out of sight when it comes.
TR_ASYNC(grid_changed)
{
    tr_rows_changed(ev, "rows", 0, INT32_MAX);
}

TR_ASYNC(grid_select)
{
    struct grid *grid = tr_state(ev);
    const long long *id = TR_PAYLOAD(ev, long long);
    if (id == NULL)
        return;
    unsigned at = 0;
    while (at < grid->selected_count && grid->selected[at] != *id)
        at++;
    if (!tr_event_boolean(ev, 0) && at < grid->selected_count)
        grid->selected[at] = grid->selected[--grid->selected_count];
    else if (tr_event_boolean(ev, 0) && at == grid->selected_count && at < SELECTED_CAP)
        grid->selected[grid->selected_count++] = *id;
    show_counts(ev, grid);
}

static void build(tr_page *page)
{
    static const struct grid fresh = {0};
    ui_put(page, NULL, "appbar", ui_app_bar(.title = "Orders"));
    ui_add(page, ui_row(.wrap = true, .vertical_alignment = UI_CROSS_AXIS_ALIGNMENT_CENTER,
                        UI(ui_text_field("Filter by customer or city", .key = "filter",
                                         .width = 300, .on_change = grid_filter),
                           ui_text("Getting the orders ready", .key = "count"),
                           ui_text("0 selected", .key = "selected"),
                           ui_progress_ring(.key = "waiting", .width = 20, .height = 20))));
    ui_add(page, ui_list_view(.key = "rows", .expand = 1, .row_count = 0, .row_height = ROW_HEIGHT,
                              .row_header = true, .row_cells = true, .on_rows = grid_rows,
                              UI(header(&fresh))));
    tr_subscribe(page, "orders", grid_changed);
    tr_start(page, grid_count);
}

const tr_app grid_app = {.name = "Orders", .build = build, TR_STATE(struct grid)};

int main(int argc, char **argv)
{
    return tr_run(argc, argv, &grid_app);
}
