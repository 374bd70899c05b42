#ifndef TR_BASE_PACKET_H
#define TR_BASE_PACKET_H

// A packet: encoded bytes on their way to browsers or to the subscribers of a topic. The one
// reference-counted type. Immutable once a second reference exists or it was sent. TR_PACKET_HEADROOM free bytes stand in front of the payload so
// that a transport can write its own header there without a copy.
//
// Thread: all references of a packet live on one thread; another thread gets a copy of the bytes.

#include <stddef.h>
#include <stdint.h>

#define TR_PACKET_HEADROOM 32

typedef struct tr_packet {
    uint32_t references;
    uint32_t size;     // payload bytes
    uint32_t cap;      // payload bytes there is room for
    uint32_t reserved; // keeps the payload 16-byte aligned
    uint8_t bytes[];   // TR_PACKET_HEADROOM, then the payload
} tr_packet;

// A packet with room for `cap` payload bytes, size 0, one reference. Aborts when out of memory.
tr_packet *tr_packet_new(size_t cap);

// The same for a size that came from outside: NULL when out of memory.
tr_packet *tr_packet_try_new(size_t cap);

// A packet with a copy of the bytes.
tr_packet *tr_packet_of(const void *bytes, size_t size);

// Makes room for `more` bytes behind the payload; may move the packet. Only with one reference.
uint8_t *tr_packet_reserve(tr_packet **self, size_t more);

static inline uint8_t *tr_packet_data(tr_packet *self)
{
    return self->bytes + TR_PACKET_HEADROOM;
}

tr_packet *tr_packet_ref(tr_packet *self);

// Drops one reference; the last one frees. NULL is fine.
void tr_packet_unref(tr_packet *self);

#endif
