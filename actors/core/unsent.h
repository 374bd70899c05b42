#ifndef TR_ACTORS_CORE_UNSENT_H
#define TR_ACTORS_CORE_UNSENT_H

// Messages that must not be lost though their way is full now: they wait here, in order to each
// receiver, and are tried again. A receiver that is gone needs nothing.
//
// Thread: the core thread. Owns: the messages.

#include <stdbool.h>
#include <stdint.h>

#include "wire/message.h"

typedef struct tr_core tr_core;

typedef struct tr_unsent {
    tr_message *head;
    tr_message *tail;
    uint32_t count;
} tr_unsent;

// Sends, or keeps; takes the message. False: it is kept, so that somebody has to try again.
bool tr_unsent_send(tr_unsent *self, tr_core *core, tr_message *message);

// Tries again with what is kept.
void tr_unsent_retry(tr_unsent *self, tr_core *core);

void tr_unsent_done(tr_unsent *self);

#endif
