// The machine's load on every page: a thread reads, as in any C program, and tells those who look.

#include <stdio.h>
#include <string.h>
#include <troupe/troupe.h>

// Runs from start to end of the process, on a thread of its own. It may block.
TR_SYNC(load_read)
{
    do {
        char line[64] = "";
        FILE *file = fopen("/proc/loadavg", "r");
        if (file != NULL && fgets(line, sizeof line, file) != NULL)
            (void)tr_publish(ev, "load", line, strcspn(line, " "));
        if (file != NULL)
            fclose(file);
    } while (tr_sleep(ev, 1000) == 0);
}

// On the page's thread: what it changes goes to the browser when it returns.
TR_ASYNC(load_heard)
{
    size_t size;
    const char *load = tr_event_payload(ev, &size);
    ui_set_textf(ev, "load", "%.*s", (int)size, load);
}

static void build(tr_page *page)
{
    ui_add(page, ui_text("…", .key = "load", .size = 60));
    tr_subscribe(page, "load", load_heard);
}

int main(int argc, char **argv)
{
    return tr_run(argc, argv,
                  &(tr_app){.name = "Load",
                            .build = build,
                            .background = (const tr_handler *const[]){load_read, NULL}});
}
