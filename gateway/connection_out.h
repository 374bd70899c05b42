#ifndef TR_GATEWAY_CONNECTION_OUT_H
#define TR_GATEWAY_CONNECTION_OUT_H

// What the files of a connection know of each other.
//
// Thread: the connection's.

#include "gateway/connection.h"

static inline bool is_open(const tr_connection *self)
{
    return self->state < TR_CONNECTION_CLOSING;
}

// The session, if there is one, hears that its browser is gone.
void tr_connection_detach(tr_connection *self, unsigned code, uint64_t now_ms);
void tr_connection_drop_all(tr_connection *self);

// Ends it politely, or at once; nothing when it has ended.
void tr_connection_close(tr_connection *self, unsigned code, const char *reason, uint64_t now_ms);
void tr_connection_cut(tr_connection *self, const char *reason, uint64_t now_ms);

// Gives the socket pieces until it holds one back or there are none.
void tr_connection_flush(tr_connection *self, uint64_t now_ms);

void tr_connection_close_if_flushed(tr_connection *self, uint64_t now_ms);

#endif
