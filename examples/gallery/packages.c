#include "gallery.h"

#include <troupe/packages/code_editor.h>
#include <troupe/packages/color_pickers.h>
#include <troupe/packages/datatable2.h>
#include <troupe/packages/spinkit.h>

GROUP(
    14, packages, "Other packages", "Each has a header of its own.");

static ui_control *package(const char *header, const char *what)
{
    return ui_list_tile(.title = header, .subtitle = what,
        .dense = true);
}

DEMO(all_packages, "All packages",
    "What else there is, and its header.", NO_KNOBS)
{
    return ui_column(.spacing = 0,
        UI(package("troupe/packages/ads.h", "Advertisements"),
            package("troupe/packages/audio.h", "Sounds"),
            package("troupe/packages/audio_recorder.h", "Recordings"),
            package(
                "troupe/packages/camera.h", "The device's cameras"),
            package("troupe/packages/code_editor.h",
                "An editor that knows languages"),
            package("troupe/packages/color_pickers.h",
                "Colours to choose"),
            package("troupe/packages/datatable2.h",
                "Tables with fixed rows and columns"),
            package(
                "troupe/packages/flashlight.h", "The device's light"),
            package("troupe/packages/geolocator.h",
                "Where the device is"),
            package(
                "troupe/packages/lottie.h", "Animations by Lottie"),
            package("troupe/packages/map.h",
                "Maps with markers and shapes"),
            package("troupe/packages/permission_handler.h",
                "What the user allows"),
            package("troupe/packages/rive.h", "Animations by Rive"),
            package("troupe/packages/secure_storage.h",
                "Secrets kept on the device"),
            package("troupe/packages/spinkit.h", "Spinning things"),
            package("troupe/packages/video.h", "Films"),
            package("troupe/packages/webview.h",
                "Websites within the page")));
}

DEMO(code_editor, "CodeEditor",
    "An editor that colours what is typed.",
    CHOICE("language", "cpp", "python", "json"),
    FLAG("read_only", false), NUMBER("height", 160, 80, 400))
{
    return ui_code_editor(.value =
                              "int main(void)\n{\n    return 0;\n}\n",
        .language = UI_CODE_LANGUAGE_CPP, .height = 160,
        .on_change = show_event);
}

DEMO(block_picker, "BlockPicker", "A colour out of some.",
    COLOR("color"))
{
    return ui_block_picker(.color = "#2196f3",
        .on_color_change = show_event);
}

DEMO(color_picker, "ColorPicker", "Any colour.", COLOR("color"))
{
    return ui_color_picker(.color = "#2196f3",
        .on_color_change = show_event);
}

DEMO(hue_ring_picker, "HueRingPicker",
    "A ring of hues, and the shades of one of them.",
    FLAG("enable_alpha", false),
    NUMBER("hue_ring_stroke_width", 20, 8, 40))
{
    return ui_hue_ring_picker(.color = "#2196f3",
        .on_color_change = show_event);
}

DEMO(material_picker, "MaterialPicker",
    "Material's colours and their shades.",
    FLAG("enable_label", true), FLAG("portrait_only", false))
{
    return ui_material_picker(.color = "#2196f3",
        .on_color_change = show_event);
}

DEMO(slide_picker, "SlidePicker", "Any colour, by its parts.",
    CHOICE("color_model", "rgb", "hsv", "hsl"),
    FLAG("enable_alpha", true), FLAG("show_indicator", true))
{
    return ui_slide_picker(.color = "#2196f3",
        .on_color_change = show_event);
}

DEMO(data_table2, "DataTable2",
    "A table whose first rows and columns stay as the rest scrolls.",
    NUMBER("fixed_left_columns", 1, 0, 2),
    NUMBER("min_width", 700, 300, 1200),
    NUMBER("data_row_height", 48, 32, 80), COLOR("bgcolor"))
{
    ui_list rows = {0};
    static const char *const names[] = {"Lisbon", "Lyon", "Lodz",
        "Lima", "Lagos", "Lahore", "Leeds", "Liege"};
    for (int i = 0; i < 8; i++)
        ui_push(&rows,
            ui_data_row2(.cells = UI_LIST(ui_data_cell(names[i]),
                             ui_data_cell("a city"),
                             ui_data_cell("begins with L"))));
    return ui_data_table2(.height = 260, .min_width = 700,
        .fixed_left_columns = 1, .data_row_height = 48,
        .columns = UI_LIST(
            ui_data_column2("City", .fixed_width = 120),
            ui_data_column2("Kind"),
            ui_data_column2("About", .size = UI_DATA_COLUMN_SIZE_L)),
        .rows = ui_items(&rows));
}

DEMO(three_bounce, "ThreeBounce",
    "One of the thirty spinners of troupe/packages/spinkit.h.",
    COLOR("color"), NUMBER("size", 50, 20, 120))
{
    return ui_spin_kit_three_bounce(.color = "primary", .size = 50);
}
