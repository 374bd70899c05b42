#ifndef TR_BASE_REFUSALS_H
#define TR_BASE_REFUSALS_H

// How often this process has refused something so that others are served, by reason
// (base/refusals.def). Counters only grow.
//
// Thread: any.

#include <stdint.h>

#define REFUSAL(id, ...) TR_REFUSAL_##id,
enum tr_refusal {
#include "base/refusals.def"
    TR_REFUSAL_COUNT
};
#undef REFUSAL

void tr_refusal_add(enum tr_refusal reason);
uint64_t tr_refusal_get(enum tr_refusal reason);

// "address_connections"; and what it counts, as a sentence's part.
const char *tr_refusal_name(enum tr_refusal reason);
const char *tr_refusal_help(enum tr_refusal reason);

#endif
