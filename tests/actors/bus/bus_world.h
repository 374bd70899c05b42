#ifndef TR_TESTS_ACTORS_BUS_BUS_WORLD_H
#define TR_TESTS_ACTORS_BUS_BUS_WORLD_H

// Systems of two core threads and of two nodes over each transport, and streams of numbered messages
// between their actors.

#include "tests/support/system.h"

// One set of tests for every transport: _i is an enum tr_transport.
// A flood is more than the window and what waits behind it can hold.
enum {
    TRANSPORTS = 4,
    FLOOD = 50000,
    RUSH = TEST_UNDER_SANITIZER ? FLOOD : 400000,
    LONG_FLOOD = TEST_UNDER_SANITIZER ? FLOOD : 100000,
    PAYLOAD = 512
};

typedef struct stream {
    script reader;
    uint64_t expected;
    tr_core *core; // the sender's
    uint64_t sent;
    uint64_t count;
    uint64_t refused;
    tr_timer again;
    tally all_sent;
    tally first_refused;
    struct stream *against; // the one that flows the other way
    uint8_t payload[PAYLOAD];
} stream;

void bus_stream_init(stream *self, uint64_t count);

void bus_start_stream(tr_core *core, void *arg);

void bus_stream_arrives(stream *self);

bool bus_has_dead_letters(tr_core *core, void *arg);

typedef struct gate {
    tally closed;
    tally open;
} gate;

void bus_get_stuck(tr_system *system, gate *at);

// A mailbox of 4 that its neighbours, on its own core thread, fill again whenever there is room.
enum { NEIGHBOURS = 6, AGAINST_NEIGHBOURS = 3000 };

enum { GIANT_BYTES = 40 << 20 };

enum { HEAVY_BYTES = 20 << 20 }; // three of them fit a mailbox

extern const char *const bus_outside[];

tr_system *bus_node_up(int i);

typedef struct pair {
    tr_system *nodes[2];
} pair;

pair bus_pair_up(int i);

void bus_pair_down(pair *self);

void bus_send_back(tr_actor *self, script *of, tr_message *message);

typedef struct sending {
    tr_address from;
    tr_address to;
    uint64_t number;
    int result;
} sending;

int bus_send_from(tr_system *system, unsigned core, tr_address from, tr_address to);

enum { OUTSIDES = 2 };

#endif
