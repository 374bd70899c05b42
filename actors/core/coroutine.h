#ifndef TR_ACTORS_CORE_COROUTINE_H
#define TR_ACTORS_CORE_COROUTINE_H

// The private side of coroutines, for the files of actors/ (troupe/actors/coroutine.h is the public
// one).
//
// Thread: the core thread. stack_overflow.c reads who runs in a signal handler of that same thread.

#include <stddef.h>

#include "actors/core/coroutine_stack.h"
#include "actors/core/sanitizer.h"
#include "base/map.h"
#include "base/tag.h"
#include "troupe/actors/coroutine.h"

// Something to do when the coroutine ends. In caller storage; whoever ends earlier drops it.
typedef struct tr_cleanup {
    struct tr_cleanup *below;
    struct tr_cleanup *above;
    void (*function)(void *arg);
    void *arg;
    bool is_heap; // of tr_coroutine_cleanup_push
} tr_cleanup;

struct tr_coroutine {
    TR_TAG;
    tr_core *core;
    tr_coroutine *next;      // in the resumed or the yielded list
    tr_coroutine *live_next; // all that were started and have not ended
    tr_coroutine *live_prev;
    void *context; // where it waits; while it runs, where its resumer waits
    const char *name;
    const char *waits_for; // "sleep", "ask", ...; NULL: to be resumed
    const char *asks;      // the message's name
    uint64_t since_ms;     // it waits
    void (*function)(void *arg);
    void *arg;
    unsigned char *stack;  // lowest usable byte
    tr_coroutine *resumer; // the coroutine whose stack switched to us; NULL: the thread's own
    tr_cleanup *cleanups;  // the last pushed
    uint32_t cleanup_count;
    uint32_t asking_count;
    uint32_t refused_waits; // since it was cancelled
    uint64_t wait_count;    // own waits so far
    uint64_t wait_key;      // of the wait it is in or about to begin; 0: an open one
    int result;
    bool is_waiting;
    bool is_resumed;
    bool is_shielded; // in a wait that cancelling does not end
    bool is_cancelled;
    bool is_done;
    void *fake_stack; // these three are AddressSanitizer's
    const void *resumer_bottom;
    size_t resumer_size;
#ifdef TR_TSAN
    void *fiber;
    void *resumer_fiber;
    bool has_returned; // from its function
#endif
};

typedef struct tr_coroutine_list {
    tr_coroutine *head;
    tr_coroutine *tail;
} tr_coroutine_list;

// Puts what belongs to the code that runs now in its place, on this thread, and returns what was
// there.
typedef void *tr_coroutine_carry(void *mine);

#define TR_TSAN_FIBERS_KEPT 64u

struct tr_coroutines {
    tr_coroutine_carry *carry; // see tr_coroutine_set_carry
    tr_coroutine *running;     // NULL: the thread's own stack
    tr_coroutine *live;
    tr_coroutine_list resumed;
    tr_coroutine_list yielded; // go on in the next turn
    uint64_t turn;             // that `runs_left` is of
    uint32_t runs_left;
    tr_map fd_waits; // by descriptor + 1
    tr_stacks stacks;
#ifdef TR_TSAN
    void *fibers[TR_TSAN_FIBERS_KEPT]; // of coroutines that have ended
    unsigned fiber_count;
#endif
};

void tr_coroutines_open(tr_core *self);
void tr_coroutines_close(tr_core *self);
void tr_coroutines_tick(tr_core *self);

// Runs what was resumed. TR_COROUTINE_RUNS_PER_TURN at most in a turn, so that coroutines that
// resume each other starve nobody.
void tr_coroutines_run(tr_core *self);
bool tr_coroutines_can_run(const tr_core *self); // in this turn
bool tr_coroutines_pending(const tr_core *self); // in this turn or the next

typedef struct tr_coroutine_info {
    const char *name;
    const char *waits_for; // "run": for nothing
    const char *asks;      // or NULL
    uint64_t since_ms;
} tr_coroutine_info;

// Those that were started and have not ended, the latest first, without the first `skip`. Returns
// how many it filled in.
unsigned tr_coroutines_list(const tr_core *core, uint32_t skip, tr_coroutine_info *out,
                            unsigned cap);

// -- waking --
//
// A coroutine goes on by tr_coroutine_wake alone, and each wait is woken once. Answers, deadlines,
// ends of groups and cancelling may all come in one turn: the first one wins, the others do
// nothing, and none of them reaches a later wait of the same coroutine.
//
// - An own wait: key = tr_coroutine_own_wait(self, "ask"), suspend; tr_coroutine_wake(self, key, …).
// - An open wait: tr_coroutine_suspend(); tr_coroutine_resume(self, …).
//
// Cancelling wakes both kinds, but for a shielded wait.

// Announces the next wait of the coroutine that runs: `what` is for people. Returns the key without
// which nobody wakes it.
uint64_t tr_coroutine_own_wait(tr_coroutine *self, const char *what);

// Lets it go on with `result` if it is in the wait of that key and was not woken yet (0: an open
// wait).
void tr_coroutine_wake(tr_coroutine *self, uint64_t key, int result);

// tr_coroutine_suspend with an end: TR_ETIMEOUT when nobody woke it.
int tr_coroutine_suspend_until(uint64_t deadline_ms);

// From now on, whenever a coroutine of this core thread waits, `carry` is called with NULL, and
// with what that returned when it goes on: how a room above keeps a thread-local right in every
// wait. Before any runs.
void tr_coroutine_set_carry(tr_core *core, tr_coroutine_carry *carry);

// As tr_coroutine_suspend, but cancelling does not end it.
void tr_coroutine_suspend_shielded(void);

void tr_cleanup_add(tr_coroutine *self, tr_cleanup *cleanup, void (*function)(void *arg),
                    void *arg);
void tr_cleanup_drop(tr_coroutine *self, tr_cleanup *cleanup);

// The first line of what only a coroutine may call: as tr_coroutine_check, with a line in the log
// where there is none.
int tr_coroutine_enter(const char *call);

#endif
