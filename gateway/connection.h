#ifndef TR_GATEWAY_CONNECTION_H
#define TR_GATEWAY_CONNECTION_H

// One browser's WebSocket as a state machine. It is told what happened (a piece of a message came,
// the session answered, the socket can take more, time passed) and does what follows through a
// table of functions; it knows neither sockets nor actors nor the clock.
//
//     OPENED ── register ──► REGISTERING ── attached ──► ATTACHED
//        │ no worker          ▲   │                         │
//        ├──────► PLACING ────┘   │                         │
//        └────────────┬───────────┴─────────────────────────┤ close asked, violation, deadline,
//        gone
//                     ▼                                     ▼
//                  CLOSING ── socket closed ──► CLOSED ◄────┘ socket closed
//
// PLACING: there is no worker yet, as where the gateway has just started; the registration waits
// for one, and nothing more is read.
//
// Every way out of ATTACHED does `detach` exactly once. Reading pauses, never drops: while too many
// packets wait for the session to be found, at the window of packets it has not worked off, while
// its mailbox is full, and when the browser sends faster than its rate.
//
// Thread: the connection's core thread. Owns: packets that wait, the message being put together,
// the packets in its outbox.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/token_bucket.h"
#include "gateway/backlog.h"
#include "gateway/incoming.h"
#include "gateway/outbox.h"
#include "wire/close_code.h"
#include "wire/flet.h"

enum tr_connection_state {
    TR_CONNECTION_OPENED,
    TR_CONNECTION_PLACING,
    TR_CONNECTION_REGISTERING,
    TR_CONNECTION_ATTACHED,
    TR_CONNECTION_CLOSING,
    TR_CONNECTION_CLOSED
};

#define TR_ATTACH_DEADLINE_MS 5000u // from session_open to its answer; beyond: close 1013
#define TR_CLOSE_DEADLINE_MS 5000u  // from our close frame to the socket's end; beyond: cut
#define TR_MESSAGE_DEADLINE_MS                                                                     \
    30000u                 // from a message's first piece to its last; beyond: close 1008
#define TR_PING_MS 30000u  // unless an option says otherwise (tr_connection_limits)
#define TR_PONG_MS 15000u  // from our question to nobody being there
#define TR_RETRY_MS 5u     // until a full mailbox is tried again
#define TR_THROTTLE_MS 20u // until a browser over its rate is read again

typedef struct tr_connection tr_connection;

// The actions of a connection. Each may be called from any of the on_ functions below, and none may
// call back into the connection.
typedef struct tr_connection_actions {
    // Asks for the session. 0, or an error: TR_EUNAVAILABLE (no worker), TR_EFULL, TR_EGONE; TR_EREFUSED: it
    // is put off.
    int (*open)(tr_connection *self, const tr_flet_packet *packet);
    // May it wait for a worker, with a registration of that size? Others wait, too, so they are
    // counted.
    bool (*wait)(tr_connection *self, size_t size);
    // Hands a packet to the session. 0, TR_EFULL (it will be tried again; a TR_FLET_SEEN is not),
    // TR_EGONE.
    int (*deliver)(tr_connection *self, const tr_flet_packet *packet);
    void (*read)(tr_connection *self, bool is_wanted);
    // Gives a piece to the socket. 0: it is out; 1: it is kept and out at the next on_writable;
    // negative: the socket is broken.
    int (*send)(tr_connection *self, const tr_outbox_piece *piece);
    void (*ping)(tr_connection *self);
    void (*written)(tr_connection *self, uint32_t packets);
    void (*detach)(tr_connection *self, unsigned code);
    void (*close)(tr_connection *self, unsigned code, const char *reason); // politely; once
    // The same, but what the browser says until its own close frame comes is still received; nothing
    // is sent any more.
    void (*leave)(tr_connection *self, unsigned code, const char *reason);
    // At once; once. No reason: the socket turned out to be broken.
    void (*cut)(tr_connection *self, const char *reason);
} tr_connection_actions;

typedef struct tr_connection_limits {
    uint32_t packets_per_s;
    uint32_t packets_burst;
    uint32_t ping_ms; // of silence until we ask whether anybody is there
} tr_connection_limits;

struct tr_connection {
    const tr_connection_actions *actions;
    const tr_connection_limits *limits;
    tr_backlog waiting;
    tr_incoming incoming;
    tr_outbox outbox;
    uint64_t since_ms;       // in this state
    uint64_t heard_ms;       // from the browser
    uint64_t write_since_ms; // the socket owes us room since; 0: it does not
    uint64_t retry_ms;       // look again then; 0: never
    uint64_t drain_ms;       // close then; 0: never
    uint64_t hold_ms;        // the session has been on its way since; 0: it is not
    tr_token_bucket tokens;
    char *close_reason;  // of close_code
    uint16_t close_code; // the session's request once the outbox is empty; 0: nothing
    uint16_t in_flight;  // packets not yet credited
    uint8_t packets;     // of the session, not yet out; without its registration answer
    uint8_t state;       // enum tr_connection_state
    bool is_reading;
    bool is_answered; // the registration answer is out
    bool is_held;     // the transport keeps the current piece
    bool is_pinged;
    bool is_throttled;
    bool is_leaving;   // our close frame is out; what the browser had said before is still taken
    bool owes_seen;    // an acknowledgement is due
    bool is_seen_held; // and the current piece is one
};

void tr_connection_init(tr_connection *self, const tr_connection_actions *actions,
                        const tr_connection_limits *limits, uint64_t now_ms);

// Frees what it owns; does nothing else.
void tr_connection_done(tr_connection *self);

void tr_connection_on_piece(tr_connection *self, const tr_message_piece *piece, uint64_t now_ms);

// Any sign of life that is not a message (a pong).
void tr_connection_on_heard(tr_connection *self, uint64_t now_ms);

// The table of workers has changed: a connection that waits for a worker asks again.
void tr_connection_on_routes(tr_connection *self, uint64_t now_ms);

// The session answered; takes the packet over. False when the connection does not want it any more:
// the packet is dropped and the session should be told that nobody is there.
// `number` 0: its packets have none.
bool tr_connection_on_attached(tr_connection *self, tr_packet **answer, uint32_t number,
                               uint64_t now_ms);

// A packet from the session; takes it over. Where packets have numbers, each follows on the last.
void tr_connection_on_packet(tr_connection *self, tr_packet **packet, uint32_t number,
                             uint64_t now_ms);

// The browser's packets up to this number are safe: it hears so with the next packet, or alone.
void tr_connection_on_safe(tr_connection *self, uint32_t number, bool is_alone, uint64_t now_ms);

void tr_connection_on_credit(tr_connection *self, uint32_t packets, uint64_t now_ms);

// The session wants it closed, once everything it sent is out.
void tr_connection_on_close_asked(tr_connection *self, unsigned code, tr_slice reason,
                                  uint64_t now_ms);

// The session goes elsewhere: what the browser says is kept, and behind TR_CONNECTION_BACKLOG
// packets it is not read. False: there is no session to hold it for.
bool tr_connection_on_hold(tr_connection *self, uint64_t now_ms);

// It is where it went, and has `uncredited` packets of ours; the rest goes there. False: it was not
// held.
bool tr_connection_on_moved(tr_connection *self, uint32_t uncredited, uint64_t now_ms);

// The session's process is gone. Nothing yet for one that is held: it may have left before.
void tr_connection_on_session_gone(tr_connection *self, uint64_t now_ms);

// This gateway goes away: close with 1012 after `delay_ms`. What the browser says before its own
// close frame is still taken.
void tr_connection_on_drain(tr_connection *self, uint64_t delay_ms, uint64_t now_ms);

// The socket can take more.
void tr_connection_on_writable(tr_connection *self, uint64_t now_ms);

// The socket is closed, with the browser's close code or TR_CLOSE_ABNORMAL.
void tr_connection_on_closed(tr_connection *self, unsigned code);

// When a browser that says nothing is asked, or was asked and is given up; 0: not in this state.
uint64_t tr_connection_silence_deadline(const tr_connection *self);

// When tr_connection_on_time has something to do; 0: never.
uint64_t tr_connection_deadline(const tr_connection *self);
void tr_connection_on_time(tr_connection *self, uint64_t now_ms);

#endif
