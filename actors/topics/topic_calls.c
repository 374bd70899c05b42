// The functions of troupe/actors/topics.h.

#include "troupe/actors/topics.h"

#include "actors/core/core_record.h"
#include "actors/core/coroutine.h"
#include "actors/core/enter.h"
#include "actors/pool/pool.h"
#include "actors/pool/pool_thread.h"
#include "actors/topics/topic_fanout.h"
#include "actors/topics/topic_spread.h"
#include "actors/topics/topics.h"
#include "base/mem.h"
#include "base/packet.h"
#include "troupe/err.h"

static tr_subscription **place_of(tr_extras *extras, tr_slice topic)
{
    tr_subscription **at = &extras->subscriptions;
    while (*at != NULL && !tr_slice_equal(tr_topic_name((*at)->topic), topic))
        at = &(*at)->actor_next;
    return at;
}

int tr_topic_subscribe(tr_actor *self, const char *name)
{
    TR_ENTER_ACTOR(self);
    tr_slice text;
    if (!tr_topic_read_name(name, &text))
        return TR_EINVALID;
    tr_topics *topics = tr_topics_state_here(self->core);
    if (topics == NULL)
        return TR_ECANCELLED;
    tr_extras *extras = tr_actor_extras(self);
    if (*place_of(extras, text) != NULL)
        return TR_EEXISTS;
    if (extras->subscription_count >= TR_TOPICS_PER_ACTOR_CAP)
        return TR_EFULL;
    tr_topic *topic = tr_topic_get(&topics->table, text);
    if (topic == NULL)
        return TR_EFULL;
    tr_subscription *subscription = tr_new(tr_subscription);
    subscription->actor = self;
    subscription->actor_next = extras->subscriptions;
    extras->subscriptions = subscription;
    extras->subscription_count++;
    bool is_first = topic->subscribers == NULL;
    tr_topic_add(topic, subscription);
    if (is_first)
        tr_topics_announce(topics, topic, true);
    return 0;
}

static void end(tr_extras *extras, tr_subscription **place, tr_topics *topics)
{
    tr_subscription *gone = *place;
    tr_topic *topic = gone->topic;
    *place = gone->actor_next;
    extras->subscription_count--;
    if (topic == NULL) {
        tr_free(gone);
        return;
    }
    tr_topic_remove(gone);
    if (topic->subscribers != NULL)
        return;
    tr_topics_announce(topics, topic, false);
    tr_topic_tidy(&topics->table, topic);
}

int tr_topic_unsubscribe(tr_actor *self, const char *name)
{
    TR_ENTER_ACTOR(self);
    tr_topics *topics = tr_topics_state_here(self->core);
    tr_subscription **place =
        self->extras != NULL && topics != NULL ? place_of(self->extras, tr_slice_of(name)) : NULL;
    if (place == NULL || *place == NULL)
        return TR_ENOTFOUND;
    end(self->extras, place, topics);
    return 0;
}

void tr_topics_end(tr_actor *self)
{
    tr_extras *extras = self->extras;
    tr_topics *topics = extras->subscriptions != NULL ? tr_topics_state_here(self->core) : NULL;
    while (extras->subscriptions != NULL)
        end(extras, &extras->subscriptions, topics);
}

// -- publishing --

// Takes the payload.
static int publish(tr_address from, const char *topic, enum tr_topic_audience audience,
                   tr_packet *payload, uint32_t type)
{
    tr_publication publication = {
        .payload = payload, .type = type, .from = from, .to_others = audience == TR_TO_OTHERS};
    int result = 0;
    tr_pool_thread *thread = tr_pool_thread_current();
    tr_topics *topics = tr_core_here != NULL ? tr_topics_state_here(tr_core_here) : NULL;
    if (!tr_topic_read_name(topic, &publication.topic))
        result = TR_EINVALID;
    else if (payload != NULL && payload->size > TR_TOPIC_PAYLOAD_CAP_BYTES)
        result = TR_ETOOBIG;
    else if (thread != NULL)
        result =
            tr_pool_send(thread, tr_pool_thread_home(thread, TR_SLOT_TOPICS), TR_MSG_topic_publish,
                         &(tr_msg_topic_publish){.topic = publication.topic,
                                                 .payload = payload,
                                                 .type = type,
                                                 .from = from,
                                                 .to_others = publication.to_others,
                                                 .is_origin = true});
    else if (topics != NULL)
        tr_topics_publish(topics, &publication);
    else
        result = tr_core_here != NULL ? TR_ECANCELLED : TR_EWRONGTHREAD;
    if (thread == NULL || result != 0) // a message that was sent has it
        tr_packet_unref(payload);
    return result;
}

int tr_topic_publish(tr_address from, const char *topic, enum tr_topic_audience audience,
                     const void *payload, size_t size)
{
    if (size > TR_TOPIC_PAYLOAD_CAP_BYTES)
        return TR_ETOOBIG;
    TR_REQUIRE(payload != NULL || size == 0);
    return publish(from, topic, audience, size != 0 ? tr_packet_of(payload, size) : NULL, 0);
}

int tr_topic_send_body(tr_address from, const char *topic, enum tr_topic_audience audience,
                       uint32_t type, const void *body)
{
    TR_REQUIRE(tr_shape_find(type) != NULL && body != NULL);
    tr_message *message = tr_message_new(type, body);
    tr_buf bytes = {0};
    tr_message_encode(message, &bytes);
    tr_message_free(message);
    tr_packet *payload = tr_packet_of(bytes.data, bytes.size);
    tr_buf_done(&bytes);
    return publish(from, topic, audience, payload, type);
}

tr_slice tr_topic_payload(const tr_message *message)
{
    TR_REQUIRE_OR(message != NULL && TR_TYPE(message) == TR_MSG_topic_message, (tr_slice){0});
    tr_packet *payload = TR_BODY(message, topic_message)->payload;
    return payload != NULL ? (tr_slice){(const char *)tr_packet_data(payload), payload->size}
                           : (tr_slice){0};
}

int tr_topic_read(const tr_message *message, uint32_t type, void *out)
{
    TR_REQUIRE(message != NULL && out != NULL);
    if (TR_TYPE(message) != TR_MSG_topic_message || type == 0 ||
        TR_BODY(message, topic_message)->type != type)
        return TR_EWRONGTYPE;
    tr_slice payload = tr_topic_payload(message);
    return tr_message_read(type, payload.data, payload.size, out);
}
