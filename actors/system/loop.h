#ifndef TR_ACTORS_SYSTEM_LOOP_H
#define TR_ACTORS_SYSTEM_LOOP_H

// The loop of a core thread.
//
// Thread: its own.

#include <stdbool.h>

#include "actors/core/core.h"
#include "troupe/actors/system.h"

tr_core *tr_core_new(tr_system *system, unsigned index);
void tr_core_free(tr_core **self);
// One turn of the loop, but for what libev calls.
void tr_core_turn(tr_core *self);
// Runs the calls that tr_system_post left; true: the system is to stop.
bool tr_core_run_posts(tr_core *self);
bool tr_core_is_busy(const tr_core *self); // has something to do that nothing will wake it for

#endif
