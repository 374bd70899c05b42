// A counter whose clock is CLOCK_SHIFT_S seconds ahead of the machine's, or behind it, as a program finds it on a
// machine whose clock is wrong: the calendar is shifted, what counts from the machine's start is not.

#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include <troupe/troupe.h>

static long shift_s(void)
{
    const char *text = getenv("CLOCK_SHIFT_S");
    return text != NULL ? strtol(text, NULL, 10) : 0;
}

// In place of the C library's, for it and all libraries.
int clock_gettime(clockid_t clock, struct timespec *out)
{
    long result = syscall(SYS_clock_gettime, clock, out);
    if (result == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE))
        out->tv_sec += shift_s();
    return (int)result;
}

time_t time(time_t *out)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_REALTIME, &now);
    if (out != NULL)
        *out = now.tv_sec;
    return now.tv_sec;
}

int gettimeofday(struct timeval *restrict out, void *restrict zone)
{
    struct timespec now;
    (void)zone;
    (void)clock_gettime(CLOCK_REALTIME, &now);
    out->tv_sec = now.tv_sec;
    out->tv_usec = now.tv_nsec / 1000;
    return 0;
}

TR_ASYNC(shifted_add)
{
    int *count = tr_state(ev);
    ui_set_textf(ev, "count", "%d", ++*count);
}

static void build(tr_page *page)
{
    ui_add(page, ui_button("add", .on_click = shifted_add));
    ui_add(page, ui_text("0", .key = "count", .tooltip = "count"));
}

int main(int argc, char **argv)
{
    return tr_run(argc, argv, &(tr_app){.name = "Shifted", .build = build, TR_STATE(int)});
}
