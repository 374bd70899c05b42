#ifndef TR_ACTORS_CORE_SYSTEM_RECORD_H
#define TR_ACTORS_CORE_SYSTEM_RECORD_H

// A system as the files of actors/ know it: its threads, and what one of them leaves for another.
//
// Thread: any; the fields under the lock say so.

#include <limits.h>
#include <pthread.h>
#include <stdatomic.h>

#include "actors/core/core.h"
#include "base/lock.h"
#include "base/map.h"
#include "troupe/actors/system.h"
#include "wire/limits.h"

typedef struct tr_post {
    void (*function)(tr_core *core, void *arg);
    void *arg;
} tr_post;

struct tr_system {
    uint64_t node;
    enum tr_transport transport;
    unsigned core_count;
    void *zmq;
    tr_system_options options;
    char *broker_endpoint;
    struct tr_core_thread {
        pthread_t thread;
        tr_system *system;
        tr_core *core;
        unsigned index;
        bool is_started;
        char *endpoint; // of the core, which may be gone before the others have ended
        tr_post posts[TR_SYSTEM_POST_CAP];
        unsigned post_count;
        uint32_t ordered;      // actors of tr_spawn_on on their way there, under the lock
        _Atomic uint64_t load; // for placement, a hint
    } * threads;
    // Guards the start (bound, ready, failed) and the posts.
    tr_lock lock;
    pthread_cond_t changed;
    unsigned bound;
    unsigned ready;
    bool may_set_up;
    bool is_stopping; // takes no more posts, drains
    bool is_ending;   // core threads end their loops
    int failure;
    int end_fd; // eventfd: the program is to end
    atomic_int exit_code;
    struct tr_bus_keys *keys;       // NULL: what leaves the process is plain
    struct tr_admission *admission; // who may connect, with keys
    struct tr_beats *beats;         // NULL: nobody outside listens (actors/bus/beats.h)
    struct tr_trunks *trunks;       // NULL: none (actors/bus/trunk.h)
    char *trunk_endpoint;           // where other processes dial them
    tr_map orders;                  // of tr_spawn_on, by ticket, under the lock
    uint64_t held_ns;               // last value of tr_system_advance
};

// No program's: exit codes are small.
#define TR_EXIT_CODE_UNSET INT_MIN

#define TR_HELD_CLOCK_START_NS 1000000000000u // no time of a test is 0

#endif
