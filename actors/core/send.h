#ifndef TR_ACTORS_CORE_SEND_H
#define TR_ACTORS_CORE_SEND_H

// The one way out of an actor: tr_core_send. To an actor of this core thread a message goes as a
// pointer, to all others it is encoded in the call. All that sends ends here; docs/actors.md has the
// table of what each does when the way is full, leads elsewhere, or nobody is there.
//
// A packet in a body moves in on success and stays the caller's on failure.
//
// Thread: the core thread.

#include "actors/core/forward.h"
#include "actors/core/unsent.h"

typedef struct tr_send_options {
    tr_address from;
    tr_address to;
    uint32_t flags; // set of enum tr_message_flag
    uint64_t correlation;
    tr_unsent *keep_in; // must not be lost: it waits there while the way is full
} tr_send_options;

// 0; TR_EINVALID (no such type, no body), TR_EWRONGTHREAD, TR_ETOOBIG, TR_EFULL, TR_EGONE and TR_EUNAVAILABLE as tr_send_body says. With `keep_in`
// TR_EFULL means that it waits there: somebody has to call tr_unsent_retry. A packet has moved in
// then whatever the result, but those first three.
int tr_core_send(tr_core *core, const tr_send_options *options, unsigned type, const void *body);

#endif
