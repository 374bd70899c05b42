#include "actors/topics.h"

#include "actors/topic_fanout.h"
#include "actors/topic_spread.h"
#include "base/mem.h"

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
    else
        (void)tr_topics_take(self, message); // or it is from a newer version
}

static int on_start(tr_actor *actor, const void *args)
{
    (void)args;
    tr_topics *self = tr_actor_state(actor);
    self->core = tr_actor_core(actor);
    tr_topics_start_spreading(self);
    return 0;
}

static void on_stop(tr_actor *actor)
{
    tr_topics *self = tr_actor_state(actor);
    tr_topics_stop_spreading(self);
    tr_topic_table_done(&self->table);
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
