#ifndef TR_HOST_INSPECTOR_H
#define TR_HOST_INSPECTOR_H

// Looks at running processes over the bus: asks the one at an endpoint (a broker, or any process
// that others reach) what runs there, and then every other one that it knows of.
//
// Thread: main. Owns: what it saw.

#include <stdbool.h>
#include <stdint.h>

#include "actors/system/orders.h"
#include "base/buf.h"
#include "host/seen.h"

typedef struct tr_inspection_options {
    const char *endpoint;
    const char *bus_key; // of the cluster; NULL: it has none
    bool insecure_bus;   // as in tr_system_options
    const char *node;    // only processes whose node number or name begins so; NULL: all
    // Processes that others do not know of, as members do not of brokers; lent.
    const char *const *more;
    unsigned more_count;
    uint64_t timeout_ms; // for each answer
    uint64_t sample_ms;  // between turning the measuring of time on and looking
    bool sections[TR_INSPECT_SECTIONS];
    uint32_t sessions_max; // so many sessions are enough
    bool has_order;        // then the processes that were seen are given it
    bool is_order_for_one; // and it is refused when there are several
    bool
        is_order_for_session; // then the core thread that has it is given it, by the session's name:
    // `order_value`; again while the session cannot be had, until the time is up
    enum tr_order order;
    const char *order_value;
} tr_inspection_options;

typedef struct tr_inspection {
    tr_seen_core *cores; // in the order of asking: those of one process together
    uint32_t count;
    tr_buf failures;   // a line each: a process that should have answered and did not
    bool is_answered;  // the first process did
    uint32_t obeyed;   // how many carried the order out
    uint32_t obedient; // which core thread did, of an order about a session
} tr_inspection;

// What to say of an endpoint at which nobody answers.
const char *tr_inspection_silence(const tr_inspection_options *options);

// TR_ENOTFOUND: the endpoint's host has no address; TR_ESYSTEM. A process that could not be seen is
// no error here: it is in `failures`.
int tr_inspect(const tr_inspection_options *options, tr_inspection *out)
    __attribute__((warn_unused_result));

void tr_inspection_done(tr_inspection *self);

#endif
