#ifndef TR_SDK_PERFORM_H
#define TR_SDK_PERFORM_H

// What every function for authors ends in: the change is applied at once on the session's thread, or
// travels there from a sync handler. Misuse is one line in the log.
//
// Thread: the handler's.

#include "sdk/change.h"

// The nodes of the change are taken over, also on failure. `out_value`, unless NULL, gets the answer.
int tr_perform(tr_call *page, tr_change *change, tr_buf *out_value);

#endif
