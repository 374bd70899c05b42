#ifndef TR_SDK_LISTENING_H
#define TR_SDK_LISTENING_H

// Intervals, topics and presence: what runs a session's handlers though no control fires.
//
// Thread: the session's. Owns: its listeners.

#include "sdk/session_record.h"

// Sets the handler of a topic, or of an interval when `topic` is empty. Ends it: a topic without
// handler, an interval of 0. 0 or what tr_topic_subscribe returns.
int tr_session_listen(tr_session *self, tr_slice topic, const tr_handler *handler,
                      uint64_t interval_ms);

// Sets the handler that hears who comes to a topic and goes, one event after the other; NULL ends it.
int tr_session_watch(tr_session *self, tr_slice topic, const tr_handler *handler);

// Ends all of them.
void tr_session_listen_to_nothing(tr_session *self);

// An event of presence.
void tr_session_on_presence(tr_session *self, const tr_message *message);

// Starts the handlers for which events wait.
void tr_session_hear(tr_session *self);

// A message of a topic.
void tr_session_on_topic(tr_session *self, const tr_message *message);

#endif
