#ifndef TR_ACTORS_TOPICS_TOPIC_TABLE_H
#define TR_ACTORS_TOPICS_TOPIC_TABLE_H

// A core thread's table of topics: the subscribers here, and which core threads of which processes
// have subscribers. A pure table.
//
// Thread: the core thread. Owns: its topics and subscriptions.

#include <stdbool.h>
#include <stdint.h>

#include "base/table.h"
#include "troupe/actors/actor.h"
#include "wire/limits.h"

typedef struct tr_topic tr_topic;
typedef struct tr_subscription tr_subscription;

struct tr_subscription {
    tr_subscription *next; // of the same topic, oldest first
    tr_subscription *prev;
    tr_subscription *actor_next; // of the same actor
    tr_topic *topic;             // NULL: the table is gone
    tr_actor *actor;
    uint64_t missed; // since the last that it got
};

// A process with subscribers.
typedef struct tr_topic_place {
    uint64_t node;
    uint64_t cores; // bit n: its core thread n
    bool is_stale;  // while a node's topics are compared with what it says
} tr_topic_place;

// Messages that could not be sent to a core thread elsewhere.
typedef struct tr_topic_debt {
    uint64_t node;
    uint32_t core;
    uint64_t missed;
} tr_topic_debt;

struct tr_topic {
    UT_hash_handle by_name;
    tr_subscription *subscribers;
    uint64_t cores;         // of this process, this one included
    tr_topic_place *places; // other processes
    uint32_t place_count;
    uint32_t debt_count;
    tr_topic_debt *debts;
    uint32_t size;
    char name[];
};

typedef struct tr_topic_table {
    tr_topic *by_name;
    uint32_t count;
} tr_topic_table;

// The subscriptions that are left know that it is gone.
void tr_topic_table_done(tr_topic_table *self);

tr_topic *tr_topic_find(const tr_topic_table *self, tr_slice name);

// Made when it is not there; NULL: TR_TOPICS_CAP.
tr_topic *tr_topic_get(tr_topic_table *self, tr_slice name);

// Forgets it when nobody anywhere has subscribed.
void tr_topic_tidy(tr_topic_table *self, tr_topic *topic);

tr_slice tr_topic_name(const tr_topic *self);

// `subscription` is the caller's memory, the table's from now on.
void tr_topic_add(tr_topic *self, tr_subscription *subscription);
void tr_topic_remove(tr_subscription *self);

// Their actor has another place in memory.
void tr_subscriptions_move(tr_subscription *first, tr_actor *to);

// A process says which of its core threads have subscribers; 0: none.
void tr_topic_set_place(tr_topic *self, uint64_t node, uint64_t cores);
tr_topic_place *tr_topic_place_of(const tr_topic *self, uint64_t node);

// Counts messages that a core thread elsewhere could not be sent / takes the count to tell it.
void tr_topic_owe(tr_topic *self, uint64_t node, unsigned core, uint64_t missed);
uint64_t tr_topic_take_debt(tr_topic *self, uint64_t node, unsigned core);

#endif
