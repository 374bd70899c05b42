#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

#include "base/must.h"

static _Thread_local unsigned fail_after;

void *tr_alloc(size_t size)
{
    void *memory = malloc(size != 0 ? size : 1);
    tr_must(memory != NULL);
    return memory;
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

void *tr_try_alloc(size_t size)
{
    if (fail_after != 0 && --fail_after == 0)
        return NULL;
    return malloc(size != 0 ? size : 1);
}

void tr_free(void *memory)
{
    free(memory);
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
