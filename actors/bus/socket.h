#ifndef TR_ACTORS_BUS_SOCKET_H
#define TR_ACTORS_BUS_SOCKET_H

// ZeroMQ sockets with what all of the bus have in common: heartbeats of the connection, marks, the
// largest batch, and which of ZeroMQ's threads serves them.
//
// Thread: a socket belongs to the thread that made it. Owns: nothing.

#include <limits.h>
#include <stdbool.h>

#include "actors/core/core.h"
#include "wire/limits.h"

enum {
    // What dials another process, links and trunks alike, tries again so soon, and in the end so seldom.
    TR_BUS_RECONNECT_MS = 50,
    TR_BUS_RECONNECT_CAP_MS = 1000,
    TR_BUS_GOODBYE_MS = 200 // so long what was said last may take to leave
};

// `is_by_name`: what it dials may be a name that is looked up. NULL: there are too many.
void *tr_bus_socket_new(const tr_system *system, int type, bool is_by_name);
// Before it is bound: with keys, who comes there has to have one of them.
void tr_bus_socket_lock(const tr_system *system, void *socket);
// What is sent waits for a connection that is up, and goes encrypted if there are keys. TR_EGONE:
// not an endpoint.
int tr_bus_socket_dial(const tr_system *system, void *socket, const char *endpoint)
    __attribute__((warn_unused_result));
void tr_bus_socket_set(void *socket, int option, int value);
// Readable when the socket's events may have changed, once for each change.
int tr_bus_socket_fd(void *socket);
// What it was bound to last. The caller's, with tr_free.
char *tr_bus_socket_endpoint(void *socket);
// Where other processes are to reach core thread `place` of this one, or with TR_BUS_TRUNKS all of
// them by trunks, as an endpoint to bind; empty: nowhere. TR_EINVALID: it is too long.
#define TR_BUS_TRUNKS UINT_MAX
int tr_bus_endpoint_outside(const tr_system *system, unsigned place,
                            char out[TR_ENDPOINT_CAP_BYTES]) __attribute__((warn_unused_result));
int tr_bus_socket_events(void *socket);
// False: it takes nothing now.
bool tr_bus_socket_send(void *socket, const void *bytes, size_t size);

#endif
