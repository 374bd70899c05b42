// The actors that are present on a topic, and those that watch it. Core 0 knows all, and tells the
// core threads of its process that watch:
//
//     an actor joins: its core ── presence_set ──▶ core 0 ──▶ core 0 of every other process
//                                                   └─ presence_set ──▶ core threads that watch
//
// A core thread that begins to watch is told all between presence_begin and presence_end, so that
// what it knew from an earlier time is swept away.

#include "actors/topics/presence.h"

#include "actors/core/system_record.h"
#include "actors/topics/attendance.h"
#include "actors/topics/topic_peers.h"
#include "troupe/err.h"
#include "wire/rows.h"
#include "wire/writer.h"

static tr_slice meta_of(const tr_present *present)
{
    return (tr_slice){present->meta, present->size};
}

// -- events to the actors that watch here --

static void tell_watching(tr_topics *self, const tr_presence_group *group, unsigned type,
                          const void *body)
{
    for (tr_watching *at = group->watching; at != NULL; at = at->next) {
        if (at->is_behind || !tr_actor_has_room(at->actor, tr_shape_find(type), 0)) {
            at->is_behind = true;
            self->has_behind = true;
            tr_topics_arm(self);
        } else {
            tr_actor_signal(at->actor, type, body);
        }
    }
}

void tr_presence_tell_all_to(const tr_watching *watching)
{
    const tr_presence_group *group = watching->group;
    for (const tr_present *at = group->present; at != NULL; at = at->by_who.next)
        tr_actor_signal(watching->actor, TR_MSG_presence_joined,
                        &(tr_msg_presence_joined){tr_group_name(group), at->who, meta_of(at)});
}

// Half of its room is free again: it starts anew.
static bool catch_up(tr_watching *watching)
{
    if (watching->actor->system.count > tr_actor_cap(watching->actor))
        return false;
    watching->is_behind = false;
    tr_actor_signal(watching->actor, TR_MSG_presence_reset,
                    &(tr_msg_presence_reset){tr_group_name(watching->group)});
    tr_presence_tell_all_to(watching);
    return true;
}

void tr_presence_tick(tr_topics *self)
{
    if (!self->has_behind)
        return;
    self->has_behind = false;
    for (const tr_presence_group *group = self->presence.by_name; group != NULL;
         group = group->by_name.next)
        for (tr_watching *at = group->watching; at != NULL; at = at->next)
            if (at->is_behind && !catch_up(at))
                self->has_behind = true;
}

// -- who is there --

static void tell_cores(tr_topics *self, const tr_presence_group *group, unsigned type,
                       const void *body)
{
    for (uint64_t cores = group->cores; cores != 0; cores &= cores - 1)
        tr_topics_post(self, (unsigned)__builtin_ctzll(cores), type, body);
}

static void drop(tr_topics *self, tr_presence_group *group, tr_present *gone)
{
    tell_cores(self, group, TR_MSG_presence_gone,
               &(tr_msg_presence_gone){tr_group_name(group), gone->who});
    tell_watching(self, group, TR_MSG_presence_left,
                  &(tr_msg_presence_left){tr_group_name(group), gone->who, meta_of(gone)});
    tr_group_remove(&self->presence, group, gone);
}

static void on_set(tr_topics *self, const tr_message *message)
{
    const tr_msg_presence_set *body = TR_BODY(message, presence_set);
    tr_presence_group *group = tr_core_is_first(self->core)
                                   ? tr_group_get(&self->presence, body->topic)
                                   : tr_group_find(&self->presence, body->topic);
    if (group == NULL)
        return;
    switch (tr_group_set(&self->presence, group, body->who, body->meta)) {
    case TR_PRESENCE_NEW:
        tell_cores(self, group, TR_MSG_presence_set, body);
        tell_watching(self, group, TR_MSG_presence_joined,
                      &(tr_msg_presence_joined){body->topic, body->who, body->meta});
        if (tr_core_is_first(self->core) && body->who.node == self->core->node)
            tr_topics_tell_peers(self, TR_MSG_presence_set, body);
        break;
    case TR_PRESENCE_REFUSED:
        tr_topics_refuse(self, message);
        break;
    case TR_PRESENCE_SAME:
        break;
    }
    tr_group_tidy(&self->presence, group);
}

static void on_gone(tr_topics *self, const tr_message *message)
{
    const tr_msg_presence_gone *body = TR_BODY(message, presence_gone);
    tr_presence_group *group = tr_group_find(&self->presence, body->topic);
    tr_present *gone = group != NULL ? tr_group_has(group, body->who) : NULL;
    if (gone == NULL)
        return;
    drop(self, group, gone);
    if (tr_core_is_first(self->core) && body->who.node == self->core->node)
        tr_topics_tell_peers(self, TR_MSG_presence_gone, body);
    tr_group_tidy(&self->presence, group);
}

// -- core threads that watch --

static void tell_core_all(tr_topics *self, const tr_presence_group *group, unsigned core)
{
    tr_slice topic = tr_group_name(group);
    tr_topics_post(self, core, TR_MSG_presence_begin, &(tr_msg_presence_begin){topic});
    for (const tr_present *at = group->present; at != NULL; at = at->by_who.next)
        tr_topics_post(self, core, TR_MSG_presence_set,
                       &(tr_msg_presence_set){topic, at->who, meta_of(at)});
    tr_topics_post(self, core, TR_MSG_presence_end, &(tr_msg_presence_end){topic});
}

static void on_watch(tr_topics *self, const tr_message *message)
{
    const tr_msg_presence_watch *body = TR_BODY(message, presence_watch);
    unsigned core = tr_address_core(message->from);
    // Its own news would come back to it for ever.
    bool is_other_core = message->from.node == self->core->node && core != self->core->index &&
                         core < self->core->system->core_count;
    tr_presence_group *group = tr_core_is_first(self->core) && is_other_core
                                   ? tr_group_get(&self->presence, body->topic)
                                   : NULL;
    if (group == NULL)
        return;
    uint64_t bit = 1ull << core;
    group->cores = body->is_on ? group->cores | bit : group->cores & ~bit;
    if (body->is_on)
        tell_core_all(self, group, core);
    tr_group_tidy(&self->presence, group);
}

static void doubt_all(tr_presence_group *group)
{
    for (tr_present *at = group->present; at != NULL; at = at->by_who.next)
        at->is_stale = true;
}

static void on_begin(tr_topics *self, tr_slice topic)
{
    tr_presence_group *group =
        tr_core_is_first(self->core) ? NULL : tr_group_find(&self->presence, topic);
    if (group != NULL)
        doubt_all(group);
}

static void on_end(tr_topics *self, tr_slice topic)
{
    tr_presence_group *group =
        tr_core_is_first(self->core) ? NULL : tr_group_find(&self->presence, topic);
    tr_present *next;
    for (tr_present *at = group != NULL ? group->present : NULL; at != NULL; at = next) {
        next = at->by_who.next;
        if (at->is_stale)
            drop(self, group, at);
    }
    if (group != NULL)
        tr_group_tidy(&self->presence, group);
}

// -- the list --

static void on_find(tr_topics *self, const tr_message *message)
{
    const tr_presence_group *group =
        tr_group_find(&self->presence, TR_BODY(message, presence_find)->topic);
    uint32_t count = group != NULL ? HASH_CNT(by_who, group->present) : 0;
    uint32_t told = count < TR_PRESENCE_LIST_CAP ? count : TR_PRESENCE_LIST_CAP;
    tr_buf list = {0};
    tr_write_array(&list, told);
    const tr_present *at = group != NULL ? group->present : NULL;
    for (uint32_t i = 0; i < told; i++, at = at->by_who.next)
        tr_row_write(&list, present, at->who.node, at->who.actor, meta_of(at));
    (void)tr_reply(self->core, message, presence_list,
                   .topic = TR_BODY(message, presence_find)->topic, .count = count,
                   .present = {(const char *)list.data, (uint32_t)list.size});
    tr_buf_done(&list);
}

bool tr_presence_take(tr_topics *self, const tr_message *message)
{
    switch (TR_TYPE(message)) {
    case TR_MSG_presence_set:
        if (tr_topics_count_change(self, message, TR_BODY(message, presence_set)->who.node))
            on_set(self, message);
        return true;
    case TR_MSG_presence_gone:
        if (tr_topics_count_change(self, message, TR_BODY(message, presence_gone)->who.node))
            on_gone(self, message);
        return true;
    case TR_MSG_presence_watch:
        on_watch(self, message);
        return true;
    case TR_MSG_presence_begin:
        on_begin(self, TR_BODY(message, presence_begin)->topic);
        return true;
    case TR_MSG_presence_end:
        on_end(self, TR_BODY(message, presence_end)->topic);
        return true;
    case TR_MSG_presence_find:
        on_find(self, message);
        return true;
    default:
        return false;
    }
}

// -- what peers are told --

static void tell_all(tr_topics *self, tr_topic_peer *peer)
{
    for (const tr_presence_group *group = self->presence.by_name; group != NULL;
         group = group->by_name.next)
        for (const tr_present *at = group->present; at != NULL; at = at->by_who.next)
            if (at->who.node == self->core->node)
                tr_topics_tell_peer(
                    self, peer, TR_MSG_presence_set,
                    &(tr_msg_presence_set){tr_group_name(group), at->who, meta_of(at)});
}

static bool has_any(const tr_topics *self)
{
    return self->presence.count != 0;
}

static void doubt(tr_topics *self, uint64_t node)
{
    for (const tr_presence_group *group = self->presence.by_name; group != NULL;
         group = group->by_name.next)
        for (tr_present *at = group->present; at != NULL; at = at->by_who.next)
            at->is_stale |= at->who.node == node;
}

// Only core 0 knows for itself; it tells the others.
static void forget(tr_topics *self, uint64_t node, bool only_stale)
{
    tr_presence_group *next_group;
    for (tr_presence_group *group = tr_core_is_first(self->core) ? self->presence.by_name : NULL;
         group != NULL; group = next_group) {
        next_group = group->by_name.next;
        tr_present *next;
        for (tr_present *at = group->present; at != NULL; at = next) {
            next = at->by_who.next;
            if (at->who.node == node && (at->is_stale || !only_stale))
                drop(self, group, at);
        }
        tr_group_tidy(&self->presence, group);
    }
}

static bool has_room(const tr_topics *self)
{
    return self->presence.count < TR_PRESENCES_CAP - TR_PRESENCES_CAP / 16;
}

static void repeat(tr_topics *self, unsigned core)
{
    if (core == 0)
        tr_attendances_repeat(self);
    for (const tr_presence_group *group = self->presence.by_name;
         tr_core_is_first(self->core) && group != NULL; group = group->by_name.next)
        if ((group->cores & 1ull << core) != 0)
            tell_core_all(self, group, core);
}

const tr_topics_shared tr_presence_shared = {tell_all, has_any, doubt, forget, has_room, repeat};
