#ifndef TR_ACTORS_TOPICS_TOPIC_FANOUT_H
#define TR_ACTORS_TOPICS_TOPIC_FANOUT_H

// One publication on its way. Between core threads it travels as one message each; on a core thread
// all subscribers share its payload.
//
// Thread: the core thread.

#include "actors/topics/topics.h"

typedef struct tr_publication {
    tr_slice topic;
    tr_packet *payload; // NULL: empty. Lent
    uint32_t type;      // of the app's message in it; 0: bytes
    tr_address from;
    bool to_others;
} tr_publication;

// To everybody who subscribed.
void tr_topics_publish(tr_topics *self, const tr_publication *publication);

// To the subscribers of this core thread. `missed`: before it, on the way here.
void tr_topics_fan_out(tr_topics *self, const tr_publication *publication, uint64_t missed);

#endif
