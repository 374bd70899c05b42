#ifndef TR_ACTORS_POOL_POOL_RECORD_H
#define TR_ACTORS_POOL_POOL_RECORD_H

// A pool as its own files know it.
//
// Thread: its core thread. Owns: its threads, its queue.

#include "actors/core/timer.h"
#include "actors/core/unsent.h"
#include "actors/pool/pool.h"
#include "actors/pool/pool_queue.h"
#include "actors/pool/pool_thread.h"
#include "base/histogram.h"
#include "wire/limits.h"

// Threads that count, those that are stuck, those of background handlers.
enum { TR_POOL_SLOTS = TR_POOL_THREADS_CAP + TR_POOL_STUCK_CAP + TR_POOL_BACKGROUND_CAP };

struct tr_pool {
    tr_core *core;
    tr_pool_function function;
    tr_pool_options options; // complete
    tr_pool_thread *threads[TR_POOL_SLOTS];
    uint32_t generation;
    uint32_t background; // threads that run a background handler
    uint32_t more_count; // threads that have more
    tr_pool_queue queue;
    uint64_t next_number;
    tr_unsent unsent; // handler_done whose way was full
    tr_timer tick;
    tr_pool_stats stats;
    tr_histogram wait_us;
    tr_histogram run_us;
};

tr_pool *tr_pool_of(tr_core *core);

// So that what found no room is tried again.
void tr_pool_keep_ticking(tr_pool *pool);

// The sender of a handler call hears what became of it; kept where there is no room.
void tr_pool_tell(tr_pool *pool, tr_address sender, uint64_t call, int64_t status);

#endif
