#ifndef TROUPE_ACTOR_H
#define TROUPE_ACTOR_H

// An actor: an address, a bounded mailbox, a behaviour (a table of functions) and a state, owned by
// one core thread. It handles one message at a time, to the end; nothing else touches its state.
//
//     TR_MESSAGE(greet, 1001, (text, name));
//
//     static void on_message(tr_actor *self, tr_message *message)
//     {
//         if (TR_TYPE(message) == TR_MSG_greet)
//             printf("hello %.*s\n", ...TR_BODY(message, greet)->name...);
//     }
//
//     static const tr_behaviour greeter = {.name = "greeter", .on_message = on_message};
//
// Thread: the core thread the actor lives on, unless said otherwise. Owns: its state and what waits
// in its mailbox.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "troupe/actors/fd.h"
#include "troupe/actors/message.h"
#include "troupe/err.h"
#include "troupe/slice.h"

#define FIELD(message, kind, name, doc) tr_c_##kind name;
#define SIGNAL(name, number, class, doc, fields)                                                   \
    typedef struct tr_msg_##name {                                                                 \
        fields                                                                                     \
    } tr_msg_##name;                                                                               \
    enum { TR_MSG_##name = (number) };
#include "troupe/actors/signals.def"

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)
#undef SIGNAL
#undef FIELD

typedef struct tr_actor tr_actor;
typedef struct tr_core tr_core;
typedef struct tr_saving tr_saving;

typedef struct tr_behaviour {
    const char *name;  // for people
    size_t state_size; // bytes, zeroed before on_start
    // 0, or a negative error: the actor never was. May be NULL.
    int (*on_start)(tr_actor *self, const void *args);
    // Lends the message.
    void (*on_message)(tr_actor *self, tr_message *message);
    // Once at the end of each turn in which it got messages or was woken. May be NULL.
    void (*on_turn_end)(tr_actor *self);
    // The destructor; its mailbox is dropped behind it. May be NULL.
    void (*on_stop)(tr_actor *self);
    uint32_t mailbox_cap; // messages; 0: 1 024
    bool traps_exits;     // a linked actor's end is a message to it, and not its own end

    // Passivation: an actor that had nothing to do for so long (at most twice as long) gives its
    // state up and sleeps; 0: never. Its address, its name, its alarms, monitors and links stay,
    // and its next message wakes it first. An actor that waits for an answer to tr_ask does not
    // sleep. A pointer to an actor that may sleep is good for the callback that got it, not for a
    // coroutine that waits.
    uint64_t passivate_after_ms;
    // The destructor of an actor that goes to sleep: saves what shall be kept (tr_save) and frees
    // what the state owns. A negative error: not now. NULL: on_stop, and nothing is kept.
    int (*on_passivate)(tr_actor *self, tr_saving *saving);
    // The constructor of an actor that wakes, with the saved bytes; the state is zeroed before. A
    // negative error: it ends with that reason. NULL: on_start, with args NULL. An actor that ends
    // while it sleeps has no state, so its on_stop is not called.
    int (*on_wake)(tr_actor *self, tr_slice saved);
} tr_behaviour;

// Keeps these bytes, behind those kept before, until on_wake. TR_ETOOBIG: more than
// TR_SAVED_CAP_BYTES in all.
#define TR_SAVED_CAP_BYTES 65536u
int tr_save(tr_saving *self, const void *bytes, size_t size) __attribute__((warn_unused_result));

// -- life --

// Makes an actor on this core thread. `slot` is 0; Troupe's own actors have well-known ones. `out`
// may be NULL. TR_EFULL, TR_EEXISTS (the well-known slot is taken), TR_ECANCELLED (the core thread
// ends) or what on_start returned.
int tr_spawn(tr_core *core, const tr_behaviour *behaviour, const void *args, uint32_t slot,
             tr_address *out) __attribute__((warn_unused_result));

// Makes an actor on another core thread of this process, or this one: a number from 0 to
// tr_system_core_count - 1, or TR_ANY_CORE: by load. The args' bytes (at most
// TR_SPAWN_ARGS_CAP_BYTES) are copied; memory that they point to is shared between threads, so
// better none. The answer comes as to tr_ask: a message `spawned` with TR_FLAG_ANSWER whose
// `correlation` is the reference returned, with the address or the error of tr_spawn, or else
// `ask_failed` (TR_ETIMEOUT: that core thread did not answer for 5 s; it may still make it). A
// positive reference, or TR_EINVALID, TR_EFULL. (A coroutine waits instead: tr_coroutine_spawn_on.)
#define TR_ANY_CORE UINT32_MAX
#define TR_SPAWN_ARGS_CAP_BYTES 65536u
int64_t tr_spawn_on(tr_actor *self, unsigned core, const tr_behaviour *behaviour, const void *args,
                    size_t args_size) __attribute__((warn_unused_result));

// Ends the actor when its current turn is over; from now on it gets no messages. Not a second time.
void tr_actor_stop(tr_actor *self);

// The same with a reason other than 0, which its monitors and links are told.
void tr_actor_fail(tr_actor *self, int64_t reason);

// Lets it run a turn (on_turn_end) although no message came.
void tr_actor_wake(tr_actor *self);

// The actor at an address of this core thread, or NULL: gone, or lives elsewhere.
tr_actor *tr_actor_find(tr_core *core, tr_address address);

// NULL while it sleeps.
void *tr_actor_state(tr_actor *self);
const tr_behaviour *tr_actor_behaviour(const tr_actor *self);
tr_address tr_actor_address(const tr_actor *self);
tr_core *tr_actor_core(tr_actor *self);

// -- messages --

// Sends a message; where to is a matter of the address alone: same thread by pointer, other thread
// over ZeroMQ inproc, other process over ipc or tcp. 0; TR_ETOOBIG (its texts, bytes and packets
// have more than 24 MiB - 4 KiB together); TR_EFULL (the mailbox or the way there is full: the
// caller must slow down); TR_EGONE (no such actor on this core thread, or a node nobody knows).
// Texts and bytes are copied. Messages from one actor to another arrive in order. That a message
// was accepted is no promise that another process handles it.
//
//     tr_send(core, self, to, greet, .name = TR_SLICE("you"));
#define tr_send(core, from, to, name, ...)                                                         \
    tr_send_body((core), (from), (to), TR_MSG_##name, &TR_GIVEN_(tr_msg_##name, __VA_ARGS__))
int tr_send_body(tr_core *core, tr_address from, tr_address to, uint32_t type, const void *body);

// Asks: the answer arrives as a message with TR_FLAG_ANSWER whose `correlation` is the reference
// returned; when none comes in time, or the receiver's node goes away, `ask_failed` does. A
// positive reference, or TR_EFULL, TR_EGONE. (Coroutines and pool threads wait instead:
// troupe/pages/task.h.)
int64_t tr_ask_body(tr_actor *self, tr_address to, uint32_t type, const void *body,
                    uint64_t deadline_ms) __attribute__((warn_unused_result));
#define tr_ask(self, to, deadline_ms, name, ...)                                                   \
    tr_ask_body((self), (to), TR_MSG_##name, &TR_GIVEN_(tr_msg_##name, __VA_ARGS__), (deadline_ms))

// Answers a message that was asked (TR_FLAG_ASK), with any message; for others it does nothing and
// returns TR_EINVALID.
#define tr_reply(core, question, name, ...)                                                        \
    tr_answer_body((core), (question), TR_MSG_##name, &TR_GIVEN_(tr_msg_##name, __VA_ARGS__))
int tr_answer_body(tr_core *core, const tr_message *question, uint32_t type, const void *body);

// -- knowing of each other's end --

// From now on, `down` comes once when `who` ends, or its node goes away (TR_EGONE), or at once when
// there is no such actor (TR_EGONE) or too many monitor it (TR_EFULL): never silence. Actors that
// end because their process stops end with TR_ECANCELLED. Like every message of class SYSTEM it
// overtakes what waits in the mailbox. A positive reference, or TR_EFULL.
int64_t tr_monitor(tr_actor *self, tr_address who) __attribute__((warn_unused_result));

// No `down` comes any more, not even one that was on its way.
void tr_demonitor(tr_actor *self, int64_t reference);

// Two ends of one fate: when either ends with a reason other than 0, the other one ends with the
// same reason, or gets `exit` if its behaviour traps exits (then for reason 0, too). Linking to an
// actor that is not there ends the caller with TR_EGONE, or tells it. 0 or TR_EFULL.
int tr_link_to(tr_actor *self, tr_address other) __attribute__((warn_unused_result));
void tr_unlink_from(tr_actor *self, tr_address other);

// -- time --

// `alarm` comes after so long, with the tag; setting a tag again moves it, 0 ms means soon. Ends
// with the actor. TR_EFULL: too many. Once cancelled, none comes any more, not even one that was on
// its way.
int tr_after(tr_actor *self, uint64_t delay_ms, uint64_t tag) __attribute__((warn_unused_result));
void tr_cancel_alarm(tr_actor *self, uint64_t tag);

// -- file descriptors --

// `fd_ready` comes with the tag when the descriptor is readable or writable (`events`: a set of
// TR_FD_READABLE, TR_FD_WRITABLE): once, and then it must be watched again; or, with TR_FD_LEVEL,
// as long as it is so, one message at a time. Watching a descriptor again replaces the watch. Ends
// with the actor; call tr_unwatch_fd before you close it. TR_EINVALID (not open, or no events),
// TR_EFULL: too many; TR_ECANCELLED: the actor ends. Once unwatched, none comes any more, not even
// one on its way.
int tr_watch_fd(tr_actor *self, int fd, unsigned events, uint64_t tag)
    __attribute__((warn_unused_result));
void tr_unwatch_fd(tr_actor *self, int fd);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif
