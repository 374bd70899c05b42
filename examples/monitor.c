// A live monitor of the machine it runs on. One background handler samples twice a second and
// publishes; every session hears it, at its own pace, and tells its browser what changed.

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <troupe/troupe.h>

#include "monitor/sample.h"

#define TOPIC "sample"
#define SAMPLE_MS 500
#define HISTORY_S 60
#define ROW_COUNT 15
#define LINK_ROWS 3     // of the interfaces that carried most
#define NARROW_CORES 16 // more of them are drawn smaller

enum column { COLUMN_NAME, COLUMN_CPU, COLUMN_MEMORY, COLUMN_PID, COLUMN_USER };

struct monitor {
    double interval_s, drawn_s;
    int is_paused, sort_column, is_ascending;
    uint32_t core_count;
    uint32_t process_count; // the latest sample's, to sort them anew at once
    struct process processes[MONITOR_PROCESS_CAP];
};
TR_LAYOUT(struct monitor, interval_s, drawn_s, is_paused, sort_column, is_ascending, core_count,
          process_count, (processes, struct process));

// -- numbers as people read them --

static const char *size_text(uint64_t bytes)
{
    static const char *const units[] = {"KiB", "MiB", "GiB", "TiB", "PiB"};
    double value = (double)bytes / 1024;
    int unit = 0;
    if (bytes == 0)
        return "0 KiB";
    while (value >= 1000 && unit < 4) {
        value /= 1024;
        unit++;
    }
    return ui_format(value < 99.95 ? "%.1f %s" : "%.0f %s", value, units[unit]);
}

static const char *rate_text(double bytes_per_second)
{
    double value = bytes_per_second / 1000;
    if (value < 999.5)
        return ui_format(value > 0 && value < 9.95 ? "%.1f KB/s" : "%.0f KB/s", value);
    return value < 999500 ? ui_format("%.1f MB/s", value / 1000)
                          : ui_format("%.1f GB/s", value / 1e6);
}

static const char *time_text(double seconds)
{
    long minutes = (long)(seconds / 60);
    if (minutes < 60)
        return ui_format("%ld min", minutes);
    if (minutes < 24 * 60)
        return ui_format("%ld h %ld min", minutes / 60, minutes % 60);
    return ui_format("%ld d %ld h", minutes / (24 * 60), minutes / 60 % 24);
}

static double share(uint64_t part, uint64_t whole)
{
    return whole != 0 ? (double)part / (double)whole : 0;
}

// -- pieces of the page --

static ui_control *muted(const char *text, const char *key)
{
    return ui_text(text, .key = key, .theme_style = UI_TEXT_THEME_STYLE_BODY_SMALL,
                   .color = "onsurfacevariant");
}

static ui_control *bar(const char *key, const char *label, double value, const char *color)
{
    return ui_progress_bar(.key = key, .semantics_label = label, .value = value, .bar_height = 6,
                           .border_radius = ui_radius(3), .color = color,
                           .bgcolor = "surfacecontainerhighest");
}

static ui_control *panel(const ui_breakpoints_value *span, ui_control *content)
{
    return ui_container(content, .col_sizes = span, .padding = ui_padding(16),
                        .border_radius = ui_radius(12), .bgcolor = "surfacecontainerlow",
                        .border = ui_border_all(1, "outlinevariant"));
}

static ui_control *titled(const ui_breakpoints_value *span, const char *title, ui_control *beside,
                          ui_control *content)
{
    ui_control *heading =
        ui_text(title, .theme_style = UI_TEXT_THEME_STYLE_TITLE_SMALL, .expand = 1);
    return panel(span,
                 ui_column(.spacing = 12, UI(ui_row(.spacing = 16, UI(heading, beside)), content)));
}

static ui_control *tile(const char *title, const char *key, const char *note_key)
{
    return panel(ui_breakpoints(.xs = 6, .lg = 3),
                 ui_column(.spacing = 2,
                           UI(muted(title, NULL),
                              ui_text("–", .key = key, .size = 26, .weight = UI_FONT_WEIGHT_W_500),
                              muted("Measuring…", note_key))));
}

static ui_control *legend(const char *color, const char *name)
{
    return ui_row(.spacing = 6, .tight = true,
                  UI(ui_container(.width = 12, .height = 4, .border_radius = ui_radius(2),
                                  .bgcolor = color),
                     muted(name, NULL)));
}

static ui_control *empty(const char *key, const char *text)
{
    return ui_container(muted(text, NULL), .key = key, .padding = ui_padding(.vertical = 8));
}

// -- the chart --

static ui_control *series(const char *key, const char *color)
{
    return ui_line_chart_data(.key = key, .color = color, .stroke_width = 2,
                              .rounded_stroke_cap = true, .rounded_stroke_join = true,
                              .below_line_bgcolor = ui_opacity(color, 0.08));
}

static ui_control *chart(void)
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
static void draw_chart(tr_event *ev, const struct sample *sample)
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

// -- cores --

static ui_control *core(uint32_t number, int is_narrow)
{
    ui_control *label =
        ui_text(ui_format("%u", number), .width = is_narrow ? 22 : 28,
                .theme_style = UI_TEXT_THEME_STYLE_BODY_SMALL, .color = "onsurfacevariant");
    ui_control *load = ui_container(
        bar(ui_format("core-%u", number), ui_format("Core %u", number), 0, "primary"), .expand = 1);
    ui_control *percent = is_narrow ? NULL
                                    : ui_text("0 %", .key = ui_format("core-%u-text", number),
                                              .width = 44, .text_align = UI_TEXT_ALIGN_RIGHT,
                                              .theme_style = UI_TEXT_THEME_STYLE_BODY_SMALL);
    return ui_row(.col = is_narrow ? 3 : 12, .spacing = is_narrow ? 4 : 8,
                  UI(label, load, percent));
}

static void draw_cores(tr_event *ev, struct monitor *monitor, const struct sample *sample)
{
    int is_narrow = sample->core_count > NARROW_CORES;
    if (monitor->core_count != sample->core_count) {
        ui_control *cores[MONITOR_CORE_CAP + 1];
        for (uint32_t i = 0; i < sample->core_count; i++)
            cores[i] = core(i, is_narrow);
        cores[sample->core_count] = UI_END;
        ui_set_children(ev, "cores", cores);
        monitor->core_count = sample->core_count;
    }
    for (uint32_t i = 0; i < sample->core_count; i++) {
        double value = round((double)sample->cores[i] * 100) / 100;
        ui_set_number(ev, ui_format("core-%u", i), "value", value);
        if (!is_narrow)
            ui_set_textf(ev, ui_format("core-%u-text", i), "%.0f %%", value * 100);
    }
}

// -- memory, disks, network --

static void draw_memory(tr_event *ev, const struct sample *sample)
{
    double used = share(sample->memory_used_bytes, sample->memory_bytes);
    ui_set_textf(ev, "memory", "%.0f %%", used * 100);
    ui_set_textf(ev, "memory-note", "%s of %s", size_text(sample->memory_used_bytes),
                 size_text(sample->memory_bytes));
    ui_set_number(ev, "memory-bar", "value", used);
    ui_set_textf(ev, "memory-used", "%s of %s", size_text(sample->memory_used_bytes),
                 size_text(sample->memory_bytes));
    ui_set_number(ev, "cache-bar", "value",
                  share(sample->memory_cache_bytes, sample->memory_bytes));
    ui_set_text(ev, "cache-used", size_text(sample->memory_cache_bytes));
    ui_set_number(ev, "swap-bar", "value", share(sample->swap_used_bytes, sample->swap_bytes));
    if (sample->swap_bytes != 0)
        ui_set_textf(ev, "swap-used", "%s of %s", size_text(sample->swap_used_bytes),
                     size_text(sample->swap_bytes));
    else
        ui_set_text(ev, "swap-used", "None");
}

static ui_control *meter(const char *key, const char *name, const char *amount,
                         ui_control *amount_bar, const char *note)
{
    return ui_column(.key = key, .spacing = 6,
                     UI(ui_row(.spacing = 8, UI(ui_text(name, .expand = 1, .max_lines = 1,
                                                        .overflow = UI_TEXT_OVERFLOW_ELLIPSIS),
                                                muted(amount, NULL))),
                        amount_bar, note != NULL ? muted(note, NULL) : NULL));
}

static ui_control *memory_meter(const char *name, const char *key, const char *bar_key)
{
    return ui_column(.spacing = 6,
                     UI(ui_row(.spacing = 8, UI(ui_text(name, .expand = 1), muted("–", key))),
                        bar(bar_key, name, 0, "tertiary")));
}

static void draw_disks(tr_event *ev, const struct sample *sample)
{
    ui_control *disks[MONITOR_DISK_CAP + 2];
    uint32_t count = 0;
    for (uint32_t i = 0; i < sample->disk_count; i++) {
        const struct disk *disk = &sample->disks[i];
        double used = share(disk->used_bytes, disk->total_bytes);
        disks[count++] = meter(
            ui_format("disk %s", disk->mount), disk->mount,
            ui_format("%s of %s", size_text(disk->used_bytes), size_text(disk->total_bytes)),
            bar(NULL, ui_format("Disk %s", disk->mount), used, used > 0.9 ? "error" : "primary"),
            disk->read_rate < 0 ? NULL
                                : ui_format("Read %s · write %s", rate_text(disk->read_rate),
                                            rate_text(disk->write_rate)));
    }
    if (count == 0)
        disks[count++] = empty("no-disks", "No local disks are visible from here.");
    disks[count] = UI_END;
    ui_set_children(ev, "disks", disks);
}

static ui_control *direction(const char *icon, const char *rate, const char *total)
{
    return ui_row(.spacing = 6, .expand = 1,
                  UI(ui_icon(icon, .size = 16, .color = "onsurfacevariant"),
                     ui_column(.spacing = 0, UI(ui_text(rate), muted(total, NULL)))));
}

static void draw_links(tr_event *ev, const struct sample *sample)
{
    ui_control *links[LINK_ROWS + 2];
    uint32_t count = 0;
    for (uint32_t i = 0; i < sample->link_count && i < LINK_ROWS; i++) {
        const struct link *link = &sample->links[i];
        links[count++] =
            ui_column(.key = ui_format("link %s", link->name), .spacing = 6,
                      UI(ui_text(link->name),
                         ui_row(.spacing = 16,
                                UI(direction(
                                       "arrow_downward", rate_text(link->receive_rate),
                                       ui_format("%s received", size_text(link->received_bytes))),
                                   direction("arrow_upward", rate_text(link->send_rate),
                                             ui_format("%s sent", size_text(link->sent_bytes)))))));
    }
    if (count == 0)
        links[count++] = empty("no-links", "No network interface has carried anything yet.");
    if (sample->link_count > LINK_ROWS)
        links[count++] =
            muted(ui_format("%u more carried less", sample->link_count - LINK_ROWS), "more-links");
    links[count] = UI_END;
    ui_set_children(ev, "links", links);
}

// -- processes --

// One order per column, and a second one behind it: rows that jump about cannot be read.
static int by_pid(const void *one, const void *two)
{
    uint32_t a = ((const struct process *)one)->pid, b = ((const struct process *)two)->pid;
    return (a > b) - (a < b);
}

static int by_name(const void *one, const void *two)
{
    int order = strcmp(((const struct process *)one)->name, ((const struct process *)two)->name);
    return order != 0 ? order : by_pid(one, two);
}

static int by_user(const void *one, const void *two)
{
    int order = strcmp(((const struct process *)one)->user, ((const struct process *)two)->user);
    return order != 0 ? order : by_pid(one, two);
}

static int by_memory(const void *one, const void *two)
{
    uint64_t a = ((const struct process *)one)->memory_bytes;
    uint64_t b = ((const struct process *)two)->memory_bytes;
    return a != b ? (a > b) - (a < b) : by_pid(one, two);
}

static int by_cpu(const void *one, const void *two)
{
    float a = ((const struct process *)one)->cpu, b = ((const struct process *)two)->cpu;
    return a != b ? (a > b) - (a < b) : by_memory(one, two);
}

static ui_control *process_row(const struct process *process)
{
    return ui_data_row(.key = ui_format("process-%u", process->pid),
                       .cells =
                           UI_LIST(ui_data_cell(process->name),
                                   ui_data_cell(ui_format("%.1f %%", (double)process->cpu * 100)),
                                   ui_data_cell(size_text(process->memory_bytes)),
                                   ui_data_cell(ui_format("%u", process->pid)),
                                   ui_data_cell(process->user)));
}

static void draw_processes(tr_event *ev, struct monitor *monitor)
{
    static int (*const orders[])(const void *, const void *) = {by_name, by_cpu, by_memory, by_pid,
                                                                by_user};
    uint32_t count = monitor->process_count;
    qsort(monitor->processes, count, sizeof *monitor->processes, orders[monitor->sort_column]);
    ui_control *rows[ROW_COUNT + 1];
    uint32_t shown = 0;
    for (; shown < count && shown < ROW_COUNT; shown++)
        rows[shown] =
            process_row(&monitor->processes[monitor->is_ascending ? shown : count - 1 - shown]);
    rows[shown] = UI_END;
    ui_set_list(ev, "processes", "rows", rows);
    ui_set(ev, "no-processes", ui_props(.visible = count == 0));
    ui_set(ev, "processes",
           ui_data_table_props(.sort_column_index = monitor->sort_column,
                               .sort_ascending = monitor->is_ascending));
}

TR_ASYNC(sort_by)
{
    struct monitor *monitor = tr_state(ev);
    int column = (int)tr_event_field_number(ev, "ci", COLUMN_CPU);
    if (column < COLUMN_NAME || column > COLUMN_USER)
        return;
    // The largest value comes first, unless asked for the other way round.
    int is_measured = column == COLUMN_CPU || column == COLUMN_MEMORY;
    monitor->is_ascending = column == monitor->sort_column
                                ? tr_event_field_boolean(ev, "asc", !monitor->is_ascending)
                                : !is_measured;
    monitor->sort_column = column;
    draw_processes(ev, monitor);
}

// -- samples, and how often --

static void draw_tiles(tr_event *ev, const struct sample *sample)
{
    ui_set_textf(ev, "machine", "%s · %s", sample->host, sample->kernel);
    ui_set_textf(ev, "cpu", "%.0f %%", (double)sample->cpu * 100);
    ui_set_textf(ev, "cpu-note", "of %u %s", sample->core_count,
                 sample->core_count == 1 ? "core" : "cores");
    ui_set_textf(ev, "load", "%.2f", sample->load[0]);
    ui_set_textf(ev, "load-note", "15 min %.2f", sample->load[2]);
    ui_set_text(ev, "uptime", time_text(sample->uptime_s));
    ui_set_textf(ev, "uptime-note", "%u processes", sample->process_total);
}

TR_ASYNC(on_sample)
{
    size_t size;
    const struct sample *sample = tr_event_payload(ev, &size);
    struct monitor *monitor = tr_state(ev);
    if (sample == NULL || size < offsetof(struct sample, processes) ||
        size != sample_size(sample) || monitor->is_paused)
        return;
    // Half a sample early is on time: the clock of the samples wavers.
    if (fabs(sample->time_s - monitor->drawn_s) < monitor->interval_s - SAMPLE_MS / 2000.0)
        return;
    monitor->drawn_s = sample->time_s;
    monitor->process_count = sample->process_count;
    memcpy(monitor->processes, sample->processes,
           sample->process_count * sizeof *monitor->processes);
    draw_tiles(ev, sample);
    draw_chart(ev, sample);
    draw_cores(ev, monitor, sample);
    draw_memory(ev, sample);
    draw_disks(ev, sample);
    draw_links(ev, sample);
    draw_processes(ev, monitor);
}

TR_SYNC(watch_machine)
{
    static struct sampler sampler; // large; one such handler runs in a process
    const char *proc = getenv("MONITOR_PROC");
    sampler.proc = proc != NULL ? proc : "/proc";
    do {
        const struct sample *sample = sampler_read(&sampler);
        // With nobody to hear it there is nothing to tell; the next one will do.
        (void)tr_publish(ev, TOPIC, sample, sample_size(sample));
    } while (tr_sleep(ev, SAMPLE_MS) == 0);
}

TR_ASYNC(set_interval)
{
    struct monitor *monitor = tr_state(ev);
    double wanted = atof(tr_event_text(ev, ""));
    if (wanted > 0)
        monitor->interval_s = wanted;
}

TR_DECLARE(toggle_pause);

// Rebuilt in its place, by its key, it stays the same button and keeps the focus.
static ui_control *pause_button(int is_paused)
{
    return ui_filled_tonal_button(is_paused ? "Resume" : "Pause", .key = "pause",
                                  .icon = is_paused ? "play_arrow" : "pause",
                                  .on_click = toggle_pause);
}

TR_ASYNC(toggle_pause)
{
    struct monitor *monitor = tr_state(ev);
    monitor->is_paused = !monitor->is_paused;
    ui_set_children(ev, "pause-place", UI_LIST(pause_button(monitor->is_paused)));
}

// -- the page --

static ui_control *header(void)
{
    return ui_row(.wrap = true, .alignment = UI_MAIN_AXIS_ALIGNMENT_SPACE_BETWEEN, .spacing = 24,
                  .run_spacing = 16, .margin = ui_margin(.top = 8),
                  UI(ui_column(.spacing = 2,
                               UI(ui_text("System monitor",
                                          .theme_style = UI_TEXT_THEME_STYLE_HEADLINE_LARGE,
                                          .size = 24),
                                  muted("Measuring…", "machine"))),
                     ui_row(.tight = true, .spacing = 12,
                            UI(ui_dropdown(.key = "rate", .label = "Update every", .value = "1",
                                           .width = 140, .on_select = set_interval,
                                           .options = UI_LIST(
                                               ui_dropdown_option(.key = "0.5", .text = "0.5 s"),
                                               ui_dropdown_option(.key = "1", .text = "1 s"),
                                               ui_dropdown_option(.key = "2", .text = "2 s"),
                                               ui_dropdown_option(.key = "5", .text = "5 s"))),
                               ui_row(.key = "pause-place", .tight = true, UI(pause_button(0)))))));
}

static ui_control *process_table(void)
{
    return ui_data_table(.key = "processes", .heading_row_height = 40, .data_row_min_height = 36,
                         .data_row_max_height = 36, .column_spacing = 20, .horizontal_margin = 4,
                         .sort_column_index = COLUMN_CPU, .sort_ascending = false,
                         .columns =
                             UI_LIST(ui_data_column("Name", .on_sort = sort_by),
                                     ui_data_column("CPU", .numeric = true, .on_sort = sort_by),
                                     ui_data_column("Memory", .numeric = true, .on_sort = sort_by),
                                     ui_data_column("PID", .numeric = true, .on_sort = sort_by),
                                     ui_data_column("User", .on_sort = sort_by)));
}

static ui_control *body(void)
{
    ui_control *lines = ui_row(.spacing = 16, .tight = true,
                               UI(legend("primary", "CPU"), legend("tertiary", "Memory")));
    ui_control *memory =
        ui_column(.spacing = 14, UI(memory_meter("In use", "memory-used", "memory-bar"),
                                    memory_meter("Cache", "cache-used", "cache-bar"),
                                    memory_meter("Swap", "swap-used", "swap-bar")));
    return ui_responsive_row(
            .spacing = 12, .run_spacing = 12, .vertical_alignment = UI_CROSS_AXIS_ALIGNMENT_STRETCH,
            UI(tile("CPU", "cpu", "cpu-note"), tile("Memory", "memory", "memory-note"),
               tile("Load", "load", "load-note"), tile("Uptime", "uptime", "uptime-note"),
               titled(ui_breakpoints(.xs = 12, .lg = 8), "Last minute", lines, chart()),
               titled(ui_breakpoints(.xs = 12, .lg = 4), "Cores", NULL,
                      ui_responsive_row(.key = "cores", .spacing = 10, .run_spacing = 10)),
               titled(ui_breakpoints(.xs = 12, .md = 6, .lg = 4), "Memory", NULL, memory),
               titled(ui_breakpoints(.xs = 12, .md = 6, .lg = 4), "Disks", NULL,
                      ui_column(.key = "disks", .spacing = 14)),
               titled(ui_breakpoints(.xs = 12, .lg = 4), "Network", NULL,
                      ui_column(.key = "links", .spacing = 14)),
               titled(ui_breakpoints(.xs = 12), "Processes", NULL,
                      ui_column(.spacing = 0,
                                UI(process_table(),
                                   empty("no-processes", "No process is visible from here."))))));
}

static void build(tr_page *page)
{
    struct monitor *monitor = tr_state(page);
    monitor->interval_s = 1;
    monitor->sort_column = COLUMN_CPU;
    ui_add(page, ui_column(.expand = 1, .spacing = 16, .scroll = UI_SCROLL_MODE_AUTO,
                           .horizontal_alignment = UI_CROSS_AXIS_ALIGNMENT_STRETCH,
                           UI(header(), body())));
    tr_subscribe(page, TOPIC, on_sample);
}

int main(int argc, char **argv)
{
    return tr_run(argc, argv,
                  &(tr_app){.name = "System monitor",
                            .build = build,
                            .background = (const tr_handler *const[]){watch_machine, NULL},
                            TR_STATE(struct monitor)});
}
