#ifndef TROUPE_ADDRESS_H
#define TROUPE_ADDRESS_H

// The place of an actor, on any thread of any process: sending needs nothing else. `node` is a
// random number that a process draws anew at every start, so an address of a restarted process can
// never reach its successor. `actor` packs the core thread, a generation that fences a reused slot,
// and the slot: core:8 | generation:24 | slot:32.
//
// Thread: any (a value).

#include <stdint.h>

#include "troupe/language.h"

typedef struct tr_address {
    uint64_t node;
    uint64_t actor;
} tr_address;

#define TR_NOWHERE TR_GIVEN_(tr_address, 0, 0)

static inline int tr_address_equal(tr_address a, tr_address b)
{
    return a.node == b.node && a.actor == b.actor;
}

static inline int tr_address_is_set(tr_address self)
{
    return self.actor != 0;
}

static inline unsigned tr_address_core(tr_address self)
{
    return (unsigned)(self.actor >> 56);
}

#endif
