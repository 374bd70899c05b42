#include "sample.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

size_t sampler_read_file(const struct sampler *self, const char *name, char *out, size_t size)
{
    char path[512];
    out[0] = '\0';
    int length = snprintf(path, sizeof path, "%s/%s", self->proc, name);
    if (length < 0 || (size_t)length >= sizeof path)
        return 0;
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return 0;
    size_t filled = 0;
    while (filled < size - 1) {
        ssize_t count = read(file, out + filled, size - 1 - filled);
        if (count <= 0)
            break;
        filled += (size_t)count;
    }
    close(file);
    out[filled] = '\0';
    return filled;
}

// The length of the UTF-8 character at `text`, 0 when there is none.
static size_t character_length(const unsigned char *text, size_t left)
{
    size_t length = text[0] >= 0xf0 && text[0] <= 0xf4  ? 4
                    : text[0] >= 0xe0 && text[0] < 0xf0 ? 3
                    : text[0] >= 0xc2 && text[0] < 0xe0 ? 2
                    : text[0] >= 0x20 && text[0] < 0x7f ? 1
                                                        : 0;
    if (length > left)
        return 0;
    for (size_t i = 1; i < length; i++)
        if ((text[i] & 0xc0) != 0x80)
            return 0;
    // Overlong forms, surrogates and what is past the last character.
    if ((text[0] == 0xe0 && text[1] < 0xa0) || (text[0] == 0xed && text[1] > 0x9f) ||
        (text[0] == 0xf0 && text[1] < 0x90) || (text[0] == 0xf4 && text[1] > 0x8f))
        return 0;
    // Control characters that take two bytes.
    return text[0] == 0xc2 && text[1] < 0xa0 ? 0 : length;
}

void copy_printable(char *out, size_t size, const char *text, size_t length)
{
    size_t filled = 0;
    for (size_t i = 0; i < length;) {
        size_t count = character_length((const unsigned char *)text + i, length - i);
        if (filled + (count != 0 ? count : 1) >= size)
            break;
        if (count != 0)
            memcpy(out + filled, text + i, count);
        else
            out[filled] = '?';
        filled += count != 0 ? count : 1;
        i += count != 0 ? count : 1;
    }
    out[filled] = '\0';
}

static float share_since(struct core_before *before, uint64_t busy, uint64_t total)
{
    // Counters of a core that was switched off and on again may go back.
    uint64_t spent = total > before->total ? total - before->total : 0;
    uint64_t worked = busy > before->busy ? busy - before->busy : 0;
    int is_first = before->total == 0;
    *before = (struct core_before){busy, total};
    if (is_first || spent == 0)
        return 0;
    return worked < spent ? (float)worked / (float)spent : 1;
}

static void read_cores(struct sampler *self)
{
    char text[MONITOR_CORE_CAP * 160];
    struct sample *sample = &self->sample;
    sampler_read_file(self, "stat", text, sizeof text);
    sample->cpu = 0;
    sample->core_count = 0;
    char *rest = NULL;
    for (char *line = strtok_r(text, "\n", &rest); line != NULL;
         line = strtok_r(NULL, "\n", &rest)) {
        if (strncmp(line, "cpu", 3) != 0)
            continue;
        char *at = line + 3;
        int is_all = *at == ' ';
        unsigned long core = is_all ? 0 : strtoul(at, &at, 10);
        // user nice system idle iowait irq softirq steal; guests are in user already.
        uint64_t total = 0, idle = 0;
        for (int i = 0; i < 8; i++) {
            char *end;
            uint64_t value = strtoull(at, &end, 10);
            if (end == at)
                break;
            at = end;
            total += value;
            idle += i == 3 || i == 4 ? value : 0;
        }
        if (is_all)
            sample->cpu = share_since(&self->all, total - idle, total);
        else if (core < MONITOR_CORE_CAP && sample->core_count < MONITOR_CORE_CAP)
            sample->cores[sample->core_count++] =
                share_since(&self->cores[core], total - idle, total);
    }
}

// A line "Name:   123 kB", in bytes.
static uint64_t memory_field(const char *text, const char *name)
{
    size_t length = strlen(name);
    for (const char *line = text; line != NULL; line = strchr(line, '\n')) {
        line += *line == '\n';
        if (strncmp(line, name, length) == 0 && line[length] == ':')
            return strtoull(line + length + 1, NULL, 10) * 1024;
    }
    return 0;
}

static void read_memory(struct sampler *self)
{
    char text[8192];
    struct sample *sample = &self->sample;
    sampler_read_file(self, "meminfo", text, sizeof text);
    uint64_t total = memory_field(text, "MemTotal");
    uint64_t cache = memory_field(text, "Buffers") + memory_field(text, "Cached") +
                     memory_field(text, "SReclaimable");
    uint64_t available = memory_field(text, "MemAvailable");
    if (available == 0)
        available = memory_field(text, "MemFree") + cache;
    uint64_t swap = memory_field(text, "SwapTotal");
    uint64_t swap_free = memory_field(text, "SwapFree");
    sample->memory_bytes = total;
    sample->memory_used_bytes = available < total ? total - available : 0;
    sample->memory_cache_bytes = cache;
    sample->swap_bytes = swap;
    sample->swap_used_bytes = swap_free < swap ? swap - swap_free : 0;
}

static void read_machine(struct sampler *self)
{
    char text[256];
    struct sample *sample = &self->sample;
    sampler_read_file(self, "loadavg", text, sizeof text);
    if (sscanf(text, "%lf %lf %lf", &sample->load[0], &sample->load[1], &sample->load[2]) != 3)
        memset(sample->load, 0, sizeof sample->load);
    sampler_read_file(self, "uptime", text, sizeof text);
    sample->uptime_s = strtod(text, NULL);
    struct utsname name;
    if (uname(&name) == 0) {
        copy_printable(sample->host, sizeof sample->host, name.nodename, strlen(name.nodename));
        snprintf(text, sizeof text, "%.40s %.80s", name.sysname, name.release);
        copy_printable(sample->kernel, sizeof sample->kernel, text, strlen(text));
    }
}

static void remember(struct sampler *self)
{
    struct sample *sample = &self->sample;
    if (sample->moment_count == MONITOR_HISTORY_CAP) {
        sample->moment_count--;
        memmove(sample->moments, sample->moments + 1,
                sample->moment_count * sizeof *sample->moments);
    }
    sample->moments[sample->moment_count++] = (struct moment){
        .number = self->moment_number++,
        .cpu = sample->cpu,
        .memory = sample->memory_bytes != 0
                      ? (float)((double)sample->memory_used_bytes / (double)sample->memory_bytes)
                      : 0,
        .time_s = sample->time_s};
}

const struct sample *sampler_read(struct sampler *self)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    struct sample *sample = &self->sample;
    sample->time_s = (double)now.tv_sec + (double)now.tv_nsec / 1e9;
    double elapsed_s = self->time_s > 0 ? sample->time_s - self->time_s : 0;
    int is_first = self->time_s == 0;
    self->time_s = sample->time_s;
    read_cores(self);
    read_memory(self);
    read_machine(self);
    sample_devices(self, elapsed_s);
    sample_processes(self, elapsed_s);
    // The first has no CPU share yet: a zero would be a lie in the chart.
    if (!is_first)
        remember(self);
    return sample;
}

size_t sample_size(const struct sample *sample)
{
    return offsetof(struct sample, processes) + sample->process_count * sizeof *sample->processes;
}
