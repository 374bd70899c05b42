#include "sdk/catalog/scratch.h"

#include <stdalign.h>

#include "base/mem.h"
#include "wire/limits.h"

typedef struct tr_scratch_block {
    struct tr_scratch_block *next;
    alignas(max_align_t) char bytes[];
} tr_scratch_block;

void *tr_scratch_take(tr_scratch *self, size_t size)
{
    size_t whole = sizeof(tr_scratch_block) + size;
    if (size > TR_RESULTS_CAP_BYTES || whole > TR_RESULTS_CAP_BYTES - self->size)
        return NULL;
    tr_scratch_block *block = tr_calloc(1, whole);
    block->next = self->blocks;
    self->blocks = block;
    self->size += whole;
    return block->bytes;
}

void tr_scratch_clear(tr_scratch *self)
{
    while (self->blocks != NULL) {
        tr_scratch_block *next = self->blocks->next;
        tr_free(self->blocks);
        self->blocks = next;
    }
    self->size = 0;
}
