#include "host/memory_max.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

enum { PATH_CAP_BYTES = 4096 };

static uint64_t smaller(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

// The first line, without its end; false: there is none.
static bool read_line(const char *file, char *out, size_t cap)
{
    FILE *in = fopen(file, "re");
    if (in == NULL)
        return false;
    bool is_there = fgets(out, (int)cap, in) != NULL;
    (void)fclose(in);
    if (is_there)
        out[strcspn(out, "\n")] = '\0';
    return is_there;
}

static uint64_t limit_in(const char *root, const char *path)
{
    char file[2 * PATH_CAP_BYTES];
    char line[64];
    snprintf(file, sizeof file, "%s%s/memory.max", root, path);
    if (!read_line(file, line, sizeof line) || *line < '0' || *line > '9')
        return UINT64_MAX; // "max", or there is no such file
    return strtoull(line, NULL, 10);
}

uint64_t tr_memory_max_of_cgroup(const char *root, const char *path)
{
    char at[PATH_CAP_BYTES];
    snprintf(at, sizeof at, "%s", path);
    uint64_t limit = limit_in(root, "");
    for (char *slash = at + strlen(at); slash != NULL; slash = strrchr(at, '/')) {
        *slash = '\0';
        limit = smaller(limit, limit_in(root, at));
    }
    return limit;
}

static uint64_t limit_of_cgroup(void)
{
    char line[PATH_CAP_BYTES];
    bool is_unified =
        read_line("/proc/self/cgroup", line, sizeof line) && strncmp(line, "0::", 3) == 0;
    return tr_memory_max_of_cgroup("/sys/fs/cgroup", is_unified ? line + 3 : "");
}

static uint64_t limit_of_space(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_AS, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY)
        return UINT64_MAX;
    return limit.rlim_cur;
}

static uint64_t memory_of_machine(void)
{
    long pages = sysconf(_SC_PHYS_PAGES);
    long size = sysconf(_SC_PAGESIZE);
    return pages > 0 && size > 0 ? (uint64_t)pages * (uint64_t)size : UINT64_MAX;
}

uint64_t tr_memory_max_find(void)
{
    uint64_t limit = smaller(limit_of_cgroup(), smaller(limit_of_space(), memory_of_machine()));
    return limit / 100 * TR_MEMORY_MAX_PERCENT;
}
