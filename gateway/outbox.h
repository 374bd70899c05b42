#ifndef TR_GATEWAY_OUTBOX_H
#define TR_GATEWAY_OUTBOX_H

// Packets on their way into one browser's socket, in order, and how far the first one is. Room for a
// session's window and its registration answer, without memory of its own. A packet goes out in
// pieces of at most TR_OUTBOX_PIECE_BYTES, so that a slow socket never makes the transport keep a
// copy of more than that. Zeroed memory is an empty outbox.
//
// Thread: the connection's. Owns: one reference to each packet in it.

#include <stdbool.h>
#include <stdint.h>

#include "base/packet.h"
#include "wire/limits.h"

#define TR_OUTBOX_CAP (TR_PACKET_WINDOW + 1u)
#define TR_OUTBOX_PIECE_BYTES (64u * 1024u)

typedef struct tr_outbox {
    tr_packet *packets[TR_OUTBOX_CAP];
    uint32_t offset; // bytes of the first packet that are out
    uint32_t number; // of the newest packet; those before it have the numbers before; 0: none has
    uint32_t seen;   // goes out with each
    uint8_t first;
    uint8_t count;
} tr_outbox;

// A part of the first packet. `is_last` ends the WebSocket message.
typedef struct tr_outbox_piece {
    tr_packet *packet; // borrowed; NULL: nothing to send
    uint32_t offset;
    uint32_t size;
    uint32_t number; // of the packet, where its first piece is to have a head; 0: none
    uint32_t seen;
    bool is_last;
} tr_outbox_piece;

// Drops all packets.
void tr_outbox_done(tr_outbox *self);

// Takes the reference over; TR_EFULL leaves it with the caller. TR_EPROTOCOL, likewise: its number
// does not follow on the one before.
int tr_outbox_push(tr_outbox *self, tr_packet **packet, uint32_t number)
    __attribute__((warn_unused_result));

tr_outbox_piece tr_outbox_next(const tr_outbox *self);

// The piece that tr_outbox_next told of is out. True when that ended its packet, which is dropped.
bool tr_outbox_advance(tr_outbox *self);

static inline bool tr_outbox_is_empty(const tr_outbox *self)
{
    return self->count == 0;
}

#endif
