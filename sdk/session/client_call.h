#ifndef TR_SDK_SESSION_CLIENT_CALL_H
#define TR_SDK_SESSION_CLIENT_CALL_H

// Methods of controls that the browser runs: focus a field, read the clipboard (protocol section
// 10). A call goes out behind the patch of all changes so far and is answered exactly once: by the
// browser, by its deadline, or by the end of the browser or the session.
//
// Thread: the session's.

#include "sdk/session/session_record.h"

// `result` 0: `value` is what the method returned, one msgpack value. TR_EREFUSED: the browser
// refused, `error` says why. TR_ETIMEOUT: the deadline passed. TR_EGONE: the session ended, or the
// browser was detached: a page that is built anew knows nothing of the call. Slices are good for
// the call.
typedef void tr_client_answer(void *arg, int result, tr_slice value, tr_slice error);

// `args` is a msgpack map, or empty for a method that takes none. 0; TR_ENOTFOUND (no such
// control), TR_EGONE (no browser is attached), TR_EFULL (TR_CLIENT_CALLS_CAP), TR_ETOOBIG; on
// failure `on_answer` is not called. No deadline: UINT64_MAX.
int tr_client_call(tr_session *session, uint32_t control, tr_slice method, tr_slice args,
                   uint64_t timeout_ms, tr_client_answer *on_answer, void *arg)
    __attribute__((warn_unused_result));

// The asker with `arg` no longer wants the answer.
void tr_client_call_forget(tr_session *session, const void *arg);

// The browser's answer. Of no call that waits: ignored, and counted.
void tr_client_call_on_result(tr_session *session, const tr_msg_browser_result *result);

// Answers all that wait.
void tr_client_calls_end(tr_session *session, int result);

#endif
