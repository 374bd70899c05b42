#ifndef TROUPE_CLUSTER_H
#define TROUPE_CLUSTER_H

// Several processes as one: each says hello to the brokers it is told of, and learns from them
// which others are alive. Then any actor's address can be sent to from any of them, its end is
// heard of everywhere (tr_monitor), and names and topics of the cluster are known to all.
//
// A broker only introduces: messages go from process to process. Any number run side by side, none
// needs a disk, and while none is there everything goes on but joining.
//
//     .broker_endpoint = "tcp://10.0.0.1:5570"    the process that is a broker, in tr_system_options
//     .bus_endpoint = "tcp://10.0.0.2"            every process: where the others reach it
//
// Thread: core thread 0. (Apps with pages are put together by tr_run.)

#include <stdint.h>

#include "troupe/actors/core.h"

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

// Lets this process be a broker. Its system needs a broker_endpoint and nothing else runs on it. 0
// or what tr_spawn returns.
int tr_cluster_serve(tr_core *core) __attribute__((warn_unused_result));

typedef struct tr_cluster_options {
    const char *name; // for people; NULL: none. Lives as long as the system, as brokers do
    const char *const *brokers; // their endpoints, at most 8
    unsigned broker_count;
} tr_cluster_options;

// Joins; the brokers may come later, and come back. TR_EINVALID: too many brokers, an endpoint that
// is none, or a system without a bus_endpoint; TR_EEXISTS: joined already.
int tr_cluster_join(tr_core *core, const tr_cluster_options *options)
    __attribute__((warn_unused_result));

// Says goodbye: the others hear at once that this process goes. Before tr_system_stop, or in
// teardown.
void tr_cluster_leave(tr_core *core);

// The processes that are alive, as this core thread knows it (on any core thread): writes at most
// `cap` node numbers and returns how many there are, this one included.
unsigned tr_cluster_nodes(tr_core *core, uint64_t *out, unsigned cap);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif
