// Work that takes seconds, on a thread: the page says how far it is, goes on answering, and can have it stopped.

#include <time.h>
#include <troupe/troupe.h>

enum { STEPS = 100 };

struct work {
    int64_t task; // 0: none
};
TR_LAYOUT(struct work, task);

static void show(tr_event *ev, const char *status, bool is_at_work)
{
    ui_set_text(ev, "status", status);
    ui_set(ev, "start", ui_props(.disabled = is_at_work));
    ui_set(ev, "stop", ui_props(.disabled = !is_at_work));
}

// It blocks as it likes: a library, a database, a loop. Once it was cancelled, or its page is gone, its waits and
// whatever it does to the page say so.
TR_SYNC(work_run)
{
    for (int step = 1; step <= STEPS; step++) {
        nanosleep(&(struct timespec){.tv_nsec = 20000000}, NULL); // stands for a part of the work
        ui_set_number(ev, "bar", "value", (double)step / STEPS);
        if (tr_update(ev) < 0)
            return;
    }
    show(ev, "Done", false);
}

TR_ASYNC(work_start)
{
    struct work *work = tr_state(ev);
    show(ev, "At work", true);
    work->task = tr_run_thread(ev, work_run);
    if (work->task < 0)
        show(ev, "Too much is under way: please try again", false);
}

TR_ASYNC(work_stop)
{
    struct work *work = tr_state(ev);
    if (tr_task_cancel(ev, work->task) == 0)
        show(ev, "Stopped", false);
}

static void build(tr_page *page)
{
    ui_add(page, ui_progress_bar(.key = "bar", .value = 0));
    ui_add(page, ui_text("Ready", .key = "status"));
    ui_add(page,
           ui_row(UI(ui_button("Start", .key = "start", .on_click = work_start),
                     ui_button("Stop", .key = "stop", .disabled = true, .on_click = work_stop))));
}

const tr_app long_work_app = {.name = "Work", .build = build, TR_STATE(struct work)};

int main(int argc, char **argv)
{
    return tr_run(argc, argv, &long_work_app);
}
