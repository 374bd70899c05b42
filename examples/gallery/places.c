#include "gallery.h"

#include <troupe/packages/geolocator.h>
#include <troupe/packages/map.h>
#include <troupe/packages/webview.h>

GROUP(16, places, "Maps and websites",
    "Where things are, where the device is, and what other sites "
    "have.");

// -- maps --

TR_ASYNC(map_closer)
{
    report(ev, "zoom in", ui_map_zoom_in(ev, .key = "map"));
}

TR_ASYNC(to_paris)
{
    report(ev, "Paris",
        ui_map_move_to(ev, .key = "map",
            .destination =
                ui_map_latitude_longitude(.latitude = 48.857,
                    .longitude = 2.352)));
}

TR_ASYNC(show_place)
{
    const tr_ev_map_tap *at = TR_EVENT(ev, map_tap);
    if (at != NULL && at->coordinates != NULL)
        say(ev, "%.3f, %.3f", at->coordinates->latitude,
            at->coordinates->longitude);
}

DEMO_INSIDE(map, "Map",
    "Tiles from a server of the author's choice (these are drawn "
    "here), with markers and shapes. North is up; arrows, + and - "
    "move it, too.",
    NO_KNOBS)
{
    static const char tile[] =
        "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' "
        "width='256' height='256'><path d='M0 0H256V256H0Z' "
        "fill='%23dcedc8' stroke='%23689f38'/><text x='12' y='28' "
        "font-size='16'>{z} / {x} / {y}</text></svg>";
    ui_control *here = ui_marker(.content = ui_icon("place",
                                     .color = "#b71c1c", .size = 30,
                                     .semantics_label = "Berlin"),
        .coordinates = ui_map_latitude_longitude(.latitude = 52.52,
            .longitude = 13.405));
    ui_control *around = ui_circle_marker(.radius = 60,
        .color = "#401565c0",
        .coordinates = ui_map_latitude_longitude(.latitude = 52.52,
            .longitude = 13.405));
    return ui_column(UI(
        tuned(ev,
            ui_map(.key = "map", .width = 320, .height = 240,
                .initial_zoom = 6, .on_tap = show_place,
                .initial_center =
                    ui_map_latitude_longitude(.latitude = 52.52,
                        .longitude = 13.405),
                .layers = UI_LIST(ui_tile_layer(.url_template = tile),
                    ui_circle_layer(.circles = UI_LIST(around)),
                    ui_marker_layer(.markers = UI_LIST(here)),
                    ui_simple_attribution(
                            .text = "Drawn by the gallery")))),
        ui_row(UI(ui_button("Zoom in", .on_click = map_closer),
            ui_button("To Paris", .on_click = to_paris)))));
}

// -- where the device is --

TR_ASYNC(locate)
{
    const ui_geolocator_position_data *at = NULL;
    int result = ui_geolocator_get_current_position(ev, &at);
    if (result == 0 && at != NULL)
        say(ev, "%.4f, %.4f, within %.0f m", at->latitude,
            at->longitude, at->accuracy);
    else
        report(ev, "where", result);
}

DEMO(geolocator, "Geolocator",
    "Where the device is; the browser asks the user first.", NO_KNOBS)
{
    return ui_button("Where am I?", .on_click = locate);
}

// -- other sites --

TR_ASYNC(show_site)
{
    report(ev, "show",
        ui_web_view_load_html(ev, .key = "site",
            .value = "<h1>A page</h1><p>within the page.</p>"));
}

DEMO_INSIDE(web_view, "WebView",
    "Another site within the page, kept apart from it: such as the "
    "server allows with --frame-origins, and texts of the app.",
    NO_KNOBS)
{
    return ui_column(
        UI(tuned(ev, ui_web_view(.key = "site", .width = 320,
                         .height = 160, .on_page_ended = show_event)),
            ui_button("Show a text", .on_click = show_site)));
}
