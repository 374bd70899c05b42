#ifndef TR_ACTORS_SYSTEM_POST_H
#define TR_ACTORS_SYSTEM_POST_H

// Functions that run on a core thread, called from any other one.

#include "actors/core/core.h"
#include "troupe/actors/system.h"

// Runs it there and waits for it, while the system stops, too. TR_EFULL, TR_EGONE.
int tr_system_call(tr_system *self, unsigned core, void (*function)(tr_core *core, void *arg),
                   void *arg);

#endif
