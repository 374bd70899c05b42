#ifndef TR_WIRE_ENVELOPE_H
#define TR_WIRE_ENVELOPE_H

// The content of one ZeroMQ message: a batch head, then length-prefixed envelopes. Heads are
// msgpack arrays with fixed-width numbers, so that a router reads them with a cursor and never
// allocates.
//
//     batch    = head *( length envelope )
//     head     = [protocol, from_node, from_core, to_node, sequence, acknowledged,
//                 incarnation, peer_incarnation, over, to_core]
//     length   = msgpack u32 (ce ....): bytes of the envelope that follows
//     envelope = [to_actor, from_node, from_actor, type, flags, correlation] body
//
// Thread: any; pure.

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "wire/message.h"

#define TR_BUS_PROTOCOL 1u

typedef struct tr_batch_head {
    uint64_t from_node;
    uint64_t to_node;      // 0: any node that listens there
    uint64_t sequence;     // batches sent on this link, this one included
    uint64_t acknowledged; // batches the sender has received on the link the other way
    // Of the sender's end of the link, and what it believes to be the receiver's
    // (actors/bus/link_state.h). 0: it does not count them; it has not heard of the receiver's.
    uint64_t incarnation;
    uint64_t peer_incarnation;
    uint64_t over; // the receiver's incarnations up to this one were given up by the sender
    uint32_t from_core;
    uint32_t to_core; // 0 of an older sender, whose links end at the core thread
    uint32_t protocol;
} tr_batch_head;

// Appends a head; its bytes are always the same number, so that it can be rewritten in place.
void tr_batch_head_append(tr_buf *out, const tr_batch_head *head);
void tr_batch_head_rewrite(tr_buf *out, size_t at, const tr_batch_head *head);
size_t tr_batch_head_size(void);

// Appends one message as length and envelope; `flags`, `from`, `to` as they stand in it.
void tr_batch_append(tr_buf *out, const tr_message *message);

typedef struct tr_batch_reader {
    const uint8_t *at;
    const uint8_t *end;
} tr_batch_reader;

// Reads the head. TR_EMALFORMED; TR_EPROTOCOL when the protocol number is another one (head is
// read). On an error the reader is at its end.
int tr_batch_open(tr_batch_reader *self, const void *bytes, size_t size, tr_batch_head *out_head)
    __attribute__((warn_unused_result));

// The next message: 1 and a message of the caller's, 0 at the end, or a negative error. An error
// costs this envelope alone, and the reader stands behind it: TR_ENOTFOUND (a row we do not know),
// TR_EMALFORMED (its head or body is broken), TR_ETOOBIG, TR_ESYSTEM (out of memory). Only a broken
// length (TR_EMALFORMED) costs the rest: then the reader is at its end. So go on until 0 comes.
// `to.node` of the message is left to the caller.
int tr_batch_next(tr_batch_reader *self, tr_message **out) __attribute__((warn_unused_result));

#endif
