#ifndef TR_ACTORS_TOPICS_TOPICS_H
#define TR_ACTORS_TOPICS_TOPICS_H

// The topics actor (TR_SLOT_TOPICS) of a core thread, made when it is first needed: it hears what
// other core threads publish, and which of them have subscribers. Its parts, each needing only
// parts further down:
//
//     topic_calls, presence_calls  what actors, coroutines and threads call
//     topics                       the actor
//     topic_spread, presence       who has subscribers, who is present
//     attendance                   where the actors here are present
//     topic_peers                  what topics actors tell each other, and other processes
//     topic_fanout                 a publication, to subscribers here and core threads elsewhere
//     topic_table, presence_table
//
// Thread: the core thread. Owns: the tables.

#include "actors/core/actor_record.h"
#include "actors/core/core_record.h"
#include "actors/core/timer.h"
#include "actors/core/unsent.h"
#include "actors/topics/presence_table.h"
#include "actors/topics/topic_table.h"
#include "troupe/actors/topics.h"

typedef struct tr_topics tr_topics;
typedef struct tr_topic_peer tr_topic_peer;

// Something that core 0 of each process knows of its own actors and tells the others: peers do not
// know what it is.
typedef struct tr_topics_shared {
    void (*tell_all)(tr_topics *self, tr_topic_peer *peer);
    bool (*has_any)(const tr_topics *self);
    void (*doubt)(tr_topics *self, uint64_t node); // it is about to tell all
    void (*forget)(tr_topics *self, uint64_t node, bool only_doubted);
    bool (*has_room)(const tr_topics *self);
    void (*repeat)(tr_topics *self, unsigned core); // what this core thread told that one, again
} tr_topics_shared;

enum { TR_TOPICS_SHARED = 2 };

struct tr_topics {
    tr_core *core;
    tr_topic_table table;
    tr_presence_table presence;
    const tr_topics_shared *shared[TR_TOPICS_SHARED];
    tr_map peers;               // by node; core 0 only
    tr_attendance *attendances; // of the actors here
    tr_unsent unsent;
    uint64_t dropped; // of the unsent ones, and made good
    bool is_short;    // a table was full, so that it does not know all that its process told it
    bool has_behind;  // somebody who watches missed an event
    tr_timer tick;
};

// NULL when it cannot be made any more (the core thread ends).
tr_actor *tr_topics_here(tr_core *core);
tr_topics *tr_topics_state_here(tr_core *core);

// False: no topic can be named so.
bool tr_topic_read_name(const char *topic, tr_slice *out);

// The actor ends: its subscriptions do.
void tr_topics_end(tr_actor *self);

#endif
