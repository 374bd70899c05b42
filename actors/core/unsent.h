#ifndef TR_ACTORS_CORE_UNSENT_H
#define TR_ACTORS_CORE_UNSENT_H

// Messages that must not be lost though their way is full now: they wait here, in order to each
// receiver, and are tried again, the receivers in turn. A receiver that is gone needs nothing.
//
// At most TR_UNSENT_CAP messages and TR_UNSENT_CAP_BYTES wait. One more is dropped, and counted and
// logged (event=unsent_dropped): its way has been full for very long by then. Where a cap of their
// own holds the messages back already, `is_bounded_elsewhere` is set, and none is dropped.
//
// Zeroed memory is an empty one. Thread: the core thread. Owns: the messages.

#include <stdbool.h>
#include <stdint.h>

#include "base/map.h"
#include "wire/message_queue.h"

typedef struct tr_core tr_core;

typedef struct tr_unsent {
    struct tr_unsent_way *ways; // in turn
    tr_map by_receiver;         // the same, by a hash of the address
    uint64_t bytes;
    uint64_t dropped;
    uint32_t count;
    bool is_bounded_elsewhere;
} tr_unsent;

// Sends, or keeps; takes the message. False: somebody has to try again.
bool tr_unsent_send(tr_unsent *self, tr_core *core, tr_message *message);

// Keeps it without trying first; takes the message.
void tr_unsent_keep(tr_unsent *self, tr_message *message);

// Tries again with what is kept: at most so many messages.
void tr_unsent_retry(tr_unsent *self, tr_core *core, unsigned tries);
#define TR_UNSENT_TRIES 1024u

// Forgets what is for a node, or with an `index` other than -1 just for that core thread of it.
void tr_unsent_drop(tr_unsent *self, uint64_t node, int index);

void tr_unsent_done(tr_unsent *self);

#endif
