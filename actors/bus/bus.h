#ifndef TR_ACTORS_BUS_BUS_H
#define TR_ACTORS_BUS_BUS_H

// A core thread's part of the bus: its inboxes, its links, its table of other nodes.
//
// Thread: the core thread's. Owns: sockets and links.

#include <ev.h>

#include "actors/bus/link.h"
#include "actors/bus/parting.h"
#include "actors/bus/routes.h"
#include "actors/core/core.h"
#include "base/map.h"

typedef struct tr_inbox {
    void *socket; // ZMQ_PULL, NULL: closed
    ev_io watcher;
    bool is_ready; // may have batches
} tr_inbox;

typedef struct tr_bus {
    tr_inbox near;    // parcels of core threads of this process
    tr_inbox far;     // msgpack from other processes; closed when nobody can reach us
    tr_inbox carried; // likewise, by trunks; closed when there are none
    void *to_trunks;  // ZMQ_PUSH of batches that trunks carry, NULL: none yet
    char *endpoint;   // for other processes, NULL: none
    tr_map links;
    tr_partings partings;      // sockets that links have no more
    uint64_t next_incarnation; // of this thread's links: ever higher
    uint64_t ticked_ms;
    tr_bus_link *dirty_links;
    tr_bus_link *last_link; // of tr_bus_link_find: most messages go where the one before went
    tr_routes routes;
    // The deterministic scheduler's (sim.c), NULL otherwise: takes a batch instead of ZeroMQ.
    bool (*batch_out)(tr_bus_link *link, const tr_buf *batch);
} tr_bus;

#define TR_BUS_CARRIED_INBOX "inproc://carried-%u"

int tr_bus_open(tr_core *self);
void tr_bus_close(tr_core *self);
void tr_bus_drain(tr_core *self);
// A batch of msgpack came in.
void tr_bus_on_batch(tr_core *self, const void *bytes, size_t size);

tr_bus *tr_bus_new(void);
void tr_bus_free(tr_bus **self);
// Batches have come that nothing else will wake the loop for, or a batch waits to be sent.
bool tr_bus_is_busy(const tr_core *core);

#endif
