// Latency histogram with a bounded relative error, for values from 0 to about 18 minutes in
// nanoseconds. Not for sums over machines or for anything that is not a duration.
//
// Log-linear: each power of two is cut into 128 equal steps, so a percentile is at most 0.8 % too
// high and never too low; the maximum is exact. (The HdrHistogram library would do the same, but
// Debian 12 does not carry it.)
//
// Thread: one. Owns: nothing outside the struct.
#ifndef BENCH_HISTOGRAM_H
#define BENCH_HISTOGRAM_H

#include <stdint.h>

enum { HISTOGRAM_STEP_BITS = 7, HISTOGRAM_SHIFT_MAX = 33 };
enum { HISTOGRAM_BUCKETS = (HISTOGRAM_SHIFT_MAX + 2) << HISTOGRAM_STEP_BITS };

struct histogram {
    uint64_t counts[HISTOGRAM_BUCKETS];
    uint64_t total; // recorded values
    uint64_t max;   // exact, even beyond the last bucket
};

// Values beyond the last bucket are counted in it.
void histogram_record(struct histogram *self, uint64_t value);

// The value that `percent` of all recorded values do not exceed; 0 when nothing was recorded.
uint64_t histogram_percentile(const struct histogram *self, double percent);

#endif
