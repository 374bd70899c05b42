#ifndef TR_METRICS_COUNT_H
#define TR_METRICS_COUNT_H

// Counting, for the hot path: each core thread has counters of its own, so that counting is an
// addition in memory that no other thread touches. They are read by their own thread, when somebody
// asks (actors/system/introspect.h), and added up by who asked.
//
//     tr_count(TR_TALLY_event);
//
// Thread: the core thread's. What another kind of thread counts is lost.

#include <stdint.h>

#include "metrics/metric.h"

#define FAMILY(...)
#define TALLY(id, ...) TR_TALLY_##id,
#define TIMED(...)
enum tr_tally {
#include "metrics/metrics.def"
    TR_TALLIES
};
#undef TALLY
#undef TIMED
#define TALLY(...)
#define TIMED(id, ...) TR_TIMED_##id,
enum tr_timed {
#include "metrics/metrics.def"
    TR_TIMED_COUNT
};
#undef FAMILY
#undef TALLY
#undef TIMED

extern _Thread_local uint64_t tr_tallies[TR_TALLIES];

static inline void tr_count_many(enum tr_tally tally, uint64_t many)
{
    tr_tallies[tally] += many;
}

static inline void tr_count(enum tr_tally tally)
{
    tr_count_many(tally, 1);
}

// A value of a histogram, in the unit that its family keeps.
void tr_timed_record(enum tr_timed timed, uint64_t value);

// How long a handler took. `name` is static text; the first TR_HANDLERS_MEASURED of a thread are
// told apart, all others are one.
#define TR_HANDLERS_MEASURED 64u
void tr_handler_time_record(const char *name, const char *kind, uint64_t ns);

// All that this thread has counted.
void tr_counts_put(tr_metric_rows *out);

// Before the thread ends: frees what it keeps.
void tr_counts_done(void);

#endif
