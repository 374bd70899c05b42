#ifndef TR_ACTORS_BUS_LINK_STATE_H
#define TR_ACTORS_BUS_LINK_STATE_H

// The state of a link, as a machine: events and the time go in, what is to be done comes out. It
// knows no sockets, no loop and no clock, so that tests walk its whole table and run thousands of
// networks that freeze, are cut and heal (tests/actors/bus/test_link_network.c).
//
//              dial                pipe opens
//      IDLE ──────────▶ DIALING ──────────────▶ UP
//       ▲                  │ no pipe for 3 s     │ pipe lost, peer silent for 2 s,
//       │                  │                     │ a batch is missing, peer begins anew or says so
//       │                  ▼                     ▼
//       └───────────── GIVEN UP ◀────────────────┘
//      a batch of the      │   ▲
//      peer's next         │   └── from every state: the peer's process is given up
//      incarnation, or     ▼
//      dial: DIALING    forgotten after 10 s
//
// | state    | dial    | pipe opens | pipe closed    | batch taken | given up | 10 s unused |
// | -------- | ------- | ---------- | -------------- | ----------- | -------- | ----------- |
// | IDLE     | DIALING | -          | -              | IDLE        | GIVEN UP | forgotten   |
// | DIALING  | -       | UP         | lost after 3 s | DIALING     | GIVEN UP | -           |
// | UP       | -       | UP         | lost           | UP          | GIVEN UP | -           |
// | GIVEN UP | DIALING | -          | -              | IDLE        | GIVEN UP | forgotten   |
//
// "Lost" is an order to the caller, who gives the peer's whole process up. Two kinds of link
// differ: one within the process goes back to IDLE and is dialed anew, and an alias (only the
// endpoint is known) to DIALING, since its way heals by itself.
//
// Incarnations. Each end of a link between processes lets the other hear something every
// TR_HEARTBEAT_MS; an end that is silent for TR_PEER_SILENCE_MS is down. Its process may yet live:
// it was stopped, or the network between was cut. So each end has an incarnation, a number that
// grows each time it gives the other end up, and every batch carries the sender's and what the
// sender believes to be the receiver's:
//
//      here {incarnation 7, peer 3}  ── batch 7→3 ──▶  there {incarnation 3, peer 7}
//
// A third number says which of the receiver's incarnations the sender gave up last: the only way to
// know for an end that has spoken and not yet heard anything. A batch of an incarnation that is
// over is refused. An end that sees a new incarnation of its peer knows that it was given up
// itself: it gives the peer up, too, so that both agree on what is over (every monitor, link and
// question between the two), and both begin anew.
//
// Thread: any; pure.

#include <stdbool.h>
#include <stdint.h>

#include "wire/envelope.h"

enum tr_bus_link_kind {
    TR_LINK_PEER,   // a core thread of another process
    TR_LINK_INSIDE, // one of this process: it never dies alone, and has no incarnations
    TR_LINK_ALIAS   // only the endpoint is known: no acknowledgements, kept for ever
};

enum tr_bus_link_phase {
    TR_LINK_IDLE,
    TR_LINK_DIALING,
    TR_LINK_UP,
    TR_LINK_GIVEN_UP,
    TR_LINK_PHASES
};

enum {
    TR_LINK_DIAL_DEADLINE_MS = 3000,
    // Longer than ZeroMQ keeps a connection that nothing comes from (TR_BUS_CONNECTION_SILENCE_MS):
    // until then batches may come that were sent before the link was given up.
    TR_LINK_GIVEN_UP_MS = 10000
};

typedef struct tr_bus_link_state {
    enum tr_bus_link_kind kind;
    enum tr_bus_link_phase phase;
    bool is_answered;  // the peer can reach us: it acknowledges, and is listened for
    bool is_told_over; // the peer gave us up: it need not be told that we do
    uint64_t sent;     // batches
    uint64_t acknowledged;
    uint64_t last_before_leave; // batch that is to be acknowledged before this process says goodbye
    uint64_t waits_since_ms;   // a peer that answers has acknowledged nothing; 0: it has everything
    uint64_t received;         // sequence of the last batch from there
    uint64_t reported;         // last value that the peer was told
    uint64_t incarnation;      // of this end
    uint64_t peer_incarnation; // of the other end; 0: not heard of yet
    uint64_t over;             // the peer's incarnations up to this one are over
    uint64_t dialed_ms;
    uint64_t heard_ms; // last batch from there
    uint64_t said_ms;  // last batch to there
    uint64_t since_ms; // when it was made or given up
} tr_bus_link_state;

void tr_bus_link_state_init(tr_bus_link_state *self, enum tr_bus_link_kind kind, bool is_answered,
                            uint64_t incarnation, uint64_t now_ms);

// A socket was opened. Only from IDLE and GIVEN UP.
void tr_bus_link_state_dialed(tr_bus_link_state *self, uint64_t now_ms);

// The state of the pipe now, while there is a socket.
enum tr_bus_link_news {
    TR_LINK_NO_NEWS,
    TR_LINK_OPENED, // waiting messages can leave
    TR_LINK_CLOSED, // an alias's: waiting messages are gone, and it greets again
    TR_LINK_LOST    // the peer's process is to be given up (within the process: hang up)
};
enum tr_bus_link_news tr_bus_link_state_pipe(tr_bus_link_state *self, bool can_write,
                                             uint64_t now_ms);

// The socket was closed, and nothing else is known: within the process, at the end.
void tr_bus_link_state_hung_up(tr_bus_link_state *self);

// A batch came. Only TAKEN changes the state, and it is TAKEN again behind BEGINS_ANEW and GAP,
// once the peer was given up, or else REFUSED.
enum tr_bus_link_verdict {
    TR_LINK_TAKEN,
    TR_LINK_REFUSED,     // of a conversation that one of the two ended; the sender is to hear of us
    TR_LINK_BEGINS_ANEW, // the peer gave us up: so must we
    TR_LINK_GAP          // a batch was lost on the way: likewise
};
enum tr_bus_link_verdict tr_bus_link_state_on_batch(tr_bus_link_state *self,
                                                    const tr_batch_head *head, bool is_only_ack,
                                                    bool has_pending, uint64_t now_ms);

// The peer says that it gave us up. True: of the present incarnation, so we must, too.
bool tr_bus_link_state_over(tr_bus_link_state *self, uint64_t incarnation);

// The peer is alive, but its core thread is busy. False: that is of another incarnation.
bool tr_bus_link_state_beat(tr_bus_link_state *self, uint64_t incarnation, uint64_t now_ms);

// Batches that the peer will acknowledge and has not: none where it cannot reach us.
uint64_t tr_bus_link_state_in_flight(const tr_bus_link_state *self);
// This process is about to leave: from now on is_awaited says whether the peer has yet to acknowledge
// what was sent so far, and with `has_pending` the batch after it.
void tr_bus_link_state_leave(tr_bus_link_state *self, bool has_pending);
bool tr_bus_link_state_is_awaited(const tr_bus_link_state *self);
// Does the peer say anything over this link, so that `heard_ms` tells of it?
bool tr_bus_link_state_is_heard(const tr_bus_link_state *self);

// May a batch with messages leave?
bool tr_bus_link_state_has_window(const tr_bus_link_state *self);
// The head of the next batch; a batch without messages does not count.
void tr_bus_link_state_head(const tr_bus_link_state *self, bool counts, tr_batch_head *out);
void tr_bus_link_state_said(tr_bus_link_state *self, bool counts,
                            uint64_t now_ms); // that batch left

// The peer can be told, and does not know: the batch link_over is to be sent before it is given up.
bool tr_bus_link_state_must_tell(const tr_bus_link_state *self, bool has_pending);
// `incarnation` is higher than any before.
void tr_bus_link_state_give_up(tr_bus_link_state *self, uint64_t incarnation, uint64_t now_ms);

// A set of the actions that are due.
enum tr_bus_link_due {
    TR_LINK_DUE_DIAL = 1,   // batches came that cannot be acknowledged without a socket
    TR_LINK_DUE_SAY = 2,    // an acknowledgement, a heartbeat
    TR_LINK_DUE_LOST = 4,   // the peer is silent: its process is to be given up
    TR_LINK_DUE_FORGET = 8, // nothing is known, or will be asked, of it any more
};
// Twice a heartbeat. `away_ms`: we were stopped ourselves for so long, and what came meanwhile is
// unread.
unsigned tr_bus_link_state_tick(tr_bus_link_state *self, bool has_pending, uint64_t away_ms,
                                uint64_t now_ms);

// Something was sent over it, or came over it, since it began: its end matters.
bool tr_bus_link_state_is_in_use(const tr_bus_link_state *self, bool has_pending);

const char *tr_bus_link_phase_name(enum tr_bus_link_phase phase); // for people

#endif
