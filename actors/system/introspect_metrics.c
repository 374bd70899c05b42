// What a core thread tells in metrics: its own figures, those of its links and its pool, and on
// core 0 those of the process.

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "actors/bus/bus.h"
#include "actors/bus/link.h"
#include "actors/bus/trunk.h"
#include "actors/core/core_record.h"
#include "actors/core/system_record.h"
#include "actors/pool/pool.h"
#include "actors/system/introspect.h"
#include "base/log.h"
#include "base/refusals.h"
#include "base/version.h"
#include "metrics/count.h"

typedef struct row {
    enum tr_metric metric;
    const char *labels;
    uint64_t value;
} row;

static void put_all(tr_metric_rows *out, const row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++)
        tr_metric_put(out, rows[i].metric, rows[i].labels, rows[i].value);
}

#define PUT(out, rows) put_all((out), (rows), sizeof(rows) / sizeof *(rows))

// -- the process --

static uint64_t cpu_ns(void)
{
    struct timespec spent;
    if (clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &spent) != 0)
        return 0;
    return (uint64_t)spent.tv_sec * 1000000000 + (uint64_t)spent.tv_nsec;
}

static uint64_t resident_bytes(void)
{
    char text[128] = "";
    int file = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
    ssize_t size = file >= 0 ? read(file, text, sizeof text - 1) : 0;
    if (file >= 0)
        close(file);
    const char *second = size > 0 ? strchr(text, ' ') : NULL;
    return second != NULL ? strtoull(second, NULL, 10) * (uint64_t)sysconf(_SC_PAGESIZE) : 0;
}

static uint64_t started_ms(const tr_core *core)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    uint64_t now_ms = (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
    return now_ms - (core->real_ms - core->started_ms);
}

// Linux tells their number from 6.2 on; to count them takes as long as there are many.
static void put_open_files(tr_metric_rows *out)
{
    struct stat folder;
    if (stat("/proc/self/fd", &folder) == 0 && folder.st_size > 0)
        tr_metric_put(out, TR_METRIC_OF_open_fds, "", (uint64_t)folder.st_size);
}

static void put_refusals(tr_metric_rows *out)
{
    for (unsigned i = 0; i < TR_REFUSAL_COUNT; i++) {
        tr_buf label = {0};
        tr_metric_label(&label, "reason", tr_refusal_name((enum tr_refusal)i));
        tr_metric_put(out, TR_METRIC_OF_refusals, tr_buf_text(&label),
                      tr_refusal_get((enum tr_refusal)i));
        tr_buf_done(&label);
    }
}

static void put_process(const tr_core *core, tr_metric_rows *out)
{
    struct rlimit files = {0};
    (void)getrlimit(RLIMIT_NOFILE, &files);
    const row rows[] = {
        {TR_METRIC_OF_build_info, "version=\"" TR_VERSION "\"", 1},
        {TR_METRIC_OF_start_time, "", started_ms(core)},
        {TR_METRIC_OF_cpu, "", cpu_ns()},
        {TR_METRIC_OF_resident, "", resident_bytes()},
        {TR_METRIC_OF_max_fds, "", files.rlim_cur},
        {TR_METRIC_OF_log_dropped, "", tr_log_dropped()},
        {TR_METRIC_OF_trunks, "", tr_trunks_count(core->system)},
    };
    PUT(out, rows);
    put_open_files(out);
    put_refusals(out);
}

// -- the core thread --

static void put_core(const tr_core *core, tr_metric_rows *out)
{
    const tr_core_stats *stats = &core->stats;
    char busy[24];
    snprintf(busy, sizeof busy, "core=\"%u\"", core->index);
    const row rows[] = {
        {TR_METRIC_OF_cores, "", 1},
        {TR_METRIC_OF_busy, busy, core->busy_share},
        {TR_METRIC_OF_turns, "", stats->turns},
        {TR_METRIC_OF_coroutines, "", stats->coroutines},
        {TR_METRIC_OF_actors, "state=\"awake\"", stats->actors - stats->asleep},
        {TR_METRIC_OF_actors, "state=\"asleep\"", stats->asleep},
        {TR_METRIC_OF_messages, "way=\"local\"", stats->messages_local},
        {TR_METRIC_OF_messages, "way=\"sent\"", stats->messages_sent},
        {TR_METRIC_OF_messages, "way=\"received\"", stats->messages_received},
        {TR_METRIC_OF_messages, "way=\"handled\"", stats->messages_handled},
        {TR_METRIC_OF_batches, "direction=\"out\"", stats->batches_sent},
        {TR_METRIC_OF_batches, "direction=\"in\"", stats->batches_received},
        {TR_METRIC_OF_dead_letters, "", stats->dead_letters},
        {TR_METRIC_OF_refusals, "reason=\"mailbox_or_link_full\"", stats->refused_full},
        {TR_METRIC_OF_bus_bad, "reason=\"malformed\"", stats->malformed},
        {TR_METRIC_OF_bus_bad, "reason=\"fenced\"", stats->fenced},
        {TR_METRIC_OF_bus_bad, "reason=\"forged\"", stats->forged},
        {TR_METRIC_OF_topic_messages, "what=\"published\"", stats->topic_publications},
        {TR_METRIC_OF_topic_messages, "what=\"delivered\"", stats->topic_messages},
        {TR_METRIC_OF_topic_messages, "what=\"missed\"", stats->topic_missed},
        {TR_METRIC_OF_questions, "", core->questions.count},
        {TR_METRIC_OF_queue, "queue=\"unsent_of_runtime\"", core->unsent.count},
    };
    PUT(out, rows);
}

static void put_pool(tr_core *core, tr_metric_rows *out)
{
    tr_pool_stats pool = tr_pool_stats_get(core);
    uint32_t idle = pool.idle + pool.stuck < pool.threads ? pool.idle : pool.threads - pool.stuck;
    const row rows[] = {
        {TR_METRIC_OF_pool_threads, "state=\"idle\"", idle},
        {TR_METRIC_OF_pool_threads, "state=\"stuck\"", pool.stuck},
        {TR_METRIC_OF_pool_threads, "state=\"busy\"", pool.threads - idle - pool.stuck},
        {TR_METRIC_OF_queue, "queue=\"pool\"", pool.queued},
        {TR_METRIC_OF_pool_jobs, "", pool.calls},
    };
    PUT(out, rows);
}

static void put_links(const tr_core *core, tr_metric_rows *out)
{
    uint64_t batches = 0;
    uint64_t bytes = 0;
    uint32_t at = 0;
    void *value;
    while (tr_map_next(&core->bus->links, &at, NULL, &value)) {
        const tr_bus_link *link = value;
        char labels[64];
        snprintf(labels, sizeof labels, "state=\"%s\"", tr_bus_link_phase_name(link->state.phase));
        tr_metric_put(out, TR_METRIC_OF_links, labels, 1);
        batches += tr_bus_link_state_in_flight(&link->state);
        bytes += link->pending.size;
    }
    tr_metric_put(out, TR_METRIC_OF_link_batches, "", batches);
    tr_metric_put(out, TR_METRIC_OF_link_bytes, "", bytes);
}

void tr_introspect_metrics(tr_core *core, tr_metric_rows *out)
{
    if (tr_core_is_first(core))
        put_process(core, out);
    put_core(core, out);
    put_pool(core, out);
    put_links(core, out);
    tr_counts_put(out);
    for (unsigned i = 0; i < TR_ROLE_SLOTS; i++)
        if (core->probes[i] != NULL)
            core->probes[i](core, out);
}
