#ifndef TR_ACTORS_CORE_RESTART_BUDGET_H
#define TR_ACTORS_CORE_RESTART_BUDGET_H

// How often a supervisor's children may be started again, and after what pause. Pure: time and
// chance come as arguments.
//
// Thread: the supervisor's. Owns: the times of the last restarts.

#include <stdbool.h>
#include <stdint.h>

typedef struct tr_restart_budget {
    uint64_t *restarted_at; // the last ones, oldest first
    uint32_t count;
    uint32_t intensity; // so many restarts
    uint64_t window_ms; // within this time
} tr_restart_budget;

// `intensity` is at most TR_RESTARTS_CAP.
void tr_restart_budget_init(tr_restart_budget *self, uint32_t intensity, uint64_t window_ms);
void tr_restart_budget_done(tr_restart_budget *self);

// Counts one. False: it is one too many for the intensity.
bool tr_restart_budget_take(tr_restart_budget *self, uint64_t now_ms);

// The pause before the start after `streak` failures in a row (from 1): doubled each time from
// `min_ms` up to `max_ms`, less up to a half, which `random` draws, so that children that failed
// together do not start together.
uint64_t tr_restart_pause_ms(uint64_t min_ms, uint64_t max_ms, unsigned streak, uint64_t random);

#endif
