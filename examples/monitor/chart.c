#include "chart.h"

#include <math.h>

#define HISTORY_S 60

static ui_control *series(const char *key, const char *color)
{
    return ui_line_chart_data(.key = key, .color = color, .stroke_width = 2,
                              .rounded_stroke_cap = true, .rounded_stroke_join = true,
                              .below_line_bgcolor = ui_opacity(color, 0.08));
}

ui_control *chart(void)
{
    return ui_line_chart(
            .key = "chart", .height = 240, .min_y = 0, .max_y = 100, .min_x = -HISTORY_S,
            .max_x = 0,
            .horizontal_grid_lines = ui_chart_grid_lines(.interval = 25, .color = "outlinevariant"),
            .left_axis = ui_chart_axis(.label_size = 44, .label_spacing = 50,
                                       .labels = UI_LIST(
                                           ui_chart_axis_label(.value = 0, .label = "0 %"),
                                           ui_chart_axis_label(.value = 50, .label = "50 %"),
                                           ui_chart_axis_label(.value = 100, .label = "100 %"))),
            .bottom_axis = ui_chart_axis(.key = "time", .label_size = 24),
            .data_series =
                UI_LIST(series("memory-line", "tertiary"), series("cpu-line", "primary")));
}

static ui_control *point(const char *prefix, const struct moment *moment, float value)
{
    return ui_line_chart_data_point(.key = ui_format("%s%u", prefix, moment->number),
                                    .x = moment->time_s, .y = round((double)value * 1000) / 10,
                                    .tooltip = ui_format("%.1f %%", (double)value * 100));
}

// The points keep their place in time and the window moves over them, so that a patch holds new
// ones only.
void draw_chart(tr_event *ev, const struct sample *sample)
{
    ui_control *cpu[MONITOR_HISTORY_CAP + 1], *memory[MONITOR_HISTORY_CAP + 1], *times[4];
    uint32_t count = 0;
    for (uint32_t i = 0; i < sample->moment_count; i++) {
        const struct moment *moment = &sample->moments[i];
        if (moment->time_s < sample->time_s - HISTORY_S)
            continue;
        cpu[count] = point("c", moment, moment->cpu);
        memory[count++] = point("m", moment, moment->memory);
    }
    cpu[count] = memory[count] = UI_END;
    for (int i = 0; i < 3; i++)
        times[i] = ui_chart_axis_label(.key = ui_format("time-%d", i),
                                       .value = sample->time_s - HISTORY_S + i * HISTORY_S / 2,
                                       .label = i == 2 ? "now"
                                                       : ui_format("−%d s",
                                                                   HISTORY_S - i * HISTORY_S / 2));
    times[3] = UI_END;
    ui_set_list(ev, "cpu-line", "points", cpu);
    ui_set_list(ev, "memory-line", "points", memory);
    ui_set_list(ev, "time", "labels", times);
    ui_set(ev, "chart",
           ui_line_chart_props(.min_x = sample->time_s - HISTORY_S, .max_x = sample->time_s));
}
