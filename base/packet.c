#include "base/packet.h"

#include <string.h>

#include "base/live.h"
#include "base/mem.h"
#include "base/must.h"

static size_t total(size_t cap)
{
    tr_must(cap <= UINT32_MAX / 2);
    return sizeof(tr_packet) + TR_PACKET_HEADROOM + cap;
}

static tr_packet *fresh(tr_packet *self, size_t cap)
{
    tr_live_born(packet);
    self->references = 1;
    self->size = 0;
    self->cap = (uint32_t)cap;
    self->reserved = 0;
    return self;
}

tr_packet *tr_packet_new(size_t cap)
{
    return fresh(tr_alloc(total(cap)), cap);
}

tr_packet *tr_packet_try_new(size_t cap)
{
    if (cap > UINT32_MAX / 2)
        return NULL;
    tr_packet *self = tr_try_alloc(total(cap));
    return self != NULL ? fresh(self, cap) : NULL;
}

tr_packet *tr_packet_of(const void *bytes, size_t size)
{
    tr_packet *self = tr_packet_new(size);
    if (size != 0)
        memcpy(tr_packet_data(self), bytes, size);
    self->size = (uint32_t)size;
    return self;
}

uint8_t *tr_packet_reserve(tr_packet **self, size_t more)
{
    tr_packet *packet = *self;
    tr_must(packet->references == 1);
    size_t needed = (size_t)packet->size + more;
    if (needed > packet->cap) {
        size_t cap = (size_t)packet->cap * 2;
        if (cap < needed)
            cap = needed;
        packet = tr_realloc(packet, total(cap));
        packet->cap = (uint32_t)cap;
        *self = packet;
    }
    return tr_packet_data(packet) + packet->size;
}

tr_packet *tr_packet_ref(tr_packet *self)
{
    tr_must(self->references != 0);
    self->references++;
    return self;
}

void tr_packet_unref(tr_packet *self)
{
    if (self == NULL)
        return;
    tr_must(self->references != 0);
    if (--self->references == 0) {
        tr_live_gone(packet);
        tr_free(self);
    }
}
