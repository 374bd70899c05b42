// A counter whose process is killed while a page that was clicked comes to it from another one: the one that takes
// the file away which STRUCK_BY names. In it stands how many milliseconds after the page is there; 0: before its
// sender hears so.

#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <troupe/troupe.h>

struct strikes {
    int count;
};
TR_LAYOUT(struct strikes, count);

TR_ASYNC(struck_add)
{
    struct strikes *strikes = tr_state(ev);
    ui_set_textf(ev, "count", "%d", ++strikes->count);
}

TR_ASYNC(struck_who)
{
    ui_set_textf(ev, "who", "%d", (int)getpid());
}

// How long it has; negative: another one is struck, or nobody.
static int take_strike(void)
{
    const char *path = getenv("STRUCK_BY");
    char text[16] = "";
    FILE *file = path != NULL ? fopen(path, "re") : NULL;
    if (file == NULL)
        return -1;
    bool is_read = fgets(text, sizeof text, file) != NULL;
    (void)fclose(file);
    return is_read && unlink(path) == 0 ? (int)strtol(text, NULL, 10) : -1;
}

TR_ASYNC(struck_moved)
{
    const struct strikes *strikes = tr_state(ev);
    int delay_ms = strikes != NULL && strikes->count != 0 ? take_strike() : -1;
    if (delay_ms > 0)
        (void)tr_sleep(ev, (unsigned)delay_ms);
    if (delay_ms >= 0)
        (void)raise(SIGKILL);
}

static void build(tr_page *page)
{
    ui_add(page, ui_button("add", .on_click = struck_add));
    ui_add(page, ui_button("ask who", .on_click = struck_who));
    ui_add(page, ui_text("0", .key = "count", .tooltip = "count"));
    ui_add(page, ui_text("", .key = "who", .tooltip = "who"));
}

int main(int argc, char **argv)
{
    return tr_run(
        argc, argv,
        &(tr_app){
            .name = "Struck", .build = build, .on_move = struck_moved, TR_STATE(struct strikes)});
}
