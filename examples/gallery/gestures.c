#include "gallery.h"

GROUP(10, gestures, "Gestures", "Taps, drags, swipes and keys.");

static ui_control *pad(const char *text)
{
    return ui_container(ui_text(text), .width = 200, .height = 100,
        .bgcolor = "surfacecontainerhighest",
        .alignment = UI_ALIGNMENT_CENTER,
        .border_radius = ui_radius(8));
}

TR_ASYNC(show_tap)
{
    const tr_ev_tap *tap = TR_EVENT(ev, tap);
    if (tap != NULL && tap->local_position != NULL)
        say(ev, "on_tap_down: %.0f, %.0f", tap->local_position->x,
            tap->local_position->y);
}

TR_ASYNC(show_drag)
{
    const tr_ev_drag_update *drag = TR_EVENT(ev, drag_update);
    if (drag != NULL && drag->local_delta != NULL)
        say(ev, "on_pan_update: by %.0f, %.0f", drag->local_delta->x,
            drag->local_delta->y);
}

DEMO(gesture_detector, "GestureDetector",
    "Hears all that a finger or a mouse does on its content.",
    CHOICE("mouse_cursor", "click", "grab", "help", "forbidden"),
    NUMBER("drag_interval", 50, 0, 1000),
    FLAG("exclude_from_semantics", false))
{
    return ui_gesture_detector(pad("Tap, drag, press long"),
        .drag_interval = 50, .on_tap_down = show_tap,
        .on_double_tap = show_event, .on_long_press = show_event,
        .on_pan_update = show_drag, .on_pan_end = show_event,
        .on_enter = show_event, .on_exit = show_event);
}

DEMO_INSIDE(draggable, "Draggable",
    "Can be dragged to a DragTarget of its group.",
    CHOICE("group", "fruit", "other"),
    CHOICE("axis", "horizontal", "vertical"),
    NUMBER("max_simultaneous_drags", 1, 0, 3))
{
    return ui_row(.wrap = true,
        UI(tuned(ev,
               ui_draggable(pad("An apple"), .group = "fruit",
                   .content_when_dragging = ui_text("gone"),
                   .content_feedback = ui_icon("cookie", .size = 40),
                   .on_drag_start = show_event,
                   .on_drag_complete = show_event)),
            ui_drag_target(pad("A basket"), .group = "fruit",
                .on_accept = show_event)));
}

TR_ASYNC(show_drop)
{
    const char *what = tr_dragged_text(ev);
    say(ev, "on_%s: %s", tr_event_name(ev),
        what != NULL ? what : "?");
}

DEMO_INSIDE(drag_target, "DragTarget",
    "Takes what is dropped on it, if that is of its group.",
    CHOICE("group", "letter", "other"))
{
    return ui_row(.wrap = true,
        UI(ui_draggable(pad("A letter"), .group = "letter",
               .payload = UI_PAYLOAD("the letter")),
            tuned(ev, ui_drag_target(pad("A letterbox"),
                          .group = "letter", .on_accept = show_drop,
                          .on_will_accept = show_event,
                          .on_leave = show_event))));
}

TR_ASYNC(show_dismissed)
{
    const tr_ev_dismissible_dismiss *gone =
        TR_EVENT(ev, dismissible_dismiss);
    struct scratch *mine = scratch(ev);
    if (gone != NULL && mine != NULL) {
        mine->number = 1;
        say(ev, "swiped away");
    }
}

TR_ASYNC(bring_back)
{
    struct scratch *mine = scratch(ev);
    if (mine != NULL)
        mine->number = 0;
}

DEMO_INSIDE(dismissible, "Dismissible", "Is swiped away.",
    CHOICE("dismiss_direction", "horizontal", "endToStart",
        "startToEnd"),
    NUMBER("movement_duration", 200, 0, 2000),
    NUMBER("resize_duration", 300, 0, 2000))
{
    const struct scratch *mine = scratch(ev);
    if (mine != NULL && mine->number != 0)
        return ui_button("Bring it back", .on_click = bring_back);
    return tuned(
        ev, ui_dismissible(ui_list_tile("Swipe me"),
                .on_dismiss = show_dismissed,
                .background = ui_container(.bgcolor = "error")));
}

TR_ASYNC(show_key)
{
    const tr_ev_key_down *key = TR_EVENT(ev, key_down);
    if (key != NULL)
        say(ev, "on_key_down: %s", key->key);
}

DEMO(keyboard_listener, "KeyboardListener",
    "Hears keys while the focus is in its content.",
    FLAG("autofocus", false), FLAG("include_semantics", true))
{
    return ui_keyboard_listener(
        ui_text_field("Type here"), .on_key_down = show_key);
}

DEMO(selection_area, "SelectionArea",
    "Makes the text of its content selectable, across controls.",
    NO_KNOBS)
{
    return ui_selection_area(ui_column(UI(ui_text("Select from here"),
                                 ui_text("to here."))),
        .on_change = show_event);
}

DEMO(window_drag_area, "WindowDragArea",
    "Moves the window of a desktop app. In a browser it only hears.",
    FLAG("maximizable", true))
{
    return ui_window_drag_area(pad("Drag the window"),
        .on_double_tap = show_event, .on_drag_start = show_event);
}
