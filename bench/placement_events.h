#ifndef BENCH_PLACEMENT_EVENTS_H
#define BENCH_PLACEMENT_EVENTS_H

// What will happen in a simulated cluster, in the order of time, and of two at once in that of their
// making. A binary heap. Thread: one. Owns: its events, not what they point to.

#include <stdbool.h>
#include <stdint.h>

typedef struct placement_event {
    uint64_t at_us;
    uint64_t order;
    uint32_t kind;
    uint32_t node;
    uint64_t life; // of that node: what was for its predecessor is dropped
    uint64_t number;
    void *what;
} placement_event;

typedef struct placement_events {
    placement_event *heap;
    uint32_t count;
    uint32_t cap;
    uint64_t made;
} placement_events;

void placement_events_add(placement_events *self, placement_event event);
// False: there is none that early.
bool placement_events_next(placement_events *self, uint64_t until_us, placement_event *out);
void placement_events_done(placement_events *self);

#endif
