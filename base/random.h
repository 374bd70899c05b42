#ifndef TR_BASE_RANDOM_H
#define TR_BASE_RANDOM_H

// Randomness from the operating system (getrandom(2)): fit for secrets.
//
// Thread: any.

#include <stddef.h>
#include <stdint.h>

void tr_random_bytes(void *out, size_t size);
uint64_t tr_random_u64(void);

// A quick generator for jitter and placement, not for secrets (SplitMix64). The seed is the state.
uint64_t tr_random_next(uint64_t *state);

#endif
