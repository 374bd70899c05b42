#ifndef TR_ACTORS_TOPICS_H
#define TR_ACTORS_TOPICS_H

// The topics actor (TR_SLOT_TOPICS) of a core thread, made when it is first needed: it hears what
// other core threads publish, and which of them have subscribers. Its parts, each needing only
// parts further down:
//
//     subscribing    what actors, coroutines and threads call
//     topics         the actor
//     topic_spread   who has subscribers, told to other core threads and processes
//     topic_fanout   a publication, to subscribers here and core threads elsewhere
//     topic_table
//
// Thread: the core thread. Owns: the table.

#include "actors/internal.h"
#include "actors/topic_table.h"
#include "actors/unsent.h"
#include "troupe/topics.h"

// Core 0 of another process, as core 0 of this one sees it.
typedef struct tr_topic_peer {
    uint64_t node;
    uint64_t sent;     // changes, since it was told all
    uint64_t received; // since it told all
    bool is_told;
    bool has_told;
} tr_topic_peer;

typedef struct tr_topics {
    tr_core *core;
    tr_topic_table table;
    tr_map peers; // by node; core 0 only
    tr_unsent unsent;
    tr_timer tick;
} tr_topics;

// NULL when it cannot be made any more (the core thread ends).
tr_actor *tr_topics_here(tr_core *core);

// The actor ends: its subscriptions do.
void tr_topics_end(tr_actor *self);

#endif
