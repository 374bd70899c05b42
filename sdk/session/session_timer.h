#ifndef TR_SDK_SESSION_SESSION_TIMER_H
#define TR_SDK_SESSION_SESSION_TIMER_H

// A session waits for three times, seldom for any of them: they share one timer, so that an idle
// session has room for one only.
//
// Thread: the session's.

#include <stdbool.h>

#include "sdk/session/session_record.h"

// Before anything else here. `on_due` is told of each time that has come, and may end the session.
void tr_session_timer_init(tr_session *self,
                           void (*on_due)(tr_session *self, enum tr_session_due due));

// Due after `delay_ms`, once, never sooner. Starting again puts it off.
void tr_session_timer_start(tr_session *self, enum tr_session_due due, uint64_t delay_ms);

// Fine when it does not run.
void tr_session_timer_stop(tr_session *self, enum tr_session_due due);

bool tr_session_timer_is_running(const tr_session *self, enum tr_session_due due);

// None of them runs any more.
void tr_session_timer_done(tr_session *self);

#endif
