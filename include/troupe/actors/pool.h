#ifndef TROUPE_POOL_H
#define TROUPE_POOL_H

// Threads for work that blocks: a slow library, a database client, a long computation. Every core
// thread has a pool of its own that grows on demand and shrinks when idle; work that finds no
// thread free waits in a bounded queue in which the senders take turns.
//
//     static int64_t resolve(tr_pool_thread *thread, const void *input, size_t size)
//     {
//         struct addrinfo *found;
//         ... getaddrinfo(input, ...) ...
//         return tr_pool_give(thread, found->ai_addr, found->ai_addrlen);
//     }
//
//     // in a coroutine: waits here, and blocks nobody
//     int64_t status = tr_pool_run(resolve, name, strlen(name) + 1, 5000, &address, &address_size);
//
//     // in an actor: `pool_done` comes when it is over
//     int64_t reference = tr_pool_start(self, resolve, name, strlen(name) + 1, 5000);
//
// Input and result are copied; memory behind a pointer in the input is shared by the author's own
// choice and care. The sync handlers of pages (troupe/pages/event.h) run in the same pools.
//
// A job that runs past its deadline is over for its caller: TR_ETIMEOUT. Its thread cannot be
// killed. It is counted as stuck and another one takes its place (up to TR_POOL_STUCK_CAP of them),
// its waits (tr_pool_sleep and the like) end with TR_ETIMEOUT, and once it does return it works on.
// Time in the queue does not count.
//
// Thread: as each function says.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "troupe/actors/address.h"

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

typedef struct tr_actor tr_actor;
typedef struct tr_core tr_core;
typedef struct tr_pool_thread tr_pool_thread;

#define TR_POOL_THREADS_CAP 256u              // the most that threads_max can be
#define TR_POOL_QUEUE_MAX 65536u              // the most that queue_cap can be
#define TR_POOL_STUCK_CAP 16u                 // stuck threads that are replaced
#define TR_POOL_BYTES_CAP (16u * 1024 * 1024) // of an input, of a result
#define TR_POOL_NO_DEADLINE UINT64_MAX

// Of each core thread's pool (tr_system_options). Members that are 0 get their defaults.
typedef struct tr_pool_options {
    uint32_t threads_min; // how many stay, once they were needed (0)
    uint32_t threads_max; // (64)
    uint32_t queue_cap;   // jobs that wait (1024)
    uint64_t idle_ms;     // a thread without work for so long ends (10 000)
    uint64_t
        deadline_ms; // of jobs and handlers that name none (300 000); TR_POOL_NO_DEADLINE: none
} tr_pool_options;

// 0, or TR_EINVALID: over a cap, or the minimum over the maximum.
int tr_pool_options_check(const tr_pool_options *options) __attribute__((warn_unused_result));

// -- starting a job --

// The job, on a pool thread; lends the input. The return value is the job's status: 0 or more when
// all went well, or a negative error.
typedef int64_t (*tr_pool_work)(tr_pool_thread *thread, const void *input, size_t size);

// Has a pool thread run it and waits. For coroutines, on their core thread. The job's status, or
// TR_EFULL (the queue is, for this sender), TR_ETIMEOUT (it ran past its deadline), TR_ECANCELLED
// (the coroutine was: a job that waits is dropped, the waits of a running one end), TR_ETOOBIG
// (input or result over TR_POOL_BYTES_CAP, or the result over *result_size, which then says how
// large it is), TR_EWRONGTHREAD (not in a coroutine). `deadline_ms` 0: the pool's. `result` may be
// NULL; *result_size is its room before, and the result's bytes after.
int64_t tr_pool_run(tr_pool_work work, const void *input, size_t size, uint64_t deadline_ms,
                    void *result, size_t *result_size);

// Has a pool thread run it; the signal `pool_done` (reference, status, result) comes to the actor
// when it is over. A positive reference, or TR_EFULL, TR_ETOOBIG, TR_ECANCELLED (the core thread
// ends). When the actor ends first, the result is dropped.
int64_t tr_pool_start(tr_actor *self, tr_pool_work work, const void *input, size_t size,
                      uint64_t deadline_ms) __attribute__((warn_unused_result));

// -- in the job, on its pool thread --
//
// From any other thread each returns TR_EWRONGTHREAD.

// Gives the result: copied, an earlier one is replaced. 0 or TR_ETOOBIG.
int tr_pool_give(tr_pool_thread *self, const void *bytes, size_t size);

// Sleeps. 0; TR_ETIMEOUT at once when the job is past its deadline; TR_ECANCELLED when nobody waits
// for it any more or the process stops.
int tr_pool_sleep(tr_pool_thread *self, uint64_t delay_ms);

// 0, TR_ETIMEOUT or TR_ECANCELLED as above, without waiting: for long loops to look at.
int tr_pool_look(tr_pool_thread *self);

// Sends a message to an actor anywhere (tr_pool_send(thread, to, TR_MSG_greet,
// &(tr_msg_greet){...})). 0; TR_ECANCELLED when the process stops; TR_EINVALID (no such type, a
// text that is not UTF-8), TR_ETOOBIG (over 24 MiB). Whether it arrived is not told.
int tr_pool_send(tr_pool_thread *self, tr_address to, unsigned type, const void *body);

// The pool thread we are on; NULL elsewhere. From any thread.
tr_pool_thread *tr_pool_thread_current(void);

// -- for metrics --

// Microseconds; percentiles are at most a quarter too high.
typedef struct tr_pool_times {
    uint64_t count;
    uint64_t sum;
    uint64_t max;
    uint64_t p50;
    uint64_t p99;
} tr_pool_times;

typedef struct tr_pool_stats {
    uint32_t threads; // all there are: idle ones, running ones, stuck ones
    uint32_t idle;
    uint32_t stuck;  // past the deadline of what they run
    uint32_t queued; // jobs that wait
    uint64_t calls;  // jobs begun
    uint64_t refused;
    uint64_t late;      // jobs that ran past their deadline
    uint64_t cancelled; // jobs that nobody waited for any more
    tr_pool_times wait; // from the start to a thread
    tr_pool_times run;  // on the thread, of jobs that returned
} tr_pool_stats;

// Of this core thread's pool; all zero when it has none yet.
tr_pool_stats tr_pool_stats_get(tr_core *core);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif
