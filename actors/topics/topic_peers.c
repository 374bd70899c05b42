#include "actors/topics/topic_peers.h"

#include <inttypes.h>

#include "actors/bus/routes.h"
#include "actors/core/core.h"
#include "actors/core/send.h"
#include "actors/core/system_record.h"
#include "base/log.h"
#include "base/mem.h"

static tr_address topics_of(uint64_t node)
{
    return tr_address_of(node, 0, TR_SLOT_TOPICS);
}

void tr_topics_arm(tr_topics *self)
{
    if (!tr_timer_is_running(&self->tick))
        tr_timer_start(&self->tick, TR_HEARTBEAT_MS, TR_HEARTBEAT_MS);
}

void tr_topics_post(tr_topics *self, unsigned core, unsigned type, const void *body)
{
    tr_send_options options = {
        .from = tr_address_of(self->core->node, self->core->index, TR_SLOT_TOPICS),
        .to = tr_address_of(self->core->node, core, TR_SLOT_TOPICS),
        .keep_in = &self->unsent};
    if (tr_core_send(self->core, &options, type, body) == TR_EFULL)
        tr_topics_arm(self);
}

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

// Should it be lost, the counts differ.
static void send_to(tr_topics *self, uint64_t node, unsigned type, const void *body)
{
    (void)tr_send_body(self->core, topics_of(self->core->node), topics_of(node), type, body);
}

void tr_topics_tell_peer(tr_topics *self, tr_topic_peer *peer, unsigned type, const void *body)
{
    peer->sent++;
    send_to(self, peer->node, type, body);
}

static void tell_all(tr_topics *self, tr_topic_peer *peer)
{
    peer->is_told = true;
    peer->sent = 0;
    send_to(self, peer->node, TR_MSG_topics_begin, &(tr_msg_topics_begin){self->core->node});
    for (unsigned i = 0; i < TR_TOPICS_SHARED; i++)
        self->shared[i]->tell_all(self, peer);
    send_to(self, peer->node, TR_MSG_topics_end, &(tr_msg_topics_end){self->core->node});
}

static bool has_news(const tr_topics *self)
{
    for (unsigned i = 0; i < TR_TOPICS_SHARED; i++)
        if (self->shared[i]->has_any(self))
            return true;
    return false;
}

// Every member is a peer, and is told all as soon as there is anything to tell.
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

void tr_topics_tell_peers(tr_topics *self, unsigned type, const void *body)
{
    // A peer that is told all now gets the change once more, which does no harm.
    greet_members(self);
    uint32_t at = 0;
    void *value;
    while (tr_map_next(&self->peers, &at, NULL, &value)) {
        tr_topic_peer *peer = value;
        if (peer->is_told)
            tr_topics_tell_peer(self, peer, type, body);
    }
}

static bool is_foreign(const tr_topics *self, const tr_message *message)
{
    return self->core->index == 0 && message->from.node != self->core->node &&
           message->from.node != 0;
}

bool tr_topics_count_change(tr_topics *self, const tr_message *message, uint64_t node)
{
    if (message->from.node == self->core->node)
        return true;
    tr_topic_peer *peer = is_foreign(self, message) ? peer_of(self, message->from.node) : NULL;
    if (peer == NULL || !peer->has_told)
        return false;
    peer->received++;
    return node == message->from.node;
}

static bool has_room(const tr_topics *self)
{
    for (unsigned i = 0; i < TR_TOPICS_SHARED; i++)
        if (!self->shared[i]->has_room(self))
            return false;
    return true;
}

void tr_topics_refuse(tr_topics *self, const tr_message *message)
{
    tr_topic_peer *peer = peer_of(self, message->from.node);
    bool *is_short = peer != NULL ? &peer->is_short : &self->is_short;
    if (!*is_short)
        tr_log(TR_LOG_ERROR, "event=topics_full topics=%u present=%u node=%" PRIx64,
               self->table.count, self->presence.count, message->from.node);
    *is_short = true;
    tr_topics_arm(self);
}

static void repeat(tr_topics *self, unsigned core)
{
    for (unsigned i = 0; i < TR_TOPICS_SHARED; i++)
        self->shared[i]->repeat(self, core);
}

bool tr_topics_make_good(tr_topics *self)
{
    unsigned cores = self->core->system->core_count;
    if (self->is_short && has_room(self)) {
        self->is_short = false;
        for (unsigned core = 0; core < cores; core++)
            tr_topics_post(self, core, TR_MSG_topics_resync,
                           &(tr_msg_topics_resync){self->core->node});
    }
    if (self->unsent.dropped != self->dropped && self->unsent.count == 0) {
        self->dropped = self->unsent.dropped;
        for (unsigned core = 0; core < cores; core++)
            repeat(self, core);
    }
    return self->is_short || self->unsent.dropped != self->dropped;
}

static void forget_node(tr_topics *self, uint64_t node, bool only_stale)
{
    for (unsigned i = 0; i < TR_TOPICS_SHARED; i++)
        self->shared[i]->forget(self, node, only_stale);
}

static void on_begin(tr_topics *self, uint64_t node)
{
    tr_topic_peer *peer = peer_get(self, node);
    if (peer == NULL)
        return;
    peer->has_told = true;
    peer->received = 0;
    for (unsigned i = 0; i < TR_TOPICS_SHARED; i++)
        self->shared[i]->doubt(self, node);
}

static void on_hello(tr_topics *self, const tr_message *message)
{
    tr_topic_peer *peer = peer_of(self, message->from.node);
    bool is_whole =
        peer != NULL && peer->has_told && peer->received == TR_BODY(message, topics_hello)->changes;
    bool is_made_good = is_whole && peer->is_short && has_room(self);
    if (is_made_good)
        peer->is_short = false;
    if (!is_whole || is_made_good)
        send_to(self, message->from.node, TR_MSG_topics_resync,
                &(tr_msg_topics_resync){self->core->node});
}

static void on_resync(tr_topics *self, const tr_message *message)
{
    unsigned core = tr_address_core(message->from);
    if (message->from.node == self->core->node && core < self->core->system->core_count)
        repeat(self, core);
    tr_topic_peer *peer = is_foreign(self, message) ? peer_get(self, message->from.node) : NULL;
    if (peer != NULL)
        tell_all(self, peer);
}

bool tr_topics_take_from_peer(tr_topics *self, const tr_message *message)
{
    uint64_t node;
    switch (TR_TYPE(message)) {
    case TR_MSG_topics_begin:
        if (is_foreign(self, message))
            on_begin(self, message->from.node);
        return true;
    case TR_MSG_topics_end:
        if (is_foreign(self, message))
            forget_node(self, message->from.node, true);
        return true;
    case TR_MSG_topics_hello:
        if (is_foreign(self, message))
            on_hello(self, message);
        return true;
    case TR_MSG_topics_resync:
        on_resync(self, message);
        return true;
    case TR_MSG_node_down:
        node = TR_BODY(message, node_down)->node;
        tr_free(tr_map_take(&self->peers, node));
        forget_node(self, node, false);
        return true;
    case TR_MSG_routes_changed:
        if (self->core->index == 0)
            greet_members(self);
        return true;
    default:
        return false;
    }
}

void tr_topics_tick_peers(tr_topics *self)
{
    greet_members(self);
    uint32_t at = 0;
    void *value;
    while (tr_map_next(&self->peers, &at, NULL, &value)) {
        const tr_topic_peer *peer = value;
        if (peer->is_told)
            send_to(self, peer->node, TR_MSG_topics_hello, &(tr_msg_topics_hello){peer->sent});
    }
}

void tr_topics_forget_peers(tr_topics *self)
{
    uint32_t at = 0;
    void *peer;
    while (tr_map_next(&self->peers, &at, NULL, &peer))
        tr_free(peer);
    tr_map_done(&self->peers);
}
