#ifndef TESTS_SUPPORT_SYSTEM_H
#define TESTS_SUPPORT_SYSTEM_H

// Helpers that tests of the runtime share: systems that are up or the test fails, a function run on
// a core thread and waited for, a counter that one thread adds to and another waits on, and actors
// whose behaviour a test writes as plain functions. Waiting is for a fact, with a deadline; nothing
// sleeps.
//
// Thread: a test's; what runs on a core thread says so.

#include <check.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

#include "actors/core/core.h"
#include "actors/core/timer.h"
#include "actors/pool/pool.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/mem.h"
#include "troupe/actors/coroutine.h"
#include "troupe/actors/system.h"
#include "troupe/err.h"
#include "wire/limits.h"
#include "wire/message.h"

#if defined(__SANITIZE_THREAD__)
#define TEST_UNDER_TSAN 1
#else
#define TEST_UNDER_TSAN 0
#endif

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define TEST_UNDER_SANITIZER 1
#else
#define TEST_UNDER_SANITIZER 0
#endif

// For what hangs, not for what a busy machine and a sanitizer slow down: 32 MiB take seconds there.
#define TEST_DEADLINE_MS 60000u

// The call returns 0, or this very error.
#define ok(call) ck_assert_int_eq((call), 0)
#define fails(call, code) ck_assert_int_eq((call), (code))

typedef struct tally {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    uint64_t count;
} tally;
#define TALLY                                                                                      \
    {                                                                                              \
        PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, 0                                     \
    }

void tally_add(tally *self, uint64_t count);
uint64_t tally_get(tally *self);
// Fails the test when the count is not reached before the deadline.
void tally_wait(tally *self, uint64_t at_least);

tr_system *system_up(unsigned cores, enum tr_transport transport);
tr_system *system_up_with(const tr_system_options *options);

// Runs on that core thread and returns when it did.
void on_core(tr_system *self, unsigned core, void (*function)(tr_core *core, void *arg), void *arg);

// A millisecond, for a loop that asks until something is so: the processor is for those who make it so.
void look_again_soon(void);

// Asks a core thread until it says yes; fails the test after the deadline.
void eventually_on(tr_system *self, unsigned core, bool (*is_so)(tr_core *core, void *arg),
                   void *arg);

tr_core_stats stats_of(tr_system *self, unsigned core);

// An actor that calls the functions of its script. The script outlives it.
typedef struct script {
    void (*on_message)(tr_actor *self, struct script *script, tr_message *message);
    void (*on_turn_end)(tr_actor *self, struct script *script);
    void (*on_stop)(tr_actor *self, struct script *script);
    int start_result;
    void *arg;
    tr_address address; // once it was spawned
    tally received;
    tally turns;
    tally stopped;
} script;
#define SCRIPT .received = TALLY, .turns = TALLY, .stopped = TALLY

extern const tr_behaviour script_behaviour;          // default mailbox
extern const tr_behaviour small_script_behaviour;    // a mailbox of 4
extern const tr_behaviour large_script_behaviour;    // a mailbox that never fills in a test
extern const tr_behaviour trapping_script_behaviour; // traps exits

script *script_of(tr_actor *self);
tr_address spawn(tr_core *core, script *script);
tr_address spawn_as(tr_core *core, const tr_behaviour *behaviour, script *script, uint32_t slot);
// From the test's thread.
void spawn_on(tr_system *self, unsigned core, script *script);

// Tells every core thread of `self` that these systems are the cluster.
void routes_tell(tr_system *self, tr_system *const *members, unsigned count);

unsigned thread_count(void);
// A joined thread may still be listed for a moment: waits until there are so many.
void threads_are(unsigned count);
unsigned fd_count(void);
// A connection that was refused may be open for a moment more: waits until there are no more.
void fds_are_at_most(unsigned count);

#endif
