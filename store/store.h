#ifndef TR_STORE_STORE_H
#define TR_STORE_STORE_H

// Where sessions outlive processes: snapshots of sessions, which core thread owns which shard of
// them, and which processes are alive. One interface, three engines that keep the same promises
// (tests/store/test_conformance.c):
//
//     memory           in this process; gone with it
//     lmdb:PATH        a file, for all processes of one machine; an operation that is done is on
//     disk postgres://…     a server, for any number of machines; likewise (libpq's URL, several
//     hosts allowed)
//     ranges: 0-511=URL 512-1023=URL     several of them, each for its shards (ranges.h)
//
// Nothing here waits. An operation is submitted, and its `done` runs in a later turn of the loop.
// Operations submitted in one turn go to the store together, as one transaction or one statement of
// each kind.
//
// Fencing: a shard has an epoch, which each new owner raises. A snapshot is written, or deleted,
// only while the shard has the epoch that the writer says; the check and the write are one
// transaction that holds the shard's row. So once a TAKE is done, nothing that the former owner
// sends is ever written.
//
// Of a session that was written a moment ago only what has changed is written (images.h): a row of
// its own behind the base, under the same fence. It is read whole, base and all changes, or not at
// all.
//
// Thread: the loop's. Owns: the operations between submit and done.

#include <ev.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "store/record_seal.h"
#include "wire/session_id.h"

struct tr_image;

typedef struct tr_store tr_store;
typedef struct tr_store_op tr_store_op;

enum tr_store_verb {
    TR_STORE_SAVE,    // id, shard, epoch, ttl_ms, bytes: the snapshot, in place of the one before;
                      // once it is done the bytes are the store's
    TR_STORE_DELETE,  // id, shard, epoch
    TR_STORE_LOAD,    // id -> bytes; TR_ENOTFOUND, also once it has expired
    TR_STORE_TAKE,    // shard, epoch (the one it has now; 0: none yet), node, core -> epoch, one
                      // higher
    TR_STORE_RELEASE, // shard, epoch: it has no owner from now on, and keeps its epoch
    TR_STORE_SHARDS,  // -> rows of tr_store_shard, those that ever had an owner
    TR_STORE_RENEW,   // node, ttl_ms: the process lives for so long from now on; 0: it does no more
    TR_STORE_NODES,   // -> rows of tr_store_node, those whose lease has not run out
    TR_STORE_SWEEP    // shard, epoch: deletes some of its expired snapshots; status: how many
};

typedef struct tr_store_shard {
    uint32_t shard;
    uint32_t core;
    uint64_t epoch;
    uint64_t node; // 0: nobody
} tr_store_shard;

typedef struct tr_store_node {
    uint64_t node;
    uint64_t left_ms; // of its lease, by the store's clock
} tr_store_node;

// At most so many snapshots are deleted by one SWEEP.
#define TR_STORE_SWEEP_COUNT 512u

struct tr_store_op {
    enum tr_store_verb verb;
    char id[TR_SESSION_ID_SIZE + 1];
    uint32_t shard;
    uint32_t core;
    uint64_t epoch;
    uint64_t node;
    uint64_t ttl_ms;
    tr_buf bytes; // SAVE's input; LOAD's output
    tr_buf rows;  // SHARDS, NODES: an array of the struct
    // 0 or a count; TR_EFENCED: the shard has another epoch (of TAKE, `epoch`, `node` and `core`
    // then say what it has); TR_ENOTFOUND; TR_EFULL: the disk is; TR_EUNAVAILABLE: the store did
    // not answer, or answered that it cannot, in time (a SAVE may still be done, late, behind what is
    // written since: who TAKEs the shard before has it refused); TR_EMALFORMED: what lies there is not
    // ours, or damaged; TR_EREFUSED: of LOAD, with the keys and settings of this process it is not read.
    int status;
    void (*done)(tr_store_op *self); // frees it, or submits it again
    void *arg;
    // The store's own.
    tr_store *store;
    tr_store_op *next;
    tr_store_op *older; // all that were submitted and are not done, by age
    tr_store_op *newer;
    uint64_t submitted_ms;
    struct tr_store_asked {
        uint64_t epoch;
        uint64_t node;
        uint32_t core;
    } asked;                // fields that an answer overwrites
    size_t charged;         // bytes that count as waiting
    tr_buf record;          // what SAVE writes; empty: its bytes
    uint64_t generation;    // of the base: the one that SAVE writes, or that its change is of
    uint32_t number;        // of SAVE's change; 0: it writes a base
    struct tr_image *image; // what SAVE's change is beside
    tr_buf log;             // LOAD's changes (change_log.h)
};

// A fresh operation, all zero. Freed with tr_store_op_free, by its `done` or by who did not submit
// it.
tr_store_op *tr_store_op_new(enum tr_store_verb verb, void (*done)(tr_store_op *self), void *arg)
    __attribute__((returns_nonnull));
void tr_store_op_free(tr_store_op *self);

// The URL for people and logs: a password in it reads as ***.
void tr_store_public_url(const char *url, char *out, size_t out_size);

// The check before a program starts: opens the store, makes or migrates the tables of its rows,
// closes it. Blocks. 0, or a negative code with one line for people in `why`. `identity` is a number that
// chance gave the store when it was made, of several stores one of all: with it processes find out
// whether they share one. 0: memory, which nobody shares.
int tr_store_prepare(const char *url, uint64_t *identity, char *why, size_t why_size)
    __attribute__((warn_unused_result));

// Is it a store's URL, as far as its text tells? 0 or TR_EINVALID, with a line in `why`.
int tr_store_check_url(const char *url, char *why, size_t why_size)
    __attribute__((warn_unused_result));

// Can another process go on with what is kept there? NULL, and "memory": no.
bool tr_store_is_shared(const char *url);

// Connects a loop to the store that was prepared. A server that is away does not make it fail:
// operations wait, and end with TR_EUNAVAILABLE after `patience_ms`. `keys` of encryption at rest are
// borrowed while it is open; NULL: there are none.
int tr_store_open(struct ev_loop *loop, const char *url, uint64_t patience_ms,
                  const tr_record_keys *keys, tr_store **out) __attribute__((warn_unused_result));

// Gives the operation to the store. TR_EFULL: too many, or too many bytes, wait already
// (TR_STORE_PENDING_CAP, TR_STORE_PENDING_CAP_BYTES); it stays the caller's.
int tr_store_submit(tr_store *self, tr_store_op *op) __attribute__((warn_unused_result));

// How much waits: operations, and bytes of snapshots.
typedef struct tr_store_pending {
    uint32_t ops;
    size_t bytes;
    uint64_t oldest_ms; // for how long the oldest has waited; 0: none does
} tr_store_pending;
tr_store_pending tr_store_pending_get(const tr_store *self);

// Did the last operation that ended find nobody, or has the oldest one waited for TR_STORE_AWAY_MS?
#define TR_STORE_AWAY_MS 2000u
bool tr_store_is_away(const tr_store *self);

// "memory", "lmdb", "postgres": for logs and health.
const char *tr_store_kind(const tr_store *self);

// Ends what waits with TR_ECANCELLED: each `done` runs before this returns. An operation that was
// sent may be done or not.
void tr_store_close(tr_store **self);

#endif
