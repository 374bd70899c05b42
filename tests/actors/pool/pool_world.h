#ifndef TR_TESTS_ACTORS_POOL_POOL_WORLD_H
#define TR_TESTS_ACTORS_POOL_POOL_WORLD_H

// A core thread with a pool, calls that are submitted to it, and the notes of their ends.

#include "tests/support/system.h"

enum { TRANSPORTS = 4 };

// The order to the pool's function, and its outcome. One per test.
struct bench {
    int64_t (*work)(tr_pool_thread *thread, const tr_message *call);
    script owner; // submits the calls and hears of their end
    script other; // another one that does
    script asked;
    tr_address to;
    tally begun;
    tally may_end;
    uint64_t done_sum;
    int64_t last_status;
    unsigned submits;
    uint64_t deadline_ms; // of each call; 0: the pool's
    uint64_t order[8];    // in which the first calls began
    uint64_t order_count;
};
extern struct bench pool_bench;

enum { OTHERS_CALLS = 1000 }; // their numbers begin here

void pool_answer_next(tr_actor *self, script *of, tr_message *message);

tr_system *pool_up_with(enum tr_transport transport, const tr_pool_options *options,
                        int64_t (*work)(tr_pool_thread *thread, const tr_message *call));

tr_system *pool_up(enum tr_transport transport,
                   int64_t (*work)(tr_pool_thread *thread, const tr_message *call));

int pool_submit_one(tr_core *core, tr_address from, uint64_t number);

void pool_submit_on(tr_system *system, unsigned calls);

tr_pool_stats pool_pool_of(tr_system *system);

int64_t pool_at_once(tr_pool_thread *thread, const tr_message *call);

bool pool_has_threads(tr_core *core, void *arg);

int64_t pool_background_sleeps(tr_pool_thread *thread, const tr_message *call);

void pool_submit_background(tr_core *core, void *arg);

int64_t pool_ask_for_next(tr_pool_thread *thread, uint64_t number, uint64_t deadline_ms);

void pool_say_nothing(tr_actor *self, script *of, tr_message *message);

#endif
