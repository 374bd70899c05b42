#ifndef TR_ACTORS_POOL_H
#define TR_ACTORS_POOL_H

// Threads for blocking work. Each core thread has a pool of its own that grows on demand to
// TR_POOL_THREADS_CAP and shrinks when idle; calls wait in a bounded queue. A call is the message
// handler_call; the pool thread runs it and handler_done goes back to the actor that submitted it.
// A pool thread can ask actors and wait for the answer; it shares no memory with them.
//
// Thread: tr_pool_submit on the core thread; tr_pool_ask and friends on the pool thread. Owns: its
// threads and their sockets.

#include <stdint.h>

#include "wire/message.h"

typedef struct tr_core tr_core;
typedef struct tr_pool tr_pool;
typedef struct tr_pool_thread tr_pool_thread;

// Runs one call on a pool thread and returns its status.
typedef int64_t (*tr_pool_function)(tr_pool_thread *thread, const tr_message *call);

// What every call of this core thread's pool runs. Once, before the first submit.
void tr_pool_set_function(tr_core *core, tr_pool_function function);

// How long a thread stays without work; TR_POOL_IDLE_MS unless a test says otherwise.
void tr_pool_set_idle_ms(tr_core *core, uint64_t idle_ms);

// TR_EFULL when the queue is full, TR_ECANCELLED when the core thread ends.
int tr_pool_submit(tr_core *core, tr_address from, const tr_msg_handler_call *call)
    __attribute__((warn_unused_result));

// The pool thread we are on; NULL elsewhere.
tr_pool_thread *tr_pool_thread_current(void);

// A well-known actor of the core thread that this pool thread works for.
tr_address tr_pool_thread_home(const tr_pool_thread *self, uint32_t slot);

// Asks an actor and blocks until the answer, which becomes the caller's. TR_ETIMEOUT, TR_EGONE,
// TR_EFULL (it cannot take the question now), TR_ECANCELLED (the process stops).
int tr_pool_ask(tr_pool_thread *self, tr_address to, unsigned type, const void *body,
                uint64_t deadline_ms, tr_message **out) __attribute__((warn_unused_result));

// Sends without waiting for anything.
int tr_pool_send(tr_pool_thread *self, tr_address to, unsigned type, const void *body);

// Sleeps; TR_ECANCELLED at once when the process stops.
int tr_pool_sleep(tr_pool_thread *self, uint64_t delay_ms);

// Calls running and waiting, and threads, for metrics and tests.
typedef struct tr_pool_stats {
    uint32_t threads;
    uint32_t idle;
    uint32_t queued;
    uint64_t calls;
} tr_pool_stats;
tr_pool_stats tr_pool_stats_get(tr_core *core);

#endif
