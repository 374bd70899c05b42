#ifndef TR_TESTS_WORLD_H
#define TR_TESTS_WORLD_H

// The real system, started for a test: in the test's own process, as one process, or as a cluster
// of processes. Ports are the system's choice; a process is ready when its first line says so.
//
// Every process is ended by its id and reaped; should the test die first, its children are ended by
// the kernel. A world in the test's own process has threads, so it is made in the test or in a
// checked fixture; one of processes may be made for many tests in an unchecked one.
//
// Thread: the test's. Owns: its processes.

#include <stdbool.h>
#include <sys/types.h>

#include "base/buf.h"
#include "tests/support/browser.h"

enum { WORLD_GATEWAYS_CAP = 4, WORLD_WORKERS_CAP = 4, WORLD_HANDLERS_CAP = 3 };

typedef struct world_options {
    const char *program;   // NULL: the test app; otherwise an example's name
    bool is_inside;        // in this process
    const char *transport; // forces every message through it; NULL: none forced
    const char *threads;   // core threads of each process; NULL: 1
    unsigned gateways;     // 0: all roles in one process
    unsigned workers;
    unsigned handlers;
    const char *handlers_mode; // of the workers; NULL: the default
    const char *pool_threads;  // at most, of each core thread
    const char *pool_queue;
    const char *bus;             // of a cluster: "tcp" or "ipc"
    const char *session_timeout; // seconds
    const char *store;           // of the workers; NULL: none
    const char *bus_key;         // a file; NULL: the bus is plain
    const char *durability;      // NULL: the default
} world_options;

typedef struct world_process {
    pid_t pid; // 0: none
    int out;   // its standard output
    char line[256];
} world_process;

typedef struct world {
    world_options options;
    world_process broker;
    world_process
        gateways[WORLD_GATEWAYS_CAP]; // the first one is everything when there is no cluster
    world_process workers[WORLD_WORKERS_CAP];
    world_process handlers[WORLD_HANDLERS_CAP];
    char endpoint[256]; // of the broker
    unsigned ports[WORLD_GATEWAYS_CAP];
    struct tr_process *inside;
    struct tr_options *inside_options;
} world;

// Fails the test when it does not come up.
void world_start(world *self, const world_options *options);
void world_stop(world *self);

// Where browsers find the n-th gateway.
unsigned world_port(const world *self, unsigned gateway);

void world_start_broker(world *self, const char *endpoint);
void world_start_gateway(world *self, unsigned index);
void world_start_worker(world *self, unsigned index);
void world_start_handlers(world *self, unsigned index);

// Waits until sessions can be opened through the gateway.
void world_await_sessions(const world *self, unsigned gateway);

// A page of the test app, come through gateway 0, that is on that worker. A page is placed by load and
// chance: several are opened. It may be handed to another worker at any time for the sake of balance,
// unless world_await_workers has returned before.
browser *world_page_on(const world *self, unsigned worker);
browser *world_page_on_as(const world *self, unsigned worker, enum browser_kind kind);

// The worker that a page of the test app is on.
world_process *world_worker_of(world *self, browser *page);

// Waits until each worker has had a page of the test app: then shards have been spread, and a page that
// comes later hardly moves until a worker comes or goes.
void world_await_workers(const world *self);

// Waits until every worker has its sync handlers run in handlers processes, and each of those was
// seen.
void world_await_handlers(const world *self);

// Where this page's next sync handler runs; 0: the page was told that it failed.
pid_t world_handler_pid(browser *page);

// Ends a process at once and reaps it.
void process_kill(world_process *self);

// Waits for its end. The exit code, or 128 + signal. Fails the test when it does not come: after far
// longer than a drain may take.
int process_wait(world_process *self);

// Resident memory in KiB.
unsigned process_memory_kib(const world_process *self);

// Starts a program ("./NAME": one of tests/programs) and waits for its first line. `err`: where its
// standard error goes; -1: ours.
void program_start(world_process *self, const char *program, const char *const *arguments, int err);

// The same without waiting: its first line is taken when it is there. 1: now it is; 0: not yet;
// -1: its output has ended.
void program_begin(world_process *self, const char *program, const char *const *arguments, int err);
// Likewise; it is started in that folder.
void program_begin_in(world_process *self, const char *folder, const char *program,
                      const char *const *arguments, int err);
int program_came_up(world_process *self);

// The next line of its output, in `line`. Fails the test when there is none.
void process_read_line(world_process *self);

// Where it is; `storage` has room for its name.
const char *program_path(const char *program, char *storage, size_t size);

// Runs a program to its end. `out` and `err` get what it wrote. Exit code as above.
int program_run(const char *program, const char *const *arguments, tr_buf *out, tr_buf *err);

#endif
