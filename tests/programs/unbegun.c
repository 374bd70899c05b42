// A page that has sync handlers called by no person: tasks, a topic's messages, an interval. Each counts, so that a
// test sees whether it ran, and how often.

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <troupe/troupe.h>

enum { BEAT_MS = 10, QUEUE = 64 };

struct counts {
    int tasks;
    int sum;
    int beats;
    int said;
    char heard[128];
};
TR_LAYOUT(struct counts, tasks, sum, beats, said, heard);

TR_ASYNC(unbegun_who)
{
    ui_set_textf(ev, "who", "%d", (int)getpid());
}

TR_SYNC(unbegun_who_blocking)
{
    static _Atomic int asked;
    ui_set_textf(ev, "who", "%d %d", (int)getpid(), ++asked);
}

// Keeps its thread, in the process whose number is in the field.
TR_SYNC(unbegun_stay)
{
    char pid[32];
    ui_get_text(ev, "pid", "value", pid, sizeof pid);
    if (strtol(pid, NULL, 10) != getpid())
        return;
    ui_set_text(ev, "status", "stays");
    (void)tr_sleep(ev, 600000);
}

TR_SYNC(unbegun_task)
{
    const int *number = TR_PAYLOAD(ev, int);
    struct counts *counts = tr_state(ev);
    if (counts == NULL)
        return;
    counts->sum += number != NULL ? *number : 0;
    counts->tasks++;
    ui_set_textf(ev, "tasks", "%d tasks, sum %d", counts->tasks, counts->sum);
}

TR_SYNC(unbegun_heard)
{
    size_t size;
    const char *payload = tr_event_payload(ev, &size);
    struct counts *counts = tr_state(ev);
    size_t length = counts != NULL ? strlen(counts->heard) : 0;
    if (counts == NULL || length + size >= sizeof counts->heard)
        return;
    memcpy(counts->heard + length, payload, size);
    counts->heard[length + size] = '\0';
    ui_set_textf(ev, "heard", "heard %s", counts->heard);
}

TR_SYNC(unbegun_beat)
{
    struct counts *counts = tr_state(ev);
    if (counts != NULL)
        ui_set_textf(ev, "beats", "%d", ++counts->beats);
}

// What each says is said when it is in the queue, but for the message that comes by itself.
TR_ASYNC(unbegun_begin)
{
    struct counts *counts = tr_state(ev);
    const int number = ++counts->said;
    (void)tr_run_task(ev, UI_CALL(unbegun_task, &number));
    tr_publish(ev, "news", ui_format("%d", number), 1);
    tr_every(ev, BEAT_MS, unbegun_beat);
    ui_set_textf(ev, "said", "%d", counts->said);
}

static void build(tr_page *page)
{
    ui_add(page, ui_text_field("", .key = "pid", .label = "pid"));
    ui_add(page, ui_row(UI(ui_button("ask who", .on_click = unbegun_who),
                           ui_button("ask who blocking", .on_click = unbegun_who_blocking),
                           ui_button("stay", .on_click = unbegun_stay),
                           ui_button("begin", .on_click = unbegun_begin))));
    ui_add(page, ui_text("", .key = "who", .tooltip = "who"));
    ui_add(page, ui_text("", .key = "status"));
    ui_add(page, ui_text("", .key = "said", .tooltip = "said"));
    ui_add(page, ui_text("", .key = "tasks"));
    ui_add(page, ui_text("", .key = "heard"));
    ui_add(page, ui_text("0", .key = "beats", .tooltip = "beats"));
    tr_subscribe_queued(page, "news", unbegun_heard, QUEUE);
}

int main(int argc, char **argv)
{
    return tr_run(argc, argv,
                  &(tr_app){.name = "Unbegun",
                            .build = build,
                            .failures = TR_FAILURES_PAGE,
                            TR_STATE(struct counts)});
}
