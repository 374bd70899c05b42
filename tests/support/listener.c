#include "listener.h"

#include <string.h>

#include "actors/topics/topics.h"

static void hear(tr_actor *actor, script *of, tr_message *message)
{
    (void)actor;
    listener *self = of->arg;
    if (TR_TYPE(message) != TR_MSG_topic_message)
        return;
    const tr_msg_topic_message *body = TR_BODY(message, topic_message);
    tr_slice payload = tr_topic_payload(message);
    size_t size = payload.size < sizeof self->last ? payload.size : sizeof self->last - 1;
    if (size != 0)
        memcpy(self->last, payload.data, size);
    self->last[size] = '\0';
    size_t heard = strlen(self->order);
    if (size != 0 && heard < sizeof self->order - 1)
        self->order[heard] = payload.data[0];
    self->place = payload.data;
    self->from = body->from;
    self->missed += body->missed;
    self->type = body->type;
    tally_add(&self->heard, 1);
}

void listener_init(listener *self)
{
    *self = (listener){.script = {SCRIPT, .on_message = hear}, .heard = TALLY};
    self->script.arg = self;
}

void listener_spawn(listener *self, tr_system *system, unsigned core)
{
    self->system = system;
    self->core = core;
    spawn_on(system, core, &self->script);
}

typedef struct saying {
    const char *topic;
    enum tr_topic_audience audience;
    const char *payload;
} saying;

static int does(listener *self, int64_t (*function)(tr_actor *actor, act *it), saying what)
{
    return (int)act_on(self->system, self->core, &self->script, function,
                       (tr_address){0, (uint64_t)(uintptr_t)&what}, 0);
}

static saying *what_of(act *it)
{
    return (saying *)(uintptr_t)it->other.actor;
}

static int64_t do_subscribe(tr_actor *actor, act *it)
{
    return tr_topic_subscribe(actor, what_of(it)->topic);
}

int listener_subscribe(listener *self, const char *topic)
{
    return does(self, do_subscribe, (saying){.topic = topic});
}

static int64_t do_unsubscribe(tr_actor *actor, act *it)
{
    return tr_topic_unsubscribe(actor, what_of(it)->topic);
}

int listener_unsubscribe(listener *self, const char *topic)
{
    return does(self, do_unsubscribe, (saying){.topic = topic});
}

static int64_t do_publish(tr_actor *actor, act *it)
{
    const saying *what = what_of(it);
    return tr_topic_publish(tr_actor_address(actor), what->topic, what->audience, what->payload,
                            what->payload != NULL ? strlen(what->payload) : 0);
}

int listener_publish(listener *self, const char *topic, enum tr_topic_audience audience,
                     const char *payload)
{
    return does(self, do_publish, (saying){topic, audience, payload});
}

static int64_t do_fail(tr_actor *actor, act *it)
{
    tr_actor_fail(actor, it->number);
    return 0;
}

void listener_fails(listener *self, int64_t reason)
{
    act_on(self->system, self->core, &self->script, do_fail, TR_NOWHERE, reason);
    tally_wait(&self->script.stopped, 1);
}

typedef struct knowledge {
    const char *topic;
    unsigned elsewhere;
} knowledge;

static bool is_known(tr_core *core, void *arg)
{
    const knowledge *wanted = arg;
    tr_topics *topics = tr_actor_state(tr_topics_here(core));
    const tr_topic *topic = tr_topic_find(&topics->table, tr_slice_of(wanted->topic));
    unsigned count = 0;
    if (topic != NULL) {
        count = (unsigned)__builtin_popcountll(topic->cores & ~(1ull << core->index));
        for (uint32_t i = 0; i < topic->place_count; i++)
            count += (unsigned)__builtin_popcountll(topic->places[i].cores);
    }
    return count == wanted->elsewhere;
}

void topic_is_known(tr_system *system, unsigned core, const char *topic, unsigned elsewhere)
{
    knowledge wanted = {topic, elsewhere};
    eventually_on(system, core, is_known, &wanted);
}
