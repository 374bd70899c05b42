#include "pieces.h"

#include <troupe/troupe.h>

const char *size_text(uint64_t bytes)
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

const char *rate_text(double bytes_per_second)
{
    double value = bytes_per_second / 1000;
    if (value < 999.5)
        return ui_format(value > 0 && value < 9.95 ? "%.1f KB/s" : "%.0f KB/s", value);
    return value < 999500 ? ui_format("%.1f MB/s", value / 1000)
                          : ui_format("%.1f GB/s", value / 1e6);
}

const char *time_text(double seconds)
{
    long minutes = (long)(seconds / 60);
    if (minutes < 60)
        return ui_format("%ld min", minutes);
    if (minutes < 24 * 60)
        return ui_format("%ld h %ld min", minutes / 60, minutes % 60);
    return ui_format("%ld d %ld h", minutes / (24 * 60), minutes / 60 % 24);
}

double share(uint64_t part, uint64_t whole)
{
    return whole != 0 ? (double)part / (double)whole : 0;
}

ui_control *muted(const char *text, const char *key)
{
    return ui_text(text, .key = key, .theme_style = UI_TEXT_THEME_STYLE_BODY_SMALL,
                   .color = "onsurfacevariant");
}

ui_control *bar(const char *key, const char *label, double value, const char *color)
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

ui_control *titled(const ui_breakpoints_value *span, const char *title, ui_control *beside,
                   ui_control *content)
{
    ui_control *heading =
        ui_text(title, .theme_style = UI_TEXT_THEME_STYLE_TITLE_SMALL, .expand = 1);
    return panel(span,
                 ui_column(.spacing = 12, UI(ui_row(.spacing = 16, UI(heading, beside)), content)));
}

ui_control *tile(const char *title, const char *key, const char *note_key)
{
    return panel(ui_breakpoints(.xs = 6, .lg = 3),
                 ui_column(.spacing = 2,
                           UI(muted(title, NULL),
                              ui_text("–", .key = key, .size = 26, .weight = UI_FONT_WEIGHT_W_500),
                              muted("Measuring…", note_key))));
}

ui_control *legend(const char *color, const char *name)
{
    return ui_row(.spacing = 6, .tight = true,
                  UI(ui_container(.width = 12, .height = 4, .border_radius = ui_radius(2),
                                  .bgcolor = color),
                     muted(name, NULL)));
}

ui_control *empty(const char *key, const char *text)
{
    return ui_container(muted(text, NULL), .key = key, .padding = ui_padding(.vertical = 8));
}
