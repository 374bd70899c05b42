#ifndef TR_ACTORS_SYSTEM_REST_H
#define TR_ACTORS_SYSTEM_REST_H

// Waiting until a whole system has nothing to do: for tests, and for a clock that is held.

#include <stdbool.h>
#include <stdint.h>

#include "troupe/actors/system.h"

typedef struct tr_rest {
    bool is_busy;
    uint64_t sent; // messages between core threads
    uint64_t received;
    uint32_t supervisors;
    uint64_t next_ns; // the earliest timer; UINT64_MAX: none
    unsigned next_core;
} tr_rest;
// Waits until no core thread has anything to do and nothing is under way between them. TR_ETIMEOUT:
// somebody was busy for so many rounds in a row, or the deadline passed; TR_EGONE.
int tr_system_rest(tr_system *self, bool may_have_supervisors, unsigned busy_rounds,
                   uint64_t deadline_ms, tr_rest *out);

#endif
