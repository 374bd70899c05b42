#ifndef TR_TESTS_ACTORS_CORE_ACTOR_WORLD_H
#define TR_TESTS_ACTORS_CORE_ACTOR_WORLD_H

// A system of one core thread, and actors that a test looks at.

#include "tests/support/system.h"

tr_system *actor_up(void);

void actor_stop_it(tr_core *core, void *arg);

#endif
