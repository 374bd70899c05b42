#ifndef TR_ACTORS_INTERNAL_H
#define TR_ACTORS_INTERNAL_H

// What the files of actors/ know of each other and nobody else may.

#include <ev.h>
#include <limits.h>
#include <pthread.h>
#include <stdatomic.h>

#include "actors/core.h"
#include "actors/coroutine.h"
#include "actors/pool.h"
#include "actors/pool_queue.h"
#include "actors/routes.h"
#include "actors/timer.h"
#include "base/buf.h"
#include "base/lock.h"
#include "base/map.h"
#include "base/owner.h"
#include "base/tag.h"
#include "troupe/system.h"
#include "wire/envelope.h"
#include "wire/limits.h"

// Slots from here on are pool threads, not actors.
#define TR_SLOT_POOL 0x80000000u

typedef struct tr_relation tr_relation;
typedef struct tr_question tr_question;
typedef struct tr_alarm tr_alarm;
typedef struct tr_watch tr_watch;
typedef struct tr_name_claim tr_name_claim;
typedef struct tr_subscription tr_subscription;
typedef struct tr_attendance tr_attendance;
typedef struct tr_watching tr_watching;

// One that may sleep, in the list of those of its behaviour.
typedef struct tr_idle {
    tr_actor *actor;
    struct tr_idle *next;
    struct tr_idle *previous;
    struct tr_idle_list *list;
    uint64_t since_ms;  // its place in the list: last looked at
    uint64_t active_ms; // last turn
} tr_idle;

// What most actors do without.
typedef struct tr_extras {
    tr_idle *idle; // NULL: never sleeps, or does
    tr_relation *relations;
    tr_question *questions; // of tr_ask
    tr_alarm *alarms;
    tr_watch *watches;
    tr_name_claim *names; // that it has or wants
    tr_subscription *subscriptions;
    tr_attendance *attendances; // topics where it is present
    tr_watching *watchings;     // and that it watches
    uint32_t relation_count;
    uint32_t question_count;
    uint32_t alarm_count;
    uint32_t watch_count;
    uint32_t name_count;
    uint32_t subscription_count;
    uint32_t attendance_count;
    uint32_t watching_count;
    int64_t reason; // of its end
    uint64_t spent_ns;
} tr_extras;

struct tr_actor {
    TR_TAG;
    tr_core *core;
    const tr_behaviour *behaviour;
    tr_actor *next_ready;
    tr_message *system_head; // overtakes
    tr_message *system_tail;
    tr_message *user_head;
    tr_message *user_tail;
    tr_extras *extras; // NULL: none yet
    uint32_t slot;
    uint32_t generation;
    uint32_t user_count;
    uint32_t system_count;
    uint64_t handled; // messages
    bool is_ready;    // in the run queue; only what was taken out of it is ever freed
    bool is_stopping; // gets no more messages, reaped at its next turn
    bool is_asleep;   // its state is what was saved of it
    uint32_t saved_size;
    _Alignas(16) unsigned char state[];
};

// A question that waits for its answer: a coroutine's or an actor's.
struct tr_question {
    tr_actor *asker;      // NULL: a coroutine's
    tr_coroutine *waiter; // a coroutine's: joins it now
    uint32_t *wanted;     // by the waiter: how many more it waits for
    tr_message *answer;
    int status; // once it is over
    bool is_over;
    tr_address to;
    tr_question *next; // of the same actor
    tr_question *previous;
    uint64_t correlation;
    tr_timer deadline;
};

// The way to one core thread elsewhere: of this process, or of another one.
enum tr_link_state { TR_LINK_IDLE, TR_LINK_DIALING, TR_LINK_UP };

typedef struct tr_link {
    tr_core *core;
    struct tr_link *next_dirty;
    uint64_t node;
    uint32_t index; // of the core thread there
    enum tr_link_state state;
    bool is_alias;  // only the endpoint is known: no acknowledgements, stays for ever
    bool is_inside; // in this process
    bool is_inproc; // and over inproc: its pipe neither comes nor goes
    bool has_parcels; // sends messages as they lie in memory (wire/parcel.h), not msgpack
    bool is_dirty;  // has something for the end of the turn
    bool owes_ack;  // frames were received that the peer has not heard of
    bool greeted;   // link_hello is out
    void *socket;   // ZMQ_PUSH, NULL while idle
    ev_io watcher;  // its ZMQ_FD: the pipe came or went
    char *endpoint; // NULL: not known yet
    tr_buf pending; // the batch under construction, head included; size 0: nothing
    uint64_t sent;  // frames
    uint64_t acknowledged;
    uint64_t received; // sequence of the last frame from there
    uint64_t reported; // what we told the peer of it
    uint64_t dialed_ms;
    // Liveness (actors/liveness.h).
    uint64_t incarnation;      // of this end: another one each time the peer was given up
    uint64_t peer_incarnation; // of the other end; 0: not heard of yet
    uint64_t over;             // the peer's incarnations up to this one are over
    uint64_t heard_ms;         // last frame from there
    uint64_t said_ms;          // last frame to there
    uint64_t given_up_ms;      // 0: it was not, or is in use again
    bool knows_it_is_over;     // the peer gave us up: it need not be told
} tr_link;

typedef struct tr_inbox {
    void *socket; // ZMQ_PULL, NULL: closed
    ev_io watcher;
    bool is_ready; // may have frames
} tr_inbox;

typedef struct tr_timer_entry tr_timer_entry;

typedef struct tr_post {
    void (*function)(tr_core *core, void *arg);
    void *arg;
} tr_post;

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
    ev_timer tick; // of the bus, whose other ends go by the real clock even when ours is held
    ev_timer alarm; // for the earliest of `timers`
    tr_timer_entry *timers; // a heap, from place 1 on
    uint32_t timer_count;
    uint32_t timer_cap;
    uint64_t timer_sequence;
    uint64_t armed_ns; // when the alarm is set for; UINT64_MAX: it is not
    uint64_t held_ns;  // what a test holds the clock at; 0: it goes
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
    bool is_closing; // its loop has ended: nothing runs, nothing starts

    tr_actor **actors; // by slot
    uint32_t *generations;
    uint32_t *free_slots;
    uint32_t slot_count;
    uint32_t slot_cap;
    uint32_t free_count;
    uint32_t free_cap;
    uint32_t runs_per_turn; // actor turns before sockets are looked at again
    uint32_t turn_budget;   // messages an actor may take before others get their turn
    tr_actor *ready_head;
    tr_actor *ready_tail;

    tr_inbox near; // parcels of core threads of this process
    tr_inbox far;  // msgpack of whoever else; closed when nobody can reach us
    char *endpoint; // for other processes, NULL: none
    tr_map links;
    uint64_t next_incarnation; // of this thread's links: ever higher
    uint64_t ticked_ms;
    tr_link *dirty_links;
    tr_link *last_link; // of tr_link_find: most messages go where the one before went
    tr_routes routes;

    uint32_t supervisors;
    tr_message *order_head; // to make actors here
    tr_message *order_tail;
    uint64_t busy_since_ns; // when the loop last woke
    uint64_t slept_at_ns;
    uint16_t busy_share; // of the time lately, in parts of UINT16_MAX
    tr_map idle_lists; // by behaviour
    tr_map questions;
    tr_map relations;         // both ends' records, by a hash of the relation's number
    tr_message *notice_head;  // relations' messages that found their way full
    tr_message *notice_tail;
    tr_dead_letter dead_letters[TR_DEAD_LETTERS_KEPT]; // a ring
    uint64_t dead_letter_at;  // how many ever
    uint64_t next_correlation;
    struct tr_coroutines *coroutines;
    tr_pool *pool;

    // What lower files call of higher ones: set by loop.c.
    // Takes a message for this core thread (an actor, a question, a pool thread, the core itself).
    // On failure it stays the caller's.
    int (*deliver)(tr_core *self, tr_message **message);
    int (*send_out)(tr_core *self, const tr_message *message); // tr_links_send
    void (*node_down)(tr_core *self, uint64_t node);
    void (*end_extras)(tr_actor *actor); // of an actor that has some and ends
    void (*passivate)(tr_actor *actor);
    tr_actor *(*wake_up)(tr_actor *actor); // which moves; NULL: that failed
    // The deterministic scheduler's (sim.c), NULL otherwise: takes a frame instead of ZeroMQ.
    bool (*frame_out)(tr_link *link, const tr_buf *frame);
    // And a call instead of the pool's threads; its function gets NULL for its thread.
    int (*call_inline)(tr_core *self, tr_address from, const tr_msg_handler_call *call,
                       tr_pool_function function);
    struct tr_sim *sim;
    // A test's, NULL otherwise: sees every dead letter.
    void (*on_dead_letter)(tr_core *self, const tr_message *message, int reason);

    void *roles[TR_ROLE_SLOTS];
    tr_core_stats stats;
};

struct tr_system {
    uint64_t node;
    enum tr_transport transport;
    unsigned core_count;
    void *zmq;
    tr_system_options options;
    char *broker_endpoint;
    struct tr_core_thread {
        pthread_t thread;
        tr_system *system;
        tr_core *core;
        unsigned index;
        bool is_started;
        char *endpoint; // of the core, which may be gone before the others have ended
        tr_post posts[TR_SYSTEM_POST_CAP];
        unsigned post_count;
        uint32_t ordered;      // actors of tr_spawn_on on their way there, under the lock
        _Atomic uint64_t load; // for placement, a hint
    } * threads;
    // Guards the start (bound, ready, failed) and the posts.
    tr_lock lock;
    pthread_cond_t changed;
    unsigned bound;
    unsigned ready;
    bool may_set_up;
    bool is_stopping; // takes no more posts, drains
    bool is_ending;   // core threads end their loops
    int failure;
    int end_fd; // eventfd: the program is to end
    atomic_int exit_code;
    tr_map orders; // of tr_spawn_on, by ticket, under the lock
    uint64_t held_ns; // what tr_system_advance last set
};

// No program's: exit codes are small.
#define TR_EXIT_CODE_UNSET INT_MIN

#define TR_HELD_CLOCK_START_NS 1000000000000u // no time of a test is 0

extern _Thread_local tr_core *tr_core_here;

// timer.c
void tr_timers_open(tr_core *core);
void tr_timers_arm(tr_core *core); // before the loop sleeps
void tr_timers_fire(tr_core *core); // those that are due
uint64_t tr_timers_next_ns(const tr_core *core); // UINT64_MAX: none runs
void tr_timers_close(tr_core *core);

// Of the core thread itself, which speaks for whoever has no address.
static inline tr_address tr_core_address(const tr_core *self)
{
    return tr_address_of(self->node, self->index, TR_SLOT_CORE);
}

// The one that keeps what there is once in a process.
static inline bool tr_core_is_first(const tr_core *self)
{
    return self->index == 0;
}

// core.c
uint64_t tr_core_clock_ns(const tr_core *self); // of now, or what a test holds it at
void tr_core_ready(tr_core *self, tr_actor *actor);
tr_actor *tr_core_pop_ready(tr_core *self); // there must be one
// Out of the middle of the run queue, if it is there.
void tr_core_unready(tr_core *self, tr_actor *gone);
// Counts it and keeps its envelope for people.
void tr_core_dead_letter(tr_core *self, const tr_message *message, int reason);

// The time up to now is no actor's.
void tr_core_account_mark(tr_core *self);

// idle.c
void tr_idle_add(tr_actor *actor); // has extras
void tr_idle_remove(tr_actor *actor);
void tr_idle_close(tr_core *core);

// passivation.c
void tr_actor_passivate(tr_actor *self);
tr_actor *tr_actor_wake_up(tr_actor *self);

// actor.c
void tr_actor_run(tr_actor *self);
// A turn of one in the run queue, where it stays: for making room in its mailbox.
void tr_actor_run_early(tr_actor *self);
uint32_t tr_actor_cap(const tr_actor *self); // of class USER
void tr_actors_stop_all(tr_core *core);
int tr_actor_push(tr_actor *self, tr_message **message);
bool tr_actor_has_room(const tr_actor *self, const tr_shape *shape);
// For what another cap has bounded; takes the message.
void tr_actor_push_always(tr_actor *self, tr_message *message);
// A signal of the runtime, likewise; nothing when it is stopping.
void tr_actor_signal(tr_actor *self, unsigned type, const void *body);
// Out of its mailbox, whatever was not yet handled and fits.
void tr_actor_withdraw(tr_actor *self, bool (*fits)(const tr_message *message, const void *arg),
                       const void *arg);
tr_extras *tr_actor_extras(tr_actor *self); // made when there are none
void tr_actor_forget_extras(tr_actor *self); // that are empty
int tr_core_post_message(tr_core *self, tr_message **message);
int tr_core_send(tr_core *core, tr_address from, tr_address to, unsigned type, const void *body,
                 uint32_t flags, uint64_t correlation);

// link.c
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
// Gives up every link to a node: what waits there is lost, the peer is told if it can be, and what it
// sent before it knew is refused.
void tr_links_drop_node(tr_core *self, uint64_t node);
void tr_links_close(tr_core *self);

// bus.c
int tr_bus_open(tr_core *self);
void tr_bus_close(tr_core *self);
void tr_bus_drain(tr_core *self);
// A frame of msgpack came in.
void tr_bus_on_frame(tr_core *self, const void *bytes, size_t size);

// refusal.c
// The answer to a question that could not be delivered, or whose receiver ended before it.
tr_message *tr_refusal_new(const tr_message *question, int error);
bool tr_is_refusal(const tr_message *answer);


// question.c
// A coroutine's: it is over, with an answer or a status.
void tr_question_end(tr_question *self, int status, tr_message *answer);
void tr_question_answer(tr_core *self, tr_message **answer);
void tr_questions_fail(tr_core *self, uint64_t node);
void tr_questions_end(tr_actor *asker);

// alarm.c
void tr_alarms_end(tr_actor *self);
void tr_alarms_move(tr_actor *to); // the actor lies elsewhere now

// supervisor.c
typedef struct tr_child_info {
    const char *name;
    const char *state;
    tr_address address; // TR_NOWHERE: none now
    uint64_t restarts;
} tr_child_info;
// The n-th child of an actor that is a supervisor; false when there is none.
bool tr_supervisor_child_at(const tr_actor *actor, uint32_t n, tr_child_info *out);

// watch.c
void tr_watches_end(tr_actor *self);
void tr_watches_move(tr_actor *to);

// placement.c
bool tr_placement_take(tr_core *core, tr_message **message); // false: none of its
void tr_placement_run(tr_core *core); // what was taken; while the core thread closes, only frees it
void tr_placement_publish(tr_core *core);
void tr_placement_close(tr_system *system);

// pool.c
void tr_pool_close(tr_core *core);
int tr_pool_deliver(tr_core *core, const tr_message *message);
// A thread that sends without end must not keep the core thread: the rest of its messages comes in
// the next turn.
bool tr_pool_has_more(const tr_core *core);
void tr_pool_drain(tr_core *core);
// A job of an app: its number, or TR_EFULL, TR_ETOOBIG, TR_ECANCELLED. `asker`: an actor of this core
// thread, or unset; `sender`: in whose turn it waits.
int64_t tr_pool_submit_work(tr_core *core, tr_pool_work work, tr_slice input, uint64_t deadline_ms,
                            tr_address asker, tr_address sender, tr_pool_waiter *waiter);
// Nobody waits for it any more: it is dropped if it waits, and its own waits end if it runs.
void tr_pool_cancel_work(tr_core *core, uint64_t number);

// post.c
// Runs it there and waits for it, while the system stops, too. TR_EFULL, TR_EGONE.
int tr_system_call(tr_system *self, unsigned core, void (*function)(tr_core *core, void *arg),
                   void *arg);

// rest.c
typedef struct tr_rest {
    bool is_busy;
    uint64_t sent; // messages between core threads
    uint64_t received;
    uint32_t supervisors;
    uint64_t next_ns; // the earliest timer; UINT64_MAX: none
    unsigned next_core;
} tr_rest;
// Waits until no core thread has anything to do and nothing is under way between them. TR_ETIMEOUT:
// somebody was busy for so many rounds in a row, or the deadline passed; TR_EGONE.
int tr_system_rest(tr_system *self, bool may_have_supervisors, unsigned busy_rounds,
                   uint64_t deadline_ms, tr_rest *out);

// supervisor.c
void tr_supervisors_stop(tr_core *core); // those that nobody supervises, and so all

// loop.c
tr_core *tr_core_new(tr_system *system, unsigned index);
void tr_core_free(tr_core **self);
// One turn of the loop, but for what libev calls.
void tr_core_turn(tr_core *self);
// What tr_system_post left; true: the system is to stop.
bool tr_core_run_posts(tr_core *self);
bool tr_core_is_busy(const tr_core *self); // has something to do that nothing will wake it for

#endif
