#include "base/mem.h"

#include <malloc.h>
#include <stdlib.h>
#include <string.h>

#include "base/must.h"

static _Thread_local unsigned fail_after;

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

void *tr_alloc(size_t size)
{
    void *memory = malloc(size != 0 ? size : 1);
    tr_must(memory != NULL);
    return junk(memory, JUNK_NEW);
}

void *tr_calloc(size_t count, size_t size)
{
    void *memory = calloc(count != 0 ? count : 1, size != 0 ? size : 1);
    tr_must(memory != NULL);
    return memory;
}

void *tr_realloc(void *memory, size_t size)
{
    void *moved = realloc(memory, size != 0 ? size : 1);
    tr_must(moved != NULL);
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
    return junk(malloc(size != 0 ? size : 1), JUNK_NEW);
}

void tr_free(void *memory)
{
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
