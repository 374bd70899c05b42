#ifndef TR_BROKER_OWNERSHIP_H
#define TR_BROKER_OWNERSHIP_H

// What a process knows of the shards: which are its own, with which epochs, the highest epoch of each
// that it ever heard of, and who should own each of them. That is computed from the member list
// alone (tr_routes_due), so every process comes to the same answer. A worker claims what is due to
// it and nobody has; what it has and is due to another, it hands over.
//
// Pure: nothing here sends, time comes as an argument. Thread: its agent's. Owns: its rows.

#include <stdbool.h>
#include <stdint.h>

#include "actors/bus/rendezvous.h"
#include "actors/bus/routes.h"
#include "base/buf.h"
#include "wire/address.h"
#include "wire/limits.h"

typedef struct tr_owned_shard {
    uint64_t epoch; // 0: not ours
    uint32_t core;
    uint64_t known;    // the highest epoch that we heard of
    uint64_t asked_ms; // when it was claimed last; 0: never
    uint64_t came_ms;  // when another worker handed it over; 0: none did
    tr_address due;    // the sessions actor that should have it; not set: no worker lives
} tr_owned_shard;

typedef struct tr_ownership {
    uint64_t node;
    uint64_t workers; // a hash of those that `due` was computed of
    tr_owned_shard shards[TR_SHARDS];
} tr_ownership;

// Of this node; all zero before.
void tr_ownership_init(tr_ownership *self, uint64_t node);

void tr_ownership_own(tr_ownership *self, unsigned shard, uint64_t epoch, uint32_t core);
void tr_ownership_disown(tr_ownership *self, unsigned shard);

// A member list has come. True: another set of workers, and so something may be due elsewhere.
bool tr_ownership_learn(tr_ownership *self, const tr_routes *routes);

// What is ours, as rows of shard with the array's head: for hellos and member lists.
void tr_ownership_write(const tr_ownership *self, tr_buf *out);

// Writes, as rows of shard with the array's head, what is to be claimed at one of the live brokers:
// shards that are due here, that nobody has, and that fall to this broker. Which falls to which is
// computed from their node numbers, so the order in which a process lists them does not matter. What
// was claimed less than TR_HEARTBEAT_MS ago is not claimed again. Returns how many.
uint32_t tr_ownership_claims(tr_ownership *self, const tr_routes *routes, uint64_t now_ms,
                             const tr_candidate *brokers, uint32_t count, uint32_t at, tr_buf *out);

// Is a shard of ours another's by now, as the list says? tr_routes_owner decides so, too.
bool tr_ownership_is_beaten(const tr_ownership *self, const tr_routes *routes, unsigned shard);

// Where the shard should go; TR_NOWHERE: it is not ours, or stays. One that another worker handed over
// stays for TR_SHARD_STAYS_MS: that worker may be about to end, and the list that says so under way; it
// would have to send on what it is given back.
#define TR_SHARD_STAYS_MS 5000u
tr_address tr_ownership_leaves(const tr_ownership *self, unsigned shard, uint64_t now_ms);

#endif
