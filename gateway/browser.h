#ifndef TR_GATEWAY_BROWSER_H
#define TR_GATEWAY_BROWSER_H

// The actor behind one browser: joins its state machine (connection), its socket (edge) and its
// session (messages). One per WebSocket.
//
// Two things that a session must hear, that packets are written and that its browser is gone, are
// kept where its way is full, and told when there is room: a number and a code, so that no queue is
// needed. An actor whose socket is gone therefore stays until that is told, and until the session
// that it asked for has answered and been told, TR_LINGER_MS at most.
//
// Thread: the gateway's core thread. Owns: the connection; the socket is the edge's and outlives it
// never.

#include "actors/core/actor.h"
#include "actors/core/timer.h"
#include "gateway/connection.h"
#include "gateway/edge.h"
#include "gateway/origin.h"

#define TR_LINGER_MS 30000u
#define TR_TELL_MS 20u // until what found a full way is told again

typedef struct tr_browser {
    tr_connection connection; // first: the actions get a pointer to it
    tr_gateway *gateway;      // NULL once the gateway stopped
    tr_socket *socket;        // NULL once it is closed
    tr_actor *actor;
    tr_address session; // where packets go; while registering: the worker that was asked
    tr_timer timer;     // for the connection's deadline, or sooner
    uint64_t timer_ms;  // it fires then; 0: it does not run
    struct tr_browser *next;
    struct tr_browser *prev;
    struct tr_browser_facts *facts; // until registered
    char *trace;                    // its handshake's traceparent (wire/trace.h); NULL: it had none
    uint64_t token;                 // of the session's last move
    uint32_t written;               // packets, while it is on its way
    uint32_t placing_bytes; // of its registration, counted at the gateway; 0: it does not wait
    uint64_t linger_ms;     // the socket is gone; the actor goes then at the latest; 0: it is there
    uint64_t tell_ms;       // messages that are due are sent again then; 0: nothing is due
    uint32_t written_due;   // packets
    uint32_t visitor;       // as what its page may do to a worker is counted (fatal_openings.h)
    uint16_t detach_due;    // a close code; 0: none
    bool is_asked_for;      // a session was asked for and has not answered
    bool is_ending;         // has logged why it ends
    bool has_session;       // it came with one
    char ip[TR_CLIENT_IP_CAP_BYTES];
} tr_browser;
_Static_assert(sizeof(tr_browser) <= 416, "each connected browser has one");

// From the edge (tr_edge_calls). The first spawns the actor: TR_EFULL.
int tr_browser_open(tr_gateway *gateway, const tr_edge_client *client, tr_browser **out)
    __attribute__((warn_unused_result));
void tr_browser_on_piece(tr_browser *self, const tr_message_piece *piece);
void tr_browser_on_heard(tr_browser *self);
void tr_browser_on_writable(tr_browser *self);
void tr_browser_on_closed(tr_browser *self, unsigned code);

// From the gateway.
void tr_browser_on_node_down(tr_browser *self, uint64_t node);
void tr_browser_on_routes(tr_browser *self);
void tr_browser_on_drain(tr_browser *self, uint64_t delay_ms);

#endif
