#include "gallery.h"

GROUP(6, navigation, "Navigation",
    "How a user gets about: bars, rails, drawers, tabs, views.");

// A small page within the page, to see bars and drawers in their
// places.
#define SMALL_PAGE(...) \
    ui_pagelet(ui_container(ui_text("The content"), \
                   .padding = ui_padding(16)), \
        .width = 320, .height = 280, \
        .bgcolor = "surfacecontainerlow", __VA_ARGS__)

DEMO_INSIDE(app_bar, "AppBar",
    "The bar on top: where one is, the way back, and a few actions.",
    TEXT("title", "Inbox"), FLAG("center_title", false),
    COLOR("bgcolor"), COLOR("color"), NUMBER("elevation", 0, 0, 12),
    NUMBER("toolbar_height", 56, 40, 120))
{
    return SMALL_PAGE(.appbar = tuned(
                          ev, ui_app_bar("Inbox",
                                  .leading = ui_icon("menu"),
                                  .actions = UI_LIST(ui_icon_button(
                                      "search", .tooltip = "Search",
                                      .on_click = show_event)))));
}

DEMO_INSIDE(bottom_app_bar, "BottomAppBar",
    "A bar at the bottom, with room for a floating button.",
    COLOR("bgcolor"), NUMBER("elevation", 3, 0, 12),
    NUMBER("notch_margin", 4, 0, 16))
{
    return SMALL_PAGE(
            .bottom_appbar = tuned(ev,
                ui_bottom_app_bar(ui_row(UI(
                    ui_icon_button("menu", .tooltip = "Menu"),
                    ui_icon_button("search", .tooltip = "Search"))))),
        .floating_action_button =
            ui_floating_action_button(.icon = "add",
                .tooltip = "Add"),
        .floating_action_button_location =
            UI_FLOATING_ACTION_BUTTON_LOCATION_CENTER_DOCKED);
}

DEMO(navigation_bar, "NavigationBar",
    "Three to five places, at the bottom of a phone.",
    NUMBER("selected_index", 0, 0, 2),
    CHOICE("label_behavior", "alwaysShow", "alwaysHide",
        "onlyShowSelected"),
    COLOR("bgcolor"), COLOR("indicator_color"),
    NUMBER("elevation", 3, 0, 12))
{
    return ui_navigation_bar(.on_change = show_event,
        .destinations =
            UI_LIST(ui_navigation_bar_destination("Home", "home"),
                ui_navigation_bar_destination("Search", "search"),
                ui_navigation_bar_destination("You", "person")));
}

DEMO_INSIDE(navigation_bar_destination, "NavigationBarDestination",
    "One place of a NavigationBar.", TEXT("label", "Home"),
    CHOICE("icon", "home", "house"),
    CHOICE("selected_icon", "home_filled", "home_work"),
    COLOR("bgcolor"), FLAG("disabled", false))
{
    return ui_navigation_bar(
            .destinations = UI_LIST(
                tuned(ev,
                    ui_navigation_bar_destination("Home",
                        "home_outlined", .selected_icon = "home")),
                ui_navigation_bar_destination("You", "person")));
}

static ui_control *rail_destination(
    const char *label, const char *icon)
{
    return ui_navigation_rail_destination(label, .icon = icon);
}

DEMO(navigation_rail, "NavigationRail",
    "The same at the side of a wide window.",
    NUMBER("selected_index", 0, 0, 2),
    CHOICE("label_type", "none", "all", "selected"),
    FLAG("extended", false), COLOR("bgcolor"),
    NUMBER("min_width", 72, 48, 160),
    NUMBER("group_alignment", -1, -1, 1))
{
    return ui_navigation_rail(.selected_index = 0,
        .label_type = UI_NAVIGATION_RAIL_LABEL_TYPE_ALL,
        .height = 260, .on_change = show_event,
        .destinations = UI_LIST(rail_destination("Home", "home"),
            rail_destination("Search", "search"),
            rail_destination("You", "person")));
}

DEMO_INSIDE(navigation_rail_destination, "NavigationRailDestination",
    "One place of a NavigationRail.", TEXT("label", "Home"),
    CHOICE("icon", "home", "house"), COLOR("indicator_color"),
    FLAG("disabled", false))
{
    return ui_navigation_rail(.selected_index = 0, .height = 200,
        .label_type = UI_NAVIGATION_RAIL_LABEL_TYPE_ALL,
        .destinations =
            UI_LIST(tuned(ev, rail_destination("Home", "home")),
                rail_destination("You", "person")));
}

TR_ASYNC(open_drawer)
{
    int result = ui_show_drawer(ev, "drawer-page");
    if (result != 0)
        say(ev, "no drawer: %s", tr_call_error(ev));
}

DEMO_INSIDE(navigation_drawer, "NavigationDrawer",
    "Places that come in from the side.",
    NUMBER("selected_index", 0, 0, 1), COLOR("bgcolor"),
    COLOR("indicator_color"), NUMBER("elevation", 1, 0, 12),
    NUMBER("width", 304, 160, 400))
{
    return ui_column(
        UI(SMALL_PAGE(.key = "drawer-page",
               .drawer = tuned(
                   ev, ui_navigation_drawer(.on_change = show_event,
                           .on_dismiss = show_event,
                           UI(ui_navigation_drawer_destination(
                                  "Inbox", .icon = "inbox"),
                               ui_navigation_drawer_destination(
                                   "Sent", .icon = "send"))))),
            ui_button("Open", .on_click = open_drawer)));
}

TR_ASYNC(open_other_drawer)
{
    (void)ui_show_drawer(ev, "other-page");
}

DEMO_INSIDE(navigation_drawer_destination,
    "NavigationDrawerDestination", "One place of a NavigationDrawer.",
    TEXT("label", "Inbox"), CHOICE("icon", "inbox", "mail"),
    COLOR("bgcolor"), FLAG("disabled", false))
{
    return ui_column(
        UI(SMALL_PAGE(.key = "other-page",
               .drawer = ui_navigation_drawer(UI(tuned(ev,
                   ui_navigation_drawer_destination("Inbox",
                       .icon = "inbox", .selected_icon = "mail"))))),
            ui_button("Open", .on_click = open_other_drawer)));
}

DEMO(tabs, "Tabs", "Joins a TabBar and what its tabs show.",
    NUMBER("selected_index", 0, 0, 2),
    NUMBER("animation_duration", 300, 0, 2000))
{
    return ui_tabs(.length = 3, .on_change = show_event,
        .content = ui_column(
            UI(ui_tab_bar(.tabs = UI_LIST(ui_tab("News"),
                              ui_tab("Sport"), ui_tab("Weather"))),
                ui_tab_bar_view(.height = 80,
                    UI(ui_text("Nothing new"), ui_text("1 : 1"),
                        ui_text("Rain"))))));
}

DEMO_INSIDE(tab_bar, "TabBar", "The row of tabs.",
    FLAG("scrollable", true), FLAG("secondary", false),
    CHOICE("tab_alignment", "start", "center", "fill"),
    COLOR("indicator_color"), COLOR("label_color"),
    NUMBER("indicator_thickness", 3, 0, 12))
{
    return ui_tabs(.length = 2,
        .content = ui_column(
            UI(tuned(ev, ui_tab_bar(.tabs = UI_LIST(ui_tab("Open"),
                                        ui_tab("Closed")),
                             .on_click = show_event)),
                ui_tab_bar_view(.height = 60,
                    UI(ui_text("Three"), ui_text("None"))))));
}

DEMO_INSIDE(tab, "Tab", "One tab: a text, an icon or both.",
    TEXT("label", "Photos"), CHOICE("icon", "photo", "collections"),
    NUMBER("height", 72, 40, 120))
{
    return ui_tabs(.length = 2,
        .content = ui_column(
            UI(ui_tab_bar(.tabs = UI_LIST(
                              tuned(ev,
                                  ui_tab("Photos", .icon = "photo")),
                              ui_tab("Films", .icon = "movie"))),
                ui_tab_bar_view(.height = 60,
                    UI(ui_text("Twelve"), ui_text("Two"))))));
}

DEMO_INSIDE(tab_bar_view, "TabBarView",
    "What the tabs show: a control for each.",
    NUMBER("viewport_fraction", 1, 0.3, 1),
    NUMBER("height", 80, 40, 200),
    CHOICE("clip_behavior", "none", "hardEdge"))
{
    return ui_tabs(.length = 2,
        .content = ui_column(UI(
            ui_tab_bar(.tabs = UI_LIST(ui_tab("One"), ui_tab("Two"))),
            tuned(ev, ui_tab_bar_view(.height = 80,
                          UI(ui_text("The first"),
                              ui_text("The second")))))));
}

DEMO(pagelet, "Pagelet",
    "A page within a page: bars, drawers and a floating button of "
    "its own.",
    COLOR("bgcolor"), NUMBER("width", 320, 200, 400),
    NUMBER("height", 280, 160, 400),
    CHOICE("floating_action_button_location", "endFloat",
        "centerFloat", "startFloat"))
{
    return ui_pagelet(
        ui_container(ui_text("Content"), .padding = ui_padding(16)),
        .width = 320, .height = 280,
        .appbar = ui_app_bar("A page in a page"),
        .floating_action_button =
            ui_floating_action_button(.icon = "add", .tooltip = "Add",
                .on_click = show_event));
}

TR_ASYNC(open_view)
{
    (void)tr_push_route(ev, "/navigation");
}

DEMO(view, "View",
    "What the browser shows under one address. This page is one: the "
    "arrow above leads to the one below.",
    NO_KNOBS)
{
    return ui_column(
        UI(ui_text("Each address of this gallery is a view; see "
                   "TR_ROUTES in troupe/pages/route.h."),
            ui_button("Another address", .on_click = open_view)));
}
