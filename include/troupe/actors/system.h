#ifndef TROUPE_SYSTEM_H
#define TROUPE_SYSTEM_H

// A process of Troupe: its node number, its ZeroMQ context and its core threads. Each core thread
// is one event loop (troupe/actors/core.h) on which roles set up their actors.
//
// Thread: started, asked to stop and freed by `main`. Owns: the core threads.

#include <stdbool.h>
#include <stdint.h>

#include "troupe/actors/core.h"
#include "troupe/actors/pool.h"

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

// How messages travel. TR_TRANSPORT_LOCAL is for production: by pointer within a thread, inproc
// between threads, the node's endpoints between processes. The others force every message, even one
// to the same thread, through that transport, so that every test can run over all of them.
enum tr_transport { TR_TRANSPORT_LOCAL, TR_TRANSPORT_INPROC, TR_TRANSPORT_IPC, TR_TRANSPORT_TCP };

// By name ("local", "inproc", "ipc", "tcp"); -1 when there is none of that name.
int tr_transport_find(const char *name);

typedef struct tr_system tr_system;

typedef struct tr_system_options {
    unsigned core_count;
    enum tr_transport transport;
    // Where other processes reach this one's core threads, as an address to bind without a port
    // ("tcp://10.0.0.7") or "ipc://@"; NULL: nobody does. Core threads bind ephemeral ports there;
    // with a port ("tcp://10.0.0.7:7001"), core 0 binds that one, so that people find it (`troupe
    // ps`).
    const char *bus_endpoint;
    // Where a broker is known to listen: core 0 also binds exactly here. NULL: no broker role.
    const char *broker_endpoint;
    // The key file of the cluster, which `troupe keygen` makes; or two, the one that is used and one that is
    // still good, with a comma between. All that leaves the process is then encrypted, and who has not the key is
    // refused. NULL: nothing is, and an endpoint that others than this machine reach is refused
    // (TR_EINVALID) unless `insecure_bus` is set. Read at the start.
    const char *bus_key;
    bool insecure_bus;
    // Of each core thread's pool for blocking work; zeroed: the defaults.
    tr_pool_options pool;
    // Called on each core thread before its loop runs / after it ended. `setup` returns 0 or a
    // negative error, which ends the start.
    int (*setup)(tr_core *core, void *arg);
    void (*teardown)(tr_core *core, void *arg);
    void *arg;
    // How long tr_system_stop may take to handle what was accepted; 0: 1 000 ms.
    uint64_t drain_ms;
    // For tests: time stands still but for tr_system_advance. Everything that waits for a time goes
    // by it (alarms, timers, sleeps of coroutines, deadlines of questions, back-offs), but not the
    // bus, whose other ends have clocks of their own, and not pool threads.
    bool held_clock;
    // Coroutines in flight at once on a core thread; beyond: TR_EFULL. 0: 8 192.
    uint32_t coroutines_per_core;
    // Of tr_system_run: how long, behind `drain_ms`, its stop waits for handlers and jobs that do
    // not return. Then the log names each (`event=stop_forced handler=`), and the process ends
    // where it is. 0: 10 000 ms.
    uint64_t stop_deadline_ms;
    // This process and another one share one connection each way, in place of one for each pair of
    // their core threads, when there would be more than that many of them. The other one must be able
    // to, too, and the way back is its own affair. 0: 64.
    uint32_t trunk_over;
} tr_system_options;

// Returns when every core thread's setup succeeded and its loop runs. TR_ESYSTEM, TR_EINVALID (an
// endpoint that cannot be bound, options over their caps), TR_EEXISTS (two messages of the program
// have one number but differ; the log names both), TR_EFULL (over 1 024 messages) or what setup
// returned; then nothing is left running.
int tr_system_start(const tr_system_options *options, tr_system **out)
    __attribute__((warn_unused_result));

// Ends the process's part in order, and frees all: posts are refused; every message that was
// accepted (tr_send returned 0) for an actor of this process is handled, and what its handling
// sends, across all core threads; supervisors stop their children in reverse order of their start;
// then actors are stopped, coroutines cancelled and threads joined. The first part ends when all is
// at rest, or after `drain_ms`: a message that is left then is a dead letter (TR_ECANCELLED).
// Neither alarms that are not yet due nor coroutines that wait are waited for; code that runs is,
// as long as it takes (tr_system_run has an end to that). From the thread that started it; safe
// with NULL inside.
void tr_system_stop(tr_system **self);

// A program's main: starts, waits until tr_system_end is called or SIGINT or SIGTERM comes, stops.
// Returns the exit code: that of tr_system_end, 0 after a signal, 1 when it could not start (the
// reason is in the log). Blocks both signals meanwhile. Does not return, but ends the process with
// that code, when something does not return (`stop_deadline_ms`).
//
//     int main(void)
//     {
//         return tr_system_run(&(tr_system_options){.core_count = 1, .setup = set_up});
//     }
int tr_system_run(const tr_system_options *options);

// Lets tr_system_run return with this exit code; the first call wins. From any thread.
void tr_system_end(tr_system *self, int exit_code);

uint64_t tr_system_node(const tr_system *self);
unsigned tr_system_core_count(const tr_system *self);

// The endpoint that core `index` bound for other processes, or NULL. Constant after the start.
const char *tr_system_endpoint(const tr_system *self, unsigned index);

// The endpoint that `broker_endpoint` became (a port 0 or * is replaced by the real one), or NULL.
const char *tr_system_broker_endpoint(const tr_system *self);

// With a held clock: lets `ms` pass on every core thread. From each due time to the next one,
// timers that are due fire in order, core threads by their index, and everything that this sets off
// within the process comes to rest before the clock goes on: so the same program does the same each
// time. 0 ms: only timers that are due by now. Other processes, pool threads and file descriptors
// are not waited for. From any thread but a core thread, one at a time. TR_EINVALID (the clock is
// not held), TR_ETIMEOUT (something never came to rest), TR_EFULL, TR_EGONE (as tr_system_post).
int tr_system_advance(tr_system *self, uint64_t ms) __attribute__((warn_unused_result));

// Runs `function(core, arg)` once on that core thread, soon. From any thread. TR_EFULL when
// TR_SYSTEM_POST_CAP calls wait there already, TR_EGONE when the process stops.
#define TR_SYSTEM_POST_CAP 64u
int tr_system_post(tr_system *self, unsigned core, void (*function)(tr_core *core, void *arg),
                   void *arg) __attribute__((warn_unused_result));

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif
