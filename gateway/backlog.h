#ifndef TR_GATEWAY_BACKLOG_H
#define TR_GATEWAY_BACKLOG_H

// Whole packets of a browser that its session cannot take yet, in order. Zeroed memory is an empty
// one.
//
// Thread: the connection's. Owns: copies of the packets.

#include <stddef.h>
#include <stdint.h>

#include "wire/flet.h"

// Room beyond TR_CONNECTION_BACKLOG, for what was already read when reading paused.
#define TR_BACKLOG_CAP (TR_CONNECTION_BACKLOG + 4u)

typedef struct tr_backlog {
    struct tr_waiting_packet *head; // the oldest
    uint8_t count;
} tr_backlog;

// A packet that tr_flet_read has read once. TR_EFULL: TR_BACKLOG_CAP are there; TR_ESYSTEM: no
// memory.
int tr_backlog_push(tr_backlog *self, const void *bytes, size_t size)
    __attribute__((warn_unused_result));

// Reads the first; lent until it is popped. There is one.
tr_flet_packet tr_backlog_first(const tr_backlog *self);
void tr_backlog_pop(tr_backlog *self);

void tr_backlog_done(tr_backlog *self);

#endif
