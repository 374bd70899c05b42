#include "gallery.h"

GROUP(12, charts, "Charts",
    "Numbers as lines, bars, slices, candles and points.");

static ui_control *axis_title(const char *text)
{
    return ui_chart_axis(.title = ui_text(text), .label_size = 32);
}

DEMO(line_chart, "LineChart", "Lines through points.",
    NUMBER("min_y", 0, 0, 3), NUMBER("max_y", 6, 4, 12),
    COLOR("bgcolor"), FLAG("interactive", true),
    NUMBER("height", 200, 100, 320))
{
    return ui_line_chart(.height = 200, .min_y = 0, .max_y = 6,
        .left_axis = axis_title("°C"),
        .bottom_axis = axis_title("day"),
        .horizontal_grid_lines = ui_chart_grid_lines(.interval = 2,
            .color = "outlinevariant", .width = 1),
        .data_series = UI_LIST(ui_line_chart_data(.curved = true,
            .color = "primary", .stroke_width = 3,
            .below_line_bgcolor = ui_opacity("primary", 0.2),
            .points = UI_LIST(ui_line_chart_data_point(0, 1),
                ui_line_chart_data_point(1, 3),
                ui_line_chart_data_point(2, 2),
                ui_line_chart_data_point(3, 5)))));
}

DEMO_INSIDE(line_chart_data, "LineChartData",
    "One line of a LineChart.", COLOR("color"),
    NUMBER("stroke_width", 3, 1, 12), FLAG("curved", false),
    FLAG("rounded_stroke_cap", false), COLOR("below_line_bgcolor"),
    FLAG("point", true))
{
    return ui_line_chart(.height = 160,
        .data_series = UI_LIST(tuned(
            ev, ui_line_chart_data(.color = "primary",
                    .stroke_width = 3, .point = true,
                    .points = UI_LIST(ui_line_chart_data_point(0, 1),
                        ui_line_chart_data_point(1, 4),
                        ui_line_chart_data_point(2, 2))))));
}

DEMO_INSIDE(line_chart_data_point, "LineChartDataPoint",
    "One point of a line.", NUMBER("x", 1, 0, 2),
    NUMBER("y", 4, 0, 6), TEXT("tooltip", "the highest"),
    FLAG("point", true), FLAG("show_tooltip", true))
{
    return ui_line_chart(.height = 160,
        .data_series = UI_LIST(ui_line_chart_data(.color = "primary",
            .points = UI_LIST(ui_line_chart_data_point(0, 1),
                tuned(
                    ev, ui_line_chart_data_point(1, 4,
                            .tooltip = "the highest", .point = true)),
                ui_line_chart_data_point(2, 2)))));
}

DEMO_INSIDE(chart_axis, "ChartAxis",
    "What stands along a side of a chart.",
    NUMBER("title_size", 16, 8, 40), FLAG("show_labels", true),
    NUMBER("label_size", 32, 16, 64),
    NUMBER("label_spacing", 1, 0.5, 4), FLAG("show_min", true),
    FLAG("show_max", true))
{
    return ui_line_chart(.height = 160, .min_y = 0, .max_y = 6,
        .left_axis =
            tuned(ev, ui_chart_axis(.title = ui_text("metres"),
                          .label_size = 32)),
        .data_series = UI_LIST(
            ui_line_chart_data(.points = UI_LIST(
                                   ui_line_chart_data_point(0, 1),
                                   ui_line_chart_data_point(2, 5)))));
}

DEMO_INSIDE(chart_axis_label, "ChartAxisLabel",
    "A label of one's own at a value of an axis.",
    NUMBER("value", 1, 0, 2), TEXT("label", "Tue"))
{
    return ui_line_chart(.height = 160,
        .bottom_axis = ui_chart_axis(.label_size = 32,
            .labels = UI_LIST(ui_chart_axis_label(0, "Mon"),
                tuned(ev, ui_chart_axis_label(1, "Tue")),
                ui_chart_axis_label(2, "Wed"))),
        .data_series = UI_LIST(
            ui_line_chart_data(.points = UI_LIST(
                                   ui_line_chart_data_point(0, 1),
                                   ui_line_chart_data_point(1, 3),
                                   ui_line_chart_data_point(2, 2)))));
}

TR_ASYNC(show_bar)
{
    const tr_ev_bar_chart *bar = TR_EVENT(ev, bar_chart);
    if (bar != NULL)
        say(ev, "on_event: group %d, rod %d", (int)bar->group_index,
            (int)bar->rod_index);
}

static ui_control *bar(int x, double y)
{
    return ui_bar_chart_group(
        x, .rods = UI_LIST(ui_bar_chart_rod(.to_y = y, .width = 24,
               .color = "primary", .border_radius = ui_radius(4))));
}

DEMO(bar_chart, "BarChart", "Bars side by side.",
    NUMBER("max_y", 10, 8, 20), NUMBER("group_spacing", 16, 0, 60),
    COLOR("bgcolor"), FLAG("interactive", true),
    CHOICE("group_alignment", "start", "center", "spaceEvenly"))
{
    return ui_bar_chart(.height = 200, .max_y = 10,
        .left_axis = ui_chart_axis(.label_size = 32),
        .on_event = show_bar,
        .groups = UI_LIST(bar(0, 4), bar(1, 8), bar(2, 6)));
}

DEMO_INSIDE(bar_chart_group, "BarChartGroup",
    "The bars of one place on the axis.", NUMBER("spacing", 4, 0, 40),
    FLAG("group_vertically", false))
{
    return ui_bar_chart(.height = 160,
        .groups = UI_LIST(
            tuned(ev, ui_bar_chart_group(0, .spacing = 4,
                          .rods = UI_LIST(ui_bar_chart_rod(.to_y = 5,
                                              .color = "primary"),
                              ui_bar_chart_rod(.to_y = 8,
                                  .color = "tertiary")))),
            bar(1, 6)));
}

DEMO_INSIDE(bar_chart_rod, "BarChartRod", "One bar.",
    NUMBER("to_y", 8, 0, 12), NUMBER("from_y", 0, 0, 4),
    NUMBER("width", 24, 2, 60), COLOR("color"),
    TEXT("tooltip", "eight"), NUMBER("bg_to_y", 0, 0, 12))
{
    return ui_bar_chart(.height = 160, .max_y = 12,
        .groups = UI_LIST(ui_bar_chart_group(
            0, .rods = UI_LIST(
                   tuned(ev, ui_bar_chart_rod(.to_y = 8, .width = 24,
                                 .tooltip = "eight"))))));
}

DEMO_INSIDE(bar_chart_rod_stack_item, "BarChartRodStackItem",
    "A part of a bar, in a colour of its own.",
    NUMBER("from_y", 3, 0, 8), NUMBER("to_y", 6, 0, 8),
    COLOR("color"))
{
    return ui_bar_chart(.height = 160,
        .groups = UI_LIST(ui_bar_chart_group(0,
            .rods = UI_LIST(ui_bar_chart_rod(.to_y = 8, .width = 40,
                .stack_items = UI_LIST(
                    ui_bar_chart_rod_stack_item(0, 3, "primary"),
                    tuned(ev, ui_bar_chart_rod_stack_item(
                                  3, 6, "tertiary"))))))));
}

DEMO(pie_chart, "PieChart", "Parts of a whole.",
    NUMBER("center_space_radius", 30, 0, 80),
    NUMBER("sections_space", 2, 0, 20),
    NUMBER("start_degree_offset", 0, 0, 360),
    COLOR("center_space_color"))
{
    return ui_pie_chart(.height = 200, .center_space_radius = 30,
        .sections_space = 2, .on_event = show_event,
        .sections = UI_LIST(
            ui_pie_chart_section(50, 60, "primary", .title = "50 %"),
            ui_pie_chart_section(
                30, 60, "secondary", .title = "30 %"),
            ui_pie_chart_section(
                20, 60, "tertiary", .title = "20 %")));
}

DEMO_INSIDE(pie_chart_section, "PieChartSection", "One slice.",
    NUMBER("value", 40, 1, 100), NUMBER("radius", 70, 20, 100),
    COLOR("color"), TEXT("title", "40"),
    NUMBER("title_position", 0.5, 0, 1.5))
{
    return ui_pie_chart(.height = 200,
        .sections = UI_LIST(tuned(ev, ui_pie_chart_section(40, 70,
                                          "primary", .title = "40")),
            ui_pie_chart_section(
                60, 60, "secondary", .title = "60")));
}

DEMO(scatter_chart, "ScatterChart", "Points on a plane.",
    NUMBER("max_x", 10, 6, 20), NUMBER("max_y", 10, 6, 20),
    COLOR("bgcolor"), FLAG("interactive", true))
{
    return ui_scatter_chart(.height = 200, .min_x = 0, .max_x = 10,
        .min_y = 0, .max_y = 10, .on_event = show_event,
        .spots = UI_LIST(ui_scatter_chart_spot(2, 3, .radius = 8),
            ui_scatter_chart_spot(5, 6, .radius = 12),
            ui_scatter_chart_spot(8, 2, .radius = 6)));
}

DEMO_INSIDE(scatter_chart_spot, "ScatterChartSpot", "One point.",
    NUMBER("x", 5, 0, 10), NUMBER("y", 5, 0, 10),
    NUMBER("radius", 12, 2, 40), COLOR("color"),
    TEXT("label_text", "here"))
{
    return ui_scatter_chart(.height = 200, .min_x = 0, .max_x = 10,
        .min_y = 0, .max_y = 10,
        .spots = UI_LIST(
            tuned(ev, ui_scatter_chart_spot(5, 5, .radius = 12,
                          .label_text = "here"))));
}

DEMO(candlestick_chart, "CandlestickChart",
    "Where a price began, ended, and went between.",
    NUMBER("min_y", 0, 0, 4), NUMBER("max_y", 14, 12, 30),
    COLOR("bgcolor"))
{
    return ui_candlestick_chart(.height = 200, .min_x = 0, .max_x = 4,
        .min_y = 0, .max_y = 14, .on_event = show_event,
        .spots = UI_LIST(ui_candlestick_chart_spot(1, .open = 4,
                             .high = 9, .low = 3, .close = 8),
            ui_candlestick_chart_spot(
                2, .open = 8, .high = 12, .low = 6, .close = 7),
            ui_candlestick_chart_spot(
                3, .open = 7, .high = 11, .low = 7, .close = 10)));
}

DEMO_INSIDE(candlestick_chart_spot, "CandlestickChartSpot",
    "One candle.", NUMBER("open", 4, 0, 14),
    NUMBER("high", 12, 0, 14), NUMBER("low", 2, 0, 14),
    NUMBER("close", 9, 0, 14), FLAG("selected", false))
{
    return ui_candlestick_chart(.height = 200, .min_x = 0, .max_x = 2,
        .min_y = 0, .max_y = 14,
        .spots = UI_LIST(
            tuned(ev, ui_candlestick_chart_spot(1, .open = 4,
                          .high = 12, .low = 2, .close = 9))));
}

static ui_control *marks(
    double a, double b, double c, const char *color)
{
    return ui_radar_data_set(.fill_color = ui_opacity(color, 0.3),
        .border_color = color,
        .entries = UI_LIST(ui_radar_data_set_entry(a),
            ui_radar_data_set_entry(b), ui_radar_data_set_entry(c)));
}

DEMO(radar_chart, "RadarChart",
    "Several marks of one thing, around a centre.",
    CHOICE("radar_shape", "circle", "polygon"),
    NUMBER("tick_count", 4, 1, 10), COLOR("radar_bgcolor"))
{
    return ui_radar_chart(.height = 220, .tick_count = 4,
        .on_event = show_event,
        .titles = UI_LIST(ui_radar_chart_title("Taste"),
            ui_radar_chart_title("Price"),
            ui_radar_chart_title("Size")),
        .data_sets =
            UI_LIST(marks(4, 2, 3, "red"), marks(2, 4, 4, "blue")));
}

DEMO_INSIDE(radar_chart_title, "RadarChartTitle",
    "What a corner of a RadarChart is called.", TEXT("text", "Taste"),
    NUMBER("angle", 0, 0, 360),
    NUMBER("position_percentage_offset", 0.1, 0, 1))
{
    return ui_radar_chart(.height = 220,
        .titles = UI_LIST(tuned(ev, ui_radar_chart_title("Taste")),
            ui_radar_chart_title("Price"),
            ui_radar_chart_title("Size")),
        .data_sets = UI_LIST(marks(4, 2, 3, "red")));
}

DEMO_INSIDE(radar_data_set, "RadarDataSet",
    "One shape of a RadarChart.", COLOR("fill_color"),
    COLOR("border_color"), NUMBER("border_width", 2, 0, 12),
    NUMBER("entry_radius", 5, 0, 20))
{
    return ui_radar_chart(.height = 220,
        .data_sets = UI_LIST(tuned(ev, marks(4, 2, 3, "green"))));
}

DEMO_INSIDE(radar_data_set_entry, "RadarDataSetEntry",
    "One mark of a shape.", NUMBER("value", 4, 0, 5))
{
    return ui_radar_chart(.height = 220,
        .data_sets = UI_LIST(ui_radar_data_set(.border_color =
                                                   "primary",
            .entries = UI_LIST(tuned(ev, ui_radar_data_set_entry(4)),
                ui_radar_data_set_entry(2),
                ui_radar_data_set_entry(3)))));
}

DEMO(matplotlib_chart_canvas, "MatplotlibChartCanvas",
    "The picture of a Matplotlib figure that a Python program paints "
    "through a data channel.",
    NO_KNOBS)
{
    return ui_matplotlib_chart_canvas(.width = 240, .height = 120,
        .on_resize = show_event);
}

DEMO(matplotlib_chart, "MatplotlibChart",
    "Needs Matplotlib, which is Python: the charts above are for C.",
    NO_KNOBS)
{
    return ui_text("There is no constructor for it.");
}

DEMO(matplotlib_chart_with_toolbar, "MatplotlibChartWithToolbar",
    "Needs Matplotlib, which is Python: the charts above are for C.",
    NO_KNOBS)
{
    return ui_text("There is no constructor for it.");
}

DEMO(plotly_chart, "PlotlyChart",
    "Needs Plotly, which is Python: the charts above are for C.",
    NO_KNOBS)
{
    return ui_text("There is no constructor for it.");
}
