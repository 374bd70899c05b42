#ifndef TR_ACTORS_SYSTEM_PASSIVATION_H
#define TR_ACTORS_SYSTEM_PASSIVATION_H

// An actor gives its state up, and gets it back with its next message.
//
// Thread: the core thread's.

#include "actors/core/actor_record.h"

void tr_actor_passivate(tr_actor *self);
tr_actor *tr_actor_wake_up(tr_actor *self);

#endif
