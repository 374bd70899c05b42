#ifndef TR_ACTORS_CORE_CORE_RECORD_H
#define TR_ACTORS_CORE_CORE_RECORD_H

// A core thread as the files of actors/ know it.
//
// Thread: its own. Owns: all of it.

#include <ev.h>
#include <sys/types.h>

#include "actors/core/actor_record.h"
#include "actors/core/core.h"
#include "actors/core/send.h"
#include "actors/core/timer.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/code_here.h"
#include "base/map.h"
#include "base/owner.h"
#include "base/tag.h"
#include "troupe/actors/system.h"
#include "wire/limits.h"
#include "wire/messages.h"

// Slots from here on are pool threads, not actors.
#define TR_SLOT_POOL 0x80000000u

typedef struct tr_bus tr_bus;
typedef struct tr_pool tr_pool;
typedef struct tr_pool_thread tr_pool_thread;
typedef struct tr_timer_entry tr_timer_entry;

struct tr_core {
    tr_owner owner;
    TR_TAG;
    tr_system *system;
    unsigned index;
    uint64_t node;
    enum tr_transport transport;
    struct ev_loop *loop;
    ev_prepare prepare;
    ev_check check;
    ev_check clock; // first of all, so that every callback of a turn reads this turn's time
    ev_idle idle;
    ev_async wake;
    ev_timer tick;  // of the bus, whose other ends go by the real clock even when ours is held
    ev_timer alarm; // for the earliest of `timers`
    tr_timer_entry *timers; // a heap, from place 1 on
    uint32_t timer_count;
    uint32_t timer_cap;
    uint64_t timer_sequence;
    uint64_t armed_ns;    // when the alarm is set for; UINT64_MAX: it is not
    uint64_t held_ns;     // time of the clock that a test holds; 0: it goes
    uint64_t inside_sent; // messages to core threads of this process, and from them
    uint64_t inside_received;
    uint64_t now_ms;
    uint64_t real_ms; // the same, but for a held clock
    uint64_t random;
    uint64_t started_ms;
    uint64_t inspected_ms;        // last question of somebody who looks
    bool accounts_for_inspection; // and not because the program wants it
    bool is_accounting;
    uint64_t accounted_ns; // up to then, somebody was charged with the time
    bool is_closing;       // its loop has ended: nothing runs, nothing starts

    tr_actor **actors; // by slot
    uint32_t *generations;
    uint32_t *free_slots; // a ring, the one that is free for longest first
    uint32_t slot_count;
    uint32_t slot_cap;
    uint32_t free_at; // the first one's place
    uint32_t free_count;
    uint32_t free_cap;
    uint32_t runs_per_turn; // actor turns before sockets are looked at again
    uint32_t turn_budget;   // messages an actor may take before others get their turn
    tr_actor *ready_head;
    tr_actor *ready_tail;

    tr_bus *bus;

    uint32_t supervisors;
    tr_message_queue orders; // to make actors here
    uint64_t busy_since_ns;  // when the loop last woke
    uint64_t
        turn_until_ns; // then actors have run long enough; 0: nobody has looked at the clock yet
    // For the watchdog: when the loop last woke, 0 while it sleeps; and whose code runs.
    _Atomic uint64_t turn_began_ns;
    const tr_code_here *code_here;
    pid_t thread; // the kernel's number of it
    uint64_t slept_at_ns;
    uint16_t busy_share; // of the time lately, in parts of UINT16_MAX
    tr_map idle_lists;   // by behaviour
    tr_map questions;
    tr_map relations; // both ends' records, by a hash of the relation's number
    tr_unsent unsent; // relations' messages, and answers to those who ask from here
    tr_dead_letter dead_letters[TR_DEAD_LETTERS_KEPT]; // a ring
    uint64_t dead_letter_at;                           // how many ever
    uint64_t next_correlation;
    uint64_t aliases[TR_PEERS_CAP]; // of nodes, made by tr_core_dial
    unsigned alias_count;
    struct tr_coroutines *coroutines;
    tr_pool *pool;

    // Functions of higher files that lower ones call: set by loop.c. Takes a message for this core
    // thread (an actor, a question, a pool thread, the core itself). On failure it stays the
    // caller's.
    int (*deliver)(tr_core *self, tr_message **message);
    int (*send_out)(tr_core *self, const tr_message *message); // tr_bus_links_send
    void (*node_down)(tr_core *self, uint64_t node);
    void (*end_extras)(tr_actor *actor); // of an actor that has some and ends
    void (*passivate)(tr_actor *actor);
    tr_actor *(*wake_up)(tr_actor *actor); // which moves; NULL: that failed
    // The deterministic scheduler's (sim.c), NULL otherwise: takes a call instead of the pool's
    // threads; its function gets NULL for its thread.
    int (*call_inline)(tr_core *self, tr_address from, const tr_msg_handler_call *call,
                       int64_t (*function)(tr_pool_thread *thread, const tr_message *call));
    struct tr_sim *sim;
    // A test's, NULL otherwise: sees every dead letter.
    void (*on_dead_letter)(tr_core *self, const tr_message *message, int reason);

    void *roles[TR_ROLE_SLOTS];
    tr_core_probe *probes[TR_ROLE_SLOTS]; // NULL: none
    tr_core_clerk *clerks[TR_ROLE_SLOTS]; // likewise
    tr_core_stats stats;
};

extern _Thread_local tr_core *tr_core_here;

// Of the core thread itself, which speaks for whoever has no address.
static inline tr_address tr_core_address(const tr_core *self)
{
    return tr_address_of(self->node, self->index, TR_SLOT_CORE);
}

// Does an address lie on this core thread?
static inline bool tr_core_is_here(const tr_core *self, tr_address to)
{
    return to.node == self->node && tr_address_core(to) == self->index &&
           self->transport == TR_TRANSPORT_LOCAL;
}

// To there; *message is NULL when it was taken, else it stays the caller's.
static inline int tr_core_deliver_here(tr_core *self, tr_message **message)
{
    int result = self->deliver(self, message);
    if (result == 0)
        self->stats.messages_local++;
    return result;
}

// How long actors may run before sockets are looked at again.
#define TR_TURN_NS 5000000u

// Has this turn lasted long enough? The first look begins the time, so that a short turn reads no
// clock. Under the deterministic scheduler turns have no length.
static inline bool tr_core_turn_is_over(tr_core *self)
{
    if (self->sim != NULL)
        return false;
    uint64_t now_ns = tr_clock_ns();
    if (self->turn_until_ns == 0)
        self->turn_until_ns = now_ns + TR_TURN_NS;
    return now_ns >= self->turn_until_ns;
}

// The one that keeps what there is once in a process.
static inline bool tr_core_is_first(const tr_core *self)
{
    return self->index == 0;
}

void tr_core_ready(tr_core *self, tr_actor *actor);
tr_actor *tr_core_pop_ready(tr_core *self); // there must be one
// Out of the middle of the run queue, if it is there.
void tr_core_unready(tr_core *self, tr_actor *gone);
// Counts it and keeps its envelope for people.
void tr_core_dead_letter(tr_core *self, const tr_message *message, int reason);
// Its actor is no more: the sender hears of it, if the message is such a one (TELLS_WHEN_GONE).
void tr_core_tell_gone(tr_core *self, const tr_message *message);

// The time up to now is no actor's.
void tr_core_account_mark(tr_core *self);

#endif
