#ifndef TR_SDK_SESSION_SNAPSHOTS_RECORD_H
#define TR_SDK_SESSION_SNAPSHOTS_RECORD_H

// What a core thread keeps of its store, as the files of snapshots know it.
//
// Thread: the core thread's. Owns: the store, what waits for it.

#include "sdk/session/snapshot_record.h"
#include "sdk/session/snapshots.h"
#include "sdk/session/store_watch.h"
#include "store/store.h"

typedef struct tr_reading tr_reading;

typedef struct tr_shard_hold {
    uint64_t epoch; // in the store; 0: it is not ours there
    // The epoch that the shard must still have in the store when it is taken: of a write that may be done
    // yet, late, or of the worker that a session came from. With another one since, what is in memory
    // is older than what that one has written. 0: it may have any.
    uint64_t doubted;
    tr_shard_given given; // when it was given away, or lost, the last time
    uint64_t highest;     // of those times
    uint64_t from;        // the epoch with which sessions of it have come from another worker
    uint64_t from_node;   // that worker, if it may have taken the next one; 0: it has not
    uint64_t taking_from; // the one that it was taken with
    uint64_t before_node; // whose it was in the store when it was taken; 0: not known
    uint64_t orphaned_ms; // when it was taken from a process that is gone; 0: it was not
    bool is_taking;
    bool is_unanswered;  // a TAKE may be done whose answer has not come
    uint64_t taking_for; // the brokers' epoch with which it was ours when that began
    uint64_t
        lost; // the brokers' epoch with which we lost it: not taken again until they say so anew
} tr_shard_hold;

struct tr_snapshots {
    tr_sessions *sessions;
    tr_store *store;
    tr_session *first; // to be written, oldest first
    tr_session *last;
    tr_timer write;
    tr_timer tick;
    tr_reading *readings; // sessions to read once their shard is taken, oldest first
    uint32_t reading_count;
    tr_shard_hold shards[TR_SHARDS];
    unsigned sweep_at;
    unsigned ticks;
    unsigned taking;
    bool has_said_away;
    tr_store_watch watch;
    enum tr_store_reach reach; // as it was found last
};

// As tr_snapshot_load; where the shard is not ours in the store yet, it waits for that. TR_EFULL.
int tr_snapshots_begin_reading(tr_snapshots *self, tr_slice id, tr_snapshot_loaded *done, void *arg)
    __attribute__((warn_unused_result));

// Those that wait for the shard are read, or told that it is another one's.
void tr_snapshots_go_on_reading(tr_snapshots *self, unsigned shard, int status);
void tr_snapshots_end_reading(tr_snapshots *self);

// The shard was taken just now: is the process gone that had it?
void tr_snapshots_note_owner_before(tr_snapshots *self, unsigned shard);

// Does the store answer a TAKE that we (`own`) have taken the shard, or who gave it to us has, and did not
// hear so?
bool tr_shard_hold_is_ours(const tr_shard_hold *self, const tr_store_op *taken, uint64_t own);

#endif
