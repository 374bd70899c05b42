#ifndef TR_WIRE_PARCEL_H
#define TR_WIRE_PARCEL_H

// The content of one batch between two core threads of one process: a head, then messages as they
// lie in memory (tr_message_pack). Same program, same layout: nothing is scanned, and what does not
// add up is a bug of ours. So such a batch must never come from outside: it has an inbox of its own
// (actors/bus/bus.c).
//
// Thread: any; pure.

#include <stddef.h>

#include "base/buf.h"
#include "wire/envelope.h"
#include "wire/message.h"

// Appends room for a head, which tr_parcels_seal fills in.
void tr_parcels_begin(tr_buf *out);
void tr_parcels_seal(tr_buf *batch, const tr_batch_head *head);

// The reader of the messages, as tr_batch_open and tr_batch_next do it for msgpack. The errors of a
// message: TR_ETOOBIG, TR_ESYSTEM; both cost it alone.
void tr_parcels_open(tr_batch_reader *self, const void *bytes, size_t size,
                     tr_batch_head *out_head);
int tr_parcels_next(tr_batch_reader *self, tr_message **out) __attribute__((warn_unused_result));

#endif
