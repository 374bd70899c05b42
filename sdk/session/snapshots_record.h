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
    // The epoch of a write that may still be done, late: none is made until the shard has a higher one.
    // 0: there is no such write.
    uint64_t doubted;
    bool is_taking;
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

#endif
