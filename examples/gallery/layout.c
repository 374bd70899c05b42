#include "gallery.h"

GROUP(4, layout, "Layout",
    "Where things are: rows, columns, grids, stacks, and boxes "
    "around them.");

// Boxes to lay out.
static ui_control *box(const char *text)
{
    return ui_container(ui_text(text, .color = "onprimarycontainer"),
        .width = 56, .height = 40, .bgcolor = "primarycontainer",
        .alignment = UI_ALIGNMENT_CENTER,
        .border_radius = ui_radius(6));
}

DEMO(row, "Row", "Side by side.",
    CHOICE("alignment", "start", "center", "end", "spaceBetween",
        "spaceEvenly"),
    CHOICE("vertical_alignment", "start", "center", "end"),
    NUMBER("spacing", 10, 0, 40), FLAG("wrap", false),
    FLAG("tight", false))
{
    return ui_row(UI(box("1"), box("2"), box("3")));
}

DEMO(column, "Column", "One below the other.",
    CHOICE("alignment", "start", "center", "end", "spaceBetween"),
    CHOICE(
        "horizontal_alignment", "start", "center", "end", "stretch"),
    NUMBER("spacing", 10, 0, 40), NUMBER("height", 160, 60, 320),
    NUMBER("width", 160, 60, 320))
{
    return ui_column(.height = 160, .width = 160,
        UI(box("1"), box("2"), box("3")));
}

DEMO(container, "Container",
    "A box: padding, colour, border, shadow, shape, and clicks.",
    NUMBER("padding", 16, 0, 48), COLOR("bgcolor"),
    NUMBER("border_radius", 12, 0, 48), NUMBER("width", 200, 60, 320),
    NUMBER("opacity", 1, 0, 1), FLAG("ink", false))
{
    return ui_container(ui_text("Content"), .padding = ui_padding(16),
        .width = 200, .bgcolor = "secondarycontainer",
        .border_radius = ui_radius(12),
        .border = ui_border_all(1, "outline"),
        .shadow = ui_box_shadow(.blur_radius = 8,
            .color = ui_opacity("shadow", 0.3)),
        .on_click = show_event, .on_hover = show_event);
}

DEMO(stack, "Stack",
    "On top of each other, each where it is told to be.",
    CHOICE("clip_behavior", "none", "hardEdge", "antiAlias"),
    CHOICE("fit", "loose", "expand", "passThrough"),
    NUMBER("width", 200, 60, 320), NUMBER("height", 120, 60, 240))
{
    return ui_stack(.width = 200, .height = 120,
        UI(ui_container(.bgcolor = "surfacecontainerhighest",
               .width = 200, .height = 120),
            ui_container(box("top"), .left = 12, .top = 12),
            ui_container(box("bottom"), .right = 12, .bottom = 12)));
}

DEMO(responsive_row, "ResponsiveRow",
    "Columns that depend on the window's width: make it narrow.",
    NUMBER("columns", 12, 1, 12), NUMBER("spacing", 10, 0, 40),
    NUMBER("run_spacing", 10, 0, 40))
{
    return ui_responsive_row(
        UI(ui_container(box("A"),
               .col_sizes = ui_breakpoints(.xs = 12, .md = 4)),
            ui_container(box("B"),
                .col_sizes = ui_breakpoints(.xs = 6, .md = 4)),
            ui_container(box("C"),
                .col_sizes = ui_breakpoints(.xs = 6, .md = 4))));
}

DEMO(card, "Card", "A sheet for what belongs together.",
    NUMBER("elevation", 1, 0, 12),
    CHOICE("variant", "elevated", "filled", "outlined"),
    COLOR("bgcolor"), COLOR("shadow_color"))
{
    return ui_card(ui_container(
        ui_column(.tight = true, UI(ui_text("Lisbon", .size = 20),
                                     ui_text("Sunny, 24 °C"))),
        .padding = ui_padding(16)));
}

DEMO(divider, "Divider", "A line between what is above and below.",
    NUMBER("thickness", 1, 0, 12), NUMBER("height", 16, 0, 60),
    COLOR("color"), NUMBER("leading_indent", 0, 0, 80),
    NUMBER("trailing_indent", 0, 0, 80))
{
    return ui_divider();
}

DEMO_INSIDE(vertical_divider, "VerticalDivider",
    "A line between left and right.", NUMBER("thickness", 1, 0, 12),
    NUMBER("width", 16, 0, 60), COLOR("color"))
{
    return ui_row(.height = 60,
        UI(box("left"), tuned(ev, ui_vertical_divider()),
            box("right")));
}

DEMO(safe_area, "SafeArea",
    "Keeps its content clear of notches and system bars.",
    FLAG("avoid_intrusions_top", true),
    FLAG("avoid_intrusions_bottom", true))
{
    return ui_safe_area(box("safe"));
}

DEMO(placeholder, "Placeholder",
    "Stands for something that is still to be made.", COLOR("color"),
    NUMBER("stroke_width", 2, 1, 12),
    NUMBER("fallback_height", 100, 20, 300),
    NUMBER("fallback_width", 200, 20, 300))
{
    return ui_placeholder(.fallback_height = 100,
        .fallback_width = 200);
}

DEMO(rotated_box, "RotatedBox",
    "Turns its content by quarters, and takes the room that needs.",
    NUMBER("quarter_turns", 1, 0, 4))
{
    return ui_rotated_box(
        ui_text("Turned", .size = 24), .quarter_turns = 1);
}

TR_ASYNC(flip_card)
{
    struct scratch *mine = scratch(ev);
    if (mine != NULL)
        mine->number = !mine->number;
}

DEMO_INSIDE(animated_switcher, "AnimatedSwitcher",
    "Goes softly from one content to the next.",
    NUMBER("duration", 500, 0, 3000),
    CHOICE("transition", "fade", "rotation", "scale"),
    CHOICE("switch_in_curve", "ease", "bounceOut", "elasticOut"))
{
    const struct scratch *mine = scratch(ev);
    bool is_back = mine != NULL && mine->number != 0;
    return ui_column(UI(
        tuned(ev,
            ui_animated_switcher(
                ui_text(is_back ? "Back" : "Front",
                    .key = is_back ? "back" : "front", .size = 32),
                .duration = 500,
                .transition = UI_ANIMATED_SWITCHER_TRANSITION_SCALE)),
        ui_button("Flip", .on_click = flip_card)));
}

DEMO(hero, "Hero",
    "Flies from view to view where both have one with the same tag.",
    FLAG("transition_on_user_gestures", false))
{
    return ui_hero(.tag = "paw",
        .content = ui_icon("pets", .size = 48));
}

TR_ASYNC(zoom_in)
{
    int result = ui_interactive_viewer_zoom(ev, "viewer", 1.5);
    say(ev, "zoom: %s", result == 0 ? "done" : tr_call_error(ev));
}

DEMO_INSIDE(interactive_viewer, "InteractiveViewer",
    "A window on something larger, to be moved and zoomed.",
    NUMBER("min_scale", 0.8, 0.1, 1), NUMBER("max_scale", 2.5, 1, 10),
    FLAG("pan_enabled", true), FLAG("scale_enabled", true))
{
    return ui_column(UI(
        tuned(ev,
            ui_interactive_viewer(.key = "viewer", .width = 240,
                .height = 160,
                .content = ui_container(ui_icon("map", .size = 120),
                    .bgcolor = "surfacecontainer"),
                .on_interaction_start = show_event,
                .on_interaction_end = show_event)),
        ui_button("Zoom in", .on_click = zoom_in)));
}

TR_ASYNC(next_page)
{
    (void)ui_page_view_next_page(ev, "pages", .duration = 300);
}

DEMO_INSIDE(page_view, "PageView", "One page at a time, swiped.",
    FLAG("horizontal", true), FLAG("snap", true),
    NUMBER("viewport_fraction", 1, 0.3, 1))
{
    return ui_column(
        UI(tuned(ev, ui_page_view(.key = "pages", .height = 100,
                         .width = 240, .on_change = show_event,
                         UI(box("one"), box("two"), box("three")))),
            ui_button("Next", .on_click = next_page)));
}

TR_ASYNC(take_picture)
{
    const tr_slice *png = NULL;
    int result = ui_screenshot_capture(ev, "camera", &png);
    if (result == 0 && png != NULL)
        say(ev, "a picture of %zu bytes", (size_t)png->size);
    else
        say(ev, "no picture: %s", tr_call_error(ev));
}

DEMO(screenshot, "Screenshot", "Gives a picture of what is in it.",
    NO_KNOBS)
{
    return ui_column(UI(ui_screenshot(box("cheese"), .key = "camera"),
        ui_button("Take a picture", .on_click = take_picture)));
}

DEMO(transparent_pointer, "TransparentPointer",
    "Lets clicks through to what lies below it, too.", NO_KNOBS)
{
    return ui_stack(.width = 200, .height = 60,
        UI(ui_button("Below", .on_click = show_event),
            ui_transparent_pointer(ui_container(.width = 200,
                .height = 60, .on_click = show_event))));
}
