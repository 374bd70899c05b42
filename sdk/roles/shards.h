#ifndef TR_SDK_ROLES_SHARDS_H
#define TR_SDK_ROLES_SHARDS_H

// Shards that a core thread gets and loses. Those that it hands over: sdk/moving/drain.h.
//
// Thread: the core thread's. Owns: nothing (sdk/session/shard_set.h).

#include "sdk/session/session_record.h"
#include "wire/messages.h"

void tr_shards_on_granted(tr_sessions *self, tr_slice shards);

// Somebody else owns the shard now: its sessions end here.
void tr_shards_on_lost(tr_sessions *self, const tr_msg_shard_lost *lost);

// Handed over by whoever had it: with an epoch beyond any that we know of for its shard. False: it
// is not, and the shard is not ours.
bool tr_shards_take(tr_sessions *self, unsigned shard, uint64_t epoch);

// Likewise, and no session comes with it.
void tr_shards_on_handed(tr_sessions *self, const tr_msg_shard_handed *handed);

#endif
