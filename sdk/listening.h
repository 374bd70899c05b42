#ifndef TR_SDK_LISTENING_H
#define TR_SDK_LISTENING_H

// Intervals and topics: what runs a session's handlers though no control fires.
//
// Thread: the session's. Owns: its listeners.

#include "sdk/session_record.h"

// Sets the handler of a topic, or of an interval when `topic` is empty. Ends it: a topic without
// handler, an interval of 0. 0 or what tr_topic_subscribe returns.
int tr_session_listen(tr_session *self, tr_slice topic, const tr_handler *handler,
                      uint64_t interval_ms);

// Ends all of them.
void tr_session_listen_to_nothing(tr_session *self);

// A message of a topic.
void tr_session_on_topic(tr_session *self, const tr_message *message);

#endif
