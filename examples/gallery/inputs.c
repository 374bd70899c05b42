#include "gallery.h"

GROUP(3, inputs, "Inputs", "What is typed, ticked, chosen and slid.");

DEMO(text_field, "TextField", "A line or more to type.",
    TEXT("label", "Name"), TEXT("helper", "As in your passport"),
    TEXT("error", ""),
    CHOICE("border", "outline", "underline", "none"),
    FLAG("password", false), FLAG("multiline", false))
{
    return ui_text_field("Name", .helper = "As in your passport",
        .prefix_icon = "person", .on_change = show_event,
        .on_submit = show_event, .on_focus = show_event,
        .on_blur = show_event);
}

DEMO(checkbox, "Checkbox",
    "Yes or no; with three states also “some”.",
    TEXT("label", "I have read it"), FLAG("value", false),
    FLAG("tristate", false), COLOR("active_color"),
    CHOICE("label_position", "left", "right"),
    FLAG("disabled", false))
{
    return ui_checkbox("I have read it", .on_change = show_event);
}

DEMO(switch, "Switch", "Turns something on or off at once.",
    TEXT("label", "Notifications"), FLAG("value", true),
    COLOR("active_color"), COLOR("active_track_color"),
    CHOICE("label_position", "left", "right"),
    FLAG("disabled", false))
{
    return ui_switch(
        "Notifications", .value = true, .on_change = show_event);
}

DEMO_INSIDE(radio, "Radio", "One of several; its group knows which.",
    TEXT("label", "Tea"), COLOR("active_color"),
    CHOICE("label_position", "left", "right"),
    FLAG("disabled", false))
{
    return ui_radio_group(
        ui_column(UI(tuned(ev, ui_radio("Tea", .value = "tea")),
            ui_radio("Coffee", .value = "coffee"))),
        .value = "tea", .on_change = show_event);
}

DEMO(radio_group, "RadioGroup",
    "Holds radio buttons, of which one is chosen.",
    CHOICE("value", "s", "m", "l"))
{
    return ui_radio_group(
        ui_row(.wrap = true, UI(ui_radio("Small", .value = "s"),
                                 ui_radio("Medium", .value = "m"),
                                 ui_radio("Large", .value = "l"))),
        .value = "m", .on_change = show_event);
}

DEMO(slider, "Slider", "A number between two others.",
    NUMBER("value", 40, 0, 100), NUMBER("divisions", 0, 1, 20),
    COLOR("active_color"), COLOR("thumb_color"),
    FLAG("disabled", false))
{
    return ui_slider(40, .min = 0, .max = 100, .label = "{value} %",
        .width = 300, .on_change = show_event,
        .on_change_end = show_event);
}

DEMO(range_slider, "RangeSlider", "Two numbers: from and to.",
    NUMBER("start_value", 20, 0, 50),
    NUMBER("end_value", 80, 50, 100), NUMBER("divisions", 10, 1, 20),
    COLOR("active_color"))
{
    return ui_range_slider(.start_value = 20, .end_value = 80,
        .min = 0, .max = 100, .divisions = 10, .label = "{value}",
        .on_change = show_event);
}

DEMO(dropdown, "Dropdown", "One of a list that opens.",
    TEXT("label", "Colour"), CHOICE("value", "red", "green", "blue"),
    FLAG("editable", false), FLAG("enable_filter", false),
    FLAG("filled", false), FLAG("disabled", false))
{
    return ui_dropdown(.label = "Colour", .width = 220,
        .on_select = show_event,
        .options = UI_LIST(ui_dropdown_option("red", "Red"),
            ui_dropdown_option("green", "Green"),
            ui_dropdown_option("blue", "Blue")));
}

DEMO_INSIDE(dropdown_option, "DropdownOption",
    "A line of a Dropdown: a key for the app, a text for the reader.",
    TEXT("text", "Home"), CHOICE("leading_icon", "home", "work"),
    FLAG("disabled", false))
{
    return ui_dropdown(.label = "Ship to", .width = 220,
        .on_select = show_event,
        .options =
            UI_LIST(tuned(ev, ui_dropdown_option("home", "Home",
                                  .leading_icon = "home")),
                ui_dropdown_option("work", "Work")));
}

DEMO(dropdown_m2, "DropdownM2", "The dropdown of Material 2.",
    TEXT("label", "Size"), CHOICE("value", "S", "M", "L"),
    COLOR("bgcolor"), FLAG("disabled", false))
{
    return ui_dropdown_m2(.label = "Size", .width = 200,
        .on_change = show_event,
        .options = UI_LIST(ui_option(.text = "S"),
            ui_option(.text = "M"), ui_option(.text = "L")));
}

DEMO_INSIDE(option, "Option", "A line of a DropdownM2.",
    TEXT("text", "Large"), FLAG("disabled", false))
{
    return ui_dropdown_m2(.label = "Size", .width = 200,
        .options = UI_LIST(ui_option(.text = "Small"),
            tuned(ev,
                ui_option(.text = "Large", .on_click = show_event))));
}

DEMO(auto_complete, "AutoComplete",
    "A field that suggests what it knows.",
    NUMBER("suggestions_max_height", 200, 60, 400))
{
    return ui_auto_complete(
            .suggestions = UI_VALUES(
                ui_auto_complete_suggestion("lisbon", "Lisbon"),
                ui_auto_complete_suggestion("london", "London"),
                ui_auto_complete_suggestion("lyon", "Lyon")),
        .on_select = show_event, .on_change = show_event);
}

DEMO(autofill_group, "AutofillGroup",
    "Fields that the browser fills in together.",
    CHOICE("dispose_action", "commit", "cancel"))
{
    return ui_autofill_group(
        ui_column(UI(ui_text_field("E-mail",
                         .autofill_hints = UI_AUTOFILL_HINT_EMAIL),
            ui_text_field("Password", .password = true,
                .can_reveal_password = true,
                .autofill_hints = UI_AUTOFILL_HINT_PASSWORD))));
}

DEMO(search_bar, "SearchBar",
    "A bar that opens into a view of what it found.",
    TEXT("bar_hint_text", "Search mail"), COLOR("bar_bgcolor"),
    NUMBER("bar_elevation", 1, 0, 12), FLAG("full_screen", false))
{
    return ui_search_bar(.bar_hint_text = "Search mail",
        .bar_leading = ui_icon("search"), .on_change = show_event,
        .on_submit = show_event, .on_tap = show_event,
        UI(ui_list_tile("Invoices", .on_click = show_event),
            ui_list_tile("Travel", .on_click = show_event)));
}

DEMO(segmented_button, "SegmentedButton",
    "A few choices side by side.",
    FLAG("allow_multiple_selection", false),
    FLAG("allow_empty_selection", false),
    FLAG("show_selected_icon", true),
    CHOICE("direction", "horizontal", "vertical"))
{
    return ui_segmented_button(.selected = UI_TEXTS("week"),
        .on_change = show_event,
        .segments = UI_LIST(ui_segment("day", .label = "Day"),
            ui_segment("week", .label = "Week"),
            ui_segment("month", .label = "Month")));
}

DEMO_INSIDE(segment, "Segment", "A part of a SegmentedButton.",
    TEXT("label", "List"), CHOICE("icon", "list", "grid_view"),
    FLAG("disabled", false))
{
    return ui_segmented_button(.selected = UI_TEXTS("list"),
        .on_change = show_event,
        .segments = UI_LIST(
            tuned(ev,
                ui_segment("list", .label = "List", .icon = "list")),
            ui_segment(
                "grid", .label = "Grid", .icon = "grid_view")));
}

DEMO(chip, "Chip", "A small fact, filter or action.",
    TEXT("label", "Vegetarian"), FLAG("selected", false),
    COLOR("selected_color"), COLOR("bgcolor"),
    FLAG("show_checkmark", true), FLAG("disabled", false))
{
    return ui_chip("Vegetarian", .leading = ui_icon("eco"),
        .on_select = show_event, .on_delete = show_event);
}
