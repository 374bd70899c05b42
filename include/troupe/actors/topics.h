#ifndef TROUPE_TOPICS_H
#define TROUPE_TOPICS_H

// Topics: a message that is published under a name reaches every actor that subscribed to it, on
// any core thread of any process of the cluster.
//
//     ok = tr_topic_subscribe(self, "prices");
//     ...
//     case TR_MSG_topic_message:
//         show(tr_topic_payload(message));
//     ...
//     tr_topic_publish(tr_actor_address(self), "prices", TR_TO_ALL, bytes, size);
//
// A payload is encoded once and goes once to each core thread that has subscribers; those share it.
// Core threads without subscribers get nothing. Messages of one publisher arrive in order. A
// subscriber whose mailbox is full misses it, as does a core thread that cannot be sent more: the
// next message says how many were missed. A subscriber hears messages from the moment its
// subscription is known to the publisher's core thread: on its own core thread at once, elsewhere
// soon.
//
// A name has 1 to 128 bytes of UTF-8, a payload at most 1 MiB; an actor subscribes to at most 1 024
// topics.
//
// Thread: the core thread, unless said otherwise.

#include <stddef.h>
#include <stdint.h>

#include "troupe/actors/actor.h"

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

enum tr_topic_audience {
    TR_TO_ALL,
    TR_TO_OTHERS // all but the publisher
};

// From now on `topic_message` comes for each publication there, until the actor ends. 0;
// TR_EINVALID (no such topic can be), TR_EEXISTS (it has subscribed), TR_EFULL.
int tr_topic_subscribe(tr_actor *self, const char *topic) __attribute__((warn_unused_result));

// TR_ENOTFOUND: it had not subscribed. Messages that are in its mailbox already still come.
int tr_topic_unsubscribe(tr_actor *self, const char *topic);

// Publishes bytes, in the name of `from`. From actors and coroutines, and from pool threads. 0,
// TR_EINVALID, TR_ETOOBIG, TR_ECANCELLED (the process stops), TR_EWRONGTHREAD (some other thread).
int tr_topic_publish(tr_address from, const char *topic, enum tr_topic_audience audience,
                     const void *payload, size_t size);

// The same with a message of the app's as payload:
//
//     tr_topic_send(tr_actor_address(self), "prices", TR_TO_ALL, price, .cents = 995);
#define tr_topic_send(from, topic, audience, name, ...)                                            \
    tr_topic_send_body((from), (topic), (audience), TR_MSG_##name,                                 \
                       &TR_GIVEN_(tr_msg_##name, __VA_ARGS__))
int tr_topic_send_body(tr_address from, const char *topic, enum tr_topic_audience audience,
                       uint32_t type, const void *body);

// The payload of a topic_message; lent, like the message.
tr_slice tr_topic_payload(const tr_message *message);

// Reads the app's message that is the payload of a topic_message (its `type` tells which) into a
// struct of that type, whose texts and bytes lie in the message. TR_EWRONGTYPE, TR_EMALFORMED.
//
//     tr_msg_price price;
//     if (tr_topic_read(message, TR_MSG_price, &price) == 0) ...
int tr_topic_read(const tr_message *message, uint32_t type, void *out);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif
