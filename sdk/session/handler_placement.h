#ifndef TR_SDK_SESSION_HANDLER_PLACEMENT_H
#define TR_SDK_SESSION_HANDLER_PLACEMENT_H

// Where a sync handler runs: on a thread of this core thread's own pool, or in a process of the
// role `handlers`, the less busy of two that chance picks.
//
// Thread: the sessions'. Owns: nothing.

#include "sdk/session/session_record.h"

// 0 and an address of a handlers process, or TR_NOWHERE: the own pool. Not on node `avoid`, which
// said that it has no room (0: none did). TR_EUNAVAILABLE: it must be another process, and there is
// none.
int tr_place_call(tr_sessions *self, uint64_t avoid, tr_address *out)
    __attribute__((warn_unused_result));

// A handlers process is stopped, as it says itself: no call goes there any more. It may go once it has
// heard that from each.
void tr_place_on_leave(tr_sessions *self, const tr_message *message);
void tr_place_leaves(tr_sessions *self, uint64_t node);
void tr_place_forget(tr_sessions *self, uint64_t node);

// A call of ours begins or ends there; what the list of members says of its load is older.
void tr_place_begin(tr_sessions *self, tr_address place);
void tr_place_end(tr_sessions *self, tr_address place);

#endif
