#ifndef TESTS_SUPPORT_BROKERS_H
#define TESTS_SUPPORT_BROKERS_H

// A cluster inside a test: brokers and nodes are systems of their own in its process, connected by
// tcp.
//
// Thread: a test's. Owns: the systems.

#include "tests/support/system.h"

enum { BROKERS_CAP = 2, NODES_CAP = 3 };

typedef struct brokers {
    tr_system *brokers[BROKERS_CAP];
    tr_system *nodes[NODES_CAP];
    char endpoints[BROKERS_CAP][TR_ENDPOINT_CAP_BYTES];
    const char *endpoint_list[BROKERS_CAP];
    unsigned broker_count;
    uint32_t roles;                       // of the nodes; 0: gateways
    int (*set_up_core)(tr_core *core);    // of each, before its agent starts; NULL: nothing
    const char *turned_list[BROKERS_CAP]; // the endpoints in the other order
    struct brokers_node {
        const struct brokers *cluster;
        bool has_turned_list;
    } of_node[NODES_CAP];
} brokers;

// All zero but for `roles` and `set_up_core`. Every second node lists the brokers the other way round.
void brokers_up(brokers *self, unsigned broker_count, unsigned node_count, unsigned cores);
void brokers_down(brokers *self);

// Starts a broker where it was before.
void broker_again(brokers *self, unsigned index);
void node_again(brokers *self, unsigned index, unsigned cores);

#endif
