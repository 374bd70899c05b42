#include "gateway/outbox.h"

#include "base/must.h"
#include "troupe/err.h"

void tr_outbox_done(tr_outbox *self)
{
    for (unsigned i = 0; i < self->count; i++)
        tr_packet_unref(self->packets[(self->first + i) % TR_OUTBOX_CAP]);
    *self = (tr_outbox){0};
}

int tr_outbox_push(tr_outbox *self, tr_packet **packet, uint32_t number)
{
    if (self->count == TR_OUTBOX_CAP)
        return TR_EFULL;
    if (self->count != 0 && number != (self->number != 0 ? self->number + 1 : 0))
        return TR_EPROTOCOL;
    self->number = number;
    self->packets[(self->first + self->count) % TR_OUTBOX_CAP] = *packet;
    self->count++;
    *packet = NULL;
    return 0;
}

tr_outbox_piece tr_outbox_next(const tr_outbox *self)
{
    if (self->count == 0)
        return (tr_outbox_piece){0};
    tr_packet *packet = self->packets[self->first];
    uint32_t left = packet->size - self->offset;
    bool is_last = left <= TR_OUTBOX_PIECE_BYTES;
    return (tr_outbox_piece){
        .packet = packet,
        .offset = self->offset,
        .size = is_last ? left : TR_OUTBOX_PIECE_BYTES,
        .number = self->number != 0 && self->offset == 0 ? self->number - (self->count - 1u) : 0,
        .seen = self->seen,
        .is_last = is_last,
    };
}

bool tr_outbox_advance(tr_outbox *self)
{
    tr_must(self->count != 0);
    tr_outbox_piece piece = tr_outbox_next(self);
    if (!piece.is_last) {
        self->offset += piece.size;
        return false;
    }
    tr_packet_unref(piece.packet);
    self->packets[self->first] = NULL;
    self->first = (uint8_t)((self->first + 1u) % TR_OUTBOX_CAP);
    self->count--;
    self->offset = 0;
    return true;
}
