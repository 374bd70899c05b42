#include "actors/topic_spread.h"

#include "actors/core.h"
#include "base/mem.h"
#include "troupe/err.h"

static tr_address topics_of(uint64_t node, unsigned core)
{
    return tr_address_of(node, core, TR_SLOT_TOPICS);
}

static tr_address here(const tr_topics *self)
{
    return topics_of(self->core->node, self->core->index);
}

static bool is_first_core(const tr_topics *self)
{
    return self->core->index == 0;
}

// --- other processes
// ------------------------------------------------------------------------------

static tr_topic_peer *peer_of(const tr_topics *self, uint64_t node)
{
    return node != 0 ? tr_map_find(&self->peers, node) : NULL;
}

static tr_topic_peer *peer_get(tr_topics *self, uint64_t node)
{
    tr_topic_peer *peer = peer_of(self, node);
    if (peer != NULL || node == 0 || self->peers.count >= TR_PEERS_CAP)
        return peer;
    peer = tr_new(tr_topic_peer);
    peer->node = node;
    tr_map_put(&self->peers, node, peer);
    return peer;
}

static void tell_place(tr_topics *self, tr_topic_peer *peer, const tr_topic *topic)
{
    // Should it be lost, the counts differ.
    peer->sent++;
    (void)tr_send(self->core, here(self), topics_of(peer->node, 0), topic_interest,
                  .topic = tr_topic_name(topic), .node = self->core->node, .affected = ~0ull,
                  .cores = topic->cores);
}

static void tell_all(tr_topics *self, tr_topic_peer *peer)
{
    peer->is_told = true;
    peer->sent = 0;
    tr_address to = topics_of(peer->node, 0);
    (void)tr_send(self->core, here(self), to, topics_begin, .node = self->core->node);
    for (const tr_topic *at = self->table.by_name; at != NULL; at = at->by_name.next)
        if (at->cores != 0)
            tell_place(self, peer, at);
    (void)tr_send(self->core, here(self), to, topics_end, .node = self->core->node);
}

static bool has_news(const tr_topics *self)
{
    for (const tr_topic *at = self->table.by_name; at != NULL; at = at->by_name.next)
        if (at->cores != 0)
            return true;
    return false;
}

// Whoever is a member is a peer, and is told all as soon as there is anything to tell.
static void greet_members(tr_topics *self)
{
    const tr_routes *routes = tr_core_routes(self->core);
    bool any = routes->member_count > 1 && has_news(self);
    for (uint32_t i = 0; any && i < routes->member_count; i++) {
        uint64_t node = routes->members[i].node;
        tr_topic_peer *peer = node != self->core->node ? peer_get(self, node) : NULL;
        if (peer != NULL && !peer->is_told)
            tell_all(self, peer);
    }
}

// The core threads of this process that have subscribers are others now.
static void tell_peers(tr_topics *self, const tr_topic *topic)
{
    greet_members(self);
    uint32_t at = 0;
    void *value;
    while (tr_map_next(&self->peers, &at, NULL, &value)) {
        tr_topic_peer *peer = value;
        if (peer->is_told)
            tell_place(self, peer, topic);
    }
}

// --- core threads of this process
// -----------------------------------------------------------------

static void tell_core(tr_topics *self, unsigned core, const tr_msg_topic_interest *body)
{
    tr_message *message = tr_message_new(TR_MSG_topic_interest, body);
    message->from = here(self);
    message->to = topics_of(self->core->node, core);
    if (!tr_unsent_send(&self->unsent, self->core, message) && !tr_timer_is_running(&self->tick))
        tr_timer_start(&self->tick, TR_HEARTBEAT_MS, TR_HEARTBEAT_MS);
}

static void tell_cores(tr_topics *self, const tr_msg_topic_interest *body)
{
    for (unsigned core = 0; core < self->core->system->core_count; core++)
        if (core != self->core->index)
            tell_core(self, core, body);
}

void tr_topics_announce(tr_topics *self, tr_topic *topic, bool has_subscribers)
{
    uint64_t bit = 1ull << self->core->index;
    topic->cores = has_subscribers ? topic->cores | bit : topic->cores & ~bit;
    tell_cores(self, &(tr_msg_topic_interest){tr_topic_name(topic), self->core->node, bit,
                                              has_subscribers ? bit : 0});
    if (is_first_core(self))
        tell_peers(self, topic);
}

static void set_place(tr_topics *self, tr_topic *topic, uint64_t node, uint64_t cores)
{
    tr_topic_set_place(topic, node, cores);
    if (is_first_core(self))
        tell_cores(self, &(tr_msg_topic_interest){tr_topic_name(topic), node, ~0ull, cores});
    tr_topic_tidy(&self->table, topic);
}

static void on_interest(tr_topics *self, const tr_message *message)
{
    const tr_msg_topic_interest *body = TR_BODY(message, topic_interest);
    tr_topic_peer *peer =
        message->from.node != self->core->node ? peer_of(self, message->from.node) : NULL;
    if (peer != NULL)
        peer->received++;
    else if (message->from.node != self->core->node)
        return; // it is asked for all
    tr_topic *topic = body->cores != 0 ? tr_topic_get(&self->table, body->topic)
                                       : tr_topic_find(&self->table, body->topic);
    if (topic == NULL)
        return;
    if (body->node != self->core->node) {
        set_place(self, topic, body->node, body->cores & body->affected);
        return;
    }
    uint64_t own = 1ull << self->core->index;
    uint64_t affected = body->affected & ~own;
    topic->cores = (topic->cores & ~affected) | (body->cores & affected);
    if (is_first_core(self))
        tell_peers(self, topic);
    tr_topic_tidy(&self->table, topic);
}

// --- keeping it right
// -------------------------------------------------------------------------------

static void on_begin(tr_topics *self, uint64_t node)
{
    tr_topic_peer *peer = peer_get(self, node);
    if (peer == NULL)
        return;
    peer->has_told = true;
    peer->received = 0;
    for (tr_topic *at = self->table.by_name; at != NULL; at = at->by_name.next) {
        tr_topic_place *place = tr_topic_place_of(at, node);
        if (place != NULL)
            place->is_stale = true;
    }
}

static void drop_places(tr_topics *self, uint64_t node, bool only_stale)
{
    for (tr_topic *at = self->table.by_name, *next; at != NULL; at = next) {
        next = at->by_name.next;
        const tr_topic_place *place = tr_topic_place_of(at, node);
        if (place == NULL || (only_stale && !place->is_stale))
            continue;
        set_place(self, at, node, 0);
    }
}

static void on_hello(tr_topics *self, const tr_message *message)
{
    const tr_topic_peer *peer = peer_of(self, message->from.node);
    if (peer == NULL || !peer->has_told ||
        peer->received != TR_BODY(message, topics_hello)->changes)
        (void)tr_send(self->core, here(self), message->from, topics_resync,
                      .node = self->core->node);
}

static void on_node_down(tr_topics *self, uint64_t node)
{
    tr_free(tr_map_take(&self->peers, node));
    drop_places(self, node, false);
}

static bool is_foreign(const tr_topics *self, const tr_message *message)
{
    return is_first_core(self) && message->from.node != self->core->node && message->from.node != 0;
}

bool tr_topics_take(tr_topics *self, const tr_message *message)
{
    tr_topic_peer *peer;
    switch (TR_TYPE(message)) {
    case TR_MSG_topic_interest:
        on_interest(self, message);
        return true;
    case TR_MSG_topics_begin:
        if (is_foreign(self, message))
            on_begin(self, message->from.node);
        return true;
    case TR_MSG_topics_end:
        if (is_foreign(self, message))
            drop_places(self, message->from.node, true);
        return true;
    case TR_MSG_topics_hello:
        if (is_foreign(self, message))
            on_hello(self, message);
        return true;
    case TR_MSG_topics_resync:
        peer = is_foreign(self, message) ? peer_get(self, message->from.node) : NULL;
        if (peer != NULL)
            tell_all(self, peer);
        return true;
    case TR_MSG_node_down:
        on_node_down(self, TR_BODY(message, node_down)->node);
        return true;
    case TR_MSG_routes_changed:
        if (is_first_core(self))
            greet_members(self);
        return true;
    default:
        return false;
    }
}

static void on_tick(tr_timer *timer)
{
    tr_topics *self = timer->arg;
    tr_unsent_retry(&self->unsent, self->core);
    if (!is_first_core(self)) {
        if (self->unsent.count == 0)
            tr_timer_stop(timer);
        return;
    }
    greet_members(self);
    uint32_t at = 0;
    void *value;
    while (tr_map_next(&self->peers, &at, NULL, &value)) {
        const tr_topic_peer *peer = value;
        if (peer->is_told)
            (void)tr_send(self->core, here(self), topics_of(peer->node, 0), topics_hello,
                          .changes = peer->sent);
    }
}

void tr_topics_start_spreading(tr_topics *self)
{
    tr_timer_init(&self->tick, self->core, on_tick, self);
    if (is_first_core(self))
        tr_timer_start(&self->tick, TR_HEARTBEAT_MS, TR_HEARTBEAT_MS);
}

void tr_topics_stop_spreading(tr_topics *self)
{
    tr_timer_stop(&self->tick);
    tr_unsent_done(&self->unsent);
    uint32_t at = 0;
    void *peer;
    while (tr_map_next(&self->peers, &at, NULL, &peer))
        tr_free(peer);
    tr_map_done(&self->peers);
}
