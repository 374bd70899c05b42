#ifndef TR_SDK_SESSION_LISTENERS_H
#define TR_SDK_SESSION_LISTENERS_H

// Intervals, topics and presence: what runs a session's handlers though no control fires.
//
// Thread: the session's. Owns: its listeners.

#include "sdk/session/session_record.h"
#include "wire/reader.h"

// Sets the handler of an interval; 0 ends it. It is `instance`'s, if that is not NULL.
int tr_session_listen(tr_session *self, struct tr_instance *instance, const tr_handler *handler,
                      uint64_t interval_ms);

// Sets the handler of a topic; NULL ends it. While the handler runs `queue` messages (at least 1,
// at most TR_TOPIC_QUEUE_CAP) wait for it; a further one takes the oldest's place. 0 or what
// tr_topic_subscribe returns.
int tr_session_subscribe(tr_session *self, tr_slice topic, const tr_handler *handler,
                         uint32_t queue);

// Ends the intervals of a component that is removed.
void tr_session_end_intervals_of(tr_session *self, const struct tr_instance *instance);

// Sets the handler that hears who comes to a topic and goes, one event after the other; NULL ends
// it.
int tr_session_watch(tr_session *self, tr_slice topic, const tr_handler *handler);

// One of the page is the view's of that number from now on (views_record.h; 0: it stays whose it
// is), and ends with it. `topic` empty: the interval of `handler`.
void tr_session_claim_listener(tr_session *self, tr_slice topic, bool is_watch,
                               const tr_handler *handler, uint64_t view);
void tr_session_end_listeners_of(tr_session *self, uint64_t view);

// Ends all of them.
void tr_session_listen_to_nothing(tr_session *self);

// In a session's file; and the way back, into a session that hears nothing yet. A watcher of a
// topic is told to forget all who were there (event "reset"), then of each who is. TR_EPROTOCOL, or
// as the two above.
void tr_session_listeners_write(const tr_session *self, tr_buf *out);
int tr_session_listeners_read(tr_session *self, tr_reader *in) __attribute__((warn_unused_result));

// An event of presence.
void tr_session_on_presence(tr_session *self, const tr_message *message);

// The session pauses no more (session_away.h): its intervals run, at once for the first time, and
// it hears what waits.
void tr_session_listeners_go_on(tr_session *self);

// Starts the handlers for which events wait, unless the session pauses.
void tr_session_hear(tr_session *self);

// A message of a topic. It waits when `may_start` is false (the session is on its way elsewhere).
void tr_session_on_topic(tr_session *self, const tr_message *message, bool may_start);

// A message whose handler was called elsewhere, and had not begun, before all that waits. 0, or as of
// tr_call_start.
int tr_session_hear_first(tr_session *self, tr_slice topic, tr_slice payload);

#endif
