#include "base/mem.h"

#include <malloc.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/must.h"
#include "base/reserve.h"

static _Thread_local unsigned fail_after;

// -- how much --

// Threads share a few tallies, so that they seldom meet in one; a thread may free what another one
// has allocated, so only the sum says something. Relaxed: only counted.
enum { TALLIES = 32, CACHE_LINE = 64, SMALL_BYTES = 1024 };
static struct {
    _Alignas(CACHE_LINE) _Atomic int64_t bytes;
} tallies[TALLIES];
static atomic_uint threads;
static _Thread_local unsigned tally; // and 1; 0: it has none yet

static void count(int64_t bytes)
{
    if (tally == 0)
        tally = atomic_fetch_add_explicit(&threads, 1, memory_order_relaxed) % TALLIES + 1;
    atomic_fetch_add_explicit(&tallies[tally - 1].bytes, bytes, memory_order_relaxed);
}

static int64_t size_of(void *memory)
{
    return (int64_t)malloc_usable_size(memory);
}

size_t tr_mem_in_use(void)
{
    int64_t sum = 0;
    for (unsigned i = 0; i < TALLIES; i++)
        sum += atomic_load_explicit(&tallies[i].bytes, memory_order_relaxed);
    return sum > 0 ? (size_t)sum : 0;
}

#ifdef TR_DEBUG
// Neither zero nor a likely pointer, count or text.
enum { JUNK_NEW = 0xa5, JUNK_FREED = 0xdd };

static void *junk(void *memory, int byte)
{
    if (memory != NULL)
        memset(memory, byte, malloc_usable_size(memory));
    return memory;
}
#else
#define junk(memory, byte) (memory)
#endif

// -- running out --

static _Atomic(void *) reserve;
static atomic_bool has_reserve; // one was put aside at all
static atomic_bool is_short;
static atomic_bool stays_short;
static atomic_ulong short_count;
static _Thread_local unsigned run_out_after;

static bool is_out(void)
{
    return run_out_after != 0 && --run_out_after == 0;
}

void tr_mem_reserve(void)
{
    if (atomic_exchange(&has_reserve, true))
        return;
    atomic_store(&reserve, malloc(TR_MEM_RESERVE_BYTES));
}

// Gives the reserve back to the heap, if it is there: the allocation is tried again in any case.
static void use_reserve(size_t size)
{
    atomic_fetch_add(&short_count, 1);
    void *memory = atomic_exchange(&reserve, NULL);
    if (memory == NULL)
        return;
    atomic_store(&is_short, true);
    free(memory);
    tr_log(TR_LOG_ERROR, "event=memory_short bytes=%zu reserve=%u", size, TR_MEM_RESERVE_BYTES);
}

bool tr_mem_is_short(void)
{
    if (!atomic_load_explicit(&is_short, memory_order_relaxed))
        return false;
    void *memory = atomic_load(&stays_short) ? NULL : malloc(TR_MEM_RESERVE_BYTES);
    if (memory == NULL)
        return true;
    void *none = NULL;
    if (!atomic_compare_exchange_strong(&reserve, &none, memory)) {
        free(memory); // another thread was first
        return false;
    }
    atomic_store(&is_short, false);
    tr_log(TR_LOG_WARN, "event=memory_back");
    return false;
}

unsigned long tr_mem_short_count(void)
{
    return atomic_load(&short_count);
}

void tr_mem_run_out_after(unsigned n)
{
    run_out_after = n;
}

void tr_mem_stay_short(bool value)
{
    if (value)
        use_reserve(0);
    atomic_store(&stays_short, value);
}

void *tr_alloc(size_t size)
{
    size = size != 0 ? size : 1;
    void *memory = is_out() ? NULL : malloc(size);
    if (memory == NULL) {
        use_reserve(size);
        memory = malloc(size);
    }
    tr_must(memory != NULL);
    count(size_of(memory));
    return junk(memory, JUNK_NEW);
}

void *tr_calloc(size_t items, size_t size)
{
    items = items != 0 ? items : 1;
    size = size != 0 ? size : 1;
    // Until 2.41, glibc's calloc does not take what this thread has just freed, as its malloc does.
    if (size <= SMALL_BYTES && items <= SMALL_BYTES / size)
        return memset(tr_alloc(items * size), 0, items * size);
    void *memory = is_out() ? NULL : calloc(items, size);
    if (memory == NULL) {
        use_reserve(items * size);
        memory = calloc(items, size);
    }
    tr_must(memory != NULL);
    count(size_of(memory));
    return memory;
}

void *tr_realloc(void *memory, size_t size)
{
    size = size != 0 ? size : 1;
    int64_t before = size_of(memory);
    void *moved = is_out() ? NULL : realloc(memory, size);
    if (moved == NULL) {
        use_reserve(size);
        moved = realloc(memory, size);
    }
    tr_must(moved != NULL);
    count(size_of(moved) - before);
    return moved;
}

bool tr_mem_must_fail(void)
{
    return fail_after != 0 && --fail_after == 0;
}

void *tr_try_alloc(size_t size)
{
    if (tr_mem_must_fail())
        return NULL;
    void *memory = malloc(size != 0 ? size : 1);
    if (memory != NULL)
        count(size_of(memory));
    return junk(memory, JUNK_NEW);
}

void tr_free(void *memory)
{
    if (memory == NULL)
        return;
    count(-size_of(memory));
    free(junk(memory, JUNK_FREED));
}

char *tr_copy_text(const char *text, size_t size)
{
    char *copy = tr_alloc(size + 1);
    if (size != 0)
        memcpy(copy, text, size);
    copy[size] = '\0';
    return copy;
}

void tr_mem_fail_after(unsigned n)
{
    fail_after = n;
}
