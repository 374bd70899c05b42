#ifndef TR_HOST_GATHERING_H
#define TR_HOST_GATHERING_H

// Asks the core threads of this process what they are like, from another thread, and waits for those
// that are not kept by code of the app.
//
// Thread: any but a core thread. Owns: what it was told.

#include <stdbool.h>
#include <stdint.h>

#include "metrics/metric.h"
#include "troupe/actors/system.h"
#include "wire/limits.h"

typedef struct tr_core_facts {
    bool has_answered;
    bool has_worker;       // it knows where a new session could live
    bool has_shards;       // sessions can be opened on it
    bool has_lost_brokers; // there were some, and none answers
    bool has_mixed_stores; // some workers have a store, and some have none
    bool is_store_away;    // there is one, and it does not answer
    tr_metric_rows rows;   // its metrics, where they were wanted
} tr_core_facts;

typedef struct tr_gathering tr_gathering;

// Returns once all have answered, or after `timeout_ms`.
tr_gathering *tr_gathering_of(tr_system *system, bool wants_metrics, uint64_t timeout_ms);

// An answer that comes later is dropped.
void tr_gathering_free(tr_gathering **self);

unsigned tr_gathering_cores(const tr_gathering *self);
const tr_core_facts *tr_gathering_at(const tr_gathering *self, unsigned core);

#endif
