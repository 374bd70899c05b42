#ifndef TR_ACTORS_NAMES_NAME_CLAIMS_H
#define TR_ACTORS_NAMES_NAME_CLAIMS_H

// An actor's own list of the names it has or wants: what is given back when it ends.
//
// Thread: the actor's core thread. Owned by: the actor.

#include "actors/core/actor_record.h"

struct tr_name_claim {
    tr_name_claim *next;
    uint64_t reference;
    bool is_held; // granted
    uint16_t scope;
    uint32_t size;
    char text[];
};

tr_name_claim *tr_name_claim_find(const tr_actor *self, uint16_t scope, tr_slice text);

// NULL: TR_NAMES_PER_ACTOR_CAP.
tr_name_claim *tr_name_claim_add(tr_actor *self, uint16_t scope, tr_slice text);

void tr_name_claim_drop(tr_actor *self, tr_name_claim *gone);

#endif
