// A counter whose process is killed while a page that was clicked comes to it from another one: the one that takes
// the file away which STRUCK_BY names. In it stands how many milliseconds after the page is there; 0: before its
// sender hears so. Of other pages that come, a line in that file's neighbour .there says so: which process, and the page's
// name, which it shows.

#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>
#include <unistd.h>

#include <troupe/troupe.h>

struct strikes {
    int count;
    unsigned name;
};
TR_LAYOUT(struct strikes, count, name);

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

static void note_that_it_is_there(unsigned name)
{
    const char *path = getenv("STRUCK_BY");
    FILE *file = path != NULL ? fopen(ui_format("%s.there", path), "ae") : NULL;
    if (file == NULL)
        return;
    (void)fprintf(file, "%d %u\n", (int)getpid(), name);
    (void)fclose(file);
}

TR_ASYNC(struck_moved)
{
    const struct strikes *strikes = tr_state(ev);
    int delay_ms = strikes != NULL && strikes->count != 0 ? take_strike() : -1;
    if (delay_ms < 0 && strikes != NULL)
        note_that_it_is_there(strikes->name);
    if (delay_ms > 0)
        (void)tr_sleep(ev, (unsigned)delay_ms);
    if (delay_ms >= 0)
        (void)raise(SIGKILL);
}

static void build(tr_page *page)
{
    struct strikes *strikes = tr_state(page);
    if (getrandom(&strikes->name, sizeof strikes->name, 0) < 0)
        return;
    ui_add(page, ui_button("add", .on_click = struck_add));
    ui_add(page, ui_button("ask who", .on_click = struck_who));
    ui_add(page, ui_text("0", .key = "count", .tooltip = "count"));
    ui_add(page, ui_text("", .key = "who", .tooltip = "who"));
    ui_add(page, ui_text(ui_format("%u", strikes->name), .tooltip = "name"));
}

int main(int argc, char **argv)
{
    return tr_run(
        argc, argv,
        &(tr_app){
            .name = "Struck", .build = build, .on_move = struck_moved, TR_STATE(struct strikes)});
}
