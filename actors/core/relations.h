#ifndef TR_ACTORS_CORE_RELATIONS_H
#define TR_ACTORS_CORE_RELATIONS_H

// Monitors and links (tr_monitor, tr_link_to of troupe/actors/actor.h) as the core thread sees them. A
// relation has two ends, and each core thread keeps a record of the end that lives on it:
//
//      initiator                                                target
//      record {other, reference} ── watch ─────────────────▶ record {other, reference}
//                                ── unwatch ───────────────▶ (changed its mind, or ended)
//      down, exit                ◀───────────── watch_ended ── (ended, or never was)
//
// A link is the same with `watch_ended` and `unwatch` going both ways. These messages go to the
// core thread itself, in order with everything else on their way. When a node goes down, its
// relations fire here without a message; one that finds its way full waits and is tried again each
// turn.
//
// Thread: the core thread. Owns: the records.

#include <stdbool.h>
#include <stdint.h>

#include "actors/core/actor.h"

// Handles watch, unwatch and watch_ended; false for any other message. Does not take it.
bool tr_relations_take(tr_core *core, const tr_message *message);

// The actor ends: every other end is told.
void tr_relations_end(tr_actor *self, int64_t reason);

// The actor lies elsewhere now.
void tr_relations_move(tr_actor *to);

// A node, or with an `index` other than -1 just that core thread of it, is gone.
void tr_relations_drop(tr_core *core, uint64_t node, int index);

void tr_relations_close(tr_core *core);

#endif
