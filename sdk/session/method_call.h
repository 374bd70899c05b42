#ifndef TR_SDK_SESSION_METHOD_CALL_H
#define TR_SDK_SESSION_METHOD_CALL_H

// The session's end of troupe/controls/methods.h: finds whose method it is, puts services on the page, asks
// the browser.
//
// Thread: the session's.

#include "sdk/catalog/tables.h"
#include "sdk/session/change.h"
#include "sdk/session/client_call.h"

// By the name behind ui_; NULL when there is none.
const tr_method_info *tr_method_find(tr_slice name);

// `key`, as `call` means it, counts for methods of a control with a key. As tr_client_call;
// TR_EWRONGTYPE: the control has no such method; TR_EINVALID: no key was given.
int tr_invoke(tr_session *session, const tr_call *call, const tr_method_info *method, tr_slice key,
              tr_slice args, uint64_t timeout_ms, tr_client_answer *on_answer, void *arg)
    __attribute__((warn_unused_result));

// For a sync handler: `question` is answered when the browser did, with its value, or with what it
// said against it.
void tr_invoke_for_pool(tr_session *session, const tr_call *call, const tr_message *question,
                        const tr_change *change);

#endif
