// A task that counts beside the page's events until it is told to stop.

#include <troupe/troupe.h>

struct work {
    int64_t task;
};
TR_LAYOUT(struct work, task);

TR_ASYNC(count)
{
    for (int i = 1; tr_sleep(ev, 1000) == 0; i++)
        ui_set_textf(ev, "status", "%d seconds", i);
}

TR_ASYNC(stop)
{
    struct work *work = tr_state(ev);
    if (tr_task_cancel(ev, work->task) == 0)
        ui_set_text(ev, "status", "Stopped");
}

static void build(tr_page *page)
{
    ui_add(page, ui_text("Starts", .key = "status"));
    ui_add(page, ui_button("Stop", .on_click = stop));
    struct work *work = tr_state(page);
    work->task = tr_run_task(page, count);
}

const tr_app tasks_app = {.name = "Tasks", .build = build, TR_STATE(struct work)};

int main(int argc, char **argv)
{
    return tr_run(argc, argv, &tasks_app);
}
