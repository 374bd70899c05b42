#ifndef TESTS_STRESS_CITIZEN_STATE_H
#define TESTS_STRESS_CITIZEN_STATE_H

// Declarations that citizen.c (how one takes messages) and deeds.c (its own actions) share.
//
// Thread: the citizen's core thread.

#include "citizen.h"
#include "ledger.h"
#include "troupe/actors/coroutine.h"

enum { QUESTIONS_CAP = 16, MONITORS_CAP = 32, ALARMS = 16, CALLS_CAP = 4, ERRANDS_CAP = 4 };

typedef struct citizen citizen;

// A coroutine that runs for a citizen, and may outlive it.
typedef struct errand {
    citizen *boss; // NULL: it died
    struct errand *next;
    struct errand *previous;
    tr_core *core;
    tr_coroutine *coroutine;
    tr_address from;
    uint64_t random;
    bool is_cancelled;
} errand;

struct citizen {
    enum citizen_kind kind;
    uint64_t random;
    tr_map expected;  // by sender: the number that comes next, plus one
    tr_map sent;      // by receiver: likewise
    tr_map questions; // by reference
    tr_map monitors;  // by reference: a hash of whom
    tr_map calls;     // by number
    uint64_t next_call;
    uint64_t latest_monitor; // to change its mind about
    tr_address latest_link;
    uint32_t alarms; // a bit per tag that is set
    errand *errands;
    unsigned errand_count;
};

uint64_t citizen_hash(tr_address who);
uint64_t citizen_random(citizen *self, uint64_t below);

// deeds.c
// One thing or another, to anybody.
void citizen_acts(tr_actor *actor);
void citizen_sets_alarm(tr_actor *actor, citizen *self);
// Its coroutines are cancelled and go on without it.
void citizen_drops_errands(citizen *self);

// sleep.c: what becomes of it meanwhile. The work that a citizen which dies in its sleep leaves
// undone was counted as such when it fell asleep.
int citizen_falls_asleep(tr_actor *actor, tr_saving *saving);
int citizen_wakes(tr_actor *actor, tr_slice saved);

// The pool's, of every call.
int64_t citizen_pool_function(tr_pool_thread *thread, const tr_message *call);

#endif
