#ifndef TR_ACTORS_BUS_ADMISSION_H
#define TR_ACTORS_BUS_ADMISSION_H

// Who may connect to the endpoints of an encrypted bus: a thread that answers ZeroMQ's questions
// (ZAP, https://rfc.zeromq.org/spec/27/) with the node numbers that a connection may speak for, and counts and logs
// those that were refused. It is never busy with anything else, since ZeroMQ's own thread waits for it.
//
// CZMQ's zauth does this for sockets of CZMQ's own context alone (docs/decisions/0018).
//
// Thread: as said. Owns: its thread and sockets.

#include <stdint.h>

#include "actors/bus/keys.h"

typedef struct tr_admission tr_admission;

typedef struct tr_strangers {
    uint64_t refused;     // connections that did not get through the handshake
    uint64_t without_key; // of these, plain ones, as far as ZeroMQ could tell
    uint64_t wrong_key;
    uint64_t forged; // batches of connections that named a node not their own
} tr_strangers;

// `context` (ZeroMQ's) and `keys` are lent until the end. NULL: no thread, or no socket, is left.
tr_admission *tr_admission_new(void *context, const tr_bus_keys *keys);
// Once every socket that it watched is closed.
void tr_admission_free(tr_admission **self);

// Counts who is refused at this socket, from its owner's thread, before it is bound; that of trunks has
// TR_CORES_CAP for its core thread. TR_ESYSTEM.
int tr_admission_watch(tr_admission *self, void *socket, unsigned core)
    __attribute__((warn_unused_result));
// Before the socket is closed.
void tr_admission_unwatch(void *socket);

// From any thread: a connection from this address (NULL: not known) spoke for a node not its own.
void tr_admission_forged(tr_admission *self, uint64_t node, const char *address);

// From any thread.
tr_strangers tr_admission_strangers(const tr_admission *self);

#endif
