#include "actors/system/thread_times.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static bool read_file(pid_t thread, const char *name, char *text, size_t size)
{
    char path[64];
    (void)snprintf(path, sizeof path, "/proc/self/task/%d/%s", (int)thread, name);
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return false;
    ssize_t length = read(file, text, size - 1);
    (void)close(file);
    text[length > 0 ? length : 0] = '\0';
    return length > 0;
}

bool tr_thread_times_of(pid_t thread, tr_thread_times *times)
{
    char text[1024];
    *times = (tr_thread_times){0};
    if (!read_file(thread, "schedstat", text, sizeof text) ||
        sscanf(text, "%" SCNu64 " %" SCNu64, &times->ran_ns, &times->starved_ns) != 2)
        return false;
    if (!read_file(thread, "stat", text, sizeof text))
        return false;
    // Behind the name, which may have any character: state, eight numbers, then this one.
    const char *behind = strrchr(text, ')');
    char state = '\0';
    bool is_read = behind != NULL && sscanf(behind, ") %c %*s %*s %*s %*s %*s %*s %*s %*s %" SCNu64,
                                            &state, &times->disk_reads) == 2;
    times->is_runnable = state == 'R';
    return is_read;
}
