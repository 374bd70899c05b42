#ifndef TR_ACTORS_CORE_ACTOR_RECORD_H
#define TR_ACTORS_CORE_ACTOR_RECORD_H

// An actor as the files of actors/ know it: its mailbox, its flags, and the records of what it is
// part of.
//
// Thread: its core thread's. Owns: its messages, its extras.

#include <stdbool.h>
#include <stdint.h>

#include "actors/core/core.h"
#include "base/tag.h"
#include "wire/message_queue.h"

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
    struct tr_idle *prev;
    struct tr_idle_list *list;
    uint64_t since_ms;  // its place in the list: last looked at
    uint64_t active_ms; // last turn
} tr_idle;

// Fields that most actors do without.
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
    tr_message_queue system; // overtakes
    tr_message_queue user;
    tr_extras *extras; // NULL: none yet
    uint32_t slot;
    uint32_t generation;
    uint64_t mailbox_bytes; // of all messages in it
    uint64_t handled;       // messages
    bool is_ready;          // in the run queue; only what was taken out of it is ever freed
    bool is_stopping;       // gets no more messages, reaped at its next turn
    bool is_asleep;         // its state is what was saved of it
    uint32_t saved_size;
    _Alignas(16) unsigned char state[];
};

void tr_actor_run(tr_actor *self);
// A turn of one in the run queue, where it stays: for making room in its mailbox.
void tr_actor_run_early(tr_actor *self);
uint32_t tr_actor_cap(const tr_actor *self); // of class USER
void tr_actors_stop_all(tr_core *core);
int tr_actor_push(tr_actor *self, tr_message **message);
// For a message of that shape which takes so much memory.
bool tr_actor_has_room(const tr_actor *self, const tr_shape *shape, size_t bytes);
// For messages whose number is bounded elsewhere: the mailbox's own cap does not count. Takes the
// message.
void tr_actor_push_always(tr_actor *self, tr_message *message);
// A signal of the runtime, likewise; nothing when it is stopping.
void tr_actor_signal(tr_actor *self, unsigned type, const void *body);
// Out of its mailbox, whatever was not yet handled and fits.
void tr_actor_withdraw(tr_actor *self, bool (*fits)(const tr_message *message, const void *arg),
                       const void *arg);
tr_extras *tr_actor_extras(tr_actor *self);  // made when there are none
void tr_actor_forget_extras(tr_actor *self); // that are empty

#endif
