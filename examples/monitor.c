// A live monitor of the machine it runs on. One background handler samples twice a second and
// publishes; every session hears it, at its own pace, and tells its browser what changed.
//
// monitor/ has the parts: samples of the machine, the chart, the gauges, the table of processes.

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <troupe/troupe.h>

#include "monitor/chart.h"
#include "monitor/gauges.h"
#include "monitor/pieces.h"
#include "monitor/sample.h"
#include "monitor/table.h"

#define TOPIC "sample"
#define SAMPLE_MS 500

struct monitor {
    double interval_s, drawn_s;
    int is_paused, sort_column, is_ascending;
    uint32_t core_count;
    uint32_t process_count; // the latest sample's, to sort them anew at once
    struct process processes[MONITOR_PROCESS_CAP];
};
TR_LAYOUT(struct monitor, interval_s, drawn_s, is_paused, sort_column, is_ascending, core_count,
          process_count, (processes, struct process));

// -- processes --

static void draw_processes(tr_event *ev, struct monitor *monitor)
{
    ui_control *rows[ROW_COUNT + 1];
    process_rows(monitor->processes, monitor->process_count, (enum column)monitor->sort_column,
                 monitor->is_ascending, rows);
    ui_set_list(ev, "processes", "rows", rows);
    ui_set(ev, "no-processes", ui_props(.visible = monitor->process_count == 0));
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
    draw_cores(ev, &monitor->core_count, sample);
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
    return ui_responsive_row(
            .spacing = 12, .run_spacing = 12, .vertical_alignment = UI_CROSS_AXIS_ALIGNMENT_STRETCH,
            UI(tile("CPU", "cpu", "cpu-note"), tile("Memory", "memory", "memory-note"),
               tile("Load", "load", "load-note"), tile("Uptime", "uptime", "uptime-note"),
               titled(ui_breakpoints(.xs = 12, .lg = 8), "Last minute", lines, chart()),
               titled(ui_breakpoints(.xs = 12, .lg = 4), "Cores", NULL, core_rows()),
               titled(ui_breakpoints(.xs = 12, .md = 6, .lg = 4), "Memory", NULL, memory_rows()),
               titled(ui_breakpoints(.xs = 12, .md = 6, .lg = 4), "Disks", NULL, disk_rows()),
               titled(ui_breakpoints(.xs = 12, .lg = 4), "Network", NULL, link_rows()),
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

const tr_app monitor_app = {.name = "System monitor",
                            .build = build,
                            .background = (const tr_handler *const[]){watch_machine, NULL},
                            TR_STATE(struct monitor)};

int main(int argc, char **argv)
{
    return tr_run(argc, argv, &monitor_app);
}
