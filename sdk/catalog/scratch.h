#ifndef TR_SDK_CATALOG_SCRATCH_H
#define TR_SDK_CATALOG_SCRATCH_H

// Memory that is freed all at once: what a handler was told stays until it returns.
//
// Thread: its owner's.

#include <stddef.h>

typedef struct tr_scratch {
    struct tr_scratch_block *blocks;
    size_t size;
} tr_scratch;

// Zeroed, aligned for anything. NULL beyond TR_RESULTS_CAP_BYTES in all.
void *tr_scratch_take(tr_scratch *self, size_t size);

void tr_scratch_clear(tr_scratch *self);

#endif
