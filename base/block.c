#include "base/block.h"

#include <pthread.h>
#include <stdbool.h>

#include "base/mem.h"
#include "base/must.h"

#ifdef TR_DEBUG

void *tr_block_alloc(size_t size)
{
    return tr_alloc(size);
}

void *tr_block_try_alloc(size_t size)
{
    return tr_try_alloc(size);
}

void tr_block_free(void *memory, size_t size)
{
    (void)size;
    tr_free(memory);
}

#else

typedef struct block {
    struct block *next;
} block;

enum kept_state { KEPT_NONE, KEPT_SOME, KEPT_NO_MORE };

static _Thread_local struct kept {
    block *head;
    unsigned count;
    enum kept_state state;
} kept;

static pthread_once_t once = PTHREAD_ONCE_INIT;
static pthread_key_t at_thread_end;

// Destructors of others may run later and free more: that goes to the heap.
static void give_back(void *arg)
{
    struct kept *self = arg;
    self->state = KEPT_NO_MORE;
    while (self->head != NULL) {
        block *next = self->head->next;
        tr_free(self->head);
        self->head = next;
    }
    self->count = 0;
}

static void make_key(void)
{
    tr_must(pthread_key_create(&at_thread_end, give_back) == 0);
}

static void begin_to_keep(void)
{
    tr_must(pthread_once(&once, make_key) == 0);
    tr_must(pthread_setspecific(at_thread_end, &kept) == 0);
    kept.state = KEPT_SOME;
}

static void *take_kept(void)
{
    block *taken = kept.head;
    kept.head = taken->next;
    kept.count--;
    return taken;
}

void *tr_block_alloc(size_t size)
{
    if (size > TR_BLOCK_BYTES)
        return tr_alloc(size);
    return kept.head != NULL ? take_kept() : tr_alloc(TR_BLOCK_BYTES);
}

void *tr_block_try_alloc(size_t size)
{
    if (size > TR_BLOCK_BYTES)
        return tr_try_alloc(size);
    if (kept.head == NULL)
        return tr_try_alloc(TR_BLOCK_BYTES);
    return tr_mem_must_fail() ? NULL : take_kept();
}

void tr_block_free(void *memory, size_t size)
{
    if (memory == NULL || size > TR_BLOCK_BYTES || kept.count == TR_BLOCKS_KEPT ||
        kept.state == KEPT_NO_MORE) {
        tr_free(memory);
        return;
    }
    if (kept.state == KEPT_NONE)
        begin_to_keep();
    block *freed = memory;
    freed->next = kept.head;
    kept.head = freed;
    kept.count++;
}

#endif
