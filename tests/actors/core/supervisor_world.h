#ifndef TR_TESTS_ACTORS_CORE_SUPERVISOR_WORLD_H
#define TR_TESTS_ACTORS_CORE_SUPERVISOR_WORLD_H

// A supervisor of children that write down what happens to them.

#include "tests/support/place.h"
#include "troupe/actors/supervisor.h"

enum { SUPERVISION_LOG_SIZE = 4096, SUPERVISION_WORKERS = 4 };

// The events of a test's children, in order: +a started, !a failed to start, -a stopped, ?a was
// asked to.
typedef struct supervision supervision;

typedef struct worker {
    supervision *in;
    char name[2];
    unsigned failing_starts;
    bool ignores_shutdown;
} worker;

struct supervision {
    tr_system *system;
    char log[SUPERVISION_LOG_SIZE];
    worker workers[SUPERVISION_WORKERS];
    tr_child_spec children[SUPERVISION_WORKERS];
    tr_supervisor_spec spec;
    tr_address supervisor;
    script watcher;
    int64_t reason; // of the supervisor's end
    tally ended;
    const char *name;
    uint64_t number;
    int result;
};

// Children a, b and c; the spec may be changed before supervision_start.
void supervision_init(supervision *self, enum tr_transport transport);
// Time passes when the test says so.
void supervision_init_held(supervision *self);
void supervision_start(supervision *self);

// Waits until the log is so long, compares it, and empties it.
void supervision_comes(supervision *self, const char *expected);

// Waits until the child is up, and has it fail.
void supervision_child_fails(supervision *self, const char *name, int64_t reason);

// Ends it in order; nothing of it is left.
void supervision_ends(supervision *self, const char *expected);

// For on_core: `name` and `result` are the child's and the call's.
void supervision_remove_child(tr_core *core, void *arg);
void supervision_clear_log(tr_core *core, void *arg);

#endif
