#include "histogram.h"

#include <math.h>

enum { STEPS = 1 << HISTOGRAM_STEP_BITS };

static unsigned bucket_of(uint64_t value)
{
    if (value < 2 * STEPS)
        return (unsigned)value;
    unsigned top_bit = 63U - (unsigned)__builtin_clzll(value);
    unsigned shift = top_bit - HISTOGRAM_STEP_BITS;
    if (shift > HISTOGRAM_SHIFT_MAX)
        return HISTOGRAM_BUCKETS - 1;
    return (shift << HISTOGRAM_STEP_BITS) + (unsigned)(value >> shift);
}

static uint64_t highest_value_in(unsigned bucket)
{
    if (bucket < 2 * STEPS)
        return bucket;
    unsigned shift = (bucket >> HISTOGRAM_STEP_BITS) - 1;
    uint64_t step = bucket - (shift << HISTOGRAM_STEP_BITS);
    return ((step + 1) << shift) - 1;
}

void histogram_record(struct histogram *self, uint64_t value)
{
    self->counts[bucket_of(value)]++;
    self->total++;
    if (value > self->max)
        self->max = value;
}

uint64_t histogram_percentile(const struct histogram *self, double percent)
{
    if (self->total == 0)
        return 0;
    uint64_t wanted = (uint64_t)ceil((double)self->total * percent / 100.0);
    if (wanted < 1)
        wanted = 1;
    uint64_t seen = 0;
    for (unsigned bucket = 0; bucket < HISTOGRAM_BUCKETS - 1; bucket++) {
        seen += self->counts[bucket];
        if (seen >= wanted) {
            uint64_t value = highest_value_in(bucket);
            return value < self->max ? value : self->max;
        }
    }
    return self->max;
}
