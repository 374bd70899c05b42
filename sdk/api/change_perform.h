#ifndef TR_SDK_API_CHANGE_PERFORM_H
#define TR_SDK_API_CHANGE_PERFORM_H

// What every function for authors ends in: the change is applied at once on the session's thread,
// or travels there from a sync handler. Misuse is one line in the log.
//
// Thread: the handler's; on any other a misuse.

#include "sdk/session/change.h"

// Does this handler run here, now? If not (another thread, a handler that has ended), says so in
// the log. Looks at the pointer alone, so that it may be one of before.
bool tr_perform_is_here(const tr_call *ev);

// Takes controls over that the author gives away; NULLs are skipped. TR_EWRONGTHREAD: nothing was
// touched. TR_EEXISTS: one of them is not the handler's to give; those before it are freed.
int tr_perform_take(const tr_call *ev, tr_node *const *nodes, uint32_t count)
    __attribute__((warn_unused_result));

// The nodes of the change are taken over, also on failure. `out_value`, unless NULL, gets the
// answer.
// Says so in the log when a handler comes with a payload (UI_CALL) where none can be.
bool tr_perform_has_payload(const tr_handler *handler);

int tr_perform(tr_call *page, tr_change *change, tr_buf *out_value);

#endif
