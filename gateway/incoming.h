#ifndef TR_GATEWAY_INCOMING_H
#define TR_GATEWAY_INCOMING_H

// A WebSocket message of a browser that is put together from its pieces. Zeroed memory has none under
// way; a message that comes in one piece is never copied, so an idle connection keeps no buffer.
//
// Thread: the connection's. Owns: the pieces so far.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct tr_incoming {
    uint8_t *bytes;
    uint32_t size;
    uint32_t cap;
    uint64_t since_ms; // its first piece came; 0: none under way
} tr_incoming;

// A piece of a WebSocket message. `more` is what the frame's head announces behind this piece.
typedef struct tr_message_piece {
    const void *bytes;
    size_t size;
    size_t more;
    bool is_first;
    bool is_last;
    bool is_binary;
} tr_message_piece;

typedef struct tr_whole_message {
    const uint8_t *bytes;
    size_t size;
    uint8_t *owned; // the caller's to free; NULL: the bytes are the piece's
} tr_whole_message;

// 1: the message is whole; 0: more is to come. TR_EWRONGTYPE: a text message; TR_ETOOBIG: it has or
// announces more than TR_BROWSER_PACKET_CAP_BYTES; TR_ESYSTEM: no memory. What is under way stays
// until it is dropped.
int tr_incoming_add(tr_incoming *self, const tr_message_piece *piece, uint64_t now_ms,
                    tr_whole_message *out) __attribute__((warn_unused_result));

void tr_incoming_drop(tr_incoming *self);

#endif
