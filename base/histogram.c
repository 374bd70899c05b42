#include "base/histogram.h"

enum { STEPS = 1 << TR_HISTOGRAM_STEP_BITS };

static unsigned bucket_of(uint64_t value)
{
    if (value < 2 * STEPS)
        return (unsigned)value;
    unsigned shift = 63u - (unsigned)__builtin_clzll(value) - TR_HISTOGRAM_STEP_BITS;
    if (shift > TR_HISTOGRAM_SHIFT_MAX)
        return TR_HISTOGRAM_BUCKETS - 1;
    return (shift << TR_HISTOGRAM_STEP_BITS) + (unsigned)(value >> shift);
}

static uint64_t highest_value_in(unsigned bucket)
{
    if (bucket < 2 * STEPS)
        return bucket;
    unsigned shift = (bucket >> TR_HISTOGRAM_STEP_BITS) - 1;
    uint64_t step = bucket - (shift << TR_HISTOGRAM_STEP_BITS);
    return ((step + 1) << shift) - 1;
}

void tr_histogram_record(tr_histogram *self, uint64_t value)
{
    self->counts[bucket_of(value)]++;
    self->count++;
    self->sum += value;
    if (value > self->max)
        self->max = value;
}

uint64_t tr_histogram_percentile(const tr_histogram *self, unsigned percent)
{
    uint64_t wanted = (self->count * percent + 99) / 100;
    uint64_t seen = 0;
    for (unsigned bucket = 0; bucket < TR_HISTOGRAM_BUCKETS - 1; bucket++) {
        seen += self->counts[bucket];
        if (seen >= wanted && seen != 0) {
            uint64_t value = highest_value_in(bucket);
            return value < self->max ? value : self->max;
        }
    }
    return self->max;
}
