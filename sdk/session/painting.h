#ifndef TR_SDK_SESSION_PAINTING_H
#define TR_SDK_SESSION_PAINTING_H

// A page that is built for its HTML alone (tr_app.first_paint): once its build has returned, or after
// TR_PAINT_BUILD_MS, what is there is written and told to who asked, and the session ends. Nothing that
// its handlers begin runs on it: tasks, intervals, topics, presence, did_mount.
//
// Thread: its core thread's. Owns: the record of what was asked, until the session ends.

#include <stdbool.h>
#include <stdint.h>

#include "sdk/session/session_record.h"

typedef struct tr_painting tr_painting;

// Answers the question (paint_request) now or later.
void tr_painting_begin(tr_session *session, const tr_message *question);

// A turn of the session has ended.
void tr_painting_on_turn(tr_session *session);

// The session has ended; one that was not painted has nothing to end.
void tr_painting_end(tr_session *session);

// May one more be painted? Not while too many are under way, nor while painting has had more than its share
// of the core thread's time; what is spent on it, from `began_ns` on (tr_clock_ns), is told by the second.
bool tr_paintings_may_begin(const tr_sessions *sessions);
void tr_paintings_spend(tr_sessions *sessions, uint64_t began_ns);

#endif
