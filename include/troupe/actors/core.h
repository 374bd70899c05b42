#ifndef TROUPE_CORE_H
#define TROUPE_CORE_H

// A core thread: one libev loop that hosts actors, coroutines, timers and the thread's end of the
// bus, and the watchers that an author adds to the loop. One turn of the loop:
//
//     sockets and timers call back → the bus inbox is drained → actors run, each within its budget
//     → resumed coroutines run → turn ends (sessions flush patches) → batches go out on the bus
//
// Thread: everything here belongs to the core thread itself. Owns: its actors, links, timers.

#include <stdint.h>

#include "troupe/actors/address.h"

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

struct ev_loop;
typedef struct tr_core tr_core;
typedef struct tr_system tr_system;

// The core thread we are on; NULL on any other thread.
tr_core *tr_core_current(void);

// For watchers of one's own (libev); their callbacks run before the actors of that turn.
struct ev_loop *tr_core_loop(tr_core *self);

tr_system *tr_core_system(tr_core *self);
unsigned tr_core_index(const tr_core *self);
uint64_t tr_core_node(const tr_core *self);

// The endpoint of this core thread for other processes, or NULL.
const char *tr_core_endpoint(const tr_core *self);

// Milliseconds of the monotonic clock, as of the start of this turn.
uint64_t tr_core_now_ms(const tr_core *self);

// A quick random number, not for secrets.
uint64_t tr_core_random(tr_core *self);

// Counters for tests, logs and metrics.
typedef struct tr_core_stats {
    uint64_t messages_local;    // handed over by pointer
    uint64_t messages_sent;     // put into batches
    uint64_t messages_received; // taken out of batches
    uint64_t messages_handled;  // by actors
    uint64_t batches_sent;
    uint64_t batches_received;
    uint64_t dead_letters;       // for an actor or node that is not there
    uint64_t refused_full;       // mailbox or link full
    uint64_t topic_publications; // made here
    uint64_t topic_messages;     // given to subscribers here
    uint64_t topic_missed; // not given: a mailbox, or the way to another core thread, was full
    uint64_t malformed;    // batches or envelopes that could not be read
    uint64_t fenced;       // batches from a peer that was given up and did not know yet
    uint64_t forged;       // messages that named another sender than who sent them
    uint64_t turns;
    uint32_t actors;
    uint32_t asleep; // of these, passivated
    uint32_t coroutines;
} tr_core_stats;
tr_core_stats tr_core_stats_get(const tr_core *self);

// A message that could not be delivered, or was not handled before its receiver ended.
typedef struct tr_dead_letter {
    uint32_t type;
    // TR_EGONE: no such receiver; TR_ECANCELLED: it ended; TR_ETIMEOUT: a late answer; TR_EFULL:
    // its sender, elsewhere, could not know that its mailbox is full and stays so.
    int reason;
    tr_address from;
    tr_address to;
} tr_dead_letter;

#define TR_DEAD_LETTERS_KEPT 32u

// The last ones, at most TR_DEAD_LETTERS_KEPT, the latest first. Returns how many.
unsigned tr_core_dead_letters(const tr_core *self, tr_dead_letter *out);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif
