#ifndef TR_ACTORS_NAMES_NAME_REGISTRY_H
#define TR_ACTORS_NAMES_NAME_REGISTRY_H

// The registry actor (TR_SLOT_NAMES) of a core thread, made when it is first needed. There are
// three levels, and each asks the one above for what it does not know:
//
//     every core thread     caches what it asked for
//     core 0 of a process   keeps the names of its process; caches those of the cluster, and keeps
//                           what its own actors have of them, so that a broker can be told again
//     core 0 of a broker    keeps the names of the cluster that hash to it
//
// A registry that answers remembers the asker, and tells it when the name changes hands.
//
// Thread: the core thread. Owns: its table.

#include "actors/core/actor.h"
#include "troupe/actors/names.h"

// The registry here; NULL when it cannot be made any more (the core thread ends).
tr_actor *tr_names_here(tr_core *core);

// Which of them keeps a name is found by rendezvous hashing over their keys, so that the order in which
// a process lists them does not matter.
typedef struct tr_names_broker {
    uint64_t alias; // of tr_core_dial
    uint64_t key;   // the same with every process: a hash of the broker's endpoint
} tr_names_broker;

// On core 0: names of the cluster are kept by these brokers.
void tr_names_use_brokers(tr_core *core, const tr_names_broker *brokers, unsigned count);

// The actor ends: its names are free.
void tr_names_end(tr_actor *self);

#endif
