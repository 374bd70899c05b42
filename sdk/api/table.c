// The functions of troupe/pages/table.h, and the handlers that a table's controls have.

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/number.h"
#include "sdk/api/bound.h"
#include "sdk/api/change_submit.h"
#include "sdk/catalog/misuse.h"
#include "sdk/tree/node.h"
#include "troupe/controls/methods.h"
#include "troupe/err.h"
#include "troupe/pages/page.h"
#include "troupe/pages/rows.h"
#include "troupe/pages/table.h"
#include "troupe/pages/task.h"
#include "wire/linker_sets.h"

enum { PICK_WIDTH = 48, NAME_CAP = 64 };

static const double ROW_HEIGHT = 52;
static const double COLUMN_WIDTH = 160;

// What a control of a table calls its handler with.
typedef struct place {
    int64_t id;
    int32_t column; // from 1
    char table[NAME_CAP];
} place;

TR_DECLARE(tr_table_sort);
TR_DECLARE(tr_table_select);
TR_DECLARE(tr_table_edit);
TR_DECLARE(tr_table_save);
TR_DECLARE(tr_table_key);

static place place_of(const ui_table *table, int64_t id, int column)
{
    place out = {.id = id, .column = column};
    tr_format(out.table, sizeof out.table, "%s", table->name);
    return out;
}

// -- which table, and how it stands --

static const ui_table *find(const char *name)
{
    const ui_table *found = TR_SET_FIND(TR_SET_TABLES, ui_table, tr_slice_of(name));
    if (found == NULL)
        (void)tr_misuse_refuse(TR_ENOTFOUND, "there is no table of that name (any more)");
    return found;
}

// The status in the state. A sync handler has to give it back, unless `*out_had`.
static ui_table_status *take(tr_event *ev, const ui_table *table, bool *out_had)
{
    *out_had = ev->has_state;
    char *state = tr_bound_state(ev, table->state_size,
                                 "the table is of another struct than the app's state");
    return state != NULL ? (ui_table_status *)(void *)(state + table->status) : NULL;
}

// The columns as they are now, with titles that outlast the state. `status` is of a state that is taken.
static uint32_t columns_of(const ui_table *table, const ui_table_status *status,
                           ui_table_column out[UI_TABLE_COLUMNS_CAP])
{
    uint32_t count = 0;
    memset(out, 0, UI_TABLE_COLUMNS_CAP * sizeof *out);
    if (table->columns_of != NULL) {
        count = table->columns_of((const char *)status - table->status, out);
        count = count < UI_TABLE_COLUMNS_CAP ? count : UI_TABLE_COLUMNS_CAP;
        for (uint32_t i = 0; i < count; i++)
            out[i].title = ui_format("%s", out[i].title != NULL ? out[i].title : "");
        return count;
    }
    for (; count < UI_TABLE_COLUMNS_CAP && table->columns[count].title != NULL; count++)
        out[count] = table->columns[count];
    return count;
}

static void give_back(tr_event *ev, bool had)
{
    if (!had)
        tr_state_release(ev);
}

// Of the control whose event it is, for handlers of ours: they run with the session.
static ui_table_status *here(tr_event *ev, const place **out_place, const ui_table **out_table)
{
    bool had;
    *out_place = TR_PAYLOAD(ev, place);
    *out_table = *out_place != NULL ? find((*out_place)->table) : NULL;
    ui_table_status *status = *out_table != NULL ? take(ev, *out_table, &had) : NULL;
    ui_table_column columns[UI_TABLE_COLUMNS_CAP];
    bool is_column = status != NULL && (*out_place)->column >= 0 &&
                     (*out_place)->column <= (int)columns_of(*out_table, status, columns);
    return is_column ? status : NULL;
}

static bool is_selected(const ui_table_status *status, int64_t id)
{
    for (uint32_t i = 0; i < status->selected_count && i < UI_TABLE_SELECTED_CAP; i++)
        if (status->selected[i] == id)
            return true;
    return false;
}

// -- what is shown --

static double width_of(const ui_table_column *column)
{
    return column->width > 0 ? column->width : COLUMN_WIDTH;
}

static double height_of(const ui_table *table)
{
    return table->row_height > 0 ? table->row_height : ROW_HEIGHT;
}

static double side_of(const ui_table_column *column)
{
    return column->is_number ? 1 : -1;
}

static ui_control *title(const ui_table *table, const ui_table_status *status,
                         const ui_table_column *column, int number)
{
    bool is_up = status->sorted == number;
    bool is_down = status->sorted == -number;
    place to = place_of(table, 0, number);
    ui_control *text =
        column->is_fixed
            ? ui_text(column->title, .weight = UI_FONT_WEIGHT_W_500)
            : ui_text_button(column->title,
                             .style =
                                 ui_button_style(.alignment = ui_alignment(side_of(column), 0)),
                             .key = ui_format("%s.sort.%d", table->name, number),
                             .on_click = UI_CALL(tr_table_sort, &to),
                             .tooltip = is_up     ? "Sorted, least first"
                                        : is_down ? "Sorted, greatest first"
                                                  : ui_format("Sort by %s", column->title),
                             .icon = is_up     ? "arrow_upward"
                                     : is_down ? "arrow_downward"
                                               : NULL);
    return ui_container(text, .width = width_of(column),
                        .padding = column->is_fixed ? ui_padding(.horizontal = 12) : NULL,
                        .alignment = ui_alignment(side_of(column), 0));
}

static ui_control *header(const ui_table *table, const ui_table_status *status)
{
    ui_control *cells[UI_TABLE_COLUMNS_CAP + 2];
    ui_table_column columns[UI_TABLE_COLUMNS_CAP];
    uint32_t count = columns_of(table, status, columns);
    int at = 0;
    if (table->selects)
        cells[at++] = ui_container(ui_icon("done_all", .size = 18, .color = "on_surface_variant",
                                           .semantics_label = "Selected"),
                                   .width = PICK_WIDTH, .alignment = ui_alignment(0, 0));
    for (uint32_t i = 0; i < count; i++)
        cells[at++] = title(table, status, &columns[i], (int)i + 1);
    cells[at] = UI_END;
    return ui_row(.key = ui_format("%s.header", table->name), .spacing = 0,
                  .height = height_of(table), .controls = cells);
}

static const char *cell_key(const ui_table *table, int64_t id, int column)
{
    return ui_format("%s.%lld.%d", table->name, (long long)id, column);
}

static ui_control *editor(const ui_table *table, const ui_table_column *column, const char *text,
                          const place *to)
{
    return ui_container(
        ui_text_field(.value = text, .key = ui_format("%s.edit", table->name),
                      .tooltip = column->title, .dense = true, .autofocus = true,
                      .on_submit = UI_CALL(tr_table_save, to)),
        .key = cell_key(table, to->id, to->column), // the cell, which gets the focus back
        .width = width_of(column));
}

static ui_control *cell(const ui_table_rows *rows, int64_t id, int i, const char *text)
{
    const ui_table *table = rows->table;
    const ui_table_column *column = &rows->columns[i];
    place to = place_of(table, id, i + 1);
    if (column->on_save != NULL && rows->status.edited_column == i + 1 && rows->status.edited == id)
        return editor(table, column, text, &to);
    bool can_edit = column->on_save != NULL;
    return ui_container(ui_text(text, .max_lines = 1, .overflow = UI_TEXT_OVERFLOW_ELLIPSIS),
                        .width = width_of(column), .height = height_of(table) - 12,
                        .padding = ui_padding(.horizontal = 12),
                        .alignment = ui_alignment(side_of(column), 0),
                        .key = can_edit ? cell_key(table, id, i + 1) : NULL,
                        .on_click = can_edit ? UI_CALL(tr_table_edit, &to) : NULL);
}

static ui_control *pick(const ui_table_rows *rows, int64_t id, const char *name)
{
    place to = place_of(rows->table, id, 0);
    return ui_container(
        ui_checkbox(.value = is_selected(&rows->status, id),
                    .tooltip = ui_format("Select %s", name),
                    .key = ui_format("%s.select.%lld", rows->table->name, (long long)id),
                    .on_change = UI_CALL(tr_table_select, &to)),
        .width = PICK_WIDTH, .alignment = ui_alignment(0, 0));
}

// -- the author's --

// As row_sorted of troupe/pages/rows.h: cells of checkboxes count.
static int sorted_cell(const ui_table *table, const ui_table_status *status)
{
    int picks = table->selects && status->sorted != 0;
    return status->sorted < 0 ? status->sorted - picks : status->sorted + picks;
}

static ui_control *as_table(ui_control *list, const ui_table *table, const ui_table_status *status)
{
    (void)tr_node_set(list, TR_PROP_KEY, tr_value_text(tr_slice_of(table->name)));
    (void)tr_node_set(list, TR_PROP_ROW_COUNT, tr_value_integer(status->count));
    (void)tr_node_set(list, TR_PROP_ROW_HEIGHT, tr_value_number(height_of(table)));
    (void)tr_node_set(list, TR_PROP_ROW_HEADER, tr_value_boolean(true));
    (void)tr_node_set(list, TR_PROP_ROW_CELLS, tr_value_boolean(true));
    (void)tr_node_set(list, TR_PROP_ROW_SORTED, tr_value_integer(sorted_cell(table, status)));
    (void)tr_node_set(list, TR_PROP_ON_ROWS, tr_value_handler(table->read));
    (void)tr_node_append(list, TR_PROP_CONTROLS, header(table, status));
    return list;
}

static void show_header(tr_page *page, const ui_table *table, ui_control *header, int sorted)
{
    (void)ui_replace(page, ui_format("%s.header", table->name), header);
    (void)ui_set_number(page, table->name, "row_sorted", sorted);
}

ui_control *(ui_table_in)(tr_page *page, const ui_table *table, ui_control *list_view)
{
    bool had;
    if (list_view == NULL || table == NULL || !tr_submit_is_here(page))
        return list_view;
    if (list_view->kind != TR_CONTROL_LIST_VIEW) {
        (void)tr_misuse_refuse(TR_EWRONGTYPE, "a table is a list view");
        return list_view;
    }
    ui_table_status *status = take(page, table, &had);
    if (status == NULL)
        return list_view;
    (void)as_table(list_view, table, status);
    give_back(page, had);
    return list_view;
}

int ui_table_reset(tr_page *page, const ui_table *table, uint32_t count)
{
    bool had;
    if (table == NULL || !tr_submit_is_here(page))
        return tr_misuse_not_given(__func__);
    ui_table_status *status = take(page, table, &had);
    if (status == NULL)
        return TR_EGONE;
    status->count = count;
    status->edited_column = 0;
    ui_control *head = table->columns_of != NULL ? header(table, status) : NULL;
    int sorted = sorted_cell(table, status);
    give_back(page, had);
    if (head != NULL)
        show_header(page, table, head, sorted);
    int result = tr_rows_reset(page, table->name, count);
    return result < 0 ? result : tr_rows_changed(page, table->name, 0, count);
}

int ui_table_changed(tr_page *page, const ui_table *table)
{
    if (table == NULL || !tr_submit_is_here(page))
        return tr_misuse_not_given(__func__);
    return tr_rows_changed(page, table->name, 0, INT32_MAX);
}

bool ui_table_wanted(tr_event *ev, const ui_table *table, ui_table_rows *out)
{
    bool had;
    if (table == NULL || out == NULL || !tr_submit_is_here(ev))
        return tr_misuse_not_given(__func__) > 0;
    *out = (ui_table_rows){.table = table};
    const ui_table_status *status =
        tr_rows_wanted(ev, &out->first, &out->count) ? take(ev, table, &had) : NULL;
    if (status == NULL)
        return false;
    out->status = *status;
    out->column_count = columns_of(table, status, out->columns);
    give_back(ev, had);
    out->sorted_by = abs(out->status.sorted) - 1;
    out->is_descending = out->status.sorted < 0;
    return true;
}

int ui_table_row(ui_table_rows *rows, int64_t id, const char *const *texts)
{
    if (rows == NULL || texts == NULL)
        return tr_misuse_not_given(__func__);
    if (rows->got == rows->count || rows->got == UI_TABLE_ROWS_CAP)
        return TR_EFULL;
    ui_control *cells[UI_TABLE_COLUMNS_CAP + 2];
    int at = 0;
    if (rows->table->selects)
        cells[at++] = pick(rows, id, texts[0] != NULL ? texts[0] : "");
    for (uint32_t i = 0; i < rows->column_count && texts[i] != NULL; i++)
        cells[at++] = cell(rows, id, (int)i, texts[i]);
    cells[at] = UI_END;
    // One that is edited grows with what its field has to say.
    bool is_edited = rows->status.edited_column != 0 && rows->status.edited == id;
    rows->rows[rows->got++] =
        ui_row(.key = ui_format("%s.row.%lld", rows->table->name, (long long)id), .spacing = 0,
               .height = is_edited ? NAN : height_of(rows->table), .controls = cells);
    return 0;
}

int ui_table_give(tr_event *ev, ui_table_rows *rows)
{
    if (rows == NULL)
        return tr_misuse_not_given(__func__);
    rows->rows[rows->got] = UI_END;
    return tr_rows_give(ev, rows->first, rows->rows);
}

int ui_table_error(tr_event *ev, const ui_table *table, const char *text)
{
    if (table == NULL || text == NULL || !tr_submit_is_here(ev))
        return tr_misuse_not_given(__func__);
    return ui_set_string(ev, ui_format("%s.edit", table->name), "error", text);
}

// -- what happens --

TR_ASYNC(tr_table_sort)
{
    const place *at;
    const ui_table *table;
    ui_table_status *status = here(ev, &at, &table);
    if (status == NULL || at->column == 0)
        return;
    status->sorted = status->sorted == at->column ? -at->column : at->column;
    status->edited_column = 0;
    show_header(ev, table, header(table, status), sorted_cell(table, status));
    (void)tr_rows_reset(ev, table->name, status->count);
    (void)ui_scroll_to(ev, .key = table->name, .offset = 0);
}

TR_ASYNC(tr_table_select)
{
    const place *at;
    const ui_table *table;
    ui_table_status *status = here(ev, &at, &table);
    if (status == NULL)
        return;
    uint32_t i = 0;
    while (i < status->selected_count && status->selected[i] != at->id)
        i++;
    bool is_set = tr_event_boolean(ev, 0) != 0;
    if (!is_set && i < status->selected_count)
        memmove(&status->selected[i], &status->selected[i + 1],
                (--status->selected_count - i) * sizeof *status->selected);
    else if (is_set && i == status->selected_count && i < UI_TABLE_SELECTED_CAP)
        status->selected[status->selected_count++] = at->id;
    else if (is_set && i == UI_TABLE_SELECTED_CAP)
        (void)ui_table_changed(ev, table); // no more: the mark goes again
    if (table->on_select != NULL)
        (void)tr_start(ev, table->on_select);
}

static void leave_editor(tr_event *ev, const ui_table *table, ui_table_status *status)
{
    status->edited_column = 0;
    (void)ui_on(ev, NULL, "keyboard_event", NULL);
    (void)ui_table_changed(ev, table);
}

TR_ASYNC(tr_table_edit)
{
    const place *at;
    const ui_table *table;
    ui_table_status *status = here(ev, &at, &table);
    if (status == NULL || at->column == 0)
        return;
    status->edited = at->id;
    status->edited_column = at->column;
    (void)ui_on(ev, NULL, "keyboard_event", UI_CALL(tr_table_key, at));
    (void)ui_table_changed(ev, table);
}

TR_ASYNC(tr_table_key)
{
    const place *at;
    const ui_table *table;
    ui_table_status *status = here(ev, &at, &table);
    if (status != NULL && strcmp(tr_event_field_text(ev, "key", ""), "Escape") == 0)
        leave_editor(ev, table, status);
}

TR_ASYNC(tr_table_save)
{
    const place *at;
    const ui_table *table;
    ui_table_status *status = here(ev, &at, &table);
    if (status == NULL || at->column == 0 || status->edited_column != at->column)
        return;
    ui_table_entry entry = {.id = at->id, .column = at->column - 1};
    const char *key = ui_format("%s.edit", table->name);
    (void)ui_get_text(ev, key, "value", entry.text, sizeof entry.text);
    (void)ui_set_string(ev, key, "error", NULL);
    ui_table_column columns[UI_TABLE_COLUMNS_CAP];
    (void)columns_of(table, status, columns);
    if (!tr_bound_run(ev, &(tr_task_options){.handler = columns[entry.column].on_save,
                                             .payload = &entry,
                                             .size = sizeof entry}))
        return;
    const tr_node *field =
        ev->session->actor != NULL ? tr_tree_find_key(ev->session->tree, tr_slice_of(key)) : NULL;
    status = here(ev, &at, &table);
    if (status != NULL && field != NULL && tr_node_value(field, TR_PROP_ERROR).kind == TR_VALUE_NIL)
        leave_editor(ev, table, status);
}
