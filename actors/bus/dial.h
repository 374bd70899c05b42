#ifndef TR_ACTORS_BUS_DIAL_H
#define TR_ACTORS_BUS_DIAL_H

// Where links lead: by a trunk or by a connection of their own, to an endpoint that the member list or
// the peer's hello names.
//
// Thread: the core thread's. Owns: nothing.

#include "actors/bus/link.h"
#include "wire/messages.h"

// Takes a trunk, or opens and dials a socket. TR_EGONE (no endpoint is known), TR_ESYSTEM (too many
// sockets).
int tr_bus_link_open(tr_bus_link *self);

// Of the core thread there; NULL: not known. `inproc` is room for one.
const char *tr_bus_link_endpoint(const tr_bus_link *self, char *inproc, size_t size);

// The peer said where it is; and that is over.
void tr_bus_link_note_endpoints(tr_bus_link *self, const tr_msg_link_hello *said);
void tr_bus_link_forget_endpoints(tr_bus_link *self);

// Where we are, for it.
void tr_bus_link_append_hello(const tr_bus_link *self, tr_buf *batch);

#endif
