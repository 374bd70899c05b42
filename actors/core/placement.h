#ifndef TR_ACTORS_CORE_PLACEMENT_H
#define TR_ACTORS_CORE_PLACEMENT_H

// Actors that are made on another core thread (tr_spawn_on).

#include "actors/core/core.h"
#include "troupe/actors/system.h"
#include "wire/message.h"

bool tr_placement_take(tr_core *core, tr_message **message); // false: none of its
// Carries out the orders that were taken; while the core thread closes, only frees them.
void tr_placement_run(tr_core *core);
void tr_placement_publish(tr_core *core);
void tr_placement_close(tr_system *system);

#endif
