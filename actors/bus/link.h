#ifndef TR_ACTORS_BUS_LINK_H
#define TR_ACTORS_BUS_LINK_H

// The way to one core thread elsewhere, of this process or of another one: a PUSH socket, the batch
// under construction, and how much of what was sent the peer has acknowledged (docs/bus.md).
//
// Thread: the core thread's. Owns: the socket, the batch.

#include <ev.h>

#include "actors/core/core.h"
#include "base/buf.h"
#include "wire/envelope.h"

enum tr_link_state { TR_LINK_IDLE, TR_LINK_DIALING, TR_LINK_UP };

typedef struct tr_link {
    tr_core *core;
    struct tr_link *next_dirty;
    uint64_t node;
    uint32_t index; // of the core thread there
    enum tr_link_state state;
    bool is_alias;    // only the endpoint is known: no acknowledgements, stays for ever
    bool is_inside;   // in this process
    bool is_inproc;   // and over inproc: its pipe neither comes nor goes
    bool has_parcels; // sends messages as they lie in memory (wire/parcel.h), not msgpack
    bool is_dirty;    // has something for the end of the turn
    bool owes_ack;    // frames were received that the peer has not heard of
    bool greeted;     // link_hello is out
    void *socket;     // ZMQ_PUSH, NULL while idle
    ev_io watcher;    // its ZMQ_FD: the pipe came or went
    char *endpoint;   // NULL: not known yet
    tr_buf pending;   // the batch under construction, head included; size 0: nothing
    uint64_t sent;    // frames
    uint64_t acknowledged;
    uint64_t received; // sequence of the last frame from there
    uint64_t reported; // what we told the peer of it
    uint64_t dialed_ms;
    // Liveness (actors/bus/liveness.h).
    uint64_t incarnation;      // of this end: another one each time the peer was given up
    uint64_t peer_incarnation; // of the other end; 0: not heard of yet
    uint64_t over;             // the peer's incarnations up to this one are over
    uint64_t heard_ms;         // last frame from there
    uint64_t said_ms;          // last frame to there
    uint64_t given_up_ms;      // 0: it was not, or is in use again
    bool knows_it_is_over;     // the peer gave us up: it need not be told
} tr_link;

// A socket with what all of the bus have in common; NULL: there are too many.
void *tr_link_socket_new(const tr_core *core, int type, bool is_by_name);
int tr_link_fd(void *socket);
tr_link *tr_link_find(const tr_core *self, uint64_t node, uint32_t index);
tr_link *tr_link_get(tr_core *self, uint64_t node, uint32_t index); // NULL: there are too many
void tr_link_note_head(tr_link *self, const tr_batch_head *head, bool is_only_ack);
void tr_link_mark_dirty(tr_link *self);
// Something was sent over it, or came over it, since it began: its end matters.
bool tr_link_is_in_use(const tr_link *self);
// Puts a message into the batch for wherever it goes; does not take it. TR_EFULL, TR_EGONE.
int tr_links_send(tr_core *self, const tr_message *message);
void tr_links_flush(tr_core *self);
void tr_links_tick(tr_core *self);
void tr_links_on_hello(tr_core *self, tr_address from, tr_slice endpoint);
// Gives up every link to a node: what waits there is lost, the peer is told if it can be, and what
// it sent before it knew is refused.
void tr_links_drop_node(tr_core *self, uint64_t node);
void tr_links_close(tr_core *self);

#endif
