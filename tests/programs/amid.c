// A page whose sync handlers kill their own process between two of their changes, those that find the file which
// STRUCK_BY names and take it away: after as long as a store needs to have the first. On a machine where that takes
// longer than a page is held back for them, they do not, and leave the file.

#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include <troupe/troupe.h>

enum { WRITTEN_MS = 40, HELD_MS = 70 };

struct amid {
    int count;
};
TR_LAYOUT(struct amid, count);

static long now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (long)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void be_struck(long began_ms)
{
    const char *path = getenv("STRUCK_BY");
    if (path == NULL || access(path, F_OK) != 0)
        return;
    const struct timespec some = {.tv_nsec = WRITTEN_MS * 1000000L};
    (void)nanosleep(&some, NULL);
    if (now_ms() - began_ms < HELD_MS && unlink(path) == 0)
        (void)raise(SIGKILL);
}

static int count_one(tr_event *ev)
{
    struct amid *its = tr_state(ev);
    int count = ++its->count;
    tr_state_release(ev);
    return count;
}

TR_SYNC(amid_state)
{
    long began_ms = now_ms();
    int count = count_one(ev);
    be_struck(began_ms);
    ui_set_textf(ev, "count", "%d", count);
}

TR_SYNC(amid_controls)
{
    long began_ms = now_ms();
    ui_add_to(ev, "list", ui_text("one"));
    be_struck(began_ms);
    ui_set_textf(ev, "count", "%d", count_one(ev));
}

static void build(tr_page *page)
{
    ui_add(page, ui_button("state", .on_click = amid_state));
    ui_add(page, ui_button("controls", .on_click = amid_controls));
    ui_add(page, ui_text("0", .key = "count", .tooltip = "count"));
    ui_add(page, ui_column(UI(ui_text("list")), .key = "list"));
}

int main(int argc, char **argv)
{
    return tr_run(argc, argv, &(tr_app){.name = "Amid", .build = build, TR_STATE(struct amid)});
}
