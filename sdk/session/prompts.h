#ifndef TR_SDK_SESSION_PROMPTS_H
#define TR_SDK_SESSION_PROMPTS_H

// Dialogs that a handler waits for: each is answered once, by one of its buttons, by being
// dismissed, or by the session's end. As many as there are handlers in flight.
//
// Thread: the session's. Owns: what it knows of those that wait.

#include "sdk/session/call.h"

// Shows the dialog (taken over, also on failure) and waits in an async handler. The answer, or a
// code as of tr_dialog_show and tr_call_wait.
int tr_prompt_ask(tr_call *call, tr_node *dialog);

// The same for a sync handler, whose `message` is answered later. A code: it has not been shown,
// and the caller answers.
int tr_prompt_keep(tr_session *session, tr_node *dialog, const tr_message *message);

// The answer of the dialog that the control is, or is in; its dialog closes. One that nobody waits
// for any more only closes.
void tr_prompt_answer(tr_session *session, uint32_t control, int answer);

// Closes the dialogs of all who wait: nobody will hear the answer.
void tr_prompts_close(tr_session *session);

// Is a sync handler at work that waits for none?
bool tr_prompts_leave_sync_at_work(const tr_session *session);

// The ids of those dialogs, as a msgpack array.
void tr_prompts_write(const tr_session *session, tr_buf *out);

// Answers those of sync handlers; coroutines end by themselves.
void tr_prompts_end(tr_session *session);

#endif
