#ifndef TR_BROKER_AGENT_H
#define TR_BROKER_AGENT_H

// The membership agent: a well-known actor (TR_SLOT_NODE, core 0 of every process). It says hello
// to the brokers, gathers from them who is alive, tells every core thread of its process
// (routes_changed), and sees to it that its worker has the shards that are due to it, and no others
// (broker/ownership.h). Without brokers the process is alone: it is the only member and owns every
// shard.
//
// Thread: core 0. Owns: the last member list of each broker.

#include <stdbool.h>
#include <stdint.h>

#include "actors/core/core.h"
#include "troupe/slice.h"

typedef struct tr_agent_options {
    const char *name; // for people: host and process
    uint32_t roles;   // bits of enum tr_role; 0 only watches
    const char *app;  // whose pages it serves; brokers of another one refuse it. NULL: none
    uint64_t build;   // of that app, for people
    bool is_stored;   // its pages are in a store: others may go on with them
    uint64_t store;   // which (tr_store_prepare); brokers of another one refuse it. 0: none
    const char *const *brokers;
    unsigned broker_count;
    // Called with each answer of a broker (a member list, lent; empty: it refuses us). May be NULL.
    void (*on_answer)(void *arg, tr_slice members);
    void *arg;
} tr_agent_options;

int tr_agent_start(tr_core *core, const tr_agent_options *options)
    __attribute__((warn_unused_result));

// Says that this process takes no new sessions and is about to leave.
void tr_agent_drain(tr_core *core);

// Says goodbye to the brokers.
void tr_agent_leave(tr_core *core);

#endif
