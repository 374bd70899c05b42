// Pages with their text in their HTML: for tests/stories/first_paint.c.

#include <stdio.h>
#include <string.h>
#include <time.h>
#include <troupe/troupe.h>
#include <unistd.h>

static void stay_until_there(const char *file)
{
    while (getppid() != 1 && access(file, F_OK) != 0)
        usleep(1000);
}

static void spin(unsigned milliseconds)
{
    struct timespec now, begin;
    clock_gettime(CLOCK_MONOTONIC, &begin);
    do
        clock_gettime(CLOCK_MONOTONIC, &now);
    while ((now.tv_sec - begin.tv_sec) * 1000 + (now.tv_nsec - begin.tv_nsec) / 1000000 <
           milliseconds);
}

static void build(tr_page *page)
{
    char route[8193];
    tr_page_route(page, route, sizeof route);
    const tr_user *user = tr_user_of(page);
    ui_set_string(page, NULL, "title", ui_format("Painter <%s>", user != NULL ? user->id : ""));
    ui_add(page, ui_text(ui_format("At <%s> & \"here\"", route)));
    if (strncmp(route, "/blocks?file=", 13) == 0 && tr_page_is_first_paint(page))
        stay_until_there(route + 13);
    if (strcmp(route, "/waits") == 0)
        (void)tr_sleep(page, 60000);
    if (strcmp(route, "/spins") == 0)
        spin(30);
}

int main(int argc, char **argv)
{
    return tr_run(argc, argv, &(tr_app){.name = "Painter", .build = build, .first_paint = true});
}
