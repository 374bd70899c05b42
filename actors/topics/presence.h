#ifndef TR_ACTORS_TOPICS_PRESENCE_H
#define TR_ACTORS_TOPICS_PRESENCE_H

// Presence, as a part of the topics actor: who is there, who watches, and telling the one of the
// other.
//
// Thread: the core thread.

#include "actors/topics/topics.h"

// Is it one of presence's messages?
bool tr_presence_take(tr_topics *self, const tr_message *message);

// An actor has begun to watch: all who are there are told to it.
void tr_presence_tell_all_to(const tr_watching *watching);

// A watcher that missed events is told anew.
void tr_presence_tick(tr_topics *self);

// The actor ends: it is present nowhere and watches nothing.
void tr_presence_end(tr_actor *self);

extern const tr_topics_shared tr_presence_shared;

#endif
