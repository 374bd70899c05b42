#ifndef TROUPE_PRESENCE_H
#define TROUPE_PRESENCE_H

// Presence: the actors that are on a topic, in the whole cluster. An actor joins with a few bytes
// about itself (a name, say) and is there until it leaves, ends, or its process does. Actors that
// watch the topic hear of each that comes and goes; any may ask for the list. Joining a topic and
// subscribing to it are two things.
//
//     ok = tr_topic_join(self, "room", "Ada", 3);
//     ok = tr_topic_watch(self, "room");        // then: presence_joined for each, presence_left
//
// Core thread 0 of every process knows all who are present anywhere, at most 65 536; with more, the
// newest are not listed (logged). News of it takes a moment to spread.
//
// Thread: the core thread, unless said otherwise.

#include <stddef.h>
#include <stdint.h>

#include "troupe/actors/actor.h"

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

// At most 256 bytes of `meta`. Joining again changes them. 0; TR_EINVALID (no such topic can be),
// TR_ETOOBIG, TR_EFULL (64 topics).
int tr_topic_join(tr_actor *self, const char *topic, const void *meta, size_t size)
    __attribute__((warn_unused_result));

// TR_ENOTFOUND: it had not joined.
int tr_topic_leave(tr_actor *self, const char *topic);

// From now on `presence_joined` comes for each actor that is there (itself, too), comes or changes
// its bytes, and `presence_left` for each that goes. Should the mailbox have no room for one,
// `presence_reset` comes instead when it has again: forget the actors that were there, all of them
// come anew. 0, TR_EINVALID, TR_EEXISTS (it watches), TR_EFULL.
int tr_topic_watch(tr_actor *self, const char *topic) __attribute__((warn_unused_result));
int tr_topic_unwatch(tr_actor *self, const char *topic); // TR_ENOTFOUND

// Asks for the actors that are there: `presence_list` comes with TR_FLAG_ANSWER. Otherwise as
// tr_ask.
int64_t tr_topic_ask_present(tr_actor *self, const char *topic, uint64_t deadline_ms)
    __attribute__((warn_unused_result));

// Calls `each` for everybody in a presence_list; `meta` is lent. Returns how many.
int tr_topic_read_present(const tr_message *list,
                          void (*each)(void *arg, tr_address who, tr_slice meta), void *arg);

// The same for a coroutine and for a pool thread: waits. How many are there (at most 16 384 are
// told), or TR_ETIMEOUT, TR_EFULL, TR_ECANCELLED, TR_EINVALID; TR_EWRONGTHREAD outside of both.
int tr_topic_present(const char *topic, uint64_t deadline_ms,
                     void (*each)(void *arg, tr_address who, tr_slice meta), void *arg)
    __attribute__((warn_unused_result));

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif
