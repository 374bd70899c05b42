#ifndef TR_ACTORS_ACTOR_H
#define TR_ACTORS_ACTOR_H

// An actor: an address, a bounded mailbox, a behaviour (a table of functions) and a state, owned by
// one core thread. It handles one message at a time, to the end.
//
// Thread: the core thread that spawned it. Owns: its state and what waits in its mailbox.

#include <stdint.h>

#include "wire/message.h"

typedef struct tr_actor tr_actor;
typedef struct tr_core tr_core;

typedef struct tr_behaviour {
    const char *name;
    size_t state_size; // bytes, zeroed before on_start
    // 0, or a negative error: the actor never was.
    int (*on_start)(tr_actor *self, const void *args);
    // Lends the message; frames in it may be taken with tr_message_take_frame.
    void (*on_message)(tr_actor *self, tr_message *message);
    // Once at the end of each turn in which it got messages or was woken. May be NULL.
    void (*on_turn_end)(tr_actor *self);
    // The destructor; its mailbox is dropped behind it. May be NULL.
    void (*on_stop)(tr_actor *self);
    uint32_t mailbox_cap; // 0: TR_MAILBOX_CAP
} tr_behaviour;

// Makes an actor on this core thread. `slot` is a well-known slot, or 0 for any. TR_EFULL,
// TR_EEXISTS (the well-known slot is taken), TR_ECANCELLED (the core thread ends) or what on_start
// returned.
int tr_spawn(tr_core *core, const tr_behaviour *behaviour, const void *args, uint32_t slot,
             tr_address *out) __attribute__((warn_unused_result));

// Ends the actor when the current turn is over; from now on it gets no messages. Not a second time.
void tr_actor_stop(tr_actor *self);

// Lets it run a turn (on_turn_end) although no message came.
void tr_actor_wake(tr_actor *self);

// The actor at an address of this core thread, or NULL: gone, or lives elsewhere.
tr_actor *tr_actor_find(tr_core *core, tr_address address);

void *tr_actor_state(tr_actor *self);
const tr_behaviour *tr_actor_behaviour(const tr_actor *self);
tr_address tr_actor_address(const tr_actor *self);
tr_core *tr_actor_core(tr_actor *self);

// Sends a message; where to is a matter of the address alone. 0; TR_EFULL (the mailbox or the way
// there is full: the caller must slow down); TR_EGONE (no such actor on this core thread, or a node
// nobody knows). A frame in the body moves in on success and stays the caller's on failure. That
// the message was accepted is no promise that another process handles it.
//
//     tr_send(core, self, to, browser_credit, .packets = 64);
#define tr_send(core, from, to, name, ...)                                                         \
    tr_send_body((core), (from), (to), TR_MSG_##name, &(const tr_msg_##name){__VA_ARGS__})
int tr_send_body(tr_core *core, tr_address from, tr_address to, unsigned type, const void *body);

// Answers a message that was asked (TR_FLAG_ASK); for others it does nothing and returns
// TR_EINVALID.
#define tr_answer(core, question, ...)                                                             \
    tr_answer_body((core), (question), TR_MSG_answer, &(const tr_msg_answer){__VA_ARGS__})
int tr_answer_body(tr_core *core, const tr_message *question, unsigned type, const void *body);

#endif
