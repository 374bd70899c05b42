#ifndef TR_ACTORS_BUS_LINK_H
#define TR_ACTORS_BUS_LINK_H

// The way to one core thread elsewhere, of this process or of another one: a PUSH socket, the batch
// under construction, and how much of what was sent the peer has acknowledged (docs/bus.md).
//
// Thread: the core thread's. Owns: the socket, the batch.

#include <ev.h>

#include "actors/bus/beats.h"
#include "actors/bus/link_state.h"
#include "actors/bus/trunk.h"
#include "actors/core/core.h"
#include "base/buf.h"
#include "wire/envelope.h"

typedef struct tr_bus_link {
    tr_core *core;
    struct tr_bus_link *next_dirty;
    uint64_t node;
    uint32_t index;          // of the core thread there
    tr_bus_link_state state; // the machine of link_state.h
    bool is_inproc;          // its pipe neither comes nor goes
    bool has_parcels;        // sends messages as they lie in memory (wire/parcel.h), not msgpack
    bool is_dirty;           // has something for the end of the turn
    bool owes_ack;           // batches were received that the peer has not heard of
    bool greeted;            // link_hello is out (an alias's: in the batch under construction)
    void *socket;            // ZMQ_PUSH, NULL while idle or given up
    tr_trunk *trunk;         // that carries it; NULL: the socket is its own
    ev_io watcher;           // its ZMQ_FD: the pipe came or went
    char *endpoint;          // NULL: not known yet
    char *trunk_endpoint;    // as the peer said it; NULL: it did not, or has none
    uint32_t cores;          // of its process, likewise
    tr_buf pending;          // the batch under construction, head included; size 0: nothing
    tr_beat *beat;           // keeps it alive while our core thread is busy; NULL: nothing to keep
    // The handler that keeps the peer's core thread busy, by its beats (actors/bus/beats.h).
    uint64_t busy_since_ms;
    uint64_t busy_heard_ms; // 0: it never was
    char busy_with[64];
} tr_bus_link;

tr_bus_link *tr_bus_link_find(const tr_core *self, uint64_t node, uint32_t index);
tr_bus_link *tr_bus_link_get(tr_core *self, uint64_t node,
                             uint32_t index); // NULL: there are too many
void tr_bus_link_mark_dirty(tr_bus_link *self);
static inline bool tr_bus_link_has_pending(const tr_bus_link *self)
{
    return self->pending.size != 0;
}
// Puts a message into the batch for wherever it goes; does not take it. TR_EFULL, TR_EGONE.
int tr_bus_links_send(tr_core *self, const tr_message *message);
void tr_bus_links_flush(tr_core *self);
// Opens its socket, unless it is open. TR_EGONE (no endpoint is known), TR_ESYSTEM (too many
// sockets), TR_EUNAVAILABLE (an alias that nobody listens to).
int tr_bus_link_connect(tr_bus_link *self);
// Reads what ZeroMQ knows of the pipe; true when the peer was lost.
bool tr_bus_link_look_at_pipe(tr_bus_link *self);
// The peer was lost. It may cost the link its life.
void tr_bus_link_lose(tr_bus_link *self);
// The trunk to that process has another state.
void tr_bus_links_look_at_trunk(tr_core *self, uint64_t node);
void tr_bus_link_forget(tr_bus_link *self); // out of the table and gone
void tr_bus_links_on_hello(tr_core *self, const tr_message *hello);
// Gives up every link to a node: what waits there is lost, the peer is told if it can be, and what
// it sent before it knew is refused.
void tr_bus_links_drop_node(tr_core *self, uint64_t node);
// While this core thread is busy, so that it cannot say it itself, this is said to what was dialed,
// again and again. Lent.
void tr_bus_links_repeat(tr_core *self, const tr_message *message);
void tr_bus_links_close(tr_core *self);

#endif
