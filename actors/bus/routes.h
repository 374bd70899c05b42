#ifndef TR_ACTORS_BUS_ROUTES_H
#define TR_ACTORS_BUS_ROUTES_H

// A core thread's knowledge of the cluster: which nodes are alive, where their core threads can be
// reached, how loaded they are, and which core thread owns which shard of the session ids. Fed by
// the membership agent; a pure table.
//
// Thread: its core thread's. Owns: its rows.

#include <stdbool.h>
#include <stdint.h>

#include "troupe/slice.h"
#include "wire/address.h"
#include "wire/limits.h"

enum tr_role {
    TR_ROLE_GATEWAY = 1,
    TR_ROLE_WORKER = 2,
    TR_ROLE_BROKER = 4,
    TR_ROLE_HANDLERS = 8,
    TR_ROLE_ACTORS = 16, // a program of actors, without pages
    TR_ROLE_ALL = TR_ROLE_GATEWAY | TR_ROLE_WORKER
};

// Does a worker reach the store of its pages? DOUBTFUL: not now, or only since a moment. LOST: not for
// so long that whoever does should have its pages. NONE: it has no store, as lists say of it.
enum tr_store_reach { TR_STORE_REACHED, TR_STORE_DOUBTFUL, TR_STORE_LOST, TR_STORE_NONE };

typedef struct tr_member {
    uint64_t node;
    char name[TR_NODE_NAME_CAP_BYTES];
    uint32_t roles; // bits of enum tr_role
    uint32_t cores;
    uint32_t sessions;     // its load; of a handlers process: calls that wait or run
    uint64_t owning_cores; // bit n: core n owns shards, so sessions can be made there
    uint32_t store;        // enum tr_store_reach
    bool draining;         // or it has lost the store, and others reach it
    bool is_suspect;       // we lost it; the next list says whether it is gone
    char **endpoints;      // one a core thread; NULL for this process
    char *trunk;           // one for all of them (actors/bus/trunk.h); NULL: it has none
} tr_member;

typedef struct tr_shard_owner {
    uint64_t node; // 0: nobody
    uint64_t epoch;
    uint32_t core;
} tr_shard_owner;

// Of two who say they own a shard, which one does: the higher epoch, and of equal ones the higher node
// number. Brokers, workers and gateways decide by this alone, so that all agree.
static inline bool tr_shard_owner_beats(tr_shard_owner one, tr_shard_owner other)
{
    return one.epoch > other.epoch || (one.epoch == other.epoch && one.node > other.node);
}

typedef struct tr_routes {
    tr_member *members;
    uint32_t member_count;
    bool is_stale; // no broker lives: it is what they said last
    bool is_mixed; // some workers have a store, and some have none: new pages go to those that have
    tr_shard_owner shards[TR_SHARDS];
} tr_routes;

void tr_routes_init(tr_routes *self);
void tr_routes_done(tr_routes *self);

// Replaces all rows by a member list as in the message node_members. A row that is broken, or a
// shard of a core thread that its node does not have, is left out. Unchanged on TR_EMALFORMED: no
// list at all.
int tr_routes_read(tr_routes *self, tr_slice members) __attribute__((warn_unused_result));

const tr_member *tr_routes_find(const tr_routes *self, uint64_t node);

// A node seems lost: nothing new is placed there until the next list says otherwise.
void tr_routes_suspect(tr_routes *self, uint64_t node);

// The sessions actor that owns this session id's shard; TR_NOWHERE when the id is not one of ours
// or nobody owns the shard.
tr_address tr_routes_owner(const tr_routes *self, tr_slice session_id);

// Is that node not there, or lost to us?
bool tr_routes_is_silent(const tr_routes *self, uint64_t node);

// Is that node not there, or lost, and nobody lives who could say that it is back?
bool tr_routes_is_lost(const tr_routes *self, uint64_t node);

// The sessions actor that should own the shard, whoever owns it now: rendezvous hashing over the
// workers, weighted by their core threads; one that drains is none. `avoid` is none either; 0: any.
// TR_NOWHERE: there is no worker.
tr_address tr_routes_due(const tr_routes *self, unsigned shard, uint64_t avoid);

// The sessions actor where a new session goes: core `near` of node `here` when it hosts sessions,
// otherwise the less loaded of two random worker cores (`random` decides). TR_NOWHERE: no worker.
tr_address tr_routes_place(const tr_routes *self, uint64_t here, unsigned near, uint64_t random);

// Where a session goes that is known and has no owner to be asked: where its shard is due, when that
// core thread hosts sessions already; otherwise, and when the id is none of ours, as a new one.
tr_address tr_routes_place_known(const tr_routes *self, tr_slice session_id, uint64_t here,
                                 unsigned near, uint64_t random);

// The n-th process, n counted round, that takes sync handlers of others and is not `avoid`. NULL:
// none.
const tr_member *tr_routes_handlers(const tr_routes *self, uint64_t n, uint64_t avoid);

#endif
