#ifndef TR_BASE_MEM_H
#define TR_BASE_MEM_H

// The one door to the heap. Sizes that our own code decides cannot fail: running out there aborts.
// Sizes that come from outside (a browser, the bus, a file) go through tr_try_alloc after they were
// held against wire/limits.h, and their failure is an error code. Debug builds (TR_DEBUG) fill what
// is new, but not zeroed, and what is freed with junk.
//
// Thread: any. Owns: nothing; every pointer returned is the caller's, freed with tr_free.

#include <stdbool.h>
#include <stddef.h>

// Zeroed memory of the type's size.
#define tr_new(type) ((type *)tr_calloc(1, sizeof(type)))

void *tr_alloc(size_t size) __attribute__((malloc, returns_nonnull, warn_unused_result));
void *tr_calloc(size_t count, size_t size)
    __attribute__((malloc, returns_nonnull, warn_unused_result));
void *tr_realloc(void *memory, size_t size) __attribute__((returns_nonnull, warn_unused_result));

// NULL when out of memory, or when a test asked for the failure.
void *tr_try_alloc(size_t size) __attribute__((malloc, warn_unused_result));

// NULL is fine.
void tr_free(void *memory);

// A copy of `size` bytes with a zero byte behind them.
char *tr_copy_text(const char *text, size_t size) __attribute__((returns_nonnull));

// Bytes of the heap that are in use now, by all threads: what was got here and not freed.
size_t tr_mem_in_use(void);

// Test hook: the n-th next tr_try_alloc of this thread fails (0 switches it off).
void tr_mem_fail_after(unsigned n);
// Whether this one is to fail: for who keeps memory of its own (base/block.h).
bool tr_mem_must_fail(void);

#endif
