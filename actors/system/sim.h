#ifndef TR_ACTORS_SYSTEM_SIM_H
#define TR_ACTORS_SYSTEM_SIM_H

// The deterministic scheduler: a system whose core threads are run by one thread, the caller's, in
// an order that a seed decides. Which core thread has its turn next, how many batches it takes in
// and from whom, how many turns its actors get and how many messages in each, when the clock goes
// on and by how much: all drawn from the seed, so the same seed gives the same interleaving to the
// last message, and a failure that one seed finds is found by it every time. Nothing else differs:
// the same actors, mailboxes, timers, coroutines, links with their windows and acknowledgements;
// only the batches between two core threads wait in memory and not in ZeroMQ, and the clock is a
// held one.
//
//     for (uint64_t seed = 1; seed <= 500; seed++) {
//         tr_sim *sim = tr_sim_new(&(tr_sim_options){.seed = seed, .core_count = 3, .setup =
//         set_up}); if (tr_sim_run(sim, 10000) < 0 || !it_is_as_it_should_be())
//             printf("SIM_SEED=%llu\n", ...);
//         tr_sim_free(&sim);
//     }
//
// It is for what may be raced between threads. A pool's calls of tr_pool_submit run on their core
// thread, in coroutines that begin whenever the seed says so. Not simulated: other nodes, file
// descriptors, tr_pool_run and tr_pool_start (which answer TR_EFULL), tr_system_advance.
//
// Thread: one, the caller's; several simulations may take turns on it. Owns: its system.

#include <stdbool.h>
#include <stdint.h>

#include "actors/core/core.h"
#include "troupe/actors/system.h"

typedef struct tr_sim tr_sim;

typedef struct tr_sim_options {
    uint64_t seed;
    unsigned core_count;
    // Forced (anything but TR_TRANSPORT_LOCAL): messages within a core thread take the long way,
    // too.
    enum tr_transport transport;
    // As in tr_system_options; returns 0.
    int (*setup)(tr_core *core, void *arg);
    void *arg;
} tr_sim_options;

// Every core thread is set up. Aborts when a setup fails.
tr_sim *tr_sim_new(const tr_sim_options *options);

// Ends it, wherever it is. NULL inside is fine.
void tr_sim_free(tr_sim **self);

// Lets things happen until nothing is left to do, or would be only after `for_ms` from now.
// TR_ETIMEOUT: there was still something to do after TR_SIM_STEPS_CAP turns.
#define TR_SIM_STEPS_CAP 10000000u
int tr_sim_run(tr_sim *self, uint64_t for_ms) __attribute__((warn_unused_result));

// One turn of one core thread. False: there was nothing to do, now or later.
bool tr_sim_step(tr_sim *self);

// Runs `function(core, arg)` now, between two turns, as that core thread.
void tr_sim_on(tr_sim *self, unsigned core, void (*function)(tr_core *core, void *arg), void *arg);

tr_system *tr_sim_system(tr_sim *self);
// Of its clock, since the start.
uint64_t tr_sim_now_ms(const tr_sim *self);
uint64_t tr_sim_turns(const tr_sim *self);

// A hash of everything that happened so far: each choice, each batch's bytes, each message
// delivered. TR_SIM_TRACE in the environment prints it all, one line a turn and a message.
uint64_t tr_sim_trace(const tr_sim *self);

#endif
