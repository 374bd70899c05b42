#ifndef TR_HOST_BUS_ADDRESS_H
#define TR_HOST_BUS_ADDRESS_H

// Where the other processes of the cluster reach this one.
//
// Thread: main.

#include "host/options.h"

// The value for tr_system_options.bus_endpoint: the --bus option, or, when there are brokers, the
// kind of address they have: ipc, or tcp on that address of ours from which the broker is reached.
// NULL when nobody needs to reach us. `storage` keeps the text. TR_ENOTFOUND when no broker's host
// name resolved for half a minute (everything may be starting at once).
int tr_bus_address_find(const tr_options *options, char *storage, size_t size, const char **out)
    __attribute__((warn_unused_result));

// The same towards one endpoint, tried once: where we can be answered from there. TR_ENOTFOUND.
int tr_bus_address_towards(const char *endpoint, char *out, size_t size)
    __attribute__((warn_unused_result));

#endif
