#ifndef TR_SDK_API_CHANGE_SUBMIT_H
#define TR_SDK_API_CHANGE_SUBMIT_H

// The way of a change from a public function to the page. tr_submit applies it at once
// (change_apply.h) on the session's thread, and sends it there (tr_change_send) from a sync
// handler's. Misuse is one line in the log.
//
// Thread: the handler's; a call from another one is misuse.

#include "sdk/session/change.h"

// Does this handler run here, now? If not (another thread, a handler that has ended), says so in
// the log. Looks at the pointer alone, so that it may be one of before.
bool tr_submit_is_here(const tr_call *ev);

// Takes controls over that the author gives away; NULLs are skipped. TR_EWRONGTHREAD: nothing was
// touched. TR_EEXISTS: one of them is not the handler's to give; those before it are freed.
int tr_submit_take(const tr_call *ev, tr_node *const *nodes, uint32_t count)
    __attribute__((warn_unused_result));

// Was a handler given a payload (UI_CALL) where none can be? If so, says that in the log.
bool tr_submit_has_payload(const tr_handler *handler);

// Takes the nodes of the change over, also on failure. `out_value`, unless NULL, gets the answer.
// 0, or what applying it returned.
int tr_submit(tr_call *page, tr_change *change, tr_buf *out_value);

#endif
