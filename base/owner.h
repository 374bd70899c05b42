#ifndef TR_BASE_OWNER_H
#define TR_BASE_OWNER_H

// Which thread owns an object. Every long-lived object embeds one; every function that touches it
// opens with tr_owner_assert. Crossing threads is explicit: give on one side, take on the other.
//
// Always on: one compare against a thread-local address.

#include <stddef.h>

#include "base/must.h"

typedef struct tr_owner {
    const void *thread; // the owner's thread-local mark; NULL while given away
} tr_owner;

extern _Thread_local char tr_owner_mark;

static inline void tr_owner_take(tr_owner *self)
{
    tr_must(self->thread == NULL);
    self->thread = &tr_owner_mark;
}

static inline void tr_owner_assert(const tr_owner *self)
{
    tr_must(self->thread == &tr_owner_mark);
}

// A check for values that are read so often, and where a mistake harms so little, that only debug
// builds make it.
#ifdef TR_DEBUG
#define tr_owner_check(self) tr_owner_assert(self)
#else
#define tr_owner_check(self) ((void)0)
#endif

static inline void tr_owner_give(tr_owner *self)
{
    tr_owner_assert(self);
    self->thread = NULL;
}

#endif
