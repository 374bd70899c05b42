#include "gallery.h"

GROUP(8, cupertino, "Cupertino",
    "Controls that look as they do on iPhones and Macs.");

DEMO(cupertino_button, "CupertinoButton",
    "A button without a ground.", TEXT("content", "Continue"),
    COLOR("bgcolor"), COLOR("color"),
    CHOICE("size", "small", "medium", "large"),
    NUMBER("opacity_on_click", 0.4, 0, 1), FLAG("disabled", false))
{
    return ui_cupertino_button("Continue", .on_click = show_event,
        .on_long_press = show_event);
}

DEMO(cupertino_filled_button, "CupertinoFilledButton",
    "The important one.", TEXT("content", "Buy"),
    CHOICE("icon", "cupertino:cart", "cupertino:heart"),
    CHOICE("size", "small", "medium", "large"),
    FLAG("disabled", false))
{
    return ui_cupertino_filled_button("Buy", .on_click = show_event);
}

DEMO(cupertino_tinted_button, "CupertinoTintedButton",
    "Between the two.", TEXT("content", "Later"), COLOR("bgcolor"),
    CHOICE("size", "small", "medium", "large"),
    FLAG("disabled", false))
{
    return ui_cupertino_tinted_button(
        "Later", .on_click = show_event);
}

DEMO(cupertino_switch, "CupertinoSwitch", "On or off.",
    TEXT("label", "Bluetooth"), FLAG("value", true),
    COLOR("active_track_color"), COLOR("thumb_color"),
    CHOICE("label_position", "left", "right"),
    FLAG("disabled", false))
{
    return ui_cupertino_switch(.label = "Bluetooth", .value = true,
        .on_change = show_event);
}

DEMO(cupertino_checkbox, "CupertinoCheckbox", "Yes, no or some.",
    TEXT("label", "Remember me"), FLAG("value", true),
    FLAG("tristate", false), COLOR("active_color"),
    FLAG("disabled", false))
{
    return ui_cupertino_checkbox(.label = "Remember me",
        .value = true, .on_change = show_event);
}

DEMO_INSIDE(cupertino_radio, "CupertinoRadio", "One of several.",
    TEXT("label", "Tea"), FLAG("use_checkmark_style", false),
    COLOR("active_color"), FLAG("disabled", false))
{
    return ui_radio_group(
        ui_column(UI(tuned(ev, ui_cupertino_radio(.label = "Tea",
                                   .value = "tea")),
            ui_cupertino_radio(.label = "Coffee",
                .value = "coffee"))),
        .value = "tea", .on_change = show_event);
}

DEMO(cupertino_slider, "CupertinoSlider",
    "A number between two others.", NUMBER("value", 40, 0, 100),
    NUMBER("divisions", 10, 1, 20), COLOR("active_color"),
    COLOR("thumb_color"), FLAG("disabled", false))
{
    return ui_cupertino_slider(.value = 40, .min = 0, .max = 100,
        .width = 240, .on_change = show_event,
        .on_change_end = show_event);
}

DEMO(cupertino_text_field, "CupertinoTextField", "A line to type.",
    TEXT("placeholder_text", "Name"), FLAG("password", false),
    COLOR("bgcolor"),
    CHOICE(
        "clear_button_visibility_mode", "never", "editing", "always"),
    FLAG("disabled", false))
{
    return ui_cupertino_text_field(.placeholder_text = "Name",
        .on_change = show_event, .on_submit = show_event);
}

DEMO(cupertino_segmented_button, "CupertinoSegmentedButton",
    "A few choices side by side.", NUMBER("selected_index", 0, 0, 2),
    COLOR("selected_color"), COLOR("border_color"),
    FLAG("disabled", false))
{
    return ui_cupertino_segmented_button(.selected_index = 0,
        .on_change = show_event,
        UI(ui_text("Day"), ui_text("Week"), ui_text("Month")));
}

DEMO(cupertino_sliding_segmented_button,
    "CupertinoSlidingSegmentedButton",
    "The same, with a thumb that slides.",
    NUMBER("selected_index", 0, 0, 2), COLOR("thumb_color"),
    COLOR("bgcolor"), FLAG("proportional_width", false))
{
    return ui_cupertino_sliding_segmented_button(.selected_index = 0,
        .on_change = show_event,
        UI(ui_text("Day"), ui_text("Week"), ui_text("Month")));
}

DEMO(cupertino_activity_indicator, "CupertinoActivityIndicator",
    "Something goes on.", NUMBER("radius", 20, 5, 60), COLOR("color"),
    FLAG("animating", true))
{
    return ui_cupertino_activity_indicator(.radius = 20);
}

DEMO(cupertino_list_tile, "CupertinoListTile", "A line of a list.",
    TEXT("title", "Wi-Fi"), TEXT("additional_info", "Home"),
    FLAG("notched", false), COLOR("bgcolor"))
{
    return ui_cupertino_list_tile(.title = "Wi-Fi",
        .leading = "cupertino:wifi", .additional_info = "Home",
        .trailing = "cupertino:chevron_forward",
        .on_click = show_event);
}

DEMO(cupertino_navigation_bar, "CupertinoNavigationBar",
    "Places at the bottom of a phone.",
    NUMBER("selected_index", 0, 0, 1), COLOR("active_color"),
    COLOR("bgcolor"), NUMBER("icon_size", 30, 16, 48))
{
    return ui_cupertino_navigation_bar(.on_change = show_event,
        .destinations = UI_LIST(
            ui_navigation_bar_destination("Home", "cupertino:house"),
            ui_navigation_bar_destination(
                "You", "cupertino:person")));
}

DEMO_INSIDE(cupertino_app_bar, "CupertinoAppBar", "The bar on top.",
    TEXT("title", "Settings"), FLAG("large", false), COLOR("bgcolor"),
    CHOICE("brightness", "light", "dark"))
{
    return ui_pagelet(ui_container(ui_text("The content"),
                          .padding = ui_padding(16)),
        .width = 320, .height = 200,
        .appbar =
            tuned(ev, ui_cupertino_app_bar(.title = "Settings",
                          .trailing = ui_icon("cupertino:add"))));
}

DEMO(cupertino_picker, "CupertinoPicker", "A wheel to choose from.",
    NUMBER("item_extent", 32, 20, 64), FLAG("looping", false),
    FLAG("use_magnifier", false), NUMBER("magnification", 1, 1, 2),
    NUMBER("squeeze", 1.45, 0.5, 2))
{
    return ui_cupertino_picker(.height = 160, .item_extent = 32,
        .on_change = show_event,
        UI(ui_text("Lisbon"), ui_text("London"), ui_text("Lyon")));
}

TR_ASYNC(show_cupertino_date)
{
    const char *date = tr_event_date(ev);
    say(ev, "on_change: %s", date != NULL ? date : "nothing");
}

DEMO(cupertino_date_picker, "CupertinoDatePicker",
    "Wheels for day and time.",
    CHOICE("date_picker_mode", "date", "time", "dateAndTime",
        "monthYear"),
    FLAG("use_24h_format", false), FLAG("show_day_of_week", false),
    NUMBER("item_extent", 32, 20, 64))
{
    return ui_cupertino_date_picker(.value = "2030-05-17",
        .height = 180, .on_change = show_cupertino_date,
        .date_picker_mode = UI_CUPERTINO_DATE_PICKER_MODE_DATE);
}

TR_ASYNC(show_duration)
{
    say(ev, "on_change: %lld s",
        (long long)tr_event_duration(ev, 0) / 1000);
}

DEMO(cupertino_timer_picker, "CupertinoTimerPicker",
    "Wheels for hours, minutes and seconds.",
    CHOICE("mode", "hm", "hms", "ms"),
    NUMBER("minute_interval", 1, 1, 30),
    NUMBER("item_extent", 32, 20, 64))
{
    return ui_cupertino_timer_picker(.value = 5 * 60 * 1000,
        .height = 180, .on_change = show_duration);
}

DEMO(cupertino_context_menu, "CupertinoContextMenu",
    "A menu behind a long press.",
    FLAG("enable_haptic_feedback", false))
{
    return ui_cupertino_context_menu(
        ui_icon("cupertino:photo", .size = 64),
        .actions = UI_LIST(ui_cupertino_context_menu_action("Share",
                               .trailing_icon = "cupertino:share",
                               .on_click = show_event),
            ui_cupertino_context_menu_action("Delete",
                .destructive = true, .on_click = show_event)));
}

DEMO_INSIDE(cupertino_context_menu_action,
    "CupertinoContextMenuAction", "A line of a CupertinoContextMenu.",
    TEXT("content", "Share"), FLAG("default", true),
    FLAG("destructive", false),
    CHOICE("trailing_icon", "cupertino:share", "cupertino:delete"))
{
    return ui_cupertino_context_menu(
        ui_icon("cupertino:photo", .size = 64),
        .actions = UI_LIST(tuned(
            ev, ui_cupertino_context_menu_action("Share",
                    .default_ = true, .on_click = show_event))));
}

TR_ASYNC(close_cupertino)
{
    (void)tr_close_dialog(ev);
}

TR_ASYNC(open_cupertino_alert)
{
    (void)tr_show_dialog(ev,
        tuned(ev,
            ui_cupertino_alert_dialog(.title = "Delete this?",
                .content = ui_text("It cannot be brought back."),
                .on_dismiss = show_event,
                .actions = UI_LIST(ui_cupertino_dialog_action("Keep",
                                       .default_ = true,
                                       .on_click = close_cupertino),
                    ui_cupertino_dialog_action("Delete",
                        .destructive = true,
                        .on_click = close_cupertino)))));
}

DEMO_INSIDE(cupertino_alert_dialog, "CupertinoAlertDialog",
    "A question that must be answered first.",
    TEXT("title", "Delete this?"), FLAG("modal", false),
    COLOR("barrier_color"))
{
    return ui_cupertino_button(
        "Open", .on_click = open_cupertino_alert);
}

TR_ASYNC(open_dialog_action)
{
    (void)tr_show_dialog(
        ev, ui_cupertino_alert_dialog(.title = "Sure?",
                .actions = UI_LIST(
                    tuned(ev, ui_cupertino_dialog_action("Yes",
                                  .on_click = close_cupertino)))));
}

DEMO_INSIDE(cupertino_dialog_action, "CupertinoDialogAction",
    "A button of a CupertinoAlertDialog.", TEXT("content", "Yes"),
    FLAG("default", false), FLAG("destructive", false))
{
    return ui_cupertino_button(
        "Open", .on_click = open_dialog_action);
}

TR_ASYNC(open_action_sheet)
{
    (void)tr_show_dialog(ev,
        ui_cupertino_bottom_sheet(tuned(ev,
            ui_cupertino_action_sheet(.title = "Photo",
                .message = "What to do with it?",
                .actions = UI_LIST(ui_cupertino_action_sheet_action(
                    "Share", .on_click = close_cupertino)),
                .cancel = ui_cupertino_action_sheet_action(
                    "Cancel", .on_click = close_cupertino)))));
}

DEMO_INSIDE(cupertino_action_sheet, "CupertinoActionSheet",
    "Things to do, from the bottom.", TEXT("title", "Photo"),
    TEXT("message", "What to do with it?"))
{
    return ui_cupertino_button("Open", .on_click = open_action_sheet);
}

TR_ASYNC(open_sheet_action)
{
    (void)tr_show_dialog(ev,
        ui_cupertino_bottom_sheet(
            ui_cupertino_action_sheet(.title = "Photo",
                .actions = UI_LIST(
                    tuned(ev, ui_cupertino_action_sheet_action(
                                  "Share", .default_ = true,
                                  .on_click = close_cupertino))))));
}

DEMO_INSIDE(cupertino_action_sheet_action,
    "CupertinoActionSheetAction", "A line of a CupertinoActionSheet.",
    TEXT("content", "Share"), FLAG("default", true),
    FLAG("destructive", false))
{
    return ui_cupertino_button("Open", .on_click = open_sheet_action);
}

TR_ASYNC(open_cupertino_sheet)
{
    (void)tr_show_dialog(
        ev, tuned(ev,
                ui_cupertino_bottom_sheet(ui_text("From the bottom"),
                    .height = 200, .padding = ui_padding(24),
                    .on_dismiss = show_event)));
}

DEMO_INSIDE(cupertino_bottom_sheet, "CupertinoBottomSheet",
    "A sheet that comes up from below.",
    NUMBER("height", 200, 80, 400), COLOR("bgcolor"),
    FLAG("modal", false))
{
    return ui_cupertino_button(
        "Open", .on_click = open_cupertino_sheet);
}
