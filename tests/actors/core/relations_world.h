#ifndef TR_TESTS_ACTORS_CORE_RELATIONS_WORLD_H
#define TR_TESTS_ACTORS_CORE_RELATIONS_WORLD_H

// Two actors, one of which watches the other or is linked to it, wherever they live.

#include "tests/support/place.h"

// An actor that keeps what it is told.
typedef struct hearer {
    script script;
    int64_t reason;
    tr_address who;
    uint64_t reference;
    tally downs;
    tally exits;
    tally probes;
} hearer;

void hearer_init(hearer *self);

typedef struct relation {
    place at;
    hearer watcher; // here
    hearer target;  // there
} relation;

// The watcher may trap exits.
void relation_up(relation *self, int which, bool traps);

// What one of them does, on its core thread; `other` of its act is the other one.
int64_t relation_watcher_does(relation *self, int64_t (*function)(tr_actor *self, act *it),
                              int64_t number);
int64_t relation_target_does(relation *self, int64_t (*function)(tr_actor *self, act *it),
                             int64_t number);

// Until both core threads have their records of so many relations.
void relation_is_known(relation *self, uint32_t relations);

// Until neither has any.
void relation_is_clean(relation *self);

// Acts.
int64_t relation_monitor(tr_actor *self, act *it);
int64_t relation_link(tr_actor *self, act *it);
int64_t relation_fail(tr_actor *self, act *it);

// For tr_system_post: ends the actor of a script, if it is still there.
void relation_fail_end(tr_core *core, void *arg);

#endif
