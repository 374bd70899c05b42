// Disks (space by statvfs, traffic by /proc/diskstats) and network interfaces (/proc/net/dev).

#include "sample.h"

#include <mntent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/sysmacros.h>

#define SECTOR_BYTES 512 // in diskstats, on every disk

static double rate(uint64_t now, uint64_t before, double elapsed_s)
{
    // Counters start anew when a device is plugged in again.
    return elapsed_s > 0 && now > before ? (double)(now - before) / elapsed_s : 0;
}

// -- disks --

// Space of a network's file server is not this machine's, and asking for it may block for minutes.
static int is_local(const struct mntent *entry)
{
    static const char *const pooled[] = {"zfs", "btrfs", "bcachefs", "virtiofs", "overlay"};
    if (strncmp(entry->mnt_fsname, "/dev/", 5) == 0)
        return strncmp(entry->mnt_fsname, "/dev/loop", 9) != 0;
    if (strcmp(entry->mnt_dir, "/") == 0)
        return 1;
    for (size_t i = 0; i < sizeof pooled / sizeof *pooled; i++)
        // Every container's overlay lies on a disk that is listed already.
        if (strcmp(entry->mnt_type, pooled[i]) == 0)
            return strcmp(entry->mnt_type, "overlay") != 0;
    return 0;
}

static int find_traffic(const char *diskstats, uint64_t device, struct disk_before *out)
{
    for (const char *line = diskstats; line != NULL && *line != '\0'; line = strchr(line, '\n')) {
        line += *line == '\n';
        unsigned major_number, minor_number;
        unsigned long long reads, merged, read_sectors, read_ms, writes, write_merged,
            written_sectors;
        if (sscanf(line, "%u %u %*s %llu %llu %llu %llu %llu %llu %llu", &major_number,
                   &minor_number, &reads, &merged, &read_sectors, &read_ms, &writes, &write_merged,
                   &written_sectors) == 9 &&
            makedev(major_number, minor_number) == device) {
            *out = (struct disk_before){device, read_sectors * SECTOR_BYTES,
                                        written_sectors * SECTOR_BYTES};
            return 1;
        }
    }
    return 0;
}

static const struct disk_before *disk_before(const struct sampler *self, uint64_t device)
{
    for (uint32_t i = 0; i < self->disk_count; i++)
        if (self->disks[i].device == device)
            return &self->disks[i];
    return NULL;
}

static int is_listed(const struct disk_before *disks, uint32_t count, uint64_t device)
{
    for (uint32_t i = 0; i < count; i++)
        if (disks[i].device == device)
            return 1;
    return 0;
}

static void add_disk(struct sampler *self, const char *mount, const char *diskstats,
                     struct disk_before *seen, double elapsed_s)
{
    struct sample *sample = &self->sample;
    struct stat folder;
    struct statvfs space;
    // Bind mounts show the same disk again.
    if (stat(mount, &folder) < 0 || is_listed(seen, sample->disk_count, folder.st_dev) ||
        statvfs(mount, &space) < 0 || space.f_blocks == 0)
        return;
    struct disk *disk = &sample->disks[sample->disk_count];
    struct disk_before *now = &seen[sample->disk_count++];
    *disk = (struct disk){.read_rate = -1, .write_rate = -1};
    *now = (struct disk_before){.device = folder.st_dev};
    copy_printable(disk->mount, sizeof disk->mount, mount, strlen(mount));
    disk->total_bytes = (uint64_t)space.f_blocks * space.f_frsize;
    disk->used_bytes = (uint64_t)(space.f_blocks - space.f_bfree) * space.f_frsize;
    if (!find_traffic(diskstats, folder.st_dev, now))
        return;
    const struct disk_before *before = disk_before(self, folder.st_dev);
    disk->read_rate = before != NULL ? rate(now->read_bytes, before->read_bytes, elapsed_s) : 0;
    disk->write_rate =
        before != NULL ? rate(now->written_bytes, before->written_bytes, elapsed_s) : 0;
}

static void read_disks(struct sampler *self, double elapsed_s)
{
    char path[256], line[1024];
    static char diskstats[64 * 1024]; // one sampler in a process, on one thread
    struct disk_before seen[MONITOR_DISK_CAP];
    struct sample *sample = &self->sample;
    sample->disk_count = 0;
    sampler_read_file(self, "diskstats", diskstats, sizeof diskstats);
    snprintf(path, sizeof path, "%s/self/mounts", self->proc);
    FILE *mounts = setmntent(path, "re");
    struct mntent entry;
    while (mounts != NULL && sample->disk_count < MONITOR_DISK_CAP &&
           getmntent_r(mounts, &entry, line, sizeof line) != NULL)
        if (is_local(&entry))
            add_disk(self, entry.mnt_dir, diskstats, seen, elapsed_s);
    if (mounts != NULL)
        endmntent(mounts);
    memcpy(self->disks, seen, sample->disk_count * sizeof *seen);
    self->disk_count = sample->disk_count;
}

// -- network interfaces --

static const struct link_before *link_before(const struct sampler *self, const char *name)
{
    for (uint32_t i = 0; i < self->link_count; i++)
        if (strcmp(self->links[i].name, name) == 0)
            return &self->links[i];
    return NULL;
}

static int by_traffic(const void *one, const void *two)
{
    const struct link *a = one, *b = two;
    uint64_t x = a->received_bytes + a->sent_bytes, y = b->received_bytes + b->sent_bytes;
    return (x < y) - (x > y);
}

static void read_links(struct sampler *self, double elapsed_s)
{
    char text[16384];
    struct link_before seen[MONITOR_LINK_CAP];
    struct sample *sample = &self->sample;
    sample->link_count = 0;
    sampler_read_file(self, "net/dev", text, sizeof text);
    char *rest = NULL;
    for (char *line = strtok_r(text, "\n", &rest);
         line != NULL && sample->link_count < MONITOR_LINK_CAP;
         line = strtok_r(NULL, "\n", &rest)) {
        char *colon = strchr(line, ':');
        unsigned long long received, sent;
        if (colon == NULL ||
            sscanf(colon + 1, "%llu %*u %*u %*u %*u %*u %*u %*u %llu", &received, &sent) != 2)
            continue;
        *colon = '\0';
        line += strspn(line, " ");
        // The machine talking to itself, the near ends of containers' cables (their bridge counts
        // the same), and interfaces that nothing ever went through.
        if (strcmp(line, "lo") == 0 || strncmp(line, "veth", 4) == 0 ||
            (received == 0 && sent == 0))
            continue;
        struct link *link = &sample->links[sample->link_count];
        struct link_before *now = &seen[sample->link_count++];
        *link = (struct link){.received_bytes = received, .sent_bytes = sent};
        copy_printable(link->name, sizeof link->name, line, strlen(line));
        *now = (struct link_before){.received_bytes = received, .sent_bytes = sent};
        memcpy(now->name, link->name, sizeof now->name);
        const struct link_before *before = link_before(self, link->name);
        if (before != NULL) {
            link->receive_rate = rate(received, before->received_bytes, elapsed_s);
            link->send_rate = rate(sent, before->sent_bytes, elapsed_s);
        }
    }
    memcpy(self->links, seen, sample->link_count * sizeof *seen);
    self->link_count = sample->link_count;
    qsort(sample->links, sample->link_count, sizeof *sample->links, by_traffic);
}

void sample_devices(struct sampler *self, double elapsed_s)
{
    read_disks(self, elapsed_s);
    read_links(self, elapsed_s);
}
