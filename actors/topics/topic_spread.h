#ifndef TR_ACTORS_TOPICS_TOPIC_SPREAD_H
#define TR_ACTORS_TOPICS_TOPIC_SPREAD_H

// How core threads come to know who has subscribers:
//
//     a core thread ── topic_interest ──▶ every other one of its process
//     core 0 ── topic_interest ──▶ core 0 of every other process ── topic_interest ──▶ its core
//     threads
//
// Thread: the core thread.

#include "actors/topics/topics.h"

// The first subscriber here came, or the last one went.
void tr_topics_announce(tr_topics *self, tr_topic *topic, bool has_subscribers);

void tr_topics_on_interest(tr_topics *self, const tr_message *message);

extern const tr_topics_shared tr_interest_shared;

#endif
