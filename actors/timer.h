#ifndef TR_ACTORS_TIMER_H
#define TR_ACTORS_TIMER_H

// A timer in caller storage, on a core thread. (libwebsockets' own timers misfire under libev;
// every room uses this one.)
//
// Thread: the core thread. Owns: nothing; the caller keeps it alive until it fired or was stopped.

#include <ev.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct tr_core tr_core;
typedef struct tr_timer tr_timer;

struct tr_timer {
    ev_timer watcher;
    tr_core *core;
    void (*on_fire)(tr_timer *self);
    void *arg;
};

void tr_timer_init(tr_timer *self, tr_core *core, void (*on_fire)(tr_timer *self), void *arg);

// Fires once after `delay_ms`, then every `repeat_ms` (0: never again). Starting again restarts it.
void tr_timer_start(tr_timer *self, uint64_t delay_ms, uint64_t repeat_ms);

// Fine when it does not run.
void tr_timer_stop(tr_timer *self);

bool tr_timer_is_running(const tr_timer *self);

#endif
