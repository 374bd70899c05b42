#ifndef TR_SDK_TREE_TEXTS_H
#define TR_SDK_TREE_TEXTS_H

// Texts that a handler makes on the spot (ui_format). They lie in chunks that belong to the
// handler's call, and live until it ends. A handler may go on for days (a clock), so a chunk is
// freed earlier when the handler has waited TR_TEXTS_WAITS times since its last text, and of more
// than TR_TEXTS_CAP_BYTES in all the oldest chunk is used again.
//
// Thread: the handler's. Owns: the chunks. Zeroed memory is empty.

#include <stddef.h>

#define TR_TEXTS_WAITS 8u
#define TR_TEXTS_CAP_BYTES (4u << 20)

typedef struct tr_texts {
    struct tr_texts_chunk *oldest;
    struct tr_texts_chunk *newest;
    size_t bytes; // of all chunks
    unsigned waits;
} tr_texts;

// Room for `size` bytes, not aligned. NULL: more than a quarter of the cap, or no memory.
char *tr_texts_take(tr_texts *self, size_t size);

// The handler waits: what is old may go.
void tr_texts_on_wait(tr_texts *self);

void tr_texts_clear(tr_texts *self);

#endif
