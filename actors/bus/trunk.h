#ifndef TR_ACTORS_BUS_TRUNK_H
#define TR_ACTORS_BUS_TRUNK_H

// One connection between two processes that carries the batches of all links between them. Links of
// their own would be one for each core thread here and each one there: 256 between two machines of 16.
//
//      core threads here                  two threads, "trunks"                core threads there
//      ┌────────────┐  inproc                                         inproc  ┌──────────────────┐
//      │ link 0 → 0 │ ───────▶┐                                     ┌───────▶ │ inbox carried, 0 │
//      │ link 0 → 1 │ ───────▶│ PUSH ══════ all batches ══════ PULL │         │                  │
//      │ link 1 → 1 │ ───────▶┘                                     └───────▶ │ inbox carried, 1 │
//      └────────────┘                                                         └──────────────────┘
//
// Nothing but the way of a batch changes. Each link keeps its own order, window, acknowledgements
// and incarnations, so what is said of links (docs/bus.md) is true of these; a trunk that is lost is
// a lost pipe of each of its links. Which way a link takes is the dialing end's affair: it takes a
// trunk if the process there has an endpoint for it and there would be more links than
// `trunk_over` of the options. The way back may be another one.
//
// Thread: as each function says. Owns: its thread, its sockets, the trunks until they are dropped.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "actors/core/core.h"
#include "troupe/slice.h"

typedef struct tr_trunks tr_trunks;
typedef struct tr_trunk tr_trunk;

// From the thread that starts the system, before its core threads. NULL: this process needs none, or
// has no thread or socket left for them (which the log says).
tr_trunks *tr_trunks_new(tr_system *system);
// Behind the core threads' end: what they said last still leaves. Safe with NULL inside.
void tr_trunks_free(tr_trunks **self);

// From any thread. Where other processes reach all core threads of this one; empty: nowhere.
tr_slice tr_trunks_endpoint(const tr_system *system);

// -- core threads --

// Would that many links to one process be too many?
bool tr_trunks_are_for(const tr_core *core, uint32_t cores_there);

enum tr_trunk_state {
    TR_TRUNK_OPENING,
    TR_TRUNK_OPEN,
    TR_TRUNK_LOST // for good; the next one that is taken is another one
};

// The trunk to that process, which is dialed if it is not there yet. Every change of its state wakes
// the core threads up. NULL: there are too many sockets.
tr_trunk *tr_trunk_take(tr_core *core, uint64_t node, const char *endpoint);
// What was sent still goes. Safe with NULL inside.
void tr_trunk_drop(tr_trunk **self);
enum tr_trunk_state tr_trunk_state_of(const tr_trunk *self);
const char *tr_trunk_endpoint(const tr_trunk *self);
// A batch, whose head says which core thread it is for. What a lost trunk gets is lost. False: no
// memory for it.
bool tr_trunk_send(const tr_trunk *self, tr_core *core, const void *bytes, size_t size);

// What the inbox of carried batches gets in place of one when the trunk to `node` has another state.
// Returns 0: it is a batch.
uint64_t tr_trunk_news(const void *bytes, size_t size);

// For people: how many connections to other processes this one has by trunks. From any thread.
unsigned tr_trunks_count(const tr_system *system);

#endif
