#ifndef TR_ACTORS_BUS_TRUNK_RECORD_H
#define TR_ACTORS_BUS_TRUNK_RECORD_H

// Trunks as their two files know them: trunk.c is what core threads and the system ask of them,
// trunk_thread.c their thread.
//
// Thread: as each field says.

#include <ev.h>
#include <pthread.h>
#include <stdatomic.h>
#include <zmq.h>

#include "actors/bus/trunk.h"
#include "base/lock.h"
#include "base/map.h"
#include "wire/limits.h"

#define TR_TRUNKS_FROM_CORES "inproc://trunks"

struct tr_trunk {
    tr_trunks *all;
    uint64_t id;
    uint64_t node;
    char *endpoint;
    unsigned uses; // links, under the lock
    _Atomic int state;
    // The thread's own.
    void *socket; // NULL: not dialed yet, or lost
    ev_io watcher;
    uint64_t used_ms;
};

typedef struct tr_trunk_port {
    void *socket;
    ev_io watcher;
    bool is_ready; // may have batches
} tr_trunk_port;

struct tr_trunks {
    tr_system *system;
    pthread_t thread;
    tr_lock lock;  // of the trunks, their uses and the end
    tr_map trunks; // by their numbers
    uint64_t last_id;
    bool is_over;
    _Atomic unsigned open;
    // The thread's own.
    struct ev_loop *loop;
    ev_async wake;
    ev_timer look;
    ev_timer again; // while `held` waits
    ev_check check;
    ev_prepare prepare;
    ev_idle idle;
    tr_trunk_port from_cores;
    tr_trunk_port from_outside;
    void *to_cores[TR_CORES_CAP]; // dialed when there is something for them
    zmq_msg_t held;               // for a core thread that has UNREAD_CAP unread
    bool is_held;
    unsigned held_core;
};

// Marks that are never reached: the windows of links hold their senders back.
void tr_trunks_set_unlimited(void *socket);

// The thread, and what wakes it up.
void *tr_trunks_run(void *trunks);
void tr_trunks_on_wake(struct ev_loop *loop, ev_async *watcher, int events);

#endif
