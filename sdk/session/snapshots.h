#ifndef TR_SDK_SESSION_SNAPSHOTS_H
#define TR_SDK_SESSION_SNAPSHOTS_H

// Sessions in a store (store/store.h): each is written TR_SNAPSHOT_DELAY_MS after its first change,
// with all that came until then, and read again by whichever process it is asked for next. What a
// browser whose client counts has done since, it sends again (resume.h); handlers that its events
// had started run again from their beginning. Other changes of a page in the moment before a process
// was killed are lost.
//
// Writing and reading need the shard: the first that needs it takes it in the store, with an epoch
// above the one before. A write that is refused since says that another process has the shard: then
// its sessions end here, and their browsers find them there.
//
//     a snapshot: [[handlers in flight], [ids of dialogs that a handler waited for], file]
//     a handler in flight: its name; or, where its event is not to be lost, tr_interrupted
//
// Thread: the core thread's. Owns: the store, what waits for it.

#include "actors/bus/routes.h"
#include "metrics/metric.h"
#include "sdk/session/session_record.h"
#include "store/record_seal.h"
#include "wire/reader.h"

// Connects a core thread to the store, whose records those keys encrypt (NULL: none; borrowed).
// Without one (url NULL) there is nothing of this, and what follows does nothing.
int tr_snapshots_open(tr_sessions *sessions, const char *url, const tr_record_keys *keys)
    __attribute__((warn_unused_result));
void tr_snapshots_close(tr_sessions *sessions);

// Makes a session's part of this, unless it is there. False: the session is not one that is written.
bool tr_snapshot_begin(tr_session *session);

// The session changed: it is written before long, or, where somebody waits for that, with what else
// has changed in this turn of the loop.
void tr_snapshot_touch(tr_session *session, bool is_awaited);

// It has ended for good: so does what is kept of it.
void tr_snapshot_drop(tr_session *session);
// Likewise, of one that is not in memory.
void tr_snapshot_delete(tr_sessions *sessions, const char *id);

// Does the store keep the session although it ends here?
bool tr_snapshot_outlives(const tr_session *session);

// Would the session be lost, or a person not be answered, if its shard were another one's now? The store
// has nothing of it yet, or not what its browser waits for. Where nothing can be written, without a store or
// of one that is too big, false.
bool tr_snapshot_is_due(const tr_session *session);
// It is written at once, if it is not on its way already.
void tr_snapshot_hasten(tr_session *session);

// Is the session in the store as it is now?
bool tr_snapshot_is_written(const tr_session *session);

// Is something not written yet, or on its way?
bool tr_snapshots_are_busy(const tr_sessions *sessions);

// What the store has to do, and for how long the oldest change has waited.
void tr_snapshots_put_metrics(const tr_sessions *sessions, tr_metric_rows *out);

// The shard's epoch in the store; 0: it is not taken there. And the store's kind; "": there is none.
uint64_t tr_snapshots_epoch(const tr_sessions *sessions, unsigned shard);
const char *tr_snapshots_kind(const tr_sessions *sessions);

// Does the store not answer?
bool tr_snapshots_are_away(const tr_sessions *sessions);

// Does this core thread reach the store? Found out by the first, which is to be called twice a second;
// without a store it does.
enum tr_store_reach tr_snapshots_look(tr_sessions *sessions);
enum tr_store_reach tr_snapshots_reach(const tr_sessions *sessions);

// The shard is another one's from now on.
void tr_snapshots_lose(tr_sessions *sessions, unsigned shard);

// The epoch that a shard had in the store when it was given away: a session that leaves takes it along.
typedef struct tr_shard_given {
    uint64_t epoch;   // 0: none, it is nowhere else
    bool may_be_next; // we may have taken the next one, too: the answer did not come
} tr_shard_given;

// Of the last time that it was given away. And may a session come from that process with this? It is
// written only if nobody else has taken the shard since. False: we have, so what the store has may be
// newer.
tr_shard_given tr_snapshots_given(const tr_sessions *sessions, unsigned shard);
bool tr_snapshots_arrives(tr_sessions *sessions, unsigned shard, tr_shard_given given,
                          uint64_t sender) __attribute__((warn_unused_result));

// Was the shard taken not long ago from a process that is gone? Then one of its pages may have ended it.
bool tr_snapshots_are_orphans(const tr_sessions *sessions, unsigned shard);

// Reads a session of a shard that is ours. `done` runs once, later: with its snapshot and its mark
// (restore_mark.h), lent, or a code: TR_ENOTFOUND; TR_EFENCED, another process has the shard;
// TR_EUNAVAILABLE; TR_EREFUSED, it is encrypted with a key that is not here; TR_EMALFORMED, it is damaged.
// TR_EFULL: it does not run.
typedef void tr_snapshot_loaded(void *arg, int status, tr_slice snapshot, tr_slice mark);
int tr_snapshot_load(tr_sessions *sessions, tr_slice id, tr_snapshot_loaded *done, void *arg)
    __attribute__((warn_unused_result));

// A handler in flight, as a snapshot has it: the array of these fields, or the name alone.
typedef struct tr_interrupted {
    tr_slice handler;
    tr_slice event;
    tr_slice data;     // one msgpack value
    bool has_event;    // it runs again; false: the name alone is known
    uint64_t document; // 0: the event has no number
    uint32_t number;   // that the document gave the event
    uint32_t target;
    uint32_t runs; // so far
} tr_interrupted;

// With `runs_again`, and if its event has a number or had not begun, it runs where the page is next.
void tr_interrupted_write(const tr_call *call, bool runs_again, tr_buf *out);
// False: it is none.
bool tr_interrupted_read(tr_reader *in, tr_interrupted *out);

// The parts of a snapshot; lent by its bytes.
typedef struct tr_snapshot {
    tr_slice interrupted; // msgpack array: handlers in flight
    tr_slice prompts;     // msgpack array of control ids
    tr_slice file;        // sdk/session/session_file.h
} tr_snapshot;
int tr_snapshot_read(tr_slice bytes, tr_snapshot *out) __attribute__((warn_unused_result));

#endif
