#ifndef MONITOR_SAMPLE_H
#define MONITOR_SAMPLE_H

// The load of the machine right now, read from /proc and statvfs. Everything has a cap, so that a
// sample is one flat struct that can be published as it is; what a machine lacks (swap, disks, a
// network) is a count or a total of zero.
//
// Thread: the one that samples; a finished sample is plain data.

#include <stddef.h>
#include <stdint.h>
#include <troupe/troupe.h>

#define MONITOR_CORE_CAP 256
#define MONITOR_DISK_CAP 12
#define MONITOR_LINK_CAP 12
#define MONITOR_PROCESS_CAP 256 // published; all are counted
#define MONITOR_TRACKED_CAP 8192
#define MONITOR_HISTORY_CAP 121 // 60 s, twice a second, both ends

struct disk {
    char mount[48];
    uint64_t total_bytes, used_bytes;
    double read_rate, write_rate; // bytes per second; negative: not known for this file system
};

struct link {
    char name[16];
    double receive_rate, send_rate;
    uint64_t received_bytes, sent_bytes;
};

struct process {
    uint32_t pid;
    float cpu; // of one core: 1 is a whole one
    uint64_t memory_bytes;
    char user[16];
    char name[16];
};
TR_LAYOUT(struct process, pid, cpu, memory_bytes, user, name);

struct moment {
    uint32_t number;
    float cpu, memory; // 0 to 1
    double time_s;
};

struct sample {
    double time_s; // of a clock that never goes back
    char host[64];
    char kernel[64];
    double uptime_s;
    double load[3];
    uint32_t process_total;
    float cpu; // of all cores together, 0 to 1
    uint32_t core_count, disk_count, moment_count, process_count;
    uint32_t link_count;
    uint64_t memory_bytes, memory_used_bytes, memory_cache_bytes;
    uint64_t swap_bytes, swap_used_bytes;
    float cores[MONITOR_CORE_CAP];
    struct disk disks[MONITOR_DISK_CAP];
    struct link links[MONITOR_LINK_CAP];        // those that carried most come first
    struct moment moments[MONITOR_HISTORY_CAP]; // oldest first
    struct process processes[MONITOR_PROCESS_CAP];
};

// Counters of the sample before: rates are differences.
struct core_before {
    uint64_t busy, total;
};
struct disk_before {
    uint64_t device, read_bytes, written_bytes;
};
struct link_before {
    char name[16];
    uint64_t received_bytes, sent_bytes;
};
struct process_before {
    uint32_t pid;
    uint64_t started, ticks;
};
struct user {
    uint32_t id;
    char name[16];
};

struct sampler {
    const char *proc; // where /proc is
    double time_s;
    uint32_t moment_number;
    struct core_before all, cores[MONITOR_CORE_CAP];
    uint32_t disk_count, link_count, process_count, user_count;
    struct disk_before disks[MONITOR_DISK_CAP];
    struct link_before links[MONITOR_LINK_CAP];
    struct process_before processes[MONITOR_TRACKED_CAP]; // by pid
    struct user users[64];
    struct sample sample;
};

// Reads everything anew. The first sample knows no rates. The result is the sampler's, until the
// next call.
const struct sample *sampler_read(struct sampler *self);

// The part of a sample that is in use, from its beginning.
size_t sample_size(const struct sample *sample);

// -- its parts, each in a file of its own --

void sample_devices(struct sampler *self, double elapsed_s); // disks and network interfaces
void sample_processes(struct sampler *self, double elapsed_s);

// A file below the proc folder, whole or its beginning, with a zero at its end. 0 when it is not
// there.
size_t sampler_read_file(const struct sampler *self, const char *name, char *out, size_t size);

// Bytes that may be anything, made fit to be shown: UTF-8 without control characters.
void copy_printable(char *out, size_t size, const char *text, size_t length);

#endif
