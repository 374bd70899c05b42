#ifndef TR_GATEWAY_SHARD_ASK_H
#define TR_GATEWAY_SHARD_ASK_H

// A question to the sessions actor that has a shard. Its sessions may be on their way to another
// process, which is a matter of a moment: it is asked again until the patience ends.
//
// Thread: a coroutine's of the gateway's core thread.

#include <stdbool.h>
#include <stdint.h>

#include "actors/core/core.h"
#include "wire/message.h"

typedef struct tr_socket tr_socket;

typedef struct tr_shard_question {
    tr_slice id; // has the form of a session id, which names the shard
    tr_address
        owner;     // who has lent something: asked instead, and never replaced; unset: the shard's
    unsigned type; // whose answer is the message `answer` or `download_piece`
    const void *body;
    uint64_t patience_ms;
    uint64_t answer_ms; // for each answer; 0: TR_ASK_DEADLINE_MS
    bool is_once;       // a late answer is not asked for again
    tr_socket *const
        *browser; // NULL inside: it has gone, and nobody asks again; NULL: asked anyway
} tr_shard_question;

// What the answer's status says, or TR_EUNAVAILABLE, TR_EFULL, TR_ETIMEOUT, TR_ECANCELLED; with an
// owner also TR_EGONE: its process went. `out`, unless NULL, gets the answer when the status is 0; the
// caller frees it.
int tr_shard_ask(tr_core *core, const tr_shard_question *question, tr_message **out)
    __attribute__((warn_unused_result));

#endif
