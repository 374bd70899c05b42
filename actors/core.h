#ifndef TR_ACTORS_CORE_H
#define TR_ACTORS_CORE_H

// A core thread as Troupe's own rooms know it: troupe/core.h, and what is of no use to an app.
//
// Thread: the core thread itself.

#include "actors/actor.h"
#include "troupe/core.h"
#include "wire/address.h"

typedef struct tr_routes tr_routes;

// Who else is there: nodes, their endpoints, who owns which shard.
const tr_routes *tr_core_routes(const tr_core *self);

// Opens a way to a node of which only the endpoint is known (a broker), and returns a stand-in for
// its node number to send to. While nobody listens there, sending fails with TR_EUNAVAILABLE and
// what was sent last may be lost; the way heals by itself.
uint64_t tr_core_dial(tr_core *self, const char *endpoint);

// One pointer per role for what it keeps on this core thread.
enum tr_role_slot { TR_ROLE_SLOT_SDK, TR_ROLE_SLOT_GATEWAY, TR_ROLE_SLOT_BROKER, TR_ROLE_SLOTS };
void tr_core_role_set(tr_core *self, enum tr_role_slot slot, void *role);
void *tr_core_role(const tr_core *self, enum tr_role_slot slot);

#endif
