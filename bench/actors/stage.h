#ifndef BENCH_ACTORS_STAGE_H
#define BENCH_ACTORS_STAGE_H

// One measurement of the actor runtime: a system that is up, a clock that an actor starts and
// stops, and a thread that waits for it. A case prepares its actors on the core threads, starts the
// clock when all is in place, and stops it when the last of `count` operations is through.
//
// Thread: made and freed by the measuring thread; actors call stage_begin, stage_end and read
// `count`.

#include <semaphore.h>
#include <stdint.h>

#include "troupe/actors/core.h"
#include "troupe/actors/system.h"

// The result of a case: nanoseconds for one operation, or resident bytes of one thing.
struct result {
    double value;
    double per_batch; // messages in one batch; 0: there are none
};

typedef struct bench_case {
    const char *name;
    struct result (*run)(uint64_t count);
} bench_case;

struct stage {
    tr_system *system;
    uint64_t count;
    uint64_t began_ns;
    uint64_t ended_ns;
    sem_t ended;
};

struct stage *stage_up(unsigned cores, const char *bus_endpoint, uint64_t count);

// Runs `scene(core, arg)` on that core thread and returns when it did.
void stage_play(struct stage *self, unsigned core, void (*scene)(tr_core *core, void *arg),
                void *arg);

void stage_begin(struct stage *self);
void stage_end(struct stage *self);
// Stops the system, frees all; nanoseconds for one of `count`.
double stage_down(struct stage **self);
// Returns once stage_end was called.
void stage_wait(struct stage *self);

// Or says which call failed and ends the program.
void must(int status, const char *what);

// Resident bytes of this process, its page tables included.
double resident_bytes(void);

extern const bench_case local_cases[], remote_cases[], coroutine_cases[], memory_cases[];

#endif
