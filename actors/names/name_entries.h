#ifndef TR_ACTORS_NAMES_NAME_ENTRIES_H
#define TR_ACTORS_NAMES_NAME_ENTRIES_H

// The state of a registry actor, and what its parts do with an entry: they tell others of it, answer
// those that wait, and ask further up. Each part needs only parts further down:
//
//     name_calls     what actors, coroutines and threads call
//     name_registry  the actor: claims and look-ups
//     name_sync      a broker and its nodes
//     name_entries
//     name_table     the table
//
// Thread: the registry's core thread. Owns: the table, what found its way full.

#include "actors/bus/rendezvous.h"
#include "actors/core/core_record.h"
#include "actors/core/timer.h"
#include "actors/core/unsent.h"
#include "actors/names/name_table.h"
#include "troupe/actors/names.h"

// A broker of ours.
typedef struct tr_known_broker {
    uint64_t alias;
    uint64_t node;    // which was told all; 0: none yet
    uint64_t changes; // sent since
} tr_known_broker;

// A node whose names this broker keeps.
typedef struct tr_known_node {
    uint64_t changes; // received since it told all
} tr_known_node;

typedef struct tr_names {
    tr_core *core;
    tr_registry table;
    tr_known_broker brokers[TR_BROKERS_CAP];
    tr_candidate keys[TR_BROKERS_CAP]; // the brokers', to pick one of them by
    unsigned broker_count;
    bool uses_cluster; // brokers have been told something
    tr_map nodes;      // to tr_known_node
    uint32_t held[2];  // by scope: granted to actors, and known to be
    uint64_t started_ms;
    tr_unsent unsent;
    tr_timer tick;
} tr_names;

// Is what this registry does not know not so?
bool tr_names_is_home(const tr_names *self, uint16_t scope);

static inline bool tr_names_is_foreign(const tr_names *self, tr_address from)
{
    return from.node != self->core->node;
}

static inline tr_address tr_names_of_core(const tr_names *self, unsigned core)
{
    return tr_address_of(self->core->node, core, TR_SLOT_NAMES);
}

// A broker's: has everybody had time to repeat what is theirs?
bool tr_names_is_settled(const tr_names *self);

// From now on it ticks.
void tr_names_arm(tr_names *self);

// To another registry. A message that finds the way full is tried again; a receiver that is gone
// needs none.
void tr_names_post(tr_names *self, tr_address to, unsigned type, const void *body);
void tr_names_answer(tr_names *self, tr_address asker, uint64_t correlation, uint16_t scope,
                     tr_slice text, int64_t status, tr_address who);

// To the broker that keeps the name. A lost message is made good by the tick, or by telling all
// again.
tr_known_broker *tr_names_broker_of(tr_names *self, const tr_name *name);
void tr_name_claim_up(tr_names *self, const tr_name *name);
void tr_name_release_up(tr_names *self, const tr_name *name, tr_address owner);

// To the broker, or from another core thread to core 0.
void tr_name_want_up(tr_names *self, const tr_name *name);

void tr_name_tell(tr_names *self, tr_address to, const tr_name *name, tr_address owner);

// Others' knowledge of it is out of date.
void tr_name_tell_gone(tr_names *self, tr_name *name);

// Nobody has it any more, as far as we know.
void tr_name_forget_owner(tr_names *self, tr_name *name);

// Found or made; NULL: all entries are in use.
tr_name *tr_names_entry(tr_names *self, uint16_t scope, tr_slice text);

// Answers those that wait: its owner when `status` is 0.
void tr_name_settle(tr_names *self, tr_name *name, int64_t status);

// Somebody waits for the entry; is it the first one, we ask.
void tr_name_look_up(tr_names *self, tr_name *name, bool was_pending);

// It belongs to somebody, and this registry says so.
void tr_name_grant(tr_names *self, tr_name *name, tr_address owner, uint64_t epoch);

#endif
