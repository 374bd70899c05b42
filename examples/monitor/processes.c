// Processes: /proc/<pid>/stat. Any of them may vanish between being listed and being read.

#include "sample.h"

#include <dirent.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct seen {
    struct process process;
    struct process_before now;
};

static int by_pid(const void *one, const void *two)
{
    uint32_t a = ((const struct process_before *)one)->pid;
    uint32_t b = ((const struct process_before *)two)->pid;
    return (a > b) - (a < b);
}

// The busiest first; among the idle the largest.
static int by_weight(const void *one, const void *two)
{
    const struct process *a = one, *b = two;
    if (a->cpu != b->cpu)
        return a->cpu < b->cpu ? 1 : -1;
    if (a->memory_bytes != b->memory_bytes)
        return a->memory_bytes < b->memory_bytes ? 1 : -1;
    return (a->pid > b->pid) - (a->pid < b->pid);
}

// Names are looked up once: the answer may come from far away.
static const char *user_name(struct sampler *self, uint32_t id)
{
    for (uint32_t i = 0; i < self->user_count; i++)
        if (self->users[i].id == id)
            return self->users[i].name;
    if (self->user_count == sizeof self->users / sizeof *self->users)
        self->user_count = 0;
    struct user *user = &self->users[self->user_count++];
    user->id = id;
    char text[1024];
    struct passwd entry, *found = NULL;
    if (getpwuid_r(id, &entry, text, sizeof text, &found) == 0 && found != NULL)
        copy_printable(user->name, sizeof user->name, found->pw_name, strlen(found->pw_name));
    else
        snprintf(user->name, sizeof user->name, "%u", id);
    return user->name;
}

// "pid (name) state ppid …": the name may hold anything, parentheses and line ends included, so it
// ends at the last parenthesis.
static int parse(char *text, struct seen *out)
{
    char *open = strchr(text, '(');
    char *close = strrchr(text, ')');
    if (open == NULL || close == NULL || close < open)
        return 0;
    unsigned long long user_ticks, system_ticks, started;
    long long pages;
    // After the name: state, then 10 fields, utime, stime, 6 fields, starttime, vsize, rss.
    if (sscanf(close + 1,
               " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %llu %llu %*d %*d %*d %*d %*d %*d "
               "%llu %*u "
               "%lld",
               &user_ticks, &system_ticks, &started, &pages) != 4)
        return 0;
    copy_printable(out->process.name, sizeof out->process.name, open + 1,
                   (size_t)(close - open - 1));
    out->process.memory_bytes = pages > 0 ? (uint64_t)pages * (uint64_t)sysconf(_SC_PAGESIZE) : 0;
    out->now.ticks = user_ticks + system_ticks;
    out->now.started = started;
    return 1;
}

static int read_process(struct sampler *self, uint32_t pid, double elapsed_s, struct seen *out)
{
    char name[32], path[512], text[1024];
    *out = (struct seen){.process.pid = pid, .now.pid = pid};
    snprintf(name, sizeof name, "%u/stat", pid);
    struct stat owner;
    if (sampler_read_file(self, name, text, sizeof text) == 0 || !parse(text, out))
        return 0;
    snprintf(path, sizeof path, "%s/%u", self->proc, pid);
    if (stat(path, &owner) < 0)
        return 0;
    memcpy(out->process.user, user_name(self, owner.st_uid), sizeof out->process.user);
    const struct process_before *before =
        bsearch(&out->now, self->processes, self->process_count, sizeof *self->processes, by_pid);
    // A number may have gone to another process meanwhile.
    if (before != NULL && before->started == out->now.started && elapsed_s > 0 &&
        out->now.ticks > before->ticks)
        out->process.cpu = (float)((double)(out->now.ticks - before->ticks) /
                                   (double)sysconf(_SC_CLK_TCK) / elapsed_s);
    return 1;
}

void sample_processes(struct sampler *self, double elapsed_s)
{
    // One sampler in a process, on one thread.
    static struct process_before now[MONITOR_TRACKED_CAP];
    static struct process found[MONITOR_TRACKED_CAP];
    uint32_t count = 0, total = 0;
    DIR *folder = opendir(self->proc);
    const struct dirent *entry;
    while (folder != NULL && (entry = readdir(folder)) != NULL) {
        char *end;
        unsigned long pid = strtoul(entry->d_name, &end, 10);
        if (end == entry->d_name || *end != '\0')
            continue;
        struct seen seen;
        total++;
        if (count == MONITOR_TRACKED_CAP || !read_process(self, (uint32_t)pid, elapsed_s, &seen))
            continue;
        now[count] = seen.now;
        found[count++] = seen.process;
    }
    if (folder != NULL)
        closedir(folder);
    qsort(now, count, sizeof *now, by_pid);
    memcpy(self->processes, now, count * sizeof *now);
    self->process_count = count;
    qsort(found, count, sizeof *found, by_weight);
    struct sample *sample = &self->sample;
    sample->process_total = total;
    sample->process_count = count < MONITOR_PROCESS_CAP ? count : MONITOR_PROCESS_CAP;
    memcpy(sample->processes, found, sample->process_count * sizeof *found);
}
