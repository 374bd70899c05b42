#include "gallery.h"

GROUP(9, canvas, "Canvas", "Shapes that are painted.");

#define LINE(...) \
    ui_paint(__VA_ARGS__, .style = UI_PAINTING_STYLE_STROKE, \
        .stroke_width = 3)
#define CANVAS(...) \
    ui_canvas(.width = 200, .height = 120, \
        .shapes = UI_LIST(__VA_ARGS__))

TR_ASYNC(show_size)
{
    const tr_ev_canvas_resize *size = TR_EVENT(ev, canvas_resize);
    if (size != NULL)
        say(ev, "on_resize: %.0f × %.0f", size->width, size->height);
}

DEMO(canvas, "Canvas", "Where shapes are painted, in their order.",
    NUMBER("width", 200, 60, 320), NUMBER("height", 120, 60, 240))
{
    return ui_canvas(.width = 200, .height = 120,
        .on_resize = show_size,
        .shapes = UI_LIST(ui_canvas_rect(10, 10, 180, 100,
                              .paint = ui_paint("lightblue")),
            ui_canvas_circle(
                100, 60, 40, .paint = ui_paint("orange"))));
}

DEMO_INSIDE(canvas_arc, "canvas.Arc",
    "A part of an oval, from an angle on; angles are radians.",
    NUMBER("start_angle", 0, 0, 6.28),
    NUMBER("sweep_angle", 4, 0, 6.28), FLAG("use_center", true),
    NUMBER("width", 100, 10, 180), NUMBER("height", 100, 10, 110))
{
    return CANVAS(
        tuned(ev, ui_canvas_arc(10, 10, 100, 100, .start_angle = 0,
                      .sweep_angle = 4, .use_center = true,
                      .paint = ui_paint("tertiary"))));
}

DEMO_INSIDE(canvas_circle, "canvas.Circle",
    "A circle around a point.", NUMBER("x", 100, 0, 200),
    NUMBER("y", 60, 0, 120), NUMBER("radius", 40, 1, 60))
{
    return CANVAS(tuned(ev,
        ui_canvas_circle(100, 60, 40, .paint = ui_paint("primary"))));
}

DEMO_INSIDE(canvas_color, "canvas.Color",
    "One colour over all that was painted so far.", COLOR("color"),
    CHOICE(
        "blend_mode", "srcOver", "multiply", "difference", "screen"))
{
    return CANVAS(
        ui_canvas_circle(100, 60, 40, .paint = ui_paint("primary")),
        tuned(ev, ui_canvas_color("#80ffc107",
                      .blend_mode = UI_BLEND_MODE_MULTIPLY)));
}

DEMO(canvas_fill, "canvas.Fill",
    "One paint over everything, as a gradient say.", NO_KNOBS)
{
    return CANVAS(ui_canvas_fill(
            .paint =
                ui_paint(.gradient = ui_paint_linear_gradient(
                             ui_offset(0, 0), ui_offset(200, 120),
                             UI_TEXTS("deeppurple", "amber")))));
}

DEMO_INSIDE(canvas_image, "canvas.Image", "A picture.",
    NUMBER("x", 20, 0, 200), NUMBER("y", 20, 0, 120),
    NUMBER("width", 80, 10, 200), NUMBER("height", 80, 10, 120))
{
    // A PNG of two by two pixels.
    static const unsigned char png[] = {
        0x89,
        0x50,
        0x4e,
        0x47,
        0x0d,
        0x0a,
        0x1a,
        0x0a,
        0x00,
        0x00,
        0x00,
        0x0d,
        0x49,
        0x48,
        0x44,
        0x52,
        0x00,
        0x00,
        0x00,
        0x02,
        0x00,
        0x00,
        0x00,
        0x02,
        0x08,
        0x02,
        0x00,
        0x00,
        0x00,
        0xfd,
        0xd4,
        0x9a,
        0x73,
        0x00,
        0x00,
        0x00,
        0x16,
        0x49,
        0x44,
        0x41,
        0x54,
        0x78,
        0xda,
        0x63,
        0x90,
        0xeb,
        0x78,
        0xfa,
        0xff,
        0x20,
        0x3b,
        0x83,
        0xf3,
        0x02,
        0xf7,
        0xa7,
        0x96,
        0xa6,
        0x00,
        0x2b,
        0xe6,
        0x05,
        0xd0,
        0x6e,
        0xdf,
        0xaf,
        0xba,
        0x00,
        0x00,
        0x00,
        0x00,
        0x49,
        0x45,
        0x4e,
        0x44,
        0xae,
        0x42,
        0x60,
        0x82,
    };
    return CANVAS(tuned(
        ev, ui_canvas_image(.src_bytes = ui_bytes(png, sizeof png),
                .x = 20, .y = 20, .width = 80, .height = 80)));
}

DEMO_INSIDE(canvas_line, "canvas.Line", "From one point to another.",
    NUMBER("x1", 10, 0, 200), NUMBER("y1", 10, 0, 120),
    NUMBER("x2", 190, 0, 200), NUMBER("y2", 110, 0, 120))
{
    return CANVAS(
        tuned(ev, ui_canvas_line(10, 10, 190, 110,
                      .paint = LINE("primary",
                          .stroke_cap = UI_STROKE_CAP_ROUND))));
}

DEMO_INSIDE(canvas_oval, "canvas.Oval",
    "The oval that fits into a rectangle.", NUMBER("x", 20, 0, 200),
    NUMBER("y", 20, 0, 120), NUMBER("width", 160, 1, 200),
    NUMBER("height", 80, 1, 120))
{
    return CANVAS(tuned(ev,
        ui_canvas_oval(20, 20, 160, 80, .paint = LINE("secondary"))));
}

DEMO(canvas_path, "canvas.Path",
    "A line of parts: straight, curved, closed.", NO_KNOBS)
{
    return CANVAS(ui_canvas_path(
        UI_VALUES(ui_path_move_to(30, 100), ui_path_line_to(60, 30),
            ui_path_quadratic_to(.cp1x = 110, .cp1y = 0, .x = 140,
                .y = 60),
            ui_path_line_to(170, 100), ui_path_close()),
        .paint =
            LINE("primary", .stroke_join = UI_STROKE_JOIN_ROUND)));
}

DEMO_INSIDE(canvas_points, "canvas.Points",
    "Points, or lines between them.",
    CHOICE("point_mode", "points", "lines", "polygon"))
{
    return CANVAS(
        tuned(ev, ui_canvas_points(
                      UI_VALUES(ui_offset(20, 100), ui_offset(60, 20),
                          ui_offset(110, 90), ui_offset(170, 30)),
                      .point_mode = UI_POINT_MODE_POLYGON,
                      .paint = LINE("tertiary"))));
}

DEMO_INSIDE(canvas_rect, "canvas.Rect",
    "A rectangle, with round corners maybe.", NUMBER("x", 20, 0, 200),
    NUMBER("y", 20, 0, 120), NUMBER("width", 160, 1, 200),
    NUMBER("height", 80, 1, 120), NUMBER("border_radius", 12, 0, 40))
{
    return CANVAS(tuned(ev, ui_canvas_rect(20, 20, 160, 80,
                                .border_radius = ui_radius(12),
                                .paint = ui_paint("primary"))));
}

DEMO_INSIDE(canvas_shadow, "canvas.Shadow",
    "The shadow that a path throws.", NUMBER("elevation", 8, 0, 24),
    COLOR("color"), FLAG("transparent_occluder", false))
{
    return CANVAS(
        tuned(ev,
            ui_canvas_shadow(UI_VALUES(ui_path_rect(.x = 40, .y = 30,
                                 .width = 120, .height = 60)),
                .color = "black", .elevation = 8)),
        ui_canvas_rect(
            40, 30, 120, 60, .paint = ui_paint("surface")));
}

DEMO_INSIDE(canvas_text, "canvas.Text",
    "Text at a point, turned maybe.", TEXT("value", "Canvas"),
    NUMBER("x", 100, 0, 200), NUMBER("y", 60, 0, 120),
    NUMBER("rotate", 0.3, -3.14, 3.14),
    NUMBER("max_width", 200, 20, 200))
{
    return CANVAS(tuned(ev,
        ui_canvas_text(100, 60, "Canvas", .rotate = 0.3,
            .alignment = UI_ALIGNMENT_CENTER,
            .style = ui_text_style(.size = 28, .color = "primary"))));
}
