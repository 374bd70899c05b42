#ifndef BENCH_PLACEMENT_H
#define BENCH_PLACEMENT_H

// A cluster of any size on one thread, by a simulated clock and network: who owns which shard when
// nodes die, come and are replaced. What decides is the code that runs in earnest (broker/directory.h,
// broker/ownership.h, broker/members.h, actors/bus/routes.h, rendezvous.h); simulated are the sockets,
// the time, sessions (counted for each shard) and the store (a queue with a rate). One broker; each
// further one costs the same once more.
//
// The same options and the same calls give the same figures. Thread: one. Owns: its nodes.

#include <stdbool.h>
#include <stdint.h>

typedef struct placement_options {
    uint64_t seed;
    uint32_t nodes; // workers at the beginning
    uint32_t cores; // core threads of each
    uint64_t sessions;
    uint64_t connected;   // of them: those that move, or come back when their worker dies
    bool has_whole_lists; // each answer of the broker is the whole list, as from an older program
    uint64_t broker_bytes_per_s; // its network; 0: 1.25e9 (10 Gbit/s)
    uint64_t store_ops_per_s;    // 0: 20 000
} placement_options;

typedef struct placement_figures {
    uint64_t hellos;
    uint64_t hello_bytes; // to the broker
    uint64_t lists;
    uint64_t list_bytes;        // from the broker
    uint64_t worst_queue_bytes; // at the broker, waiting for its network
    uint64_t worst_list_bytes;  // of one message
    uint64_t claims;            // shards that were granted
    uint64_t moves;             // shards that were handed over
    uint64_t moved_sessions;    // with them, connected ones
    uint64_t moved_bytes;
    uint64_t needed; // shards that became due to another, summed over all changes
    uint64_t store_takes;
    uint64_t store_reads;       // sessions whose browsers came back
    uint64_t worst_store_queue; // operations
} placement_figures;

typedef struct placement placement;

placement *placement_new(const placement_options *options);
void placement_free(placement *self);

uint64_t placement_now_ms(const placement *self);
void placement_run(placement *self, uint64_t ms);

// Nodes are numbered from 0; a place whose node died or left is used again by placement_start.
void placement_start(placement *self, uint32_t at);
void placement_kill(placement *self, uint32_t at); // its power is gone: it is silent from now on
void placement_stop(placement *self, uint32_t at); // drains, leaves when it owns nothing
void placement_pause(placement *self, uint32_t at, uint64_t ms); // SIGSTOP, then SIGCONT
bool placement_is_up(const placement *self, uint32_t at);

// Has each shard one owner that lives, and that knows it?
bool placement_all_owned(const placement *self);
// And is that the one that it is due to?
bool placement_is_settled(const placement *self);
// Runs until then; returns how long it took in ms, or UINT64_MAX after `most_ms`.
uint64_t placement_settle(placement *self, uint64_t most_ms);
uint64_t placement_own_all(placement *self, uint64_t most_ms);

// The figures since the last call.
placement_figures placement_take_figures(placement *self);

unsigned placement_shards(void); // in all
// Those of a node; of its core threads, how many own any.
uint32_t placement_shards_of(const placement *self, uint32_t at, uint32_t *cores);

#endif
