#ifndef TESTS_CHAOS_CLUSTER_H
#define TESTS_CHAOS_CLUSTER_H

// A cluster whose processes may be ended and stopped at any time, and are started again in their
// place. Nothing waits: cluster_turn does what is due.
//
// Thread: the test's. Owns: its processes, and a folder for the store and for what they log.

#include <stdbool.h>
#include <stdint.h>

#include "tests/chaos/visitor.h"
#include "tests/support/between.h"
#include "tests/support/postgres.h"
#include "tests/support/proxy.h"
#include "tests/support/world.h"

enum part_role { PART_BROKER, PART_GATEWAY, PART_WORKER, PART_HANDLERS, PART_ROLES };

enum part_state {
    PART_DOWN,     // to be started at `due`
    PART_STARTING, // has not said yet that it is ready
    PART_UP,
    PART_STOPPED, // is woken at `due`
    PART_DRAINING // ends by itself
};

typedef struct part {
    enum part_role role;
    unsigned index; // of its role
    enum part_state state;
    world_process process;
    uint64_t due;
    uint64_t since; // of the state
    unsigned starts;
    unsigned port;
} part;

enum { PARTS_CAP = 16 };

typedef struct cluster_options {
    unsigned count[PART_ROLES];
    const char *program;    // NULL: the test app
    const char *store;      // NULL: a file of LMDB in the folder
    const char *durability; // NULL: the default
    postgres *server;       // whose store it is; NULL: it is none
    bool is_told;           // what is done to it, on standard error
    bool has_network;       // between browsers and gateways there is one that can be cut
    // Worker 0 has one that can be cut of its own: to the store, which is `server`; to broker 0.
    bool has_store_network;
    bool has_broker_network;
    bool has_gateway_network;    // to gateway 0, and nobody else
    const char *session_timeout; // seconds; NULL: the default
    // Of "./shifted": so far are the clocks of worker 0 and of brokers that are started again ahead, and that of
    // worker 1 behind.
    int clock_ahead_s;
    bool may_crash; // workers may end by abort(), and are started again
} cluster_options;

typedef struct cluster {
    cluster_options options;
    char folder[64];
    char store[256];
    char brokers[2][96];
    part parts[PARTS_CAP];
    unsigned count;
    proxy *network[2]; // by gateway; NULL: none
    proxy *store_network;
    proxy *broker_network;
    between *gateway_network;
    uint64_t healed_at; // 0: nothing is cut
    pid_t restarting;   // who restarts the store's server; 0: nobody
    uint64_t restarting_since;
    unsigned unexpected; // ends, and starts that did not succeed
} cluster;

// Begins it; what it is is up once cluster_is_up says so.
void cluster_begin(cluster *self, const cluster_options *options);
void cluster_end(cluster *self, bool keeps_logs);

void cluster_turn(cluster *self);
bool cluster_is_up(const cluster *self);
// The gateways that a balancer would offer.
void cluster_doors(const cluster *self, visitor_doors *out);

// That role's part of that number; a test without one fails.
part *cluster_part(cluster *self, enum part_role role, unsigned index);

// A part of that role, by the seed, that is up, or that is there at all; NULL: none.
part *cluster_pick(cluster *self, enum part_role role, bool is_up);
const char *part_name(const part *self);

void cluster_kill(cluster *self, part *victim, unsigned down_ms);
void cluster_stop(cluster *self, part *victim, unsigned stopped_ms);
void cluster_drain(cluster *self, part *victim);
// All parts of that role at once.
void cluster_kill_all(cluster *self, enum part_role role, unsigned down_ms);
// What browsers and a gateway say to each other goes nowhere until it is healed.
void cluster_cut(cluster *self, unsigned cut_ms);
// What worker 0 and the store, or broker 0, or gateway 0, say to each other goes nowhere until it is
// healed.
void cluster_cut_store(cluster *self, unsigned cut_ms);
void cluster_cut_broker(cluster *self, unsigned cut_ms);
void cluster_cut_gateway(cluster *self, unsigned cut_ms);
// Heals what is cut.
void cluster_heal(cluster *self);
// Does a line that this part's processes logged have that text?
bool cluster_has_logged(const cluster *self, const part *of, const char *text);
// Without a word to anybody, and without writing anything down (pg_ctl's "immediate").
void cluster_restart_store(cluster *self, unsigned down_ms);

#endif
