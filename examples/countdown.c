// A control of one's own: a countdown that knows its time, runs by itself, and stops when it is
// removed. Two are on the page; each has its own state and its own buttons.

#include <troupe/troupe.h>

struct countdown {
    const char *key;
    char name[40];
    int seconds;
    int passed; // of them
    bool is_paused;
};
TR_LAYOUT(struct countdown, key, name, seconds, passed, is_paused);

TR_DECLARE(countdown_run);

static const char *time_of(const struct countdown *self)
{
    int left = self->seconds - self->passed;
    return ui_format("%02d:%02d", left / 60, left % 60);
}

TR_ASYNC(countdown_pause)
{
    struct countdown *self = tr_component_state(ev);
    if (self != NULL)
        self->is_paused = !self->is_paused;
}

TR_ASYNC(countdown_again)
{
    struct countdown *self = tr_component_state(ev);
    if (self == NULL)
        return;
    self->passed = 0;
    self->is_paused = false;
}

static ui_control *countdown_build(tr_event *ev)
{
    const struct countdown *self = tr_component_state(ev);
    bool is_over = self->passed == self->seconds;
    return ui_card(ui_container(
        ui_column(.spacing = 8, .horizontal_alignment = UI_CROSS_AXIS_ALIGNMENT_CENTER,
                  UI(ui_text(self->name, .key = "name",
                             .theme_style = UI_TEXT_THEME_STYLE_TITLE_MEDIUM),
                     ui_text(time_of(self), .key = "time", .size = 48,
                             .color = is_over ? "error" : "onsurface"),
                     ui_progress_bar(.value = 1 - (double)self->passed / self->seconds,
                                     .width = 200, .key = "bar", .semantics_label = "Time left"),
                     ui_row(.alignment = UI_MAIN_AXIS_ALIGNMENT_CENTER,
                            UI(ui_text_button(self->is_paused ? "Go on" : "Pause", .key = "pause",
                                              .disabled = is_over, .on_click = countdown_pause),
                               ui_text_button("Again", .key = "again",
                                              .on_click = countdown_again))))),
        .padding = ui_padding(16)));
}

// Also when the session was moved to another process: it goes on where it was.
static void countdown_mount(tr_event *ev)
{
    (void)tr_run_task(ev, countdown_run);
}

static void countdown_unmount(tr_event *ev)
{
    const struct countdown *self = tr_component_state(ev);
    ui_set_textf(ev, "status", "%s stopped at %s", self->name, time_of(self));
}

TR_ASYNC(countdown_run)
{
    struct countdown *self = tr_component_state(ev);
    while (self != NULL && tr_sleep(ev, 1000) == 0)
        if (self->passed < self->seconds && !self->is_paused)
            self->passed++;
}

TR_COMPONENT(countdown, struct countdown, .version = 1, .rebuilds = true, .build = countdown_build,
             .did_mount = countdown_mount, .will_unmount = countdown_unmount);
#define countdown(...) TR_CONTROL(countdown, struct countdown, __VA_ARGS__)

TR_ASYNC(remove_eggs)
{
    ui_remove(ev, "eggs");
    ui_set(ev, "remove", ui_props(.disabled = true));
}

static void build(tr_page *page)
{
    ui_put(page, NULL, "appbar", ui_app_bar(.title = "Countdown"));
    ui_set(page, NULL, ui_view_props(.scroll = UI_SCROLL_MODE_AUTO));
    ui_add(page,
           ui_column(.horizontal_alignment = UI_CROSS_AXIS_ALIGNMENT_CENTER, .spacing = 16,
                     UI(ui_row(.wrap = true, .alignment = UI_MAIN_AXIS_ALIGNMENT_CENTER,
                               .spacing = 16, .run_spacing = 16,
                               UI(countdown(.key = "tea", .name = "Tea", .seconds = 120),
                                  countdown(.key = "eggs", .name = "Eggs", .seconds = 60))),
                        ui_button("Remove the eggs", .key = "remove", .on_click = remove_eggs),
                        ui_text("Both run.", .key = "status"))));
}

const tr_app countdown_app = {.name = "Countdown", .build = build};

int main(int argc, char **argv)
{
    return tr_run(argc, argv, &countdown_app);
}
