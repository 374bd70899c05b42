#ifndef TR_BASE_FRAME_H
#define TR_BASE_FRAME_H

// Encoded bytes on their way to browsers: the one reference-counted type. Immutable once a second
// reference exists or it was sent. TR_FRAME_HEADROOM free bytes stand in front of the payload so
// that a transport can write its own header there without a copy.
//
// Thread: all references of a frame live on one thread; another thread gets a copy of the bytes.

#include <stddef.h>
#include <stdint.h>

#define TR_FRAME_HEADROOM 32

typedef struct tr_frame {
    uint32_t references;
    uint32_t size;     // payload bytes
    uint32_t cap;      // payload bytes there is room for
    uint32_t reserved; // keeps the payload 16-byte aligned
    uint8_t bytes[];   // TR_FRAME_HEADROOM, then the payload
} tr_frame;

// A frame with room for `cap` payload bytes, size 0, one reference. Aborts when out of memory.
tr_frame *tr_frame_new(size_t cap);

// The same for a size that came from outside: NULL when out of memory.
tr_frame *tr_frame_try_new(size_t cap);

// A frame with a copy of the bytes.
tr_frame *tr_frame_of(const void *bytes, size_t size);

// Makes room for `more` bytes behind the payload; may move the frame. Only with one reference.
uint8_t *tr_frame_reserve(tr_frame **self, size_t more);

static inline uint8_t *tr_frame_data(tr_frame *self)
{
    return self->bytes + TR_FRAME_HEADROOM;
}

tr_frame *tr_frame_ref(tr_frame *self);

// Drops one reference; the last one frees. NULL is fine.
void tr_frame_unref(tr_frame *self);

#endif
