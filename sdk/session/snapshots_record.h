#ifndef TR_SDK_SESSION_SNAPSHOTS_RECORD_H
#define TR_SDK_SESSION_SNAPSHOTS_RECORD_H

// What a core thread keeps of its store, as the files of snapshots know it.
//
// Thread: the core thread's. Owns: the store, what waits for it.

#include "sdk/session/snapshot_record.h"
#include "sdk/session/snapshots.h"
#include "sdk/session/store_watch.h"
#include "store/store.h"

// A session that is to be read once its shard is ours in the store.
typedef struct tr_reading {
    struct tr_reading *next;
    char id[TR_SESSION_ID_SIZE + 1];
    tr_snapshot_loaded *done;
    void *arg;
} tr_reading;

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
    tr_shard_hold shards[TR_SHARDS];
    unsigned sweep_at;
    unsigned ticks;
    unsigned taking;
    bool has_said_away;
    tr_store_watch watch;
    enum tr_store_reach reach; // as it was found last
};

// Does the store answer a TAKE that we (`own`) have taken the shard, or who gave it to us has, and did not
// hear so?
bool tr_shard_hold_is_ours(const tr_shard_hold *self, const tr_store_op *taken, uint64_t own);

#endif
