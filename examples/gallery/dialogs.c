#include "gallery.h"

GROUP(7, dialogs, "Dialogs and notices",
    "What lies above the page for a while. Properties hold when it "
    "is opened next.");

TR_ASYNC(close_dialog)
{
    say(ev, "closed by its button");
    (void)tr_close_dialog(ev);
}

TR_ASYNC(open_alert)
{
    (void)tr_show_dialog(ev,
        tuned(ev,
            ui_alert_dialog("Delete this?",
                .content = ui_text("It cannot be brought back."),
                .actions = UI_LIST(
                    ui_text_button("Keep", .on_click = close_dialog),
                    ui_filled_button(
                        "Delete", .on_click = close_dialog)),
                .on_dismiss = show_event)));
}

DEMO_INSIDE(alert_dialog, "AlertDialog",
    "A question that must be answered first. tr_confirm asks one in "
    "a line.",
    TEXT("title", "Delete this?"), FLAG("modal", false),
    COLOR("bgcolor"), NUMBER("elevation", 6, 0, 24),
    FLAG("scrollable", false),
    CHOICE("actions_alignment", "start", "center", "end"))
{
    return ui_button("Open", .on_click = open_alert);
}

TR_ASYNC(open_sheet)
{
    (void)tr_show_dialog(ev,
        tuned(ev,
            ui_bottom_sheet(
                ui_container(ui_column(.tight = true,
                                 UI(ui_text("From the bottom"),
                                     ui_button("Close",
                                         .on_click = close_dialog))),
                    .padding = ui_padding(32)),
                .on_dismiss = show_event)));
}

DEMO_INSIDE(bottom_sheet, "BottomSheet",
    "A sheet that comes up from below.", FLAG("dismissible", true),
    FLAG("draggable", false), FLAG("show_drag_handle", false),
    COLOR("bgcolor"), NUMBER("elevation", 1, 0, 24),
    FLAG("fullscreen", false))
{
    return ui_button("Open", .on_click = open_sheet);
}

TR_ASYNC(open_banner)
{
    (void)tr_show_dialog(ev,
        tuned(ev,
            ui_banner("You are not connected.", .leading = "wifi_off",
                .actions = UI_LIST(ui_text_button(
                    "Dismiss", .on_click = close_dialog)),
                .on_visible = show_event)));
}

DEMO_INSIDE(banner, "Banner",
    "Something to know, on top of the page until it is dismissed.",
    TEXT("content", "You are not connected."), COLOR("bgcolor"),
    NUMBER("elevation", 0, 0, 12), FLAG("force_actions_below", false))
{
    return ui_button("Open", .on_click = open_banner);
}

TR_ASYNC(open_snack_bar)
{
    (void)tr_show_dialog(ev,
        tuned(ev,
            ui_snack_bar("Message sent", .action = "Undo",
                .on_action = show_event, .on_dismiss = show_event)));
}

DEMO_INSIDE(snack_bar, "SnackBar",
    "A line at the bottom that goes by itself. tr_snack shows one in "
    "a line.",
    TEXT("content", "Message sent"), FLAG("show_close_icon", false),
    NUMBER("duration", 4000, 1000, 10000),
    CHOICE("behavior", "fixed", "floating"), COLOR("bgcolor"),
    NUMBER("elevation", 6, 0, 24))
{
    return ui_button("Open", .on_click = open_snack_bar);
}

TR_ASYNC(open_snack_bar_action)
{
    (void)tr_show_dialog(ev, ui_snack_bar("Message sent",
                                 .action_control = tuned(ev,
                                     ui_snack_bar_action("Undo",
                                         .on_click = show_event))));
}

DEMO_INSIDE(snack_bar_action, "SnackBarAction",
    "The button of a SnackBar, where a label alone is not enough.",
    TEXT("label", "Undo"), COLOR("text_color"), COLOR("bgcolor"))
{
    return ui_button("Open", .on_click = open_snack_bar_action);
}

TR_ASYNC(show_date)
{
    const char *date = tr_event_date(ev);
    say(ev, "on_%s: %s", tr_event_name(ev),
        date != NULL ? date : "nothing");
}

TR_ASYNC(pick_date)
{
    (void)tr_show_dialog(ev,
        tuned(ev,
            ui_date_picker(.value = "2030-05-17",
                .first_date = "2000-01-01", .last_date = "2050-12-31",
                .on_change = show_date, .on_dismiss = show_event)));
}

DEMO_INSIDE(date_picker, "DatePicker", "A day from a calendar.",
    TEXT("help_text", "Select date"), FLAG("modal", false),
    CHOICE("entry_mode", "calendar", "input", "calendarOnly"),
    CHOICE("date_picker_mode", "day", "year"),
    TEXT("confirm_text", "OK"))
{
    return ui_button("Open", .on_click = pick_date);
}

TR_ASYNC(pick_dates)
{
    (void)tr_show_dialog(ev,
        tuned(ev,
            ui_date_range_picker(.start_value = "2030-05-17",
                .end_value = "2030-05-24", .on_change = show_event,
                .on_dismiss = show_event)));
}

DEMO_INSIDE(date_range_picker, "DateRangePicker",
    "From one day to another.", TEXT("help_text", "Select range"),
    FLAG("modal", false), CHOICE("entry_mode", "calendar", "input"),
    TEXT("save_text", "Save"))
{
    return ui_button("Open", .on_click = pick_dates);
}

TR_ASYNC(pick_time)
{
    (void)tr_show_dialog(ev,
        tuned(ev,
            ui_time_picker(.value = "09:30", .on_change = show_date,
                .on_dismiss = show_event)));
}

DEMO_INSIDE(time_picker, "TimePicker", "A time of day.",
    CHOICE("hour_format", "system", "h12", "h24"),
    CHOICE("entry_mode", "dial", "input"),
    CHOICE("orientation", "portrait", "landscape"),
    TEXT("help_text", "Select time"))
{
    return ui_button("Open", .on_click = pick_time);
}
