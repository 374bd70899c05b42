#ifndef TROUPE_SUPERVISOR_H
#define TROUPE_SUPERVISOR_H

// A supervisor: an actor that starts other actors, its children, in order, on its own core thread,
// and starts them again when they end though they should not. Children may be supervisors: a tree.
//
//     static const tr_child_spec children[] = {
//         {.name = "store", .behaviour = &store, .stop_deadline_ms = 1000},
//         {.name = "rooms", .behaviour = &tr_supervisor_behaviour, .args = &rooms_spec,
//          .args_size = sizeof rooms_spec, .stop_deadline_ms = 2000},
//     };
//     tr_supervisor_start(core, &(tr_supervisor_spec){.strategy = TR_REST_FOR_ONE, .intensity = 5,
//                         .children = children, .child_count = 2}, &address);
//
// A child that fails in on_start counts as one that ended. A child is started again after a
// back-off, which doubles with each failure in a row and is shortened by chance. More than
// `intensity` restarts in `window_ms`: the supervisor stops its children in reverse order and fails
// with the last one's reason (TR_EUNAVAILABLE when that was 0), which is its own supervisor's to
// handle.
//
// Thread: the core thread it was started on. Owns: its children, and copies of names and args.

#include "troupe/actors/actor.h"

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

enum tr_restart {
    TR_PERMANENT, // always again
    TR_TRANSIENT, // again unless it ended with reason 0
    TR_TEMPORARY  // never again; forgotten when it ends
};

enum tr_strategy {
    TR_ONE_FOR_ONE,  // only the child that ended
    TR_ONE_FOR_ALL,  // all children are stopped, in reverse order, and started again
    TR_REST_FOR_ONE, // so are those behind it
};

typedef struct tr_child_spec {
    const char *name; // unique among the supervisor's children
    const tr_behaviour *behaviour;
    const void
        *args; // for on_start; `args_size` bytes are copied, memory that they point to is not
    size_t args_size; // 0: on_start gets NULL
    enum tr_restart restart;
    // 0: it is stopped at once. Else it is sent `shutdown`, is to call tr_actor_stop when it has
    // finished, and ends with TR_ETIMEOUT after so long.
    uint64_t stop_deadline_ms;
    uint32_t slot; // of tr_spawn; 0 for an app's own
} tr_child_spec;

typedef struct tr_supervisor_spec {
    enum tr_strategy strategy;
    uint32_t intensity;      // restarts in the window; one more: it fails
    uint64_t window_ms;      // 0: 5 000
    uint64_t backoff_min_ms; // before the first restart in a row; 0: at once, always
    uint64_t backoff_max_ms; // 0: 30 000
    const tr_child_spec *children;
    size_t child_count;
} tr_supervisor_spec;

// The behaviour, for a supervisor that is a child itself; its args are a tr_supervisor_spec.
extern const tr_behaviour tr_supervisor_behaviour;

// 0, or an error of tr_spawn; TR_EEXISTS: two children have one name; TR_EINVALID: a child without
// a name or behaviour. Children that fail to start are not an error here.
int tr_supervisor_start(tr_core *core, const tr_supervisor_spec *spec, tr_address *out)
    __attribute__((warn_unused_result));

// Stops the children in reverse order, then itself.
void tr_supervisor_stop(tr_core *core, tr_address supervisor);

// Adds a child behind the others and starts it. TR_EEXISTS, TR_EINVALID, TR_EFULL; TR_EGONE: no
// such supervisor on this core thread, or it is about to end.
int tr_supervisor_add(tr_core *core, tr_address supervisor, const tr_child_spec *child)
    __attribute__((warn_unused_result));

// Stops a child and forgets it. TR_ENOTFOUND, TR_EGONE.
int tr_supervisor_remove(tr_core *core, tr_address supervisor, const char *name);

// Where a child lives now; TR_NOWHERE while it does not.
tr_address tr_supervisor_child(tr_core *core, tr_address supervisor, const char *name);

// Prints the tree, a line per child: name, address, state, restarts. Returns its length without the
// zero byte, like snprintf; 0: no such supervisor.
size_t tr_supervisor_print(tr_core *core, tr_address supervisor, char *out, size_t size);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif
