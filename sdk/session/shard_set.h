#ifndef TR_SDK_SESSION_SHARD_SET_H
#define TR_SDK_SESSION_SHARD_SET_H

// The shards that a core thread owns, each with its epoch: looked up by number, and as a dense list to
// draw one for a new session from.
//
// Thread: the core thread's. Owns: self->shards, self->shard_count, self->shard_epochs.

#include "sdk/session/session_record.h"

// The shard is ours, with this epoch (not 0) in place of the one that we may have had.
void tr_shard_set_add(tr_sessions *self, unsigned shard, uint64_t epoch);

// It is not ours any more. One that is not is fine.
void tr_shard_set_drop(tr_sessions *self, unsigned shard);

#endif
