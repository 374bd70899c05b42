#ifndef TR_ACTORS_CORE_SUPERVISOR_H
#define TR_ACTORS_CORE_SUPERVISOR_H

// Supervisors, as the runtime itself asks for them.
//
// Thread: the core thread's.

#include <stdbool.h>
#include <stdint.h>

#include "actors/core/core.h"

typedef struct tr_child_info {
    const char *name;
    const char *state;
    tr_address address; // TR_NOWHERE: none now
    uint64_t restarts;
} tr_child_info;
// The n-th child of an actor that is a supervisor; false when there is none.
bool tr_supervisor_child_at(const tr_actor *actor, uint32_t n, tr_child_info *out);

void tr_supervisors_stop(tr_core *core); // those that nobody supervises, and so all

#endif
