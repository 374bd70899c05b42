// A dashboard that moves: numbers, lines, bars and a pie, twenty times a second. Its figures are
// made up, as of a service with visitors; a program of yours would ask its own. One background
// handler makes the data of its process and publishes it; each page draws as much as it needs and
// sends what changed.

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <troupe/troupe.h>
#include <unistd.h>

enum {
    TICK_MS = 50,
    TICKS_PER_S = 1000 / TICK_MS,
    RANGE_CAP_S = 60,
    MOMENTS_CAP = (RANGE_CAP_S + 1) * TICKS_PER_S,
    POINTS_SHOWN = 200, // of each line, in every range
    REGIONS = 5,
    ANSWERS = 3,
    RANGES = 3,
};

struct moment {
    float requests; // a second
    float failures;
    float median_ms;
    float slow_ms; // the 95th percentile
};

// A publication: the latest moment has this number, the oldest one is `count` before it.
struct feed {
    uint32_t number;
    uint32_t count;
    uint32_t visitors;
    float regions[REGIONS]; // requests a second
    float answers[ANSWERS]; // percent
    struct moment moments[MOMENTS_CAP];
};

struct dashboard {
    unsigned range; // which of ranges_s
    bool is_paused;
    bool is_dark;
    uint32_t drawn; // the latest moment that is on the page; 0: none
};
TR_LAYOUT(struct dashboard, range, is_paused, is_dark, drawn);

static const int ranges_s[RANGES] = {10, 30, 60};
static const char *const regions[REGIONS] = {"EMEA", "US", "Asia", "LatAm", "Pacific"};
static const char *const answers[ANSWERS] = {"Cached", "Computed", "Refused"};
static const char *const answer_colors[ANSWERS] = {"primary", "tertiary", "error"};

static const struct {
    const char *key, *color;
    size_t offset;
} lines[] = {{"requests", "primary", offsetof(struct moment, requests)},
             {"failures", "error", offsetof(struct moment, failures)},
             {"slow", "tertiary", offsetof(struct moment, slow_ms)},
             {"median", "primary", offsetof(struct moment, median_ms)}};
enum { LINES = sizeof lines / sizeof *lines };

// Each process makes its own data, so each has its own topic; with one source for all it would be
// one.
static char topic[32] = "dashboard";

// -- the data --

static float wander(float value, float towards, float step)
{
    float noise = (float)(rand() % 2001 - 1000) / 1000;
    return value + (towards - value) * 0.02f + noise * step;
}

static void advance(struct feed *feed)
{
    const struct moment *last = &feed->moments[feed->count != 0 ? feed->count - 1 : 0];
    float day = sinf((float)feed->number / (float)(TICKS_PER_S * 20));
    struct moment next = {
        .requests = fmaxf(wander(last->requests, 420 + 180 * day, 14), 20),
        .median_ms = fmaxf(wander(last->median_ms, 24 + 6 * day, 0.7f), 4),
    };
    next.failures = fmaxf(wander(last->failures, 9, 2), 0);
    next.slow_ms = fmaxf(wander(last->slow_ms, 3.4f * next.median_ms, 3), next.median_ms + 2);
    if (feed->count == MOMENTS_CAP)
        memmove(feed->moments, feed->moments + 1, --feed->count * sizeof next);
    feed->moments[feed->count++] = next;
    feed->number++;
    feed->visitors = (uint32_t)(next.requests * 6.5f);
    static const float shares[REGIONS] = {0.38f, 0.27f, 0.22f, 0.08f, 0.05f};
    for (int i = 0; i < REGIONS; i++)
        feed->regions[i] = fmaxf(wander(feed->regions[i], next.requests * shares[i], 3), 0);
    feed->answers[2] = 100 * next.failures / next.requests;
    feed->answers[0] = fminf(fmaxf(wander(feed->answers[0], 68, 0.4f), 40), 90);
    feed->answers[1] = 100 - feed->answers[0] - feed->answers[2];
}

static size_t feed_size(const struct feed *feed)
{
    return offsetof(struct feed, moments) + feed->count * sizeof *feed->moments;
}

TR_SYNC(watch_service)
{
    static struct feed feed; // large; one such handler runs in a process
    for (int i = 0; i < MOMENTS_CAP; i++)
        advance(&feed);
    do {
        advance(&feed);
        // With nobody to hear it there is nothing to tell; the next one will do.
        (void)tr_publish(ev, topic, &feed, feed_size(&feed));
    } while (tr_sleep(ev, TICK_MS) == 0);
}

// -- lines --

static double seconds_of(uint32_t number)
{
    return (double)number / (double)TICKS_PER_S;
}

// Of longer ranges each so manieth moment is drawn.
static uint32_t stride_of(const struct dashboard *dashboard)
{
    return (uint32_t)(ranges_s[dashboard->range] * TICKS_PER_S / POINTS_SHOWN);
}

static ui_control *point(unsigned line, uint32_t number, const struct moment *moment)
{
    float value;
    memcpy(&value, (const char *)moment + lines[line].offset, sizeof value);
    return ui_line_chart_data_point(.key = ui_format("%c%u", lines[line].key[0], number),
                                    .x = seconds_of(number), .y = round((double)value * 10) / 10);
}

static const struct moment *moment_of(const struct feed *feed, uint32_t number)
{
    uint32_t age = feed->number - number;
    return age < feed->count ? &feed->moments[feed->count - 1 - age] : NULL;
}

// The newest point is added, and the one that left the window goes: nothing else of a line travels.
static void extend(tr_event *ev, const struct feed *feed, uint32_t number, uint32_t stride)
{
    const struct moment *moment = moment_of(feed, number);
    if (moment == NULL)
        return;
    for (unsigned line = 0; line < LINES; line++) {
        ui_add_to(ev, lines[line].key, point(line, number, moment));
        ui_remove(ev, ui_format("%c%u", lines[line].key[0], number - (POINTS_SHOWN + 1) * stride));
    }
}

static void redraw(tr_event *ev, const struct feed *feed, uint32_t stride)
{
    uint32_t last = feed->number - feed->number % stride;
    for (unsigned line = 0; line < LINES; line++) {
        ui_control *points[POINTS_SHOWN + 2];
        unsigned count = 0;
        for (uint32_t i = 0; i <= POINTS_SHOWN; i++) {
            uint32_t number = last - (POINTS_SHOWN - i) * stride;
            const struct moment *moment = moment_of(feed, number);
            // One more than there is room for keeps the line's end out of sight.
            static const struct moment none;
            points[count++] = point(line, number, moment != NULL ? moment : &none);
        }
        points[count] = UI_END;
        ui_set_list(ev, lines[line].key, "points", points);
    }
}

static void draw_lines(tr_event *ev, struct dashboard *dashboard, const struct feed *feed)
{
    uint32_t stride = stride_of(dashboard);
    // Behind by more than a second, as after a pause, all of it is new.
    if (dashboard->drawn == 0 || feed->number - dashboard->drawn > TICKS_PER_S)
        redraw(ev, feed, stride);
    else
        for (uint32_t number = dashboard->drawn + 1; number <= feed->number; number++)
            if (number % stride == 0)
                extend(ev, feed, number, stride);
    dashboard->drawn = feed->number;
    double now = seconds_of(feed->number);
    static const char *const charts[] = {"traffic", "latency"};
    for (int i = 0; i < 2; i++) {
        ui_set(ev, charts[i],
               ui_line_chart_props(.min_x = now - ranges_s[dashboard->range], .max_x = now));
    }
}

// -- all of it --

static void draw(tr_event *ev, struct dashboard *dashboard, const struct feed *feed)
{
    const struct moment *now = &feed->moments[feed->count - 1];
    ui_set_textf(ev, "requests-now", "%.0f", (double)now->requests);
    ui_set_textf(ev, "failures-now", "%.1f %%", (double)(100 * now->failures / now->requests));
    ui_set_textf(ev, "slow-now", "%.0f ms", (double)now->slow_ms);
    ui_set_textf(ev, "visitors-now", "%u", feed->visitors);
    draw_lines(ev, dashboard, feed);
    for (int i = 0; i < REGIONS; i++)
        ui_set_number(ev, ui_format("region-%d", i), "to_y", round((double)feed->regions[i]));
    for (int i = 0; i < ANSWERS; i++) {
        double percent = round((double)feed->answers[i]);
        ui_set_number(ev, ui_format("answer-%d", i), "value", percent);
        ui_set_textf(ev, ui_format("percent-%d", i), "%.0f %%", percent);
    }
}

TR_ASYNC(dashboard_feed)
{
    size_t size;
    const struct feed *feed = tr_event_payload(ev, &size);
    struct dashboard *dashboard = tr_state(ev);
    if (feed == NULL || size < offsetof(struct feed, moments) || feed->count == 0 ||
        size != feed_size(feed) || dashboard->is_paused)
        return;
    draw(ev, dashboard, feed);
}

// -- what one may choose --

TR_DECLARE(dashboard_range);
TR_DECLARE(dashboard_pause);
TR_DECLARE(dashboard_theme);

static void show_choices(tr_event *ev, const struct dashboard *dashboard)
{
    ui_control *buttons[RANGES + 1];
    for (unsigned i = 0; i < RANGES; i++) {
        const char *label = ui_format("%d s", ranges_s[i]);
        const char *key = ui_format("range-%u", i);
        const tr_handler *choose = UI_CALL(dashboard_range, &i);
        buttons[i] = i == dashboard->range
                         ? ui_filled_tonal_button(label, .key = key, .on_click = choose)
                         : ui_text_button(label, .key = key, .on_click = choose);
    }
    buttons[RANGES] = UI_END;
    ui_set_children(ev, "ranges", buttons);
    ui_set_children(ev, "more",
                    UI_LIST(ui_icon_button(dashboard->is_paused ? "play_arrow" : "pause",
                                           .tooltip = dashboard->is_paused ? "Resume" : "Pause",
                                           .key = "pause", .on_click = dashboard_pause),
                            ui_icon_button(dashboard->is_dark ? "light_mode" : "dark_mode",
                                           .tooltip = dashboard->is_dark ? "Light" : "Dark",
                                           .key = "theme", .on_click = dashboard_theme)));
}

TR_ASYNC(dashboard_range)
{
    struct dashboard *dashboard = tr_state(ev);
    const unsigned *range = TR_PAYLOAD(ev, unsigned);
    if (range == NULL || *range >= RANGES)
        return;
    dashboard->range = *range;
    dashboard->drawn = 0;
    dashboard->is_paused = false; // another range is drawn with the next data
    show_choices(ev, dashboard);
}

TR_ASYNC(dashboard_pause)
{
    struct dashboard *dashboard = tr_state(ev);
    dashboard->is_paused = !dashboard->is_paused;
    show_choices(ev, dashboard);
}

TR_ASYNC(dashboard_theme)
{
    struct dashboard *dashboard = tr_state(ev);
    dashboard->is_dark = !dashboard->is_dark;
    ui_set(
        ev, NULL,
        ui_page_props(.theme_mode = dashboard->is_dark ? UI_THEME_MODE_DARK : UI_THEME_MODE_LIGHT));
    show_choices(ev, dashboard);
}

// -- the page --

static ui_control *muted(const char *text, const char *key)
{
    return ui_text(text, .key = key, .theme_style = UI_TEXT_THEME_STYLE_BODY_SMALL,
                   .color = "onsurfacevariant");
}

static ui_control *panel(const ui_breakpoints_value *span, ui_control *content)
{
    return ui_container(content, .col_sizes = span, .padding = ui_padding(16),
                        .border_radius = ui_radius(12), .bgcolor = "surfacecontainerlow",
                        .border = ui_border_all(1, "outlinevariant"));
}

static ui_control *tile(const char *title, const char *key)
{
    return panel(
        ui_breakpoints(.xs = 6, .lg = 3),
        ui_column(.spacing = 2, UI(muted(title, NULL), ui_text("–", .key = key, .size = 26,
                                                               .weight = UI_FONT_WEIGHT_W_500))));
}

static ui_control *legend(const char *color, const char *name, const char *key)
{
    return ui_row(.spacing = 6, .tight = true,
                  UI(ui_container(.width = 12, .height = 4, .border_radius = ui_radius(2),
                                  .bgcolor = color),
                     muted(name, NULL), key != NULL ? muted("–", key) : NULL));
}

static ui_control *titled(const ui_breakpoints_value *span, const char *title, ui_control *beside,
                          ui_control *content)
{
    ui_control *heading =
        ui_text(title, .theme_style = UI_TEXT_THEME_STYLE_TITLE_SMALL, .expand = 1);
    return panel(span,
                 ui_column(.spacing = 12, .horizontal_alignment = UI_CROSS_AXIS_ALIGNMENT_STRETCH,
                           UI(ui_row(.spacing = 16, UI(heading, beside)), content)));
}

static ui_control *series(unsigned line)
{
    return ui_line_chart_data(.key = lines[line].key, .color = lines[line].color, .stroke_width = 2,
                              .rounded_stroke_join = true,
                              .below_line_bgcolor = ui_opacity(lines[line].color, 0.08));
}

static ui_control *line_chart(const char *key, double max_y, unsigned first)
{
    return ui_line_chart(.key = key, .height = 220, .min_y = 0, .max_y = max_y, .min_x = -10,
                         .max_x = 0,
                         .horizontal_grid_lines =
                             ui_chart_grid_lines(.interval = max_y / 4, .color = "outlinevariant"),
                         .left_axis = ui_chart_axis(.label_size = 40, .label_spacing = max_y / 4),
                         .data_series = UI_LIST(series(first), series(first + 1)));
}

static ui_control *bar_chart(void)
{
    ui_control *groups[REGIONS + 1], *labels[REGIONS + 1];
    for (int i = 0; i < REGIONS; i++) {
        groups[i] =
            ui_bar_chart_group(.x = i,
                               .rods = UI_LIST(ui_bar_chart_rod(.key = ui_format("region-%d", i),
                                                                .to_y = 0, .width = 28,
                                                                .border_radius = ui_radius(4))));
        labels[i] = ui_chart_axis_label(.value = i, .label = regions[i]);
    }
    groups[REGIONS] = labels[REGIONS] = UI_END;
    return ui_bar_chart(.key = "regions", .height = 220, .min_y = 0, .max_y = 300,
                        .horizontal_grid_lines =
                            ui_chart_grid_lines(.interval = 100, .color = "outlinevariant"),
                        .left_axis = ui_chart_axis(.label_size = 40, .label_spacing = 100),
                        .bottom_axis = ui_chart_axis(.labels = labels), .groups = groups);
}

static ui_control *pie_chart(void)
{
    ui_control *sections[ANSWERS + 1], *names[ANSWERS + 1];
    for (int i = 0; i < ANSWERS; i++) {
        sections[i] = ui_pie_chart_section(.key = ui_format("answer-%d", i), .value = 1,
                                           .radius = 44, .color = answer_colors[i]);
        names[i] = legend(answer_colors[i], answers[i], ui_format("percent-%d", i));
    }
    sections[ANSWERS] = names[ANSWERS] = UI_END;
    return ui_column(.spacing = 12, .horizontal_alignment = UI_CROSS_AXIS_ALIGNMENT_STRETCH,
                     UI(ui_pie_chart(.key = "answers", .height = 180, .center_space_radius = 44,
                                     .sections_space = 2, .start_degree_offset = -90,
                                     .sections = sections),
                        ui_row(.wrap = true, .spacing = 16, .run_spacing = 4,
                               .alignment = UI_MAIN_AXIS_ALIGNMENT_CENTER, .controls = names)));
}

static ui_control *header(void)
{
    ui_control *title =
        ui_text("Service", .theme_style = UI_TEXT_THEME_STYLE_HEADLINE_LARGE, .size = 24);
    return ui_row(.wrap = true, .alignment = UI_MAIN_AXIS_ALIGNMENT_SPACE_BETWEEN, .run_spacing = 8,
                  .margin = ui_margin(.top = 8),
                  UI(title, ui_row(.tight = true, .spacing = 4,
                                   UI(ui_row(.key = "ranges", .tight = true, .spacing = 4),
                                      ui_row(.key = "more", .tight = true, .spacing = 0)))));
}

static ui_control *body(void)
{
    ui_control *traffic =
        ui_row(.spacing = 16, .tight = true,
               UI(legend("primary", "Requests", NULL), legend("error", "Failures", NULL)));
    ui_control *latency =
        ui_row(.spacing = 16, .tight = true,
               UI(legend("primary", "Median", NULL), legend("tertiary", "95 %", NULL)));
    return ui_responsive_row(
            .spacing = 12, .run_spacing = 12, .vertical_alignment = UI_CROSS_AXIS_ALIGNMENT_STRETCH,
            UI(tile("Requests a second", "requests-now"), tile("Failures", "failures-now"),
               tile("95 % within", "slow-now"), tile("Visitors", "visitors-now"),
               titled(ui_breakpoints(.xs = 12, .lg = 8), "Requests a second", traffic,
                      line_chart("traffic", 800, 0)),
               titled(ui_breakpoints(.xs = 12, .lg = 4), "Answers", NULL, pie_chart()),
               titled(ui_breakpoints(.xs = 12, .lg = 8), "Response time, ms", latency,
                      line_chart("latency", 160, 2)),
               titled(ui_breakpoints(.xs = 12, .lg = 4), "By region", NULL, bar_chart())));
}

static void build(tr_page *page)
{
    struct dashboard *dashboard = tr_state(page);
    dashboard->is_dark = tr_page_is_dark(page);
    ui_add(page, ui_column(.expand = 1, .spacing = 16, .scroll = UI_SCROLL_MODE_AUTO,
                           UI(header(), body())));
    show_choices(page, dashboard);
    tr_subscribe(page, topic, dashboard_feed);
}

const tr_app dashboard_app = {.name = "Dashboard",
                              .build = build,
                              .background = (const tr_handler *const[]){watch_service, NULL},
                              TR_STATE(struct dashboard)};

int main(int argc, char **argv)
{
    snprintf(topic, sizeof topic, "dashboard %lx %x", (unsigned long)time(NULL),
             (unsigned)getpid());
    return tr_run(argc, argv, &dashboard_app);
}
