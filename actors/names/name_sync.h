#ifndef TR_ACTORS_NAMES_NAME_SYNC_H
#define TR_ACTORS_NAMES_NAME_SYNC_H

// How a broker comes to know all names of its nodes, and goes on knowing them: both count the
// changes that went from one to the other. A node says its count at each tick (names_hello); a
// broker that has another one, or none, asks for all (names_resync, names_all). So a restart of
// either, a lost connection and a lost message end the same way.
//
// Thread: the registry's core thread.

#include "actors/names/name_entries.h"

// A broker: a claim or release came from there.
void tr_names_count_change(tr_names *self, tr_address from);

void tr_names_on_hello(tr_names *self, const tr_message *message);
void tr_names_on_all(tr_names *self, const tr_message *message);
void tr_names_on_node_down(tr_names *self, uint64_t node);

// A node.
void tr_names_say_hello(tr_names *self);
void tr_names_on_resync(tr_names *self, const tr_message *message);

#endif
