#include "actors/core/relations.h"

#include <utlist.h>

#include "actors/core/actor_record.h"
#include "actors/core/core_record.h"
#include "actors/core/enter.h"
#include "base/live.h"
#include "base/mem.h"
#include "base/must.h"
#include "troupe/err.h"

enum relation_kind { MONITORING, MONITORED, LINKED };

struct tr_relation {
    tr_actor *owner;
    tr_relation *next; // of the same owner
    tr_relation *prev;
    tr_relation *same_key;
    tr_address other;
    uint64_t reference; // of the initiator's core thread
    enum relation_kind kind;
    bool is_initiator;
    bool is_muted; // a second link with the same actor: its end was told already
};

static uint64_t key_of(uint64_t node, unsigned core, uint64_t reference, bool is_initiator)
{
    uint64_t key = node ^ (reference * 0x9e3779b97f4a7c15u) ^ ((uint64_t)core << 1) ^ is_initiator;
    return key != 0 ? key : 1;
}

static uint64_t key(const tr_relation *self)
{
    tr_address initiator = self->is_initiator ? tr_actor_address(self->owner) : self->other;
    return key_of(initiator.node, tr_address_core(initiator), self->reference, self->is_initiator);
}

// `other` need not name its node as the record does: it may have been reached by an alias.
static tr_relation *find(tr_core *core, tr_address other, uint64_t reference, bool is_initiator)
{
    uint64_t node = is_initiator ? core->node : other.node;
    unsigned index = is_initiator ? core->index : tr_address_core(other);
    tr_relation *at = tr_map_find(&core->relations, key_of(node, index, reference, is_initiator));
    while (at != NULL &&
           (at->reference != reference || at->is_initiator != is_initiator ||
            at->other.actor != other.actor || (!is_initiator && at->other.node != other.node)))
        at = at->same_key;
    return at;
}

// NULL: too many.
static tr_relation *add(tr_actor *owner, enum relation_kind kind, tr_address other,
                        uint64_t reference, bool is_initiator)
{
    tr_extras *extras = tr_actor_extras(owner);
    if (extras->relation_count >= TR_RELATIONS_PER_ACTOR_CAP)
        return NULL;
    extras->relation_count++;
    tr_relation *self = tr_new(tr_relation);
    tr_live_born(relation);
    self->owner = owner;
    self->kind = kind;
    self->other = other;
    self->reference = reference;
    self->is_initiator = is_initiator;
    DL_PREPEND(extras->relations, self);
    self->same_key = tr_map_put(&owner->core->relations, key(self), self);
    return self;
}

static void forget(tr_relation *self)
{
    tr_map *all = &self->owner->core->relations;
    tr_relation *head = tr_map_take(all, key(self));
    for (tr_relation **at = &head; *at != NULL; at = &(*at)->same_key)
        if (*at == self) {
            *at = self->same_key;
            break;
        }
    if (head != NULL)
        tr_map_put(all, key(self), head);
    tr_extras *extras = self->owner->extras;
    DL_DELETE(extras->relations, self);
    extras->relation_count--;
    tr_live_gone(relation);
    tr_free(self);
}

// -- notices --

// To the core thread of the other end. Only a relation that was counted against a cap causes one,
// so those that wait are bounded, too. TR_EGONE needs no care: the other end's node is gone.
static void notify(tr_core *core, tr_address from, tr_address other, unsigned type,
                   const void *body)
{
    tr_send_options options = {.from = from,
                               .to =
                                   tr_address_of(other.node, tr_address_core(other), TR_SLOT_CORE),
                               .keep_in = core->is_closing ? NULL : &core->unsent};
    (void)tr_core_send(core, &options, type, body); // each turn tries again
}

void tr_relations_close(tr_core *core)
{
    tr_unsent_done(&core->unsent);
    tr_must(core->relations.count == 0);
    tr_map_done(&core->relations);
}

// -- the other end is gone --

static void mute_twins(const tr_relation *self)
{
    for (tr_relation *at = self->owner->extras->relations; at != NULL; at = at->next)
        if (at != self && at->kind == LINKED && tr_address_equal(at->other, self->other))
            at->is_muted = true;
}

static void fire(tr_relation *self, int64_t reason)
{
    tr_actor *owner = self->owner;
    if (self->kind == MONITORING) {
        tr_actor_signal(owner, TR_MSG_down, &(tr_msg_down){self->reference, self->other, reason});
    } else if (self->kind == LINKED && !self->is_muted) {
        mute_twins(self);
        if (owner->behaviour->traps_exits)
            tr_actor_signal(owner, TR_MSG_exit, &(tr_msg_exit){self->other, reason});
        else if (reason != 0)
            tr_actor_fail(owner, reason);
    }
    forget(self);
}

static bool is_of(const tr_relation *self, uint64_t node, int index)
{
    return self->other.node == node &&
           (index < 0 || tr_address_core(self->other) == (unsigned)index);
}

void tr_relations_drop(tr_core *core, uint64_t node, int index)
{
    tr_unsent_drop(&core->unsent, node, index);
    tr_relation **gone = NULL;
    uint32_t count = 0;
    uint32_t cap = 0;
    uint32_t at = 0;
    void *value;
    while (tr_map_next(&core->relations, &at, NULL, &value))
        for (tr_relation *each = value; each != NULL; each = each->same_key) {
            if (!is_of(each, node, index))
                continue;
            if (count == cap) {
                cap = cap == 0 ? 16 : cap * 2;
                gone = tr_realloc(gone, cap * sizeof(tr_relation *));
            }
            gone[count++] = each;
        }
    for (uint32_t i = 0; i < count; i++)
        fire(gone[i], TR_EGONE);
    tr_free(gone);
}

// -- messages --

static void on_watch(tr_core *core, const tr_message *message)
{
    const tr_msg_watch *body = TR_BODY(message, watch);
    tr_actor *target = tr_actor_find(core, (tr_address){core->node, body->who.actor});
    int64_t reason = TR_EGONE;
    if (target != NULL) {
        if (find(core, message->from, body->reference, false) != NULL ||
            add(target, body->is_link ? LINKED : MONITORED, message->from, body->reference, false))
            return;
        reason = TR_EFULL;
    }
    notify(core, body->who, message->from, TR_MSG_watch_ended,
           &(tr_msg_watch_ended){body->reference, true, reason});
}

bool tr_relations_take(tr_core *core, const tr_message *message)
{
    tr_relation *relation;
    switch (TR_TYPE(message)) {
    case TR_MSG_watch:
        on_watch(core, message);
        return true;
    case TR_MSG_unwatch:
        relation = find(core, message->from, TR_BODY(message, unwatch)->reference,
                        TR_BODY(message, unwatch)->to_initiator);
        if (relation != NULL)
            forget(relation);
        return true;
    case TR_MSG_watch_ended:
        relation = find(core, message->from, TR_BODY(message, watch_ended)->reference,
                        TR_BODY(message, watch_ended)->to_initiator);
        if (relation != NULL)
            fire(relation, TR_BODY(message, watch_ended)->reason);
        return true;
    default:
        return false;
    }
}

// -- the actor's own end --

static int64_t watch(tr_actor *self, tr_address who, enum relation_kind kind)
{
    tr_core *core = self->core;
    uint64_t reference = core->next_correlation++;
    tr_relation *relation = add(self, kind, who, reference, true);
    if (relation == NULL)
        return TR_EFULL;
    int result = tr_send_body(
        core, tr_actor_address(self), tr_address_of(who.node, tr_address_core(who), TR_SLOT_CORE),
        TR_MSG_watch,
        &(tr_msg_watch){.who = who, .reference = reference, .is_link = kind == LINKED});
    if (result == 0)
        return (int64_t)reference;
    // Trying to reach the node may have shown that it is gone, and so have fired it.
    relation = find(core, who, reference, true);
    if (result == TR_EFULL) {
        if (relation != NULL)
            forget(relation);
        return TR_EFULL;
    }
    if (relation != NULL)
        fire(relation, TR_EGONE);
    return (int64_t)reference;
}

int64_t tr_monitor(tr_actor *self, tr_address who)
{
    TR_ENTER_ACTOR(self);
    return watch(self, who, MONITORING);
}

// The other end need not keep its record any more.
static void call_off(tr_relation *self)
{
    tr_core *core = self->owner->core;
    tr_msg_unwatch body = {self->reference, !self->is_initiator};
    tr_address other = self->other;
    tr_address from = tr_actor_address(self->owner);
    forget(self);
    notify(core, from, other, TR_MSG_unwatch, &body);
}

static bool is_down_of(const tr_message *message, const void *arg)
{
    return TR_TYPE(message) == TR_MSG_down &&
           TR_BODY(message, down)->reference == *(const uint64_t *)arg;
}

void tr_demonitor(tr_actor *self, int64_t reference)
{
    TR_ENTER_ACTOR_OR(self, );
    uint64_t number = (uint64_t)reference;
    for (tr_relation *at = tr_map_find(&self->core->relations,
                                       key_of(self->core->node, self->core->index, number, true));
         at != NULL; at = at->same_key)
        if (at->owner == self && at->reference == number && at->kind == MONITORING) {
            call_off(at);
            return;
        }
    tr_actor_withdraw(self, is_down_of, &number);
}

int tr_link_to(tr_actor *self, tr_address other)
{
    TR_ENTER_ACTOR(self);
    if (tr_address_equal(other, tr_actor_address(self)))
        return 0;
    int64_t result = watch(self, other, LINKED);
    return result < 0 ? (int)result : 0;
}

static bool is_exit_of(const tr_message *message, const void *arg)
{
    return TR_TYPE(message) == TR_MSG_exit &&
           tr_address_equal(TR_BODY(message, exit)->who, *(const tr_address *)arg);
}

void tr_unlink_from(tr_actor *self, tr_address other)
{
    TR_ENTER_ACTOR_OR(self, );
    if (self->extras == NULL)
        return;
    for (tr_relation *at = self->extras->relations, *next; at != NULL; at = next) {
        next = at->next;
        if (at->kind == LINKED && tr_address_equal(at->other, other))
            call_off(at);
    }
    tr_actor_withdraw(self, is_exit_of, &other);
}

void tr_relations_end(tr_actor *self, int64_t reason)
{
    tr_core *core = self->core;
    tr_address from = tr_actor_address(self);
    // A callback on this thread may take more out of the list.
    for (tr_relation *at; (at = self->extras->relations) != NULL;) {
        if (at->kind == MONITORING) {
            call_off(at);
            continue;
        }
        tr_msg_watch_ended body = {at->reference, !at->is_initiator, reason};
        tr_address other = at->other;
        forget(at);
        notify(core, from, other, TR_MSG_watch_ended, &body);
    }
}

void tr_relations_move(tr_actor *to)
{
    for (tr_relation *at = to->extras->relations; at != NULL; at = at->next)
        at->owner = to;
}
