#ifndef TR_BASE_LOCK_H
#define TR_BASE_LOCK_H

// The one kind of mutex. Threads share next to nothing, so there are few of them, and all are named
// here, in the order in which one thread may take them. A debug build (TR_DEBUG) aborts with both
// names when a thread takes one out of order, before it can wait for another that does the reverse.
//
// Thread: any; a lock is given back by the thread that took it. Owns: its mutex.

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

// A thread that holds one may take those further down, and never one of its own kind or further up.
enum tr_lock_rank {
    TR_LOCK_CHECK = 1,      // host/check.c: a broker's answer
    TR_LOCK_INSPECTOR,      // host/inspector.c: whether all was seen
    TR_LOCK_ADMIN,          // host/gathering.c: what core threads have told
    TR_LOCK_EMBED,          // host/embedded.h: whether an app inside a server serves
    TR_LOCK_INTAKE,         // host/intake.c: connections that wait for their core thread
    TR_LOCK_PROCESS,        // host/process.c: the port that core 0 got
    TR_LOCK_EDGES,          // gateway/edge.c: making and freeing contexts
    TR_LOCK_SYSTEM,         // actors/system.c: the start, and calls posted to core threads
    TR_LOCK_BEATS,          // actors/bus/beats.c: beats on behalf of core threads that are busy
    TR_LOCK_TRUNKS,         // actors/bus/trunk.c: which trunks are in use
    TR_LOCK_ADMISSION,      // actors/bus/admission.c: endpoints whose strangers are to be counted
    TR_LOCK_STORE_FILES,    // store/lmdb.c: which files are open
    TR_LOCK_STORE,          // store/memory.c, store/lmdb.c: state that all loops of a process share
    TR_LOCK_STORE_TURN,     // store/lmdb_turn.c: since when a writer waits
    TR_LOCK_STORE_ENDED,    // store/store.c: operations whose loop is to hear of their end
    TR_LOCK_PROVIDERS,      // sdk/api/provider_documents.c: documents of providers
    TR_LOCK_STOP,           // actors/system/stop_guard.c: whether the process has stopped in time
    TR_LOCK_CERTIFICATES,   // gateway/tls.c: certificates that may be read anew
    TR_LOCK_CLIENTS,        // base/client_limits.c: what each address has
    TR_LOCK_FATAL_OPENINGS, // gateway/fatal_openings.c: who is put off
    TR_LOCK_CODE,           // base/code_here.c: which threads run code of an app
    TR_LOCK_TEST,           // a test's own
    TR_LOCK_LOG             // testing/captured_log.c: taken by code that may hold any other
};

typedef struct tr_lock {
    pthread_mutex_t mutex;
    enum tr_lock_rank rank;
    const char *name; // static text
} tr_lock;

#define TR_LOCK_INIT(lock_name, lock_rank)                                                         \
    {                                                                                              \
        .mutex = PTHREAD_MUTEX_INITIALIZER, .rank = (lock_rank), .name = (lock_name)               \
    }

void tr_lock_init(tr_lock *self, const char *name, enum tr_lock_rank rank);
void tr_lock_done(tr_lock *self);

void tr_lock_take(tr_lock *self);
void tr_lock_give(tr_lock *self);

// Gives the lock back, waits for the condition (until tr_clock_ms() is `deadline_ms`; 0: for ever)
// and takes it again. False: the deadline has passed.
bool tr_lock_wait(tr_lock *self, pthread_cond_t *changed, uint64_t deadline_ms);

#endif
