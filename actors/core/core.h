#ifndef TR_ACTORS_CORE_CORE_H
#define TR_ACTORS_CORE_CORE_H

// A core thread as Troupe's own rooms know it: troupe/actors/core.h, and what is of no use to an app.
//
// Thread: the core thread itself.

#include <stdbool.h>
#include <stdint.h>

#include "actors/core/actor.h"
#include "troupe/actors/core.h"
#include "wire/address.h"

typedef struct tr_routes tr_routes;

// The table of other nodes: their endpoints, and who owns which shard.
const tr_routes *tr_core_routes(const tr_core *self);

// Opens a way to a node of which only the endpoint is known (a broker), and returns a stand-in for
// its node number to send to. While nobody listens there, sending fails with TR_EUNAVAILABLE and
// what was sent last may be lost; the way heals by itself.
uint64_t tr_core_dial(tr_core *self, const char *endpoint);

// Messages handled are counted for each actor, always. From now on its time is measured, too, which
// costs a look at the clock for each turn of an actor.
void tr_core_accounting(tr_core *self, bool is_on);

// One actor, for people. Mailbox lengths are of now; the counts are since its start.
typedef struct tr_actor_info {
    tr_address address;
    const char *behaviour;   // its name
    uint32_t mailbox_length; // messages of both classes
    uint32_t mailbox_cap;    // of class USER
    uint64_t handled;        // messages
    uint64_t spent_ns;       // in its callbacks, while accounting was on
    uint32_t relations;      // monitors and links, of it and to it
    uint32_t questions;      // it asked and has no answer of yet
    uint32_t alarms;
    bool is_stopping;
    bool is_asleep; // passivated
} tr_actor_info;

// The actors of this core thread in the order of their slots, some at a time: *at is 0 for the
// first call and TR_ACTORS_END when there are no more. Fills in at most `cap`, looks at no more
// than TR_ACTORS_LOOK slots, so that a core thread with a million of them can do other work in
// between, and returns how many it filled in, which may be 0 before the end. Between two calls
// actors come and go; one that stays is seen exactly once.
#define TR_ACTORS_END UINT32_MAX
#define TR_ACTORS_LOOK 4096u
unsigned tr_core_list_actors(const tr_core *self, uint32_t *at, tr_actor_info *out, unsigned cap);

// The clock now, or what a test holds it at; tr_core_now_ms is that of the turn's start.
uint64_t tr_core_clock_ns(const tr_core *self);

// One pointer per role for what it keeps on this core thread.
enum tr_role_slot {
    TR_ROLE_SLOT_SDK,
    TR_ROLE_SLOT_GATEWAY,
    TR_ROLE_SLOT_BROKER,
    TR_ROLE_SLOT_HOST,
    TR_ROLE_SLOTS
};
void tr_core_role_set(tr_core *self, enum tr_role_slot slot, void *role);
void *tr_core_role(const tr_core *self, enum tr_role_slot slot);

// What a role tells of itself when metrics are asked for, besides what it counts.
typedef struct tr_metric_rows tr_metric_rows;
typedef void tr_core_probe(tr_core *core, tr_metric_rows *out);
void tr_core_probe_set(tr_core *self, enum tr_role_slot slot, tr_core_probe *probe);

// What operators ask a core thread, and tell it, that only a role can answer: `inspect` of sections, and
// `node_order`, that are not the core thread's own. False: nor are they the role's; otherwise it has
// answered. Does not take the message.
typedef struct tr_message tr_message;
typedef bool tr_core_clerk(tr_core *core, const tr_message *message);
void tr_core_clerk_set(tr_core *self, enum tr_role_slot slot, tr_core_clerk *clerk);
bool tr_core_clerks_take(tr_core *self, const tr_message *message);

#endif
