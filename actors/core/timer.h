#ifndef TR_ACTORS_CORE_TIMER_H
#define TR_ACTORS_CORE_TIMER_H

// A timer in caller storage, on a core thread. (libwebsockets' own timers misfire under libev;
// every room uses this one.)
//
// Thread: the core thread. Owns: nothing; the caller keeps it alive until it fired or was stopped.

#include <stdbool.h>
#include <stdint.h>

typedef struct tr_core tr_core;
typedef struct tr_timer tr_timer;

struct tr_timer {
    uint64_t repeat_ms;
    tr_core *core;
    void (*on_fire)(tr_timer *self);
    void *arg;
    uint32_t place; // in its core thread's heap; 0: it does not run
};

void tr_timer_init(tr_timer *self, tr_core *core, void (*on_fire)(tr_timer *self), void *arg);

// Never fires early, and in the order of what is due. Starting and stopping cost O(log n).
// Fires once after `delay_ms`, then every `repeat_ms` (0: never again). Starting again restarts it.
void tr_timer_start(tr_timer *self, uint64_t delay_ms, uint64_t repeat_ms);

// Fine when it does not run.
void tr_timer_stop(tr_timer *self);

bool tr_timer_is_running(const tr_timer *self);

// When it fires, by tr_core_clock_ns; UINT64_MAX: it does not run.
uint64_t tr_timer_due_ns(const tr_timer *self);

// The loop's.
void tr_timers_open(tr_core *core);
void tr_timers_arm(tr_core *core);               // before the loop sleeps
void tr_timers_fire(tr_core *core);              // those that are due
uint64_t tr_timers_next_ns(const tr_core *core); // UINT64_MAX: none runs
void tr_timers_close(tr_core *core);

#endif
