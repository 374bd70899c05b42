#ifndef TR_SDK_SESSION_RUNNING_TASKS_H
#define TR_SDK_SESSION_RUNNING_TASKS_H

// Tasks: calls that are known by their number, that are ended with their component or their page,
// and that others may wait for.
//
// Thread: the session's.

#include "sdk/session/change.h"

// Starts what the change says for the handler that asks; writes the number.
int tr_tasks_start(tr_session *session, const tr_call *asker, const tr_change *change,
                   tr_buf *out_value);

// TR_ENOTFOUND.
int tr_tasks_cancel(tr_session *session, uint64_t number);

// For a sync handler: `question` is answered when the task has ended.
void tr_tasks_await_for_pool(tr_session *session, const tr_call *asker, const tr_message *question,
                             uint64_t number);

// The tasks and intervals of a component that is removed.
void tr_tasks_end_with(tr_session *session, const tr_instance *instance);

// The same for a view's, of that number (views_record.h).
void tr_tasks_end_with_view(tr_session *session, uint64_t view);

// The page ends: all calls but those that outlive it, and those that wait for one.
void tr_tasks_end(tr_session *session, tr_address own);

#endif
