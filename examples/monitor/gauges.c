#include "gauges.h"

#include <math.h>

#include "pieces.h"

enum {
    LINK_ROWS = 3,     // of the interfaces that carried most
    NARROW_CORES = 16, // more of them are drawn smaller
};

static void set_bar(tr_event *ev, const char *key, double value)
{
    ui_set(ev, key, ui_progress_bar_props(.value = value));
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

ui_control *core_rows(void)
{
    return ui_responsive_row(.key = "cores", .spacing = 10, .run_spacing = 10);
}

void draw_cores(tr_event *ev, uint32_t *core_count, const struct sample *sample)
{
    int is_narrow = sample->core_count > NARROW_CORES;
    if (*core_count != sample->core_count) {
        ui_control *cores[MONITOR_CORE_CAP + 1];
        for (uint32_t i = 0; i < sample->core_count; i++)
            cores[i] = core(i, is_narrow);
        cores[sample->core_count] = UI_END;
        ui_set_children(ev, "cores", cores);
        *core_count = sample->core_count;
    }
    for (uint32_t i = 0; i < sample->core_count; i++) {
        double value = round((double)sample->cores[i] * 100) / 100;
        set_bar(ev, ui_format("core-%u", i), value);
        if (!is_narrow)
            ui_set_textf(ev, ui_format("core-%u-text", i), "%.0f %%", value * 100);
    }
}

// -- memory --

static ui_control *memory_meter(const char *name, const char *key, const char *bar_key)
{
    return ui_column(.spacing = 6,
                     UI(ui_row(.spacing = 8, UI(ui_text(name, .expand = 1), muted("–", key))),
                        bar(bar_key, name, 0, "tertiary")));
}

ui_control *memory_rows(void)
{
    return ui_column(.spacing = 14, UI(memory_meter("In use", "memory-used", "memory-bar"),
                                       memory_meter("Cache", "cache-used", "cache-bar"),
                                       memory_meter("Swap", "swap-used", "swap-bar")));
}

void draw_memory(tr_event *ev, const struct sample *sample)
{
    double used = share(sample->memory_used_bytes, sample->memory_bytes);
    ui_set_textf(ev, "memory", "%.0f %%", used * 100);
    ui_set_textf(ev, "memory-note", "%s of %s", size_text(sample->memory_used_bytes),
                 size_text(sample->memory_bytes));
    set_bar(ev, "memory-bar", used);
    ui_set_textf(ev, "memory-used", "%s of %s", size_text(sample->memory_used_bytes),
                 size_text(sample->memory_bytes));
    set_bar(ev, "cache-bar", share(sample->memory_cache_bytes, sample->memory_bytes));
    ui_set_text(ev, "cache-used", size_text(sample->memory_cache_bytes));
    set_bar(ev, "swap-bar", share(sample->swap_used_bytes, sample->swap_bytes));
    if (sample->swap_bytes != 0)
        ui_set_textf(ev, "swap-used", "%s of %s", size_text(sample->swap_used_bytes),
                     size_text(sample->swap_bytes));
    else
        ui_set_text(ev, "swap-used", "None");
}

// -- disks and network --

static ui_control *meter(const char *key, const char *name, const char *amount,
                         ui_control *amount_bar, const char *note)
{
    return ui_column(.key = key, .spacing = 6,
                     UI(ui_row(.spacing = 8, UI(ui_text(name, .expand = 1, .max_lines = 1,
                                                        .overflow = UI_TEXT_OVERFLOW_ELLIPSIS),
                                                muted(amount, NULL))),
                        amount_bar, note != NULL ? muted(note, NULL) : NULL));
}

ui_control *disk_rows(void)
{
    return ui_column(.key = "disks", .spacing = 14);
}

void draw_disks(tr_event *ev, const struct sample *sample)
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

ui_control *link_rows(void)
{
    return ui_column(.key = "links", .spacing = 14);
}

void draw_links(tr_event *ev, const struct sample *sample)
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
