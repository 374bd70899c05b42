#ifndef TR_ACTORS_TOPIC_SPREAD_H
#define TR_ACTORS_TOPIC_SPREAD_H

// How core threads come to know who has subscribers:
//
//     a core thread ── topic_interest ──▶ every other one of its process
//     core 0 ── topic_interest ──▶ core 0 of every other process ── topic_interest ──▶ its core
//     threads
//
// Between processes, each side counts the changes that it sent and received since it told all. The
// count is said at each tick (topics_hello); who has another one asks for all (topics_resync,
// topics_begin ... topics_end). So a lost connection or message, and a process that one side took
// for dead, end the same way.
//
// Thread: the core thread.

#include "actors/topics.h"

// The first subscriber here came, or the last one went.
void tr_topics_announce(tr_topics *self, tr_topic *topic, bool has_subscribers);

// Is it one of this file's messages?
bool tr_topics_take(tr_topics *self, const tr_message *message);

void tr_topics_start_spreading(tr_topics *self);
void tr_topics_stop_spreading(tr_topics *self);

#endif
