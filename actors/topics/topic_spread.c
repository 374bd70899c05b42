#include "actors/topics/topic_spread.h"
#include "actors/core/core_record.h"
#include "actors/core/system_record.h"

#include "actors/topics/topic_peers.h"

static tr_msg_topic_interest place_here(const tr_topics *self, const tr_topic *topic)
{
    return (tr_msg_topic_interest){tr_topic_name(topic), self->core->node, ~0ull, topic->cores};
}

// The core threads of this process that have subscribers are others now.
static void tell_peers(tr_topics *self, const tr_topic *topic)
{
    tr_msg_topic_interest body = place_here(self, topic);
    tr_topics_tell_peers(self, TR_MSG_topic_interest, &body);
}

static void tell_cores(tr_topics *self, const tr_msg_topic_interest *body)
{
    for (unsigned core = 0; core < self->core->system->core_count; core++)
        if (core != self->core->index)
            tr_topics_post(self, core, TR_MSG_topic_interest, body);
}

void tr_topics_announce(tr_topics *self, tr_topic *topic, bool has_subscribers)
{
    uint64_t bit = 1ull << self->core->index;
    topic->cores = has_subscribers ? topic->cores | bit : topic->cores & ~bit;
    tell_cores(self, &(tr_msg_topic_interest){tr_topic_name(topic), self->core->node, bit,
                                              has_subscribers ? bit : 0});
    if (tr_core_is_first(self->core))
        tell_peers(self, topic);
}

static void set_place(tr_topics *self, tr_topic *topic, uint64_t node, uint64_t cores)
{
    tr_topic_set_place(topic, node, cores);
    if (tr_core_is_first(self->core))
        tell_cores(self, &(tr_msg_topic_interest){tr_topic_name(topic), node, ~0ull, cores});
    tr_topic_tidy(&self->table, topic);
}

void tr_topics_on_interest(tr_topics *self, const tr_message *message)
{
    const tr_msg_topic_interest *body = TR_BODY(message, topic_interest);
    if (!tr_topics_count_change(self, message, body->node))
        return;
    tr_topic *topic = body->cores != 0 ? tr_topic_get(&self->table, body->topic)
                                       : tr_topic_find(&self->table, body->topic);
    if (topic == NULL) {
        if (body->cores != 0)
            tr_topics_refuse(self, message);
        return;
    }
    if (body->node != self->core->node) {
        set_place(self, topic, body->node, body->cores & body->affected);
        return;
    }
    uint64_t own = 1ull << self->core->index;
    uint64_t affected = body->affected & ~own;
    topic->cores = (topic->cores & ~affected) | (body->cores & affected);
    if (tr_core_is_first(self->core))
        tell_peers(self, topic);
    tr_topic_tidy(&self->table, topic);
}

// -- what peers are told --

static void tell_all(tr_topics *self, tr_topic_peer *peer)
{
    for (const tr_topic *at = self->table.by_name; at != NULL; at = at->by_name.next) {
        tr_msg_topic_interest body = place_here(self, at);
        if (at->cores != 0)
            tr_topics_tell_peer(self, peer, TR_MSG_topic_interest, &body);
    }
}

static bool has_any(const tr_topics *self)
{
    for (const tr_topic *at = self->table.by_name; at != NULL; at = at->by_name.next)
        if (at->cores != 0)
            return true;
    return false;
}

static void doubt(tr_topics *self, uint64_t node)
{
    for (tr_topic *at = self->table.by_name; at != NULL; at = at->by_name.next) {
        tr_topic_place *place = tr_topic_place_of(at, node);
        if (place != NULL)
            place->is_stale = true;
    }
}

static void forget(tr_topics *self, uint64_t node, bool only_stale)
{
    for (tr_topic *at = self->table.by_name, *next; at != NULL; at = next) {
        next = at->by_name.next;
        const tr_topic_place *place = tr_topic_place_of(at, node);
        if (place != NULL && (place->is_stale || !only_stale))
            set_place(self, at, node, 0);
    }
}

static bool has_room(const tr_topics *self)
{
    return self->table.count < TR_TOPICS_CAP - TR_TOPICS_CAP / 16;
}

static void repeat(tr_topics *self, unsigned core)
{
    if (core == self->core->index)
        return;
    uint64_t bit = 1ull << self->core->index;
    for (const tr_topic *at = self->table.by_name; at != NULL; at = at->by_name.next) {
        tr_slice name = tr_topic_name(at);
        if ((at->cores & bit) != 0)
            tr_topics_post(self, core, TR_MSG_topic_interest,
                           &(tr_msg_topic_interest){name, self->core->node, bit, bit});
        for (uint32_t i = 0; tr_core_is_first(self->core) && i < at->place_count; i++)
            tr_topics_post(
                self, core, TR_MSG_topic_interest,
                &(tr_msg_topic_interest){name, at->places[i].node, ~0ull, at->places[i].cores});
    }
}

const tr_topics_shared tr_interest_shared = {tell_all, has_any, doubt, forget, has_room, repeat};
