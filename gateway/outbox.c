#include "gateway/outbox.h"

#include "base/must.h"
#include "troupe/err.h"

void tr_outbox_done(tr_outbox *self)
{
    for (unsigned i = 0; i < self->count; i++)
        tr_frame_unref(self->frames[(self->first + i) % TR_OUTBOX_CAP]);
    *self = (tr_outbox){0};
}

int tr_outbox_push(tr_outbox *self, tr_frame **frame)
{
    if (self->count == TR_OUTBOX_CAP)
        return TR_EFULL;
    self->frames[(self->first + self->count) % TR_OUTBOX_CAP] = *frame;
    self->count++;
    *frame = NULL;
    return 0;
}

tr_outbox_piece tr_outbox_next(const tr_outbox *self)
{
    if (self->count == 0)
        return (tr_outbox_piece){0};
    tr_frame *frame = self->frames[self->first];
    uint32_t left = frame->size - self->offset;
    bool is_last = left <= TR_OUTBOX_PIECE_BYTES;
    return (tr_outbox_piece){frame, self->offset, is_last ? left : TR_OUTBOX_PIECE_BYTES, is_last};
}

bool tr_outbox_advance(tr_outbox *self)
{
    tr_must(self->count != 0);
    tr_outbox_piece piece = tr_outbox_next(self);
    if (!piece.is_last) {
        self->offset += piece.size;
        return false;
    }
    tr_frame_unref(piece.frame);
    self->frames[self->first] = NULL;
    self->first = (uint8_t)((self->first + 1u) % TR_OUTBOX_CAP);
    self->count--;
    self->offset = 0;
    return true;
}
