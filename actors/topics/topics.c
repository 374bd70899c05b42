#include "actors/topics/topics.h"

#include "actors/topics/presence.h"
#include "actors/topics/topic_fanout.h"
#include "actors/topics/topic_peers.h"
#include "actors/topics/topic_spread.h"
#include "wire/scan.h"

static void on_publish(tr_topics *self, const tr_message *message)
{
    const tr_msg_topic_publish *body = TR_BODY(message, topic_publish);
    tr_publication publication = {.topic = body->topic,
                                  .payload = body->payload,
                                  .type = body->type,
                                  .from = body->from,
                                  .to_others = body->to_others};
    if (body->is_origin)
        tr_topics_publish(self, &publication);
    else
        tr_topics_fan_out(self, &publication, body->missed);
}

static void on_message(tr_actor *actor, tr_message *message)
{
    tr_topics *self = tr_actor_state(actor);
    if (TR_TYPE(message) == TR_MSG_topic_publish)
        on_publish(self, message);
    else if (TR_TYPE(message) == TR_MSG_topic_interest)
        tr_topics_on_interest(self, message);
    else if (!tr_presence_take(self, message))
        (void)tr_topics_take_from_peer(self, message); // or it is from a newer version
}

static void on_tick(tr_timer *timer)
{
    tr_topics *self = timer->arg;
    tr_unsent_retry(&self->unsent, self->core, TR_UNSENT_TRIES);
    tr_presence_tick(self);
    bool is_owing = tr_topics_make_good(self);
    if (self->core->index == 0)
        tr_topics_tick_peers(self);
    else if (self->unsent.count == 0 && !self->has_behind && !is_owing)
        tr_timer_stop(timer);
}

static int on_start(tr_actor *actor, const void *args)
{
    (void)args;
    tr_topics *self = tr_actor_state(actor);
    self->core = tr_actor_core(actor);
    self->shared[0] = &tr_interest_shared;
    self->shared[1] = &tr_presence_shared;
    tr_timer_init(&self->tick, self->core, on_tick, self);
    if (self->core->index == 0)
        tr_topics_arm(self);
    return 0;
}

static void on_stop(tr_actor *actor)
{
    tr_topics *self = tr_actor_state(actor);
    tr_timer_stop(&self->tick);
    tr_unsent_done(&self->unsent);
    tr_topics_forget_peers(self);
    tr_topic_table_done(&self->table);
    tr_presence_table_done(&self->presence);
}

static const tr_behaviour behaviour = {.name = "topics",
                                       .state_size = sizeof(tr_topics),
                                       .on_start = on_start,
                                       .on_message = on_message,
                                       .on_stop = on_stop,
                                       .mailbox_cap = 16384};

tr_actor *tr_topics_here(tr_core *core)
{
    tr_address here = tr_address_of(core->node, core->index, TR_SLOT_TOPICS);
    tr_actor *actor = tr_actor_find(core, here);
    if (actor == NULL && tr_spawn(core, &behaviour, NULL, TR_SLOT_TOPICS, NULL) == 0)
        actor = tr_actor_find(core, here);
    return actor;
}

tr_topics *tr_topics_state_here(tr_core *core)
{
    tr_actor *actor = tr_topics_here(core);
    return actor != NULL ? tr_actor_state(actor) : NULL;
}

bool tr_topic_read_name(const char *topic, tr_slice *out)
{
    *out = tr_slice_of(topic);
    return out->size != 0 && out->size <= TR_TOPIC_NAME_CAP_BYTES &&
           tr_scan_is_utf8(out->data, out->size);
}
