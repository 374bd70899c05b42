#ifndef TR_ACTORS_NAMES_NAME_TABLE_H
#define TR_ACTORS_NAMES_NAME_TABLE_H

// One registry's table of names: from (scope, name) to the owner, those that wait for an answer,
// and the other registries that were told and so must hear of a change. A pure table;
// actors/names/name_registry.c sends.
//
// Thread: its registry's. Owns: its entries.

#include <stdbool.h>
#include <stdint.h>

#include "base/table.h"
#include "wire/limits.h"
#include "wire/message.h"

// Somebody who waits for an entry: a question to answer, or a message to pass on.
typedef struct tr_name_waiter {
    struct tr_name_waiter *next;
    struct tr_name_waiter *prev;
    tr_message *message; // to pass on; NULL: answer the question
    tr_address from;
    uint64_t correlation;
} tr_name_waiter;

typedef struct tr_name {
    UT_hash_handle by_key;
    tr_address owner;       // unset: not known, or not yet granted
    uint64_t epoch;         // of the grant; 0: only cached here
    tr_address claimant;    // of this process, while a broker is being asked
    uint64_t reference;     // of its claim
    uint64_t since_ms;      // of the claim, or of the look-up
    uint64_t wanting_cores; // of this process, that wait to be told
    uint64_t told_cores;    // and that were
    uint64_t *told_nodes;   // a broker's
    uint32_t told_node_count;
    tr_name_waiter *waiters; // oldest first
    uint32_t waiter_count;
    struct tr_name *pending_next; // all that are pending
    struct tr_name *pending_prev;
    bool is_listed; // among these
    bool is_stale;  // while a node's names are compared with what it says
    uint32_t size;  // from here on: the key
    uint16_t scope;
    char text[];
} tr_name;

typedef struct tr_registry {
    tr_name *by_key;
    uint32_t count;
    tr_name *pending;    // entries with waiters, wanting cores or a claimant
    uint64_t last_epoch; // the highest ever seen: the next grant's is higher
} tr_registry;

void tr_registry_done(tr_registry *self);

tr_name *tr_registry_find(const tr_registry *self, uint16_t scope, tr_slice text);

// Makes it when it is not there. NULL: TR_NAMES_CAP.
tr_name *tr_registry_get(tr_registry *self, uint16_t scope, tr_slice text);

// The oldest that is only cached here and nobody waits for; NULL: none.
tr_name *tr_registry_oldest_cached(const tr_registry *self);

// After a change: forgets the entry when nothing is known of it and nobody waits, else lists it
// among the pending ones or not.
void tr_registry_tidy(tr_registry *self, tr_name *name);

// Does anything wait for an answer about it?
bool tr_name_is_pending(const tr_name *self);

// Of two actors that have one name, which one keeps it: whoever was granted it later, or else who
// lives on the lower node (then: has the lower actor number). The same whoever asks, in either
// order.
bool tr_name_beats(tr_address one, uint64_t one_epoch, tr_address two, uint64_t two_epoch);

void tr_name_tell_node(tr_name *self, uint64_t node);
void tr_name_forget_node(tr_name *self, uint64_t node);

// TR_EFULL when TR_NAME_WAITERS_CAP wait. The message is taken.
int tr_name_wait(tr_name *self, tr_message *message, tr_address from, uint64_t correlation);

// The oldest one, the caller's now; NULL: none.
tr_name_waiter *tr_name_take_waiter(tr_name *self);

tr_slice tr_name_text(const tr_name *self);

// FNV-1a: decides which broker keeps a name, so it is the same everywhere and for ever.
uint64_t tr_name_hash(tr_slice text);

#endif
