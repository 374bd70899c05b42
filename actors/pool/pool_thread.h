#ifndef TR_ACTORS_POOL_POOL_THREAD_H
#define TR_ACTORS_POOL_POOL_THREAD_H

// One pool thread and both ends of the inproc PAIR over which it talks to its core thread. The
// core's end hands it jobs and answers; the thread's end sends questions, messages and, last,
// pool_done. An empty ZeroMQ message means: stop; one of a single byte: look whether what you do is still
// wanted.
//
// Jobs come from its own core thread only; from actors it takes answers alone.
//
// Thread: the core thread's, but for the part that says otherwise. Owns: the thread and its
// sockets.

#include <ev.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

#include "actors/core/timer.h"
#include "actors/pool/pool.h"
#include "actors/pool/pool_queue.h"
#include "base/buf.h"

// A thread's view of its pool.
typedef struct tr_pool_thread_owner {
    void *pool;
    void (*on_message)(tr_pool_thread *self, tr_message *message); // takes what the thread sent
    // There was no memory for what the thread sent; of the message there is the head alone.
    void (*on_lost)(tr_pool_thread *self, const tr_message *head);
    uint32_t *more_count; // threads that have more
    tr_pool_function function;
} tr_pool_thread_owner;

struct tr_pool_thread {
    tr_core *core;
    tr_pool_thread_owner owner;
    pthread_t thread;
    tr_address address;
    unsigned index;
    void *core_end; // the core thread's
    ev_io watcher;
    bool has_more; // its pipe was not seen empty
    // Kept by the pool.
    tr_pool_job *job; // NULL: idle
    tr_timer deadline;
    bool is_stuck;
    bool is_background;
    uint64_t idle_since_ms;
    uint64_t open_question; // the one that it waits for; 0: none
    uint64_t asked_node;    // which process answers it
    uint32_t answer_type;   // by which that is answered; 0: any
    // From here on the pool thread's own.
    void *own_end;
    uint64_t node;
    uint64_t number; // of its job
    uint64_t asked;  // number of its last question
    bool is_stopping;
    bool has_too_much; // its result was over the cap
    tr_buf result;
    // Set by the core thread; relaxed, since they carry nothing but themselves.
    atomic_bool is_abandoned;  // it is stuck in a full pipe that nobody reads any more
    _Atomic uint64_t unwanted; // twice the number of a job that is over, and one when it is late
};

// NULL when the system has no thread or no sockets left.
tr_pool_thread *tr_pool_thread_start(tr_core *core, unsigned index, uint32_t generation,
                                     const tr_pool_thread_owner *owner);

// Hands it a message: its job, or an answer. TR_EFULL.
int tr_pool_thread_give(tr_pool_thread *self, const tr_message *message);

// Its job is over: the waits in it end with TR_ETIMEOUT when it is late, with TR_ECANCELLED
// otherwise.
void tr_pool_thread_unwant(tr_pool_thread *self, uint64_t number, bool is_late);

// Takes what it sent, but not more than a turn's worth: `has_more` tells.
void tr_pool_thread_drain(tr_pool_thread *self);

// Its waits end; it is not waited for.
void tr_pool_thread_tell_to_stop(tr_pool_thread *self);

// Waits for its end and frees it.
void tr_pool_thread_stop(tr_pool_thread *self);

#endif
