#include "actors/topics/topic_fanout.h"

#include "base/packet.h"
#include "troupe/err.h"

static tr_packet *share(tr_packet *payload)
{
    return payload != NULL ? tr_packet_ref(payload) : NULL;
}

static void deliver(tr_subscription *to, const tr_publication *publication)
{
    tr_actor *actor = to->actor;
    tr_core_stats *stats = &actor->core->stats;
    if (actor->is_stopping)
        return;
    size_t bytes = publication->payload != NULL ? publication->payload->size : 0;
    if (!tr_actor_has_room(actor, tr_shape_find(TR_MSG_topic_message), bytes)) {
        to->missed++;
        stats->topic_missed++;
        return;
    }
    tr_message *message = tr_message_new(
        TR_MSG_topic_message, &(tr_msg_topic_message){.topic = publication->topic,
                                                      .payload = share(publication->payload),
                                                      .type = publication->type,
                                                      .from = publication->from,
                                                      .missed = to->missed});
    message->from = publication->from;
    message->to = tr_actor_address(actor);
    tr_actor_push_always(actor, message);
    to->missed = 0;
    stats->topic_messages++;
}

void tr_topics_fan_out(tr_topics *self, const tr_publication *publication, uint64_t missed)
{
    const tr_topic *topic = tr_topic_find(&self->table, publication->topic);
    if (topic == NULL)
        return;
    for (tr_subscription *at = topic->subscribers; at != NULL; at = at->next) {
        at->missed += missed;
        if (publication->to_others &&
            tr_address_equal(publication->from, tr_actor_address(at->actor)))
            continue;
        deliver(at, publication);
    }
}

static void send_to(tr_topics *self, tr_topic *topic, uint64_t node, unsigned core,
                    const tr_publication *publication)
{
    uint64_t missed = tr_topic_take_debt(topic, node, core);
    tr_msg_topic_publish body = {.topic = publication->topic,
                                 .payload = share(publication->payload),
                                 .type = publication->type,
                                 .from = publication->from,
                                 .to_others = publication->to_others,
                                 .missed = missed};
    int result =
        tr_send_body(self->core, tr_address_of(self->core->node, self->core->index, TR_SLOT_TOPICS),
                     tr_address_of(node, core, TR_SLOT_TOPICS), TR_MSG_topic_publish, &body);
    if (result == 0)
        return;
    tr_packet_unref(body.payload);
    if (result != TR_EFULL)
        return;
    tr_topic_owe(topic, node, core, missed + 1);
    self->core->stats.topic_missed++;
}

static void send_to_cores(tr_topics *self, tr_topic *topic, uint64_t node, uint64_t cores,
                          const tr_publication *publication)
{
    for (; cores != 0; cores &= cores - 1)
        send_to(self, topic, node, (unsigned)__builtin_ctzll(cores), publication);
}

void tr_topics_publish(tr_topics *self, const tr_publication *publication)
{
    tr_core *core = self->core;
    core->stats.topic_publications++;
    tr_topic *topic = tr_topic_find(&self->table, publication->topic);
    if (topic == NULL)
        return;
    uint64_t cores = topic->cores;
    // Pointers where they may be; a transport that a test forces carries this thread's own, too.
    if (core->transport == TR_TRANSPORT_LOCAL) {
        cores &= ~(1ull << core->index);
        tr_topics_fan_out(self, publication, 0);
    }
    send_to_cores(self, topic, core->node, cores, publication);
    // A way that turns out to be gone changes the list only later, by a message.
    for (uint32_t i = 0; i < topic->place_count; i++)
        send_to_cores(self, topic, topic->places[i].node, topic->places[i].cores, publication);
}
