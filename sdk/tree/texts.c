#include "sdk/tree/texts.h"

#include "base/mem.h"

#define CHUNK_BYTES 512u

typedef struct tr_texts_chunk {
    struct tr_texts_chunk *next;
    size_t size;
    size_t used;
    unsigned waits; // of the handler when its last text was made
    char bytes[];
} chunk;

static void drop_oldest(tr_texts *self)
{
    chunk *gone = self->oldest;
    self->oldest = gone->next;
    if (self->oldest == NULL)
        self->newest = NULL;
    self->bytes -= gone->size;
    tr_free(gone);
}

static void push(tr_texts *self, chunk *added)
{
    added->next = NULL;
    if (self->newest != NULL)
        self->newest->next = added;
    else
        self->oldest = added;
    self->newest = added;
    self->bytes += added->size;
}

// The oldest chunk stays memory that may be read: an author may still hold a text of it.
static int reuse_oldest(tr_texts *self, size_t size)
{
    chunk *oldest = self->oldest;
    if (self->bytes < TR_TEXTS_CAP_BYTES || oldest->size < size)
        return 0;
    self->oldest = oldest->next;
    self->bytes -= oldest->size;
    oldest->used = 0;
    push(self, oldest);
    return 1;
}

static int add_chunk(tr_texts *self, size_t size)
{
    if (self->oldest != NULL && reuse_oldest(self, size))
        return 1;
    // Few texts cost little, many take few chunks.
    size_t usual = self->bytes > CHUNK_BYTES ? self->bytes : CHUNK_BYTES;
    usual = usual < TR_TEXTS_CAP_BYTES / 64 ? usual : TR_TEXTS_CAP_BYTES / 64;
    usual = size < usual ? usual : size;
    while (self->oldest != NULL && self->bytes >= TR_TEXTS_CAP_BYTES)
        drop_oldest(self);
    chunk *added = tr_try_alloc(sizeof *added + usual);
    if (added == NULL)
        return 0;
    *added = (chunk){.size = usual};
    push(self, added);
    return 1;
}

char *tr_texts_take(tr_texts *self, size_t size)
{
    chunk *last = self->newest;
    if (size > TR_TEXTS_CAP_BYTES / 4 ||
        ((last == NULL || last->size - last->used < size) && !add_chunk(self, size)))
        return NULL;
    last = self->newest;
    char *text = last->bytes + last->used;
    last->used += size;
    last->waits = self->waits;
    return text;
}

void tr_texts_on_wait(tr_texts *self)
{
    self->waits++;
    while (self->oldest != NULL && self->waits - self->oldest->waits > TR_TEXTS_WAITS)
        drop_oldest(self);
}

void tr_texts_clear(tr_texts *self)
{
    while (self->oldest != NULL)
        drop_oldest(self);
}
