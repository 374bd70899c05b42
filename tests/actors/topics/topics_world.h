#ifndef TR_TESTS_ACTORS_TOPICS_TOPICS_WORLD_H
#define TR_TESTS_ACTORS_TOPICS_TOPICS_WORLD_H

// Listeners on core threads of one system, over every transport, or of two systems.

#include "tests/support/listener.h"

// Where they are is an enum tr_transport or TOPICS_APART.
enum {
    TOPICS_TRANSPORTS = 4,
    TOPICS_APART = TOPICS_TRANSPORTS,
    TOPICS_PLACES,
    TOPICS_CORES = 2,
    TOPICS_LISTENERS = 3
};

typedef struct topics_world {
    tr_system *first;
    tr_system *second; // the same one, unless they are apart
    listener one;      // first, core 0
    listener two;      // first, core 1
    listener three;    // first core 1, or second core 1
} topics_world;

// The systems alone, without listeners.
void topics_systems_up(topics_world *self, int which);

void topics_up(topics_world *self, int which);
void topics_down(topics_world *self);

// Each core thread with listeners knows of the others.
void topics_all_subscribe(topics_world *self, const char *topic);

#endif
