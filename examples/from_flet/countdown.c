#include <troupe/troupe.h>

struct countdown {
    const char *key;
    int seconds;
};
TR_LAYOUT(struct countdown, key, seconds);

static ui_control *countdown_build(tr_event *ev)
{
    const struct countdown *self = tr_component_state(ev);
    return ui_text(ui_format("%02d:%02d", self->seconds / 60, self->seconds % 60));
}

TR_ASYNC(countdown_run)
{
    struct countdown *self = tr_component_state(ev);
    while (self != NULL && self->seconds > 0 && tr_sleep(ev, 1000) == 0)
        self->seconds--;
}

static void countdown_mount(tr_event *ev)
{
    (void)tr_run_task(ev, countdown_run);
}

TR_COMPONENT(countdown, struct countdown, .rebuilds = true, .build = countdown_build,
             .did_mount = countdown_mount);
#define countdown(...) TR_CONTROL(countdown, struct countdown, __VA_ARGS__)

static void build(tr_page *page)
{
    ui_add(page, countdown(.seconds = 120));
    ui_add(page, countdown(.seconds = 60));
}

int main(int argc, char **argv)
{
    return tr_run(argc, argv, &(tr_app){.name = "Countdown", .build = build});
}
