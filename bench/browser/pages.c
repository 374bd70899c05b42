// The pages of bench/browser.mjs; BROWSER_PAGE says which. The same in Python: nicegui_pages.py.

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <troupe/troupe.h>

// As in bench/browser/plan.mjs.
enum { LINES = 200, ROWS = 6000, COLUMNS = 15, ITEMS = 10000, CHANGES = 20, EACH_MS = 100 };

static ui_control *many[ITEMS + 1];

static ui_control *line(unsigned at)
{
    return ui_row(UI(ui_icon("star"), ui_text(ui_format("Order %u", at)), ui_text("Lisbon"),
                     ui_text(ui_format("%u pieces", at % 7)), ui_text("open"),
                     ui_text(ui_format("%u.50", at * 3)), ui_checkbox(.label = "Paid"),
                     ui_text_field(.label = "Note", .width = 200), ui_button("Send")));
}

static ui_control *lines(void)
{
    for (unsigned i = 0; i < LINES; i++)
        many[i] = line(i);
    many[LINES] = UI_END;
    return ui_column(.controls = many, .expand = 1, .scroll = UI_SCROLL_MODE_AUTO);
}

static ui_control *row(unsigned at)
{
    ui_control *cells[COLUMNS + 1];
    for (unsigned i = 0; i < COLUMNS; i++)
        cells[i] = ui_data_cell(ui_format("%u.%u", at, i));
    cells[COLUMNS] = UI_END;
    return ui_data_row(.cells = cells);
}

static ui_control *table(void)
{
    ui_control *columns[COLUMNS + 1];
    for (unsigned i = 0; i < COLUMNS; i++)
        columns[i] = ui_data_column(ui_format("Column %u", i));
    columns[COLUMNS] = UI_END;
    for (unsigned i = 0; i < ROWS; i++)
        many[i] = row(i);
    many[ROWS] = UI_END;
    ui_control *it = ui_data_table(.columns = columns, .rows = many);
    return ui_column(UI(it), .expand = 1, .scroll = UI_SCROLL_MODE_AUTO);
}

static ui_control **items(void)
{
    for (unsigned i = 0; i < ITEMS; i++)
        many[i] = ui_text(ui_format("Item %u", i), .key = i == 0 ? "first" : NULL);
    many[ITEMS] = UI_END;
    return many;
}

TR_ASYNC(browser_change)
{
    for (unsigned i = 0; i < CHANGES; i++) {
        ui_set_textf(ev, "first", "Change %u", i);
        tr_sleep(ev, EACH_MS);
    }
}

static void build(tr_page *page)
{
    const char *what = getenv("BROWSER_PAGE");
    if (what != NULL && strcmp(what, "table") == 0)
        ui_add(page, table());
    else if (what != NULL && strcmp(what, "list") == 0)
        ui_add(page, ui_list_view(.controls = items(), .expand = 1));
    else if (what != NULL && strcmp(what, "change") == 0) {
        ui_add(page, ui_button("Change", .on_click = browser_change));
        ui_add(page, ui_column(.controls = items(), .expand = 1, .scroll = UI_SCROLL_MODE_AUTO));
    } else
        ui_add(page, lines());
}

int main(int argc, char **argv)
{
    return tr_run(argc, argv, &(tr_app){.name = "Pages", .build = build});
}
