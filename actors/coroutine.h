#ifndef TR_ACTORS_COROUTINE_H
#define TR_ACTORS_COROUTINE_H

// A stackful coroutine on a core thread (Boost.Context): code that waits without blocking its
// thread. It starts at once, inside the caller's turn, runs until it first waits, and never leaves
// its thread. Stacks are pooled and guarded; their number (TR_COROUTINES_PER_CORE_CAP) is the limit
// on handlers in flight.
//
// Thread: the core thread. Owns: its stack.

#include <stdbool.h>
#include <stdint.h>

#include "wire/message.h"

typedef struct tr_core tr_core;
typedef struct tr_coroutine tr_coroutine;

// Runs `function(arg)` on a stack of its own. Returns when it first waits or ends; *out is NULL
// when it ended. TR_EFULL (too many), TR_ECANCELLED (the core thread ends): nothing ran. When the
// core thread ends, every coroutine that is left is cancelled.
int tr_coroutine_start(tr_core *core, void (*function)(void *arg), void *arg, tr_coroutine **out)
    __attribute__((warn_unused_result));

// The coroutine we run in; NULL outside of one.
tr_coroutine *tr_coroutine_current(void);

// Waits until tr_coroutine_resume; returns what that was given, or TR_ECANCELLED.
int tr_coroutine_suspend(void);

// Lets a waiting coroutine go on in this turn, or the next. A second call before it ran is a bug.
void tr_coroutine_resume(tr_coroutine *self, int result);

// Its current wait, and every later one, ends with TR_ECANCELLED.
void tr_coroutine_cancel(tr_coroutine *self);

// Waits for a time. 0 or TR_ECANCELLED.
int tr_coroutine_sleep(uint64_t delay_ms);

// Asks an actor and waits for the answer, which becomes the caller's to free. TR_ETIMEOUT, TR_EGONE
// (no such actor, or its node went away), TR_EFULL, TR_ECANCELLED.
int tr_coroutine_ask(tr_address from, tr_address to, unsigned type, const void *body,
                     uint64_t deadline_ms, tr_message **out) __attribute__((warn_unused_result));

#endif
