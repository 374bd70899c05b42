#include "metrics/count.h"

#include <stddef.h>

#include "base/mem.h"

_Thread_local uint64_t tr_tallies[TR_TALLIES];

typedef struct handler_times {
    const char *name;
    const char *kind;
    tr_histogram_counts counts;
} handler_times;

// Twice as many places as names, so that a look-up ends soon; the last one is for all others.
enum { PLACES = 2 * TR_HANDLERS_MEASURED, OTHERS = PLACES };

typedef struct histograms {
    tr_histogram_counts timed[TR_TIMED_COUNT];
    handler_times handlers[PLACES + 1];
    unsigned handler_count;
} histograms;

// Made by the first value: most threads of a program record none.
static _Thread_local histograms *mine;

static histograms *here(void)
{
    if (mine == NULL)
        mine = tr_new(histograms);
    return mine;
}

static const struct {
    enum tr_metric metric;
    const char *labels;
} tallies[TR_TALLIES] = {
#define FAMILY(...)
#define TALLY(id, family, text) [TR_TALLY_##id] = {TR_METRIC_OF_##family, text},
#define TIMED(...)
#include "metrics/metrics.def"
#undef TALLY
#undef TIMED
};

static const struct {
    enum tr_metric metric;
    const char *labels;
} timed_rows[TR_TIMED_COUNT] = {
#define TALLY(...)
#define TIMED(id, family, text) [TR_TIMED_##id] = {TR_METRIC_OF_##family, text},
#include "metrics/metrics.def"
#undef FAMILY
#undef TALLY
#undef TIMED
};

static void record(tr_histogram_counts *counts, enum tr_metric metric, uint64_t value)
{
    counts->buckets[tr_metric_bucket(&tr_metric_families[metric], value)]++;
    counts->sum += value;
}

void tr_timed_record(enum tr_timed timed, uint64_t value)
{
    record(&here()->timed[timed], timed_rows[timed].metric, value);
}

static handler_times *place_of(histograms *self, const char *name, const char *kind)
{
    unsigned at = (unsigned)((uintptr_t)name * 0x9e3779b97f4a7c15u >> 32) % PLACES;
    while (self->handlers[at].name != NULL && self->handlers[at].name != name)
        at = (at + 1) % PLACES;
    handler_times *found = &self->handlers[at];
    if (found->name != NULL)
        return found;
    if (self->handler_count == TR_HANDLERS_MEASURED) {
        found = &self->handlers[OTHERS];
        found->name = "(others)";
        found->kind = "any";
        return found;
    }
    self->handler_count++;
    found->name = name;
    found->kind = kind;
    return found;
}

void tr_handler_time_record(const char *name, const char *kind, uint64_t ns)
{
    record(&place_of(here(), name, kind)->counts, TR_METRIC_OF_handler, ns);
}

static void put_handler(tr_metric_rows *out, const handler_times *handler)
{
    tr_buf labels = {0};
    tr_metric_label(&labels, "kind", handler->kind);
    tr_metric_label(&labels, "handler", handler->name);
    tr_metric_put_histogram(out, TR_METRIC_OF_handler, tr_buf_text(&labels), &handler->counts);
    tr_buf_done(&labels);
}

void tr_counts_put(tr_metric_rows *out)
{
    for (unsigned i = 0; i < TR_TALLIES; i++)
        tr_metric_put(out, tallies[i].metric, tallies[i].labels, tr_tallies[i]);
    if (mine == NULL)
        return;
    for (unsigned i = 0; i < TR_TIMED_COUNT; i++)
        tr_metric_put_histogram(out, timed_rows[i].metric, timed_rows[i].labels, &mine->timed[i]);
    for (unsigned i = 0; i <= PLACES; i++)
        if (mine->handlers[i].name != NULL)
            put_handler(out, &mine->handlers[i]);
}

void tr_counts_done(void)
{
    tr_free(mine);
    mine = NULL;
}
