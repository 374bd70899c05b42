#ifndef TR_BASE_HISTOGRAM_H
#define TR_BASE_HISTOGRAM_H

// How long things take, in fixed memory: each power of two is cut into four steps, so a percentile
// is at most a quarter too high and never too low; count, sum and maximum are exact. For metrics;
// bench/ has a finer one. Zeroed memory is an empty histogram.
//
// Thread: the owner's. Owns: nothing outside the struct.

#include <stdint.h>

enum { TR_HISTOGRAM_STEP_BITS = 2, TR_HISTOGRAM_SHIFT_MAX = 36 };
enum { TR_HISTOGRAM_BUCKETS = (TR_HISTOGRAM_SHIFT_MAX + 2) << TR_HISTOGRAM_STEP_BITS };

typedef struct tr_histogram {
    uint64_t counts[TR_HISTOGRAM_BUCKETS];
    uint64_t count;
    uint64_t sum;
    uint64_t max;
} tr_histogram;

// Values past the last bucket are counted in it.
void tr_histogram_record(tr_histogram *self, uint64_t value);

// The smallest value that `percent` of the values do not exceed; 0 when there are none.
uint64_t tr_histogram_percentile(const tr_histogram *self, unsigned percent);

#endif
