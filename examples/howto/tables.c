// Parts in stock: sorted by any column, selected, and counted anew in place. The data is an array of
// the session here; examples/grid.c does the same with a million rows in SQLite.

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <troupe/troupe.h>

enum { PARTS = 500 };

struct part {
    int64_t id;
    int stock;
    char name[40];
};
TR_LAYOUT(struct part, id, stock, name);

struct store {
    struct part parts[PARTS];
    ui_table_status table;
};
TR_LAYOUT(struct store, (parts, struct part), (table, ui_table_status));

TR_DECLARE(parts_read);
TR_DECLARE(stock_save);
TR_DECLARE(selection_show);

UI_TABLE(parts_table, struct store, table, parts_read,
         UI_COLUMNS({.title = "Part", .width = 180},
                    {.title = "In stock", .width = 130, .is_number = true, .on_save = stock_save}),
         .selects = true, .on_select = selection_show);

static int by_name(const void *a, const void *b)
{
    return strcmp(((const struct part *)a)->name, ((const struct part *)b)->name);
}

static int by_stock(const void *a, const void *b)
{
    return ((const struct part *)a)->stock - ((const struct part *)b)->stock;
}

// The rows in sight, in the order that the table has.
TR_ASYNC(parts_read)
{
    ui_table_rows rows;
    if (!ui_table_wanted(ev, parts_table, &rows))
        return;
    struct store *store = tr_state(ev);
    if (rows.sorted_by >= 0)
        qsort(store->parts, PARTS, sizeof *store->parts, rows.sorted_by == 0 ? by_name : by_stock);
    for (uint32_t i = rows.first; i < PARTS && i < rows.first + rows.count; i++) {
        const struct part *part = &store->parts[rows.is_descending ? PARTS - 1 - i : i];
        ui_table_row(&rows, part->id, UI_TEXTS(part->name, ui_format("%d", part->stock)));
    }
    ui_table_give(ev, &rows);
}

TR_ASYNC(stock_save)
{
    const ui_table_entry *entry = TR_PAYLOAD(ev, ui_table_entry);
    struct store *store = tr_state(ev);
    int stock;
    char rest;
    if (sscanf(entry->text, "%d%c", &stock, &rest) != 1 || stock < 0) {
        ui_table_error(ev, parts_table, "A number, 0 or more");
        return;
    }
    for (int i = 0; i < PARTS; i++)
        if (store->parts[i].id == entry->id)
            store->parts[i].stock = stock;
}

TR_ASYNC(selection_show)
{
    const struct store *store = tr_state(ev);
    ui_set_textf(ev, "selected", "%u selected", store->table.selected_count);
}

static void build(tr_page *page)
{
    struct store *store = tr_state(page);
    for (int i = 0; i < PARTS; i++) {
        store->parts[i] = (struct part){.id = i + 1, .stock = i * 7919 % 90};
        snprintf(store->parts[i].name, sizeof store->parts[i].name, "Part %03d", i * 263 % 500);
    }
    ui_add(page, ui_text("0 selected", .key = "selected"));
    ui_add(page, ui_table_in(page, parts_table, ui_list_view(.expand = 1)));
    ui_table_reset(page, parts_table, PARTS);
}

const tr_app tables_app = {.name = "Parts", .build = build, TR_STATE(struct store)};

int main(int argc, char **argv)
{
    return tr_run(argc, argv, &tables_app);
}
