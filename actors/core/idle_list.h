#ifndef TR_ACTORS_CORE_IDLE_LIST_H
#define TR_ACTORS_CORE_IDLE_LIST_H

// Actors that may sleep, by how long nothing came for them.
//
// Thread: the core thread's.

#include "actors/core/actor_record.h"

void tr_idle_add(tr_actor *actor); // has extras
void tr_idle_remove(tr_actor *actor);
void tr_idle_close(tr_core *core);

#endif
