#include "actors/core/coroutine_stack.h"

#include <stdatomic.h>
#include <stdio.h>
#include <sys/mman.h>

#include "actors/core/sanitizer.h"
#include "base/must.h"

// Debian 12's headers do not know it yet.
enum { GUARD_INSTALL = 102 };

// Mappings of the process that are none of ours: libraries, threads, the heap, files of the app.
enum { OTHER_MAPPINGS = 4096, MAPPINGS_PER_STACK = 2 };

enum { MAPPED_BYTES = TR_COROUTINE_STACK_BYTES + TR_COROUTINE_GUARD_BYTES };

// Relaxed: the count is a bound, and orders nothing.
static atomic_uint mapped;
static atomic_bool has_only_mprotect;
static atomic_uint mprotect_cap; // 0: not read yet

static unsigned read_mprotect_cap(void)
{
    unsigned maps = 65530;
    FILE *file = fopen("/proc/sys/vm/max_map_count", "re");
    if (file != NULL) {
        if (fscanf(file, "%u", &maps) != 1)
            maps = 65530;
        fclose(file);
    }
    unsigned cap = maps > 2 * OTHER_MAPPINGS ? (maps - OTHER_MAPPINGS) / MAPPINGS_PER_STACK : 1024;
    return cap < TR_STACKS_PER_PROCESS_CAP ? cap : TR_STACKS_PER_PROCESS_CAP;
}

uint32_t tr_stacks_cap(void)
{
    if (!atomic_load_explicit(&has_only_mprotect, memory_order_relaxed))
        return TR_STACKS_PER_PROCESS_CAP;
    unsigned cap = atomic_load_explicit(&mprotect_cap, memory_order_relaxed);
    if (cap == 0) {
        cap = read_mprotect_cap();
        atomic_store_explicit(&mprotect_cap, cap, memory_order_relaxed);
    }
    return cap;
}

uint32_t tr_stacks_mapped(void)
{
    return atomic_load_explicit(&mapped, memory_order_relaxed);
}

void tr_stacks_use_mprotect(bool only)
{
    tr_must(tr_stacks_mapped() == 0);
    atomic_store_explicit(&has_only_mprotect, only, memory_order_relaxed);
}

static bool may_map_one_more(void)
{
    unsigned count = atomic_fetch_add_explicit(&mapped, 1, memory_order_relaxed);
    if (count < tr_stacks_cap())
        return true;
    atomic_fetch_sub_explicit(&mapped, 1, memory_order_relaxed);
    return false;
}

static bool guard(unsigned char *bottom)
{
    if (!atomic_load_explicit(&has_only_mprotect, memory_order_relaxed)) {
        if (madvise(bottom, TR_COROUTINE_GUARD_BYTES, GUARD_INSTALL) == 0)
            return true;
        atomic_store_explicit(&has_only_mprotect, true, memory_order_relaxed);
    }
    return mprotect(bottom, TR_COROUTINE_GUARD_BYTES, PROT_NONE) == 0;
}

static unsigned char *map_stack(void)
{
    if (!may_map_one_more())
        return NULL;
    unsigned char *bottom = mmap(NULL, MAPPED_BYTES, PROT_READ | PROT_WRITE,
                                 MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK, -1, 0);
    if (bottom != MAP_FAILED) {
        if (guard(bottom))
            return bottom + TR_COROUTINE_GUARD_BYTES;
        munmap(bottom, MAPPED_BYTES);
    }
    atomic_fetch_sub_explicit(&mapped, 1, memory_order_relaxed);
    return NULL;
}

static void unmap_stack(unsigned char *stack)
{
    // Out of mappings, the kernel may refuse to cut a hole into one: then it stays the process's.
    if (munmap(stack - TR_COROUTINE_GUARD_BYTES, MAPPED_BYTES) == 0)
        atomic_fetch_sub_explicit(&mapped, 1, memory_order_relaxed);
}

unsigned char *tr_stacks_take(tr_stacks *self)
{
    if (self->count == 0)
        return map_stack();
    self->count--;
    if (self->count < self->lowest)
        self->lowest = self->count;
    return self->kept[self->count];
}

void tr_stacks_give(tr_stacks *self, unsigned char *stack)
{
    // Frames that were never returned from left their marks, for whatever is mapped here next.
    if (tr_asan_is_here())
        __asan_unpoison_memory_region(stack, TR_COROUTINE_STACK_BYTES);
    if (self->count < TR_STACKS_KEPT_CAP)
        self->kept[self->count++] = stack;
    else
        unmap_stack(stack);
}

void tr_stacks_trim(tr_stacks *self)
{
    uint32_t spare = (self->lowest + 1) / 2;
    if (spare != 0) {
        for (uint32_t i = 0; i < spare; i++)
            unmap_stack(self->kept[i]);
        self->count -= spare;
        for (uint32_t i = 0; i < self->count; i++)
            self->kept[i] = self->kept[i + spare];
    }
    self->lowest = self->count;
}

void tr_stacks_done(tr_stacks *self)
{
    while (self->count != 0)
        unmap_stack(self->kept[--self->count]);
    self->lowest = 0;
}

bool tr_stack_is_guard(const unsigned char *stack, const void *address)
{
    uintptr_t at = (uintptr_t)address;
    uintptr_t end = (uintptr_t)stack;
    return at < end && at >= end - TR_COROUTINE_GUARD_BYTES;
}
