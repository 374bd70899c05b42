#ifndef TR_ACTORS_CORE_FORWARD_H
#define TR_ACTORS_CORE_FORWARD_H

// A message that is there already goes on its way: by pointer to what lives on this core thread, else
// encoded. actors/core/send.h sends anew.
//
// Thread: the core thread.

#include "wire/message.h"

typedef struct tr_core tr_core;

// *message is NULL when it was taken, else it stays the caller's. 0; TR_ETOOBIG, TR_EFULL, TR_EGONE
// and TR_EUNAVAILABLE as tr_send_body says.
int tr_core_post_message(tr_core *self, tr_message **message);

#endif
