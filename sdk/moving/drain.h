#ifndef TR_SDK_MOVING_DRAIN_H
#define TR_SDK_MOVING_DRAIN_H

// A worker that is about to stop hands its sessions over to others: each shard to one core thread
// of another worker, found by load, and its sessions one by one, some at a time.
//
// Thread: the core thread's. Owns: self->drain.

#include "sdk/session/session_record.h"

// From now on nothing new is taken.
void tr_drain_begin(tr_sessions *self);

// Does anybody still have to wait for us: for a session that is on its way, or for the word of it
// to spread?
bool tr_drain_is_busy(const tr_sessions *self);

// Where that session went, or its shard. TR_NOWHERE: it did not.
tr_address tr_drain_target(const tr_sessions *self, tr_slice session_id);

void tr_drain_free(tr_sessions *self);

#endif
