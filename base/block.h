#ifndef TR_BASE_BLOCK_H
#define TR_BASE_BLOCK_H

// Small blocks that come and go by the million: the last ones that a thread freed are kept, and
// handed out again without a visit to the heap. Larger blocks come from the heap. Debug builds keep
// none, so that tools which watch the heap see each one.
//
// Thread: any; what one thread took another may free. Owns: at most TR_BLOCKS_KEPT of a thread,
// until it ends.

#include <stddef.h>

#define TR_BLOCK_BYTES 168u // a click has 134; so much the heap gives for any size from 153 on
#define TR_BLOCKS_KEPT 1024u

// As tr_alloc and tr_try_alloc (base/mem.h).
void *tr_block_alloc(size_t size) __attribute__((malloc, returns_nonnull, warn_unused_result));
void *tr_block_try_alloc(size_t size) __attribute__((malloc, warn_unused_result));

// `size` is what was asked for. NULL is fine.
void tr_block_free(void *memory, size_t size);

#endif
