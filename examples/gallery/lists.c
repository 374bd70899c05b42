#include "gallery.h"

GROUP(5, lists, "Lists, tables, panels",
    "Many of the same: lists, grids, tables, and what unfolds.");

static ui_control *tile(const char *title)
{
    return ui_list_tile(
        title, .key = title, .leading = "description_outlined");
}

static ui_control *square(const char *color)
{
    return ui_container(.width = 60, .height = 60, .bgcolor = color,
        .border_radius = ui_radius(8));
}

DEMO(list_tile, "ListTile",
    "A line of a list: icon, title, subtitle, and something at the "
    "end.",
    TEXT("title", "Lisbon"), TEXT("subtitle", "Sunny, 24 °C"),
    FLAG("selected", false), FLAG("dense", false), COLOR("bgcolor"),
    FLAG("disabled", false))
{
    return ui_list_tile("Lisbon", .subtitle = "Sunny, 24 °C",
        .leading = "sunny", .trailing_control = ui_text("now"),
        .on_click = show_event, .on_long_press = show_event);
}

DEMO(list_view, "ListView",
    "A list that scrolls, and builds only what is in sight.",
    FLAG("horizontal", false), FLAG("reverse", false),
    NUMBER("spacing", 0, 0, 40), NUMBER("divider_thickness", 0, 0, 4),
    NUMBER("height", 180, 80, 400))
{
    return ui_list_view(.height = 180,
        UI(tile("Bills"), tile("Letters"), tile("Photos"),
            tile("Recipes"), tile("Travel")));
}

DEMO(grid_view, "GridView", "Columns of the same width, scrolling.",
    NUMBER("runs_count", 3, 1, 6), NUMBER("spacing", 8, 0, 40),
    NUMBER("run_spacing", 8, 0, 40),
    NUMBER("child_aspect_ratio", 1, 0.5, 2),
    FLAG("horizontal", false))
{
    return ui_grid_view(.runs_count = 3, .spacing = 8,
        .run_spacing = 8, .width = 240, .height = 180,
        UI(square("red"), square("orange"), square("amber"),
            square("green"), square("blue"), square("purple")));
}

TR_ASYNC(show_reorder)
{
    const tr_ev_on_reorder *moved = TR_EVENT(ev, on_reorder);
    if (moved != NULL)
        say(ev, "on_%s: %d to %d", tr_event_name(ev),
            (int)moved->old_index, (int)moved->new_index);
}

DEMO(reorderable_list_view, "ReorderableListView",
    "A list whose lines the user drags into his order.",
    FLAG("show_default_drag_handles", true),
    FLAG("horizontal", false), NUMBER("spacing", 0, 0, 40))
{
    return ui_reorderable_list_view(.height = 200,
        .on_reorder = show_reorder, .on_reorder_start = show_reorder,
        UI(tile("First"), tile("Second"), tile("Third")));
}

DEMO_INSIDE(reorderable_drag_handle, "ReorderableDragHandle",
    "Where a line of a ReorderableListView is dragged.",
    CHOICE("mouse_cursor", "grab", "move", "click"))
{
    return ui_reorderable_list_view(.height = 130,
        .show_default_drag_handles = false, .on_reorder = show_event,
        UI(ui_row(.key = "a",
               UI(tuned(ev, ui_reorderable_drag_handle(
                                ui_icon("drag_handle"))),
                   ui_text("First"))),
            ui_row(.key = "b",
                UI(ui_reorderable_drag_handle(ui_icon("drag_handle")),
                    ui_text("Second")))));
}

DEMO(expansion_tile, "ExpansionTile", "A line that unfolds.",
    TEXT("title", "Account"), FLAG("expanded", false),
    COLOR("bgcolor"), COLOR("text_color"),
    CHOICE("affinity", "leading", "trailing"), FLAG("dense", false))
{
    return ui_expansion_tile("Account",
        .subtitle = "Name, address, password",
        .on_change = show_event,
        UI(ui_list_tile("Name"), ui_list_tile("Address")));
}

TR_ASYNC(show_panel)
{
    const tr_ev_expansion_panel_list_change *panel =
        TR_EVENT(ev, expansion_panel_list_change);
    if (panel != NULL)
        say(ev, "panel %d is %s", (int)panel->index,
            panel->expanded ? "open" : "closed");
}

DEMO(expansion_panel_list, "ExpansionPanelList",
    "Panels, one below the other, that unfold.",
    NUMBER("elevation", 2, 0, 12), NUMBER("spacing", 16, 0, 40),
    COLOR("divider_color"), COLOR("expand_icon_color"))
{
    return ui_expansion_panel_list(.on_change = show_panel,
        UI(ui_expansion_panel(.header = ui_list_tile("Shipping"),
               .content = ui_list_tile("Three days")),
            ui_expansion_panel(.header = ui_list_tile("Payment"),
                .content = ui_list_tile("On delivery"))));
}

DEMO_INSIDE(expansion_panel, "ExpansionPanel",
    "One panel of an ExpansionPanelList.", FLAG("expanded", true),
    FLAG("can_tap_header", true), COLOR("bgcolor"))
{
    return ui_expansion_panel_list(.on_change = show_panel,
        UI(tuned(
            ev, ui_expansion_panel(.header = ui_list_tile("Details"),
                    .expanded = true,
                    .content = ui_list_tile("Of no importance")))));
}

TR_ASYNC(show_sort)
{
    const tr_ev_data_column_sort *sort =
        TR_EVENT(ev, data_column_sort);
    if (sort != NULL)
        say(ev, "column %d, %s", (int)sort->column_index,
            sort->ascending ? "rising" : "falling");
}

static ui_control *city(const char *name, const char *people)
{
    return ui_data_row(.cells = UI_LIST(
                           ui_data_cell(name), ui_data_cell(people)),
        .on_select_change = show_event);
}

DEMO(data_table, "DataTable",
    "Columns and rows, sorted and selected by the user.",
    FLAG("show_checkbox_column", false),
    FLAG("show_bottom_border", false),
    NUMBER("column_spacing", 56, 8, 96),
    NUMBER("heading_row_height", 56, 32, 96),
    NUMBER("data_row_max_height", 48, 32, 96), COLOR("bgcolor"))
{
    return ui_data_table(.columns = UI_LIST(ui_data_column("City",
                                                .on_sort = show_sort),
                             ui_data_column("People", .numeric = true,
                                 .on_sort = show_sort)),
        .rows = UI_LIST(
            city("Lisbon", "545 000"), city("Lyon", "522 000")),
        .on_select_all = show_event);
}

DEMO_INSIDE(data_column, "DataColumn",
    "A column of a DataTable: its heading, and how it is sorted.",
    TEXT("label", "People"), FLAG("numeric", true),
    TEXT("tooltip", ""),
    CHOICE("heading_row_alignment", "start", "center", "end"))
{
    return ui_data_table(.columns = UI_LIST(ui_data_column("City"),
                             tuned(ev, ui_data_column("People",
                                           .numeric = true,
                                           .on_sort = show_sort))),
        .rows = UI_LIST(
            city("Lisbon", "545 000"), city("Lyon", "522 000")));
}

DEMO_INSIDE(data_row, "DataRow", "A row of a DataTable.",
    FLAG("selected", false), COLOR("color"))
{
    return ui_data_table(.columns = UI_LIST(ui_data_column("City"),
                             ui_data_column(
                                 "People", .numeric = true)),
        .rows = UI_LIST(tuned(ev, city("Lisbon", "545 000")),
            city("Lyon", "522 000")));
}

DEMO_INSIDE(data_cell, "DataCell",
    "One cell of a DataTable: a text or any control.",
    TEXT("content", "Lisbon"), FLAG("placeholder", false),
    FLAG("show_edit_icon", false))
{
    return ui_data_table(.columns = UI_LIST(ui_data_column("City"),
                             ui_data_column("Weather")),
        .rows = UI_LIST(
            ui_data_row(.cells = UI_LIST(
                            tuned(
                                ev, ui_data_cell("Lisbon",
                                        .on_tap = show_event,
                                        .on_double_tap = show_event)),
                            ui_data_cell(.content_control =
                                             ui_icon("sunny"))))));
}
