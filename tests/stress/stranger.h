#ifndef TESTS_STRESS_STRANGER_H
#define TESTS_STRESS_STRANGER_H

// Says well-typed nonsense: a message of any row of messages.def, its fields drawn from edges, from
// random bytes, and from what is true just now on this core thread (addresses, session ids, numbers
// of calls, encoded controls and sessions), as if from anybody, to anybody.
//
// Thread: the core thread's. The same seed makes the same choices among what it finds there.

#include <stdbool.h>
#include <stdint.h>

#include "actors/core/core_record.h"
#include "base/buf.h"

enum { STRANGER_KNOWS = 64 };

typedef struct stranger {
    uint64_t random;
    bool is_loud; // prints what it says
    uint64_t said;
    uint64_t refused;
    tr_core *core;
    tr_address known[STRANGER_KNOWS]; // actors, connections, sessions
    unsigned known_count;
    char texts[STRANGER_KNOWS][40]; // ids of sessions, keys, names of handlers
    unsigned text_count;
    uint64_t numbers[STRANGER_KNOWS]; // of calls, questions, controls
    unsigned number_count;
    tr_buf encoded[3]; // a list of controls, the same with a handler, a session's file
} stranger;

uint64_t stranger_random(stranger *self, uint64_t below);

// Looks around, then says so many messages.
void stranger_speaks(stranger *self, tr_core *core, unsigned messages);

void stranger_done(stranger *self);

#endif
