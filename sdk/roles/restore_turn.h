#ifndef TR_SDK_ROLES_RESTORE_TURN_H
#define TR_SDK_ROLES_RESTORE_TURN_H

// The turn of the one core thread of a process that restores a page alone (restore_tries.h). All zero:
// nobody has it.
//
// Thread: any. Owns: nothing.

#include <stdatomic.h>
#include <stdbool.h>

typedef struct tr_restore_turn {
    atomic_bool is_taken; // relaxed: it guards no memory
} tr_restore_turn;

static inline bool tr_restore_turn_is_free(const tr_restore_turn *self)
{
    return !atomic_load_explicit(&self->is_taken, memory_order_relaxed);
}

static inline bool tr_restore_turn_take(tr_restore_turn *self)
{
    return !atomic_exchange_explicit(&self->is_taken, true, memory_order_relaxed);
}

static inline void tr_restore_turn_give(tr_restore_turn *self)
{
    atomic_store_explicit(&self->is_taken, false, memory_order_relaxed);
}

#endif
