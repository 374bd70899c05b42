#include <troupe/troupe.h>

struct countdowns {
    int seconds[2];
};

static const char *time_of(int seconds)
{
    return ui_format("%02d:%02d", seconds / 60, seconds % 60);
}

TR_ASYNC(tick)
{
    struct countdowns *all = tr_state(ev);
    for (int i = 0; i < 2; i++)
        if (all->seconds[i] > 0)
            ui_set_text(ev, ui_format("countdown-%d", i), "%s", time_of(--all->seconds[i]));
}

static void build(tr_page *page)
{
    struct countdowns *all = tr_state(page);
    *all = (struct countdowns){{120, 60}};
    for (int i = 0; i < 2; i++)
        ui_add(page, ui_text(time_of(all->seconds[i]), .key = ui_format("countdown-%d", i)));
    tr_every(page, 1000, tick);
}

int main(int argc, char **argv)
{
    return tr_run(argc, argv,
                  &(tr_app){.name = "Countdown", .build = build, TR_STATE(struct countdowns)});
}
