#ifndef TR_ACTORS_CORE_ALARM_H
#define TR_ACTORS_CORE_ALARM_H

// Alarms of actors (tr_alarm_*).
//
// Thread: the core thread's.

#include "actors/core/actor_record.h"

void tr_alarms_end(tr_actor *self);
void tr_alarms_move(tr_actor *to); // the actor lies elsewhere now

#endif
