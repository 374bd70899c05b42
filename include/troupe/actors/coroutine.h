#ifndef TROUPE_COROUTINE_H
#define TROUPE_COROUTINE_H

// A coroutine: code on a stack of its own that waits without blocking its thread. It is started on
// a core thread, runs at once inside the caller's turn until it first waits, and never leaves its
// thread; between two waits nothing else runs there.
//
//     static void fetch(void *arg)
//     {
//         struct job *job = arg;
//         if (tr_coroutine_cleanup_push(close_job, job) < 0)
//             return;
//         int ready = tr_coroutine_wait_fd(job->fd, TR_FD_READABLE, 5000);
//         if (ready < 0)
//             return;                 // TR_ETIMEOUT, TR_ECANCELLED: close_job runs all the same
//         ...
//     }
//
//     tr_coroutine_start(core, "fetch", fetch, job, NULL);
//
// Every wait has a deadline or an end, and can be cancelled. Its stack is TR_COROUTINE_STACK_BYTES
// (256 KiB) of which only what was touched is resident: 4 KiB at least. Running over its end ends
// the process with SIGSEGV, behind a log line `event=stack_overflow handler=<name>`.
//
// How many may be in flight at once on a core thread is bounded
// (tr_system_options.coroutines_per_core), and so is their number in the process by
// vm.max_map_count on kernels before 6.13: TR_EFULL is the answer, and the caller's to pass on.
//
// Do not hold a mutex over a wait, nor the address of a thread-local (errno). Code that blocks by
// itself (getaddrinfo, files) belongs on a pool thread.
//
// Thread: the core thread it was started on, for everything here. Owns: its stack.

#include <stdbool.h>
#include <stdint.h>

#include "troupe/actors/actor.h"
#include "troupe/actors/fd.h"
#include "troupe/actors/message.h"
#include "troupe/err.h"

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

typedef struct tr_core tr_core;
typedef struct tr_coroutine tr_coroutine;

// -- life --

// Runs `function(arg)` on a stack of its own and returns when it first waits or has ended. `name`
// is for people and must outlive it. *out, unless `out` is NULL, is the coroutine until it ends, or
// NULL when it has ended already. TR_EFULL (too many), TR_ECANCELLED (the core thread ends):
// nothing ran. When the core thread ends, every coroutine that is left is cancelled.
int tr_coroutine_start(tr_core *core, const char *name, void (*function)(void *arg), void *arg,
                       tr_coroutine **out) __attribute__((warn_unused_result));

// The coroutine we run in; NULL outside of one.
tr_coroutine *tr_coroutine_current(void);
const char *tr_coroutine_name(const tr_coroutine *self);

// -- cancelling --

// Asks it to end: its current wait, and every later one, returns TR_ECANCELLED at once. C has no
// unwinding: the function is expected to return, and then its cleanups run. One that goes on
// waiting in spite of it is ended by force at its wait number TR_CANCELLED_WAITS_CAP (1 024) since:
// its cleanups run, the wait never returns, and what its frames held besides is lost (a log line
// `event=coroutine_ended_by_force` says so). One that never waits at all keeps its thread.
void tr_coroutine_cancel(tr_coroutine *self);

// A wait that takes no time: 0, or TR_ECANCELLED. For long computations, and for waits of your own.
int tr_coroutine_check(void);

// `function(arg)` runs when this coroutine ends, however it ends: last pushed, first run, on its
// stack. It may wait (in vain, once cancelled). TR_EFULL: TR_CLEANUPS_PER_COROUTINE_CAP (1 024) are
// there; nothing was pushed.
int tr_coroutine_cleanup_push(void (*function)(void *arg), void *arg)
    __attribute__((warn_unused_result));

// Takes the last one pushed back off, and runs it if `run`.
void tr_coroutine_cleanup_pop(bool run);

// -- waiting --
// Outside of a coroutine every wait is TR_EWRONGTHREAD.

// Lets everything else that can run do so first, sockets included. 0 or TR_ECANCELLED.
int tr_coroutine_yield(void);

// Waits for a time. 0 or TR_ECANCELLED.
int tr_coroutine_sleep(uint64_t delay_ms);

// Waits until the descriptor, which should not block, is ready. Returns the events it is ready for
// (positive, of those asked for; both when the other end has closed or failed), TR_ETIMEOUT,
// TR_ECANCELLED, TR_EINVALID (not open), TR_EGONE (tr_coroutine_fd_closing). Regular files are
// always ready.
int tr_coroutine_wait_fd(int fd, unsigned events, uint64_t deadline_ms)
    __attribute__((warn_unused_result));

// Call it before closing a descriptor that other coroutines of this thread may be waiting for:
// their waits end with TR_EGONE. (The kernel would forget them, and they would wait until their
// deadline.)
void tr_coroutine_fd_closing(int fd);

// As tr_spawn_on, and waits for it: 0 with the new actor's address, or what tr_spawn returns there;
// TR_EINVALID, TR_EFULL, TR_ETIMEOUT (that core thread did not answer; it may still make it),
// TR_ECANCELLED.
int tr_coroutine_spawn_on(unsigned core, const tr_behaviour *behaviour, const void *args,
                          size_t args_size, tr_address *out) __attribute__((warn_unused_result));

// Waits for events of the author's own: until tr_coroutine_resume is called; returns the result
// given there, or TR_ECANCELLED.
int tr_coroutine_suspend(void);

// Lets a coroutine that waits in tr_coroutine_suspend go on, in this turn or the next. One that was
// resumed or cancelled already, runs, or waits for something else (a sleep, an answer, …) is left
// as it is: so several may resume it, and the first one's result counts. Not one that has ended.
void tr_coroutine_resume(tr_coroutine *self, int result);

// -- asking --

// Asks an actor and waits for the answer, which becomes the caller's to free (tr_message_free). The
// question is asked in the name of `from`: an actor of this core thread, or TR_NOWHERE.
// TR_ETIMEOUT, TR_EGONE (no such actor, or its node went away), TR_EFULL, TR_ECANCELLED.
int tr_coroutine_ask(tr_address from, tr_address to, uint32_t type, const void *body,
                     uint64_t deadline_ms, tr_message **out) __attribute__((warn_unused_result));

// The same in steps, for several at once: start each, join, take each answer.
//
//     for (int i = 0; i < 3; i++)
//         if (tr_asking_start(me, shop[i], TR_MSG_price, &(tr_msg_price){...}, 1000, &asking[i]) <
//         0)
//             ...
//     tr_asking_join(asking, 3, 3);   // of all three; 1: of the first that is over
//     for (int i = 0; i < 3; i++)
//         if (tr_asking_take(&asking[i], &answer) == 0)
//             ...
//
// A question that nobody took is given up when its coroutine ends.
typedef struct tr_asking tr_asking;
int tr_asking_start(tr_address from, tr_address to, uint32_t type, const void *body,
                    uint64_t deadline_ms, tr_asking **out) __attribute__((warn_unused_result));

// Waits until `wanted` of them are over: answered, refused or late. Entries may be NULL, and count
// for nothing; when fewer than `wanted` are left, all of them. 0 or TR_ECANCELLED.
int tr_asking_join(tr_asking *const *list, unsigned count, unsigned wanted);

// Its answer (the caller's to free), or why there is none, as of tr_coroutine_ask. One that is not
// over is given up: TR_ECANCELLED. *self becomes NULL.
int tr_asking_take(tr_asking **self, tr_message **out) __attribute__((warn_unused_result));

// -- several at once --

// Coroutines that belong to the one that started them and never outlive it: a coroutine that ends
// with a group cancels its members and waits for them.
//
//     tr_group *group = tr_group_new();
//     for (int i = 0; i < 3; i++)
//         if (tr_group_start(group, "download", download, &part[i]) < 0)
//             ...
//     int result = tr_group_wait_all(group, 10000);
//     tr_group_free(&group);
typedef struct tr_group tr_group;

// Of the coroutine we run in; only it uses the group.
tr_group *tr_group_new(void);

// As tr_coroutine_start. TR_EFULL also when TR_GROUP_MEMBERS_CAP (32 768) are running or not yet
// told of by a wait.
int tr_group_start(tr_group *self, const char *name, void (*function)(void *arg), void *arg)
    __attribute__((warn_unused_result));

// Waits until every member has ended: 0, TR_ETIMEOUT, TR_ECANCELLED.
int tr_group_wait_all(tr_group *self, uint64_t deadline_ms);

// Waits until one more member has ended, and says which by its argument; each is told of once, in
// the order in which they ended. 0, TR_ENOTFOUND (none is left), TR_ETIMEOUT, TR_ECANCELLED.
int tr_group_wait_any(tr_group *self, uint64_t deadline_ms, void **out_arg);

// Cancels every member that still runs. Does not wait.
void tr_group_cancel(tr_group *self);

// Cancels, waits until all have ended, frees. Also done when the coroutine ends. NULL inside is
// fine.
void tr_group_free(tr_group **self);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif
