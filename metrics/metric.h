#ifndef TR_METRICS_METRIC_H
#define TR_METRICS_METRIC_H

// The families of metrics (metrics.def) and the rows in which core threads tell their values:
//
//     [name, labels, [value]] of a counter or gauge
//     [name, labels, [count of each bucket..., sum]] of a histogram
//
// as msgpack, labels as Prometheus has them (`kind="event",way="local"`). A reader skips families
// that it does not know, so processes of several versions are read together.
//
// Thread: any; pure.

#include <stdint.h>

#include "base/buf.h"

enum tr_metric_kind {
    TR_METRIC_COUNTER,
    TR_METRIC_GAUGE,
    TR_METRIC_MAXIMUM,
    TR_METRIC_LATENCY,
    TR_METRIC_SIZES
};

#define FAMILY(id, ...) TR_METRIC_OF_##id,
#define TALLY(...)
#define TIMED(...)
enum tr_metric {
#include "metrics/metrics.def"
    TR_METRIC_FAMILIES
};
#undef FAMILY
#undef TALLY
#undef TIMED

typedef struct tr_metric_family {
    const char *name;
    const char *help;
    enum tr_metric_kind kind;
    uint64_t scale; // values are divided by it
} tr_metric_family;

extern const tr_metric_family tr_metric_families[TR_METRIC_FAMILIES];

// NULL: no family has this name.
const tr_metric_family *tr_metric_find(tr_slice name);

// Upper bounds of a histogram's buckets, in the unit that is kept; the last bucket, which has none,
// is behind them.
#define TR_METRIC_BUCKETS 18u
uint64_t tr_metric_bound(const tr_metric_family *family, unsigned bucket);

// The bucket that a value is counted in.
unsigned tr_metric_bucket(const tr_metric_family *family, uint64_t value);

typedef struct tr_histogram_counts {
    uint64_t buckets[TR_METRIC_BUCKETS];
    uint64_t sum;
} tr_histogram_counts;

// Rows under construction.
typedef struct tr_metric_rows {
    tr_buf rows;
    uint32_t count;
} tr_metric_rows;

void tr_metric_put(tr_metric_rows *out, enum tr_metric metric, const char *labels, uint64_t value);
void tr_metric_put_histogram(tr_metric_rows *out, enum tr_metric metric, const char *labels,
                             const tr_histogram_counts *counts);

// As a msgpack array, onto the end of `out`.
void tr_metric_rows_write(const tr_metric_rows *self, tr_buf *out);

// A label's value, escaped as Prometheus wants it, behind what is there (`handler="save"`).
void tr_metric_label(tr_buf *out, const char *name, const char *value);

#endif
