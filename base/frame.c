#include "base/frame.h"

#include <string.h>

#include "base/live.h"
#include "base/mem.h"
#include "base/must.h"

static size_t total(size_t cap)
{
    tr_must(cap <= UINT32_MAX / 2);
    return sizeof(tr_frame) + TR_FRAME_HEADROOM + cap;
}

static tr_frame *fresh(tr_frame *self, size_t cap)
{
    tr_live_born(frame);
    self->references = 1;
    self->size = 0;
    self->cap = (uint32_t)cap;
    self->reserved = 0;
    return self;
}

tr_frame *tr_frame_new(size_t cap)
{
    return fresh(tr_alloc(total(cap)), cap);
}

tr_frame *tr_frame_try_new(size_t cap)
{
    if (cap > UINT32_MAX / 2)
        return NULL;
    tr_frame *self = tr_try_alloc(total(cap));
    return self != NULL ? fresh(self, cap) : NULL;
}

tr_frame *tr_frame_of(const void *bytes, size_t size)
{
    tr_frame *self = tr_frame_new(size);
    if (size != 0)
        memcpy(tr_frame_data(self), bytes, size);
    self->size = (uint32_t)size;
    return self;
}

uint8_t *tr_frame_reserve(tr_frame **self, size_t more)
{
    tr_frame *frame = *self;
    tr_must(frame->references == 1);
    size_t needed = (size_t)frame->size + more;
    if (needed > frame->cap) {
        size_t cap = (size_t)frame->cap * 2;
        if (cap < needed)
            cap = needed;
        frame = tr_realloc(frame, total(cap));
        frame->cap = (uint32_t)cap;
        *self = frame;
    }
    return tr_frame_data(frame) + frame->size;
}

tr_frame *tr_frame_ref(tr_frame *self)
{
    tr_must(self->references != 0);
    self->references++;
    return self;
}

void tr_frame_unref(tr_frame *self)
{
    if (self == NULL)
        return;
    tr_must(self->references != 0);
    if (--self->references == 0) {
        tr_live_gone(frame);
        tr_free(self);
    }
}
