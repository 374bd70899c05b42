#ifndef TESTS_SUPPORT_LISTENER_H
#define TESTS_SUPPORT_LISTENER_H

// An actor that subscribes and publishes, and keeps what it heard.
//
// Thread: a test's.

#include "tests/support/place.h"
#include "troupe/actors/topics.h"

typedef struct listener {
    script script;
    tr_system *system;
    unsigned core;
    // Read them after having waited for the tally.
    char last[64];     // payload
    char order[64];    // first bytes of the payloads, one behind the other
    const void *place; // of the last payload in memory
    tr_address from;
    uint64_t missed; // all together
    uint32_t type;
    tally heard;
} listener;

void listener_init(listener *self);
void listener_spawn(listener *self, tr_system *system, unsigned core);
int listener_subscribe(listener *self, const char *topic);
int listener_unsubscribe(listener *self, const char *topic);
int listener_publish(listener *self, const char *topic, enum tr_topic_audience audience,
                     const char *payload);
void listener_fails(listener *self, int64_t reason);

// Waits until `core` of `system` knows that so many core threads other than itself have
// subscribers.
void topic_is_known(tr_system *system, unsigned core, const char *topic, unsigned elsewhere);

#endif
