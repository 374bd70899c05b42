#ifndef TESTS_SUPPORT_PLACE_H
#define TESTS_SUPPORT_PLACE_H

// Where two actors of a test live: on one core thread, on two, on one but over the bus, or in two
// systems over tcp. A test that loops over all PLACES shows that it makes no difference.
//
// Thread: a test's.

#include "actors/core/actor_record.h"
#include "tests/support/system.h"

enum { PLACE_SAME, PLACE_CORE, PLACE_INPROC, PLACE_NODE, PLACES };

typedef struct place {
    tr_system *here; // core 0
    tr_system *there;
    unsigned core; // there
} place;

place place_up(int which);
void place_down(place *self);

// Something one actor does, on its core thread; the result is kept.
typedef struct act {
    script *self;
    tr_address other;
    int64_t number;
    int64_t result;
    int64_t (*function)(tr_actor *self, struct act *it);
} act;
int64_t act_on(tr_system *system, unsigned core, script *self,
               int64_t (*function)(tr_actor *self, act *it), tr_address other, int64_t number);

// Waits until no relation, question or alarm is left on that core thread.
void nothing_is_left(tr_system *system, unsigned core);

#endif
