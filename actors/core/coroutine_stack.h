#ifndef TR_ACTORS_CORE_COROUTINE_STACK_H
#define TR_ACTORS_CORE_COROUTINE_STACK_H

// Memory for coroutines' stacks: mapped, never from the heap, with a guard below, so that running
// over the end faults instead of writing into somebody else's data. Only the pages that were
// touched are resident. Ended ones are kept for the next, up to a bound, and go back to the system
// when nobody needs them.
//
// The guard is made by MADV_GUARD_INSTALL where the kernel has it (Linux 6.13), and by mprotect
// elsewhere. The latter costs each stack a mapping of its own, of which a process has
// vm.max_map_count: that is what bounds the stacks of a process.
//
// Thread: a pool belongs to one thread; the bound is the process's. Owns: what it keeps.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "wire/limits.h"

typedef struct tr_stacks {
    unsigned char *kept[TR_STACKS_KEPT_CAP]; // the last is the warmest
    uint32_t count;
    uint32_t lowest; // of `count`, since it was last trimmed
} tr_stacks;

// The lowest usable byte of TR_COROUTINE_STACK_BYTES; what is in it is left over from before. NULL:
// no more may be had.
unsigned char *tr_stacks_take(tr_stacks *self);
void tr_stacks_give(tr_stacks *self, unsigned char *stack);

// Once in a while: half of those that nobody has needed since the last time go back to the system.
void tr_stacks_trim(tr_stacks *self);
void tr_stacks_done(tr_stacks *self);

// Is this address in the guard below that stack? Safe in a signal handler.
bool tr_stack_is_guard(const unsigned char *stack, const void *address);

// How many are mapped, in use or kept, by all threads; and how many may be.
uint32_t tr_stacks_mapped(void);
uint32_t tr_stacks_cap(void);

// For tests: from now on as if the kernel had only mprotect. Not while there are stacks.
void tr_stacks_use_mprotect(bool only);

#endif
