#ifndef TR_GATEWAY_SHARD_ASK_H
#define TR_GATEWAY_SHARD_ASK_H

// A question to the sessions actor that has a shard, whose answer is the message `answer`. Its
// sessions may be on their way to another process, which is a matter of a moment: it is asked again
// until the patience ends.
//
// Thread: a coroutine's of the gateway's core thread.

#include <stdint.h>

#include "actors/core/core.h"
#include "wire/message.h"

// `id` has the form of a session id, which names the shard. What the answer's status says, or
// TR_EUNAVAILABLE, TR_EFULL, TR_ETIMEOUT, TR_ECANCELLED. `out`, unless NULL, gets the answer when the
// status is 0; the caller frees it.
int tr_shard_ask(tr_core *core, tr_slice id, unsigned type, const void *body, uint64_t patience_ms,
                 tr_message **out) __attribute__((warn_unused_result));

#endif
