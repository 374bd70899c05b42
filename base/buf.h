#ifndef TR_BASE_BUF_H
#define TR_BASE_BUF_H

// A growing run of bytes. Invariants: `size <= cap`; `data` is NULL only while `cap` is 0. Zeroed
// memory is an empty buffer.
//
// Thread: the owner's. Owns: its bytes.

#include <stddef.h>
#include <stdint.h>

#include "troupe/slice.h"

typedef struct tr_buf {
    uint8_t *data;
    size_t size;
    size_t cap;
} tr_buf;

// Frees the bytes; the buffer is empty and usable again.
void tr_buf_done(tr_buf *self);

// Room for `more` bytes behind the current ones; returns where they start. Does not change `size`.
static inline uint8_t *tr_buf_reserve(tr_buf *self, size_t more);

void tr_buf_append(tr_buf *self, const void *bytes, size_t size);

// printf into the buffer, without the closing zero byte.
void tr_buf_printf(tr_buf *self, const char *format, ...) __attribute__((format(printf, 2, 3)));

// A closing zero byte that does not count; returns the text, borrowed until the next change.
const char *tr_buf_text(tr_buf *self);

// Its bytes, borrowed until the next change. At most 4 GiB of them.
static inline tr_slice tr_buf_slice(const tr_buf *self)
{
    return (tr_slice){(const char *)self->data, (uint32_t)self->size};
}

// The rare half of tr_buf_reserve.
void tr_buf_grow(tr_buf *self, size_t more);

static inline uint8_t *tr_buf_reserve(tr_buf *self, size_t more)
{
    if (more > self->cap - self->size || self->data == NULL)
        tr_buf_grow(self, more);
    return self->data + self->size;
}

#endif
