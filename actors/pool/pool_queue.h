#ifndef TR_ACTORS_POOL_POOL_QUEUE_H
#define TR_ACTORS_POOL_POOL_QUEUE_H

// Which job a pool thread takes next. Each sender has a queue of its own, and they take turns:
// however much one of them sends, another one's job waits for one job of each sender at most.
//
//     ready ring:  A ──▶ B ──▶ C        pop takes A's first job; A goes behind C
//                  1     4     9
//                  2     5
//                  3
//
// A sender may have at most `run_share` jobs running; one that has is out of the ring until a job
// of its own ends. And it may wait with at most as many jobs as there are free places, so that half
// of them, then a quarter, and so on are left for others. Pure.
//
// Thread: the core thread's. Owns: the jobs that wait in it.

#include <stdbool.h>
#include <stdint.h>

#include "base/map.h"
#include "wire/message.h"

typedef struct tr_pool_sender tr_pool_sender;
typedef struct tr_pool_waiter tr_pool_waiter;

// A callback that hears of a job's end in place of an actor. It lives until `on_end` was called, or
// the job was cancelled.
struct tr_pool_waiter {
    void (*on_end)(tr_pool_waiter *self, int64_t status, tr_slice result); // lends the result
};

typedef struct tr_pool_job {
    struct tr_pool_job *next;
    struct tr_pool_job *prev;
    tr_pool_sender *sender; // NULL: of nobody, it takes no part in the turns
    tr_message *message;    // the message to the pool thread
    uint64_t number;        // from 1, unique in its pool
    uint64_t since_ns;      // it waits, or runs
    uint64_t deadline_ms;   // of running; 0: none
    tr_pool_waiter *waiter; // the coroutine that hears of its end,
    tr_address asker;       // or the actor; neither: a handler call, its sender does
} tr_pool_job;

void tr_pool_job_free(tr_pool_job *job);

// Zeroed, with cap and share set, it is empty.
typedef struct tr_pool_queue {
    tr_map senders;
    tr_pool_sender *ready; // senders in the order of their turns
    uint32_t count;        // of jobs
    uint32_t cap;
    uint32_t run_share;
} tr_pool_queue;

// May this sender wait with one more?
bool tr_pool_queue_has_room(const tr_pool_queue *self, tr_address sender);

// Is nobody ahead of it, so that its next job would be the first?
bool tr_pool_queue_is_next(const tr_pool_queue *self, tr_address sender);

// Takes the job, whether or not there is room.
void tr_pool_queue_push(tr_pool_queue *self, tr_address sender, tr_pool_job *job);

// The caller's now, and counted as running until tr_pool_queue_ended; NULL when none may run.
tr_pool_job *tr_pool_queue_pop(tr_pool_queue *self);

// A job that was popped ended.
void tr_pool_queue_ended(tr_pool_queue *self, tr_pool_job *job);

// Takes out what fits, as a list; the caller's.
tr_pool_job *tr_pool_queue_take(tr_pool_queue *self,
                                bool (*fits)(const tr_pool_job *job, const void *arg),
                                const void *arg);

// Frees everything, jobs included.
void tr_pool_queue_done(tr_pool_queue *self);

#endif
