#ifndef TR_SDK_MOVING_DRAIN_H
#define TR_SDK_MOVING_DRAIN_H

// Shards that go to other workers: all of them when this one is about to stop, single ones when they
// are due to another (broker/ownership.h), so that a worker that has just come gets its part. A shard
// goes to the core thread that it is due to, and its sessions one by one, some at a time.
//
// Thread: the core thread's. Owns: self->drain.

#include "sdk/session/session_record.h"

// With a store, a page is written before its shard is given away: until who takes it has written it, nobody
// else could bring it back. A worker that stops waits so long for a store that does not take it.
#define TR_MOVE_SAVE_MS 4000u

// From now on nothing new is taken.
void tr_drain_begin(tr_sessions *self);

// The shard should go there. It does as soon as nothing is in flight in any of its sessions; the wish
// is forgotten after a second.
void tr_drain_shard(tr_sessions *self, unsigned shard, tr_address target);

// The shard is ours again: nothing of it is elsewhere, and where it should have gone before says
// nothing now. A worker that stops gives back what it has just been given.
void tr_drain_forget(tr_sessions *self, unsigned shard);

// Does anybody still have to wait for us: for a session that is on its way, or for the word of it
// to spread?
bool tr_drain_is_busy(const tr_sessions *self);

// Where that session went, or its shard. TR_NOWHERE: it did not.
tr_address tr_drain_target(const tr_sessions *self, tr_slice session_id);

void tr_drain_free(tr_sessions *self);

#endif
