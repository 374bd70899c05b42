#ifndef TESTS_STRESS_LEDGER_H
#define TESTS_STRESS_LEDGER_H

// State that all citizens of the stress story share: the size of the story, the counts that must
// add up at its end, and everybody's address (also of the dead, for a while).
//
// Thread: any. Owns: nothing.

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "wire/address.h"

// Where a message comes from and goes to. Only HOME to HOME can be held to "nothing is lost": the
// other system goes down with whatever is in it, again and again.
enum ledger_way { HOME_HOME, HOME_AWAY, AWAY_HOME, AWAY_AWAY, WAYS };

typedef struct ledger {
    uint64_t seed;
    uint64_t quota;            // numbered messages handled, then everybody comes to rest
    atomic_uint_fast64_t home; // node
    atomic_bool is_over;

    // Numbered messages (notes and asks), by way.
    atomic_uint_fast64_t accepted[WAYS];
    atomic_uint_fast64_t handled[WAYS];
    atomic_uint_fast64_t dead[WAYS];
    atomic_uint_fast64_t refused_full;
    atomic_uint_fast64_t refused_gone[WAYS];

    atomic_uint_fast64_t born;
    atomic_uint_fast64_t died;
    atomic_uint_fast64_t questions;
    atomic_uint_fast64_t answers;
    atomic_uint_fast64_t failed_questions;
    atomic_uint_fast64_t abandoned_questions; // their asker died
    atomic_uint_fast64_t monitors;
    atomic_uint_fast64_t downs;
    atomic_uint_fast64_t called_off; // demonitored, or the watcher died
    atomic_uint_fast64_t links;
    atomic_uint_fast64_t exits;
    atomic_uint_fast64_t alarms;
    atomic_uint_fast64_t fired;
    atomic_uint_fast64_t cancelled_alarms;
    atomic_uint_fast64_t errands; // coroutines started
    atomic_uint_fast64_t errands_done;
    atomic_uint_fast64_t calls; // of the pool
    atomic_uint_fast64_t calls_done;
    atomic_uint_fast64_t abandoned_calls;
    atomic_uint_fast64_t pool_runs;
    atomic_uint_fast64_t sleeps; // passivations
    atomic_uint_fast64_t wakes;
} ledger;

extern ledger story;

#define COUNT(what) ((void)atomic_fetch_add_explicit(&story.what, 1, memory_order_relaxed))
#define COUNT_N(what, n) ((void)atomic_fetch_add_explicit(&story.what, (n), memory_order_relaxed))
#define COUNTED(what) ((uint64_t)atomic_load_explicit(&story.what, memory_order_relaxed))

// A broken promise: says which, with the seed, and aborts.
#define promise(condition)                                                                         \
    ((condition) ? (void)0 : ledger_broken(#condition, __FILE__, __LINE__, __func__))
_Noreturn void ledger_broken(const char *what, const char *file, int line, const char *function);

void ledger_start(uint64_t seed, uint64_t quota);
uint64_t ledger_total(const atomic_uint_fast64_t *counts);
enum ledger_way ledger_way_of(tr_address from, tr_address to);

// A newcomer takes the place of an older entry. Sleepers are listed apart and named seldom, or they
// would never sleep.
void ledger_move_in(tr_address who, bool is_sleeper);
void ledger_move_out(tr_address who, bool is_sleeper);
// Somebody, perhaps long dead; TR_NOWHERE while the list is empty. `random` decides.
tr_address ledger_anybody(uint64_t random);

#endif
