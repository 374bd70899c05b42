#include "gateway/incoming.h"

#include <string.h>

#include "base/mem.h"
#include "troupe/err.h"
#include "wire/limits.h"

enum { FIRST_CAP = 512 };

void tr_incoming_drop(tr_incoming *self)
{
    tr_free(self->bytes);
    *self = (tr_incoming){0};
}

static bool make_room(tr_incoming *self, size_t size)
{
    if (size <= self->cap)
        return true;
    size_t cap = self->cap == 0 ? FIRST_CAP : self->cap;
    while (cap < size)
        cap *= 2;
    uint8_t *bigger = tr_try_alloc(cap);
    if (bigger == NULL)
        return false;
    if (self->size != 0)
        memcpy(bigger, self->bytes, self->size);
    tr_free(self->bytes);
    self->bytes = bigger;
    self->cap = (uint32_t)cap;
    return true;
}

int tr_incoming_add(tr_incoming *self, const tr_message_piece *piece, uint64_t now_ms,
                    tr_whole_message *out)
{
    if (piece->is_first && !piece->is_binary)
        return TR_EWRONGTYPE;
    // The frame's head may announce anything up to 2^63: compare without adding to it.
    size_t so_far = self->size + piece->size;
    if (so_far > TR_BROWSER_PACKET_CAP_BYTES || piece->more > TR_BROWSER_PACKET_CAP_BYTES - so_far)
        return TR_ETOOBIG;
    bool is_whole = piece->is_last && piece->more == 0;
    if (is_whole && self->size == 0) {
        *out = (tr_whole_message){.bytes = piece->bytes, .size = piece->size};
        self->since_ms = 0;
        return 1;
    }
    if (!make_room(self, so_far))
        return TR_ESYSTEM;
    if (piece->size != 0)
        memcpy(self->bytes + self->size, piece->bytes, piece->size);
    self->size = (uint32_t)so_far;
    if (self->since_ms == 0)
        self->since_ms = now_ms;
    if (!is_whole)
        return 0;
    *out = (tr_whole_message){.bytes = self->bytes, .size = so_far, .owned = self->bytes};
    *self = (tr_incoming){0};
    return 1;
}
