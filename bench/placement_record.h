#ifndef BENCH_PLACEMENT_RECORD_H
#define BENCH_PLACEMENT_RECORD_H

// The simulated cluster as its own files know it. Thread: one.

#include "base/buf.h"
#include "bench/placement.h"
#include "bench/placement_events.h"
#include "broker/directory.h"
#include "broker/ownership.h"

enum placement_kind {
    TICK,    // of a node
    HELLO,   // at the broker; `what`: placement_hello
    BYE,     // at the broker
    CLAIM,   // at the broker; `what`: tr_buf of rows of shard
    LIST,    // at a node; `what`: placement_list
    GRANTED, // at a node; `what`: tr_buf of rows of shard
    HANDED,  // at a node; `number`: shard, `what`: placement_handed
    LOST,    // at a node; `number`: shard, `what`: the epoch that beats it
    DRAIN,   // a node begins to give away what it has
    SOON,    // a node tells what came to it
    WAKE,    // a node that was paused goes on
    BROKER_TICK,
    BROKER_SOON, // all are told what changed
    READS        // `number` sessions are read from the store
};

enum {
    PLACES = 1024, // a node's number says its place
    MS = 1000,
    LATENCY_US = 300,
    SOON_MS = 10,
    HEAR_MS = 50,
    TELL_MS = 20,
    ENVELOPE_BYTES = 110, // heads of a batch and of a message, and fields that are numbers
    ENDPOINT_BYTES = 27,  // "tcp://10.20.30.40:50000", with its length
    SESSION_FILE_BYTES = 1024,
    MOVES_AT_ONCE = 64,  // of a core thread
    MOVE_US = 5 * MS,    // each of them
    COMES_BACK_MS = 2000 // browsers of a worker that died, all of them within
};

// What everybody who has the version knows. They are shared, since they are alike.
typedef struct placement_list {
    uint64_t version;
    unsigned references;
    tr_buf rows;
    tr_routes routes;
    uint64_t workers;
    tr_address due[TR_SHARDS];
} placement_list;

typedef struct placement_hello {
    tr_buf shards;
    bool draining;
    uint64_t list;
} placement_hello;

typedef struct placement_node {
    uint64_t number; // 0: there is none
    uint64_t life;
    bool draining;
    bool is_soon;
    uint64_t paused_until_us;
    uint64_t heard_us; // of the broker
    placement_list *list;
    uint64_t given[TR_SHARDS]; // epochs of what it gave away, until all know
    uint64_t core_free_us[TR_CORES_CAP];
    tr_ownership ownership;
} placement_node;

struct placement {
    placement_options options;
    uint64_t now_us;
    uint64_t random;
    uint64_t last_life;
    placement_events events;
    placement_node *nodes;
    uint32_t count;
    tr_directory directory;
    placement_list *current;
    tr_ownership reference; // computes what is due, once for each list
    bool is_soon;
    uint64_t told_us;
    uint64_t network_free_us;
    double store_queue;
    uint64_t store_us;
    uint32_t connected[TR_SHARDS];
    bool is_orphan[TR_SHARDS]; // its browsers come back when it has an owner
    placement_figures figures;
};

static inline uint64_t placement_ms(const placement *self)
{
    return self->now_us / MS;
}

placement_event placement_event_of(const placement *self, uint32_t kind, const placement_node *node,
                                   uint64_t in_us);
void placement_free_event(placement_event *event);
void placement_store_ops(placement *self, uint64_t count);
placement_node *placement_node_of(placement *self, uint64_t number);

placement_list *placement_list_now(placement *self); // a reference of the caller's
void placement_list_drop(placement_list *list);

void placement_broker_event(placement *self, placement_event *event);
void placement_node_event(placement *self, placement_node *node, placement_event *event);
void placement_node_start(placement *self, placement_node *node);
void placement_node_hello(placement *self, placement_node *node);
void placement_node_stop(placement *self, placement_node *node);

#endif
