#include "actors/core/actor.h"

#include <string.h>

#include "actors/core/actor_record.h"
#include "actors/core/ask_refusal.h"
#include "actors/core/core_record.h"
#include "actors/core/enter.h"
#include "actors/core/idle_list.h"
#include "base/clock.h"
#include "base/live.h"
#include "base/mem.h"
#include "base/must.h"
#include "base/reserve.h"
#include "troupe/err.h"
#include "wire/limits.h"

// Slots that rest before the first of them is used again. A generation has 24 bits: one that starts
// and ends actors without pause, a million a second, comes back to an old address after hours and
// not seconds.
enum { SLOTS_AT_REST = 1024 };

static bool is_full(const tr_core *core)
{
    return core->slot_count == TR_ACTORS_PER_CORE_CAP;
}

// A slot that is free, growing the table when it must; 0: the table is at its cap.
static uint32_t free_slot(tr_core *core)
{
    if (core->free_count > SLOTS_AT_REST || (core->free_count != 0 && is_full(core))) {
        uint32_t oldest = core->free_slots[core->free_at];
        core->free_at = (core->free_at + 1) % core->free_cap;
        core->free_count--;
        return oldest;
    }
    if (is_full(core))
        return 0;
    if (core->slot_count == core->slot_cap) {
        core->slot_cap *= 2;
        core->actors = tr_realloc(core->actors, core->slot_cap * sizeof(tr_actor *));
        core->generations = tr_realloc(core->generations, core->slot_cap * sizeof(uint32_t));
    }
    uint32_t slot = core->slot_count++;
    core->actors[slot] = NULL;
    core->generations[slot] = 1;
    return slot;
}

static void grow_free_slots(tr_core *core)
{
    uint32_t cap = core->free_cap == 0 ? 64 : core->free_cap * 2;
    uint32_t *ring = tr_calloc(cap, sizeof *ring);
    for (uint32_t i = 0; i < core->free_count; i++)
        ring[i] = core->free_slots[(core->free_at + i) % core->free_cap];
    tr_free(core->free_slots);
    core->free_slots = ring;
    core->free_cap = cap;
    core->free_at = 0;
}

static void give_slot_back(tr_core *core, uint32_t slot)
{
    core->actors[slot] = NULL;
    if (slot < TR_SLOT_FIRST)
        return;
    // 24 bits; generation 0 is for the well-known ones.
    core->generations[slot] = (core->generations[slot] + 1) & 0xffffffu;
    if (core->generations[slot] == 0)
        core->generations[slot] = 1;
    if (core->free_count == core->free_cap)
        grow_free_slots(core);
    core->free_slots[(core->free_at + core->free_count++) % core->free_cap] = slot;
}

// The actor that asked must not wait for its deadline.
static void drop(tr_actor *self, tr_message *message)
{
    tr_core_dead_letter(self->core, message, TR_ECANCELLED);
    tr_core_tell_gone(self->core, message);
    if ((message->flags & TR_FLAG_ASK) != 0) {
        tr_message *refusal = tr_refusal_new(message, TR_EGONE);
        (void)tr_core_post_message(self->core, &refusal); // or the deadline tells it
        tr_message_free(refusal);
    }
    tr_message_free(message);
}

// Those of class SYSTEM overtake.
static tr_message *take_next(tr_actor *self)
{
    return tr_message_queue_pop(self->system.head != NULL ? &self->system : &self->user);
}

static void drop_mailbox(tr_actor *self)
{
    tr_message *message;
    while ((message = take_next(self)) != NULL)
        drop(self, message);
}

tr_extras *tr_actor_extras(tr_actor *self)
{
    if (self->extras == NULL) {
        self->extras = tr_new(tr_extras);
        tr_live_born(extras);
    }
    return self->extras;
}

void tr_actor_forget_extras(tr_actor *self)
{
    tr_live_gone(extras);
    tr_free(self->extras);
    self->extras = NULL;
}

static void end_extras(tr_actor *self)
{
    if (self->extras == NULL)
        return;
    if (self->extras->idle != NULL)
        tr_idle_remove(self);
    self->core->end_extras(self);
    tr_actor_forget_extras(self);
}

int tr_spawn(tr_core *core, const tr_behaviour *behaviour, const void *args, uint32_t slot,
             tr_address *out)
{
    TR_ENTER(core);
    TR_REQUIRE(behaviour != NULL && behaviour->on_message != NULL && slot < TR_SLOT_FIRST);
    if (core->is_closing)
        return TR_ECANCELLED;
    if (slot != 0 && core->actors[slot] != NULL)
        return TR_EEXISTS;
    uint32_t at = slot != 0 ? slot : tr_mem_is_short() ? 0 : free_slot(core);
    if (at == 0)
        return TR_EFULL;
    tr_actor *self = tr_calloc(1, sizeof *self + behaviour->state_size);
    tr_tag_set(self, TR_TAG_ACTOR);
    tr_live_born(actor);
    self->core = core;
    self->behaviour = behaviour;
    self->slot = at;
    self->generation = at < TR_SLOT_FIRST ? 0 : core->generations[at];
    core->actors[at] = self;
    int result = behaviour->on_start != NULL ? behaviour->on_start(self, args) : 0;
    if (result < 0) {
        tr_core_unready(core, self);
        self->is_ready = self->is_stopping = true;
        if (self->extras != NULL)
            self->extras->reason = result;
        end_extras(self);
        give_slot_back(core, at);
        drop_mailbox(self);
        tr_live_gone(actor);
        tr_free(self);
        return result;
    }
    core->stats.actors++;
    if (behaviour->passivate_after_ms != 0) {
        tr_actor_extras(self);
        tr_idle_add(self);
    }
    if (out != NULL)
        *out = tr_actor_address(self);
    return 0;
}

static void reap(tr_actor *self)
{
    tr_core *core = self->core;
    self->is_ready = true; // so that nothing its destructor does puts it into the run queue
    core->stats.asleep -= self->is_asleep;
    if (self->behaviour->on_stop != NULL && !self->is_asleep)
        self->behaviour->on_stop(self);
    end_extras(self);
    drop_mailbox(self);
    give_slot_back(core, self->slot);
    core->stats.actors--;
    tr_live_gone(actor);
    tr_free(self);
}

// One look at the clock for a turn: where one actor's time ends, the next one's begins.
static void charge_time(tr_actor *self)
{
    tr_core *core = self->core;
    uint64_t now_ns = tr_clock_ns();
    tr_actor_extras(self)->spent_ns += now_ns - core->accounted_ns;
    core->accounted_ns = now_ns;
}

enum { MESSAGES_PER_LOOK = 16 };

static void take_turn(tr_actor *self)
{
    unsigned handled = 0;
    for (; handled < self->core->turn_budget && !self->is_stopping; handled++) {
        // The clock is read now and then: most messages take less time than that.
        if (handled % MESSAGES_PER_LOOK == MESSAGES_PER_LOOK - 1 &&
            tr_core_turn_is_over(self->core))
            break;
        tr_message *message = take_next(self);
        if (message == NULL)
            break;
        self->mailbox_bytes -= tr_message_memory_size(message);
        self->behaviour->on_message(self, message);
        tr_message_free(message);
    }
    self->handled += handled;
    self->core->stats.messages_handled += handled;
    if (!self->is_stopping && self->behaviour->on_turn_end != NULL)
        self->behaviour->on_turn_end(self);
    if (self->behaviour->passivate_after_ms != 0)
        self->extras->idle->active_ms = self->core->now_ms;
    if (self->core->is_accounting)
        charge_time(self);
}

void tr_actor_run_early(tr_actor *self)
{
    tr_must(self->is_ready && !self->is_stopping);
    if (self->is_asleep)
        self = self->core->wake_up(self);
    if (self != NULL)
        take_turn(self);
}

void tr_actor_run(tr_actor *self)
{
    tr_tag_check(self, TR_TAG_ACTOR);
    self->is_ready = false;
    if (self->is_stopping) {
        reap(self);
        return;
    }
    if (self->is_asleep && (self = self->core->wake_up(self)) == NULL)
        return;
    take_turn(self);
    // An actor that stopped itself stands in the run queue for its last turn.
    if (!self->is_stopping && (self->system.head != NULL || self->user.head != NULL))
        tr_core_ready(self->core, self);
}

void tr_actors_stop_all(tr_core *core)
{
    tr_must(core->is_closing);
    core->ready_head = core->ready_tail = NULL;
    // Later slots first: sessions and connections before the well-known actors that know of them.
    for (uint32_t slot = core->slot_count; slot-- > 0;) {
        tr_actor *actor = core->actors[slot];
        if (actor == NULL)
            continue;
        if (!actor->is_stopping && actor->extras != NULL)
            actor->extras->reason = TR_ECANCELLED;
        actor->is_stopping = true;
        reap(actor);
    }
}

void tr_actor_stop(tr_actor *self)
{
    TR_ENTER_ACTOR_OR(self, );
    self->is_stopping = true;
    tr_core_ready(self->core, self);
}

void tr_actor_fail(tr_actor *self, int64_t reason)
{
    TR_ENTER_ACTOR_OR(self, );
    if (self->is_stopping)
        return;
    if (reason != 0)
        tr_actor_extras(self)->reason = reason;
    tr_actor_stop(self);
}

void tr_actor_wake(tr_actor *self)
{
    TR_ENTER_ACTOR_OR(self, );
    tr_core_ready(self->core, self);
}

tr_actor *tr_actor_find(tr_core *core, tr_address address)
{
    TR_ENTER_OR(core, NULL);
    uint32_t slot = tr_address_slot(address);
    if (address.node != core->node || tr_address_core(address) != core->index ||
        slot >= core->slot_count)
        return NULL;
    tr_actor *actor = core->actors[slot];
    if (actor == NULL || actor->is_stopping ||
        actor->generation != ((uint32_t)(address.actor >> 32) & 0xffffffu))
        return NULL;
    return actor;
}

void *tr_actor_state(tr_actor *self)
{
    TR_ENTER_ACTOR_OR(self, NULL);
    return self->is_asleep ? NULL : self->state;
}

const tr_behaviour *tr_actor_behaviour(const tr_actor *self)
{
    TR_ENTER_ACTOR_OR(self, NULL);
    return self->behaviour;
}

tr_address tr_actor_address(const tr_actor *self)
{
    TR_ENTER_ACTOR_OR(self, TR_NOWHERE);
    return (tr_address){self->core->node,
                        tr_actor_id(self->core->index, self->generation, self->slot)};
}

tr_core *tr_actor_core(tr_actor *self)
{
    TR_ENTER_ACTOR_OR(self, NULL);
    return self->core;
}

uint32_t tr_actor_cap(const tr_actor *self)
{
    return self->behaviour->mailbox_cap != 0 ? self->behaviour->mailbox_cap : TR_MAILBOX_CAP;
}

// System messages have room of their own, four times the caps, so that user traffic cannot shut
// them out; they are bounded by their protocols (credits, one per node or link).
bool tr_actor_has_room(const tr_actor *self, const tr_shape *shape, size_t bytes)
{
    uint64_t all = self->mailbox_bytes + bytes;
    if (shape->class == TR_CLASS_SYSTEM)
        return self->system.count < 4 * tr_actor_cap(self) && all <= 4ull * TR_MAILBOX_CAP_BYTES;
    return self->user.count < tr_actor_cap(self) && all <= TR_MAILBOX_CAP_BYTES;
}

int tr_actor_push(tr_actor *self, tr_message **message)
{
    if (!tr_actor_has_room(self, (*message)->shape, tr_message_memory_size(*message))) {
        self->core->stats.refused_full++;
        return TR_EFULL;
    }
    tr_actor_push_always(self, *message);
    *message = NULL;
    return 0;
}

void tr_actor_push_always(tr_actor *self, tr_message *message)
{
    tr_tag_check(self, TR_TAG_ACTOR);
    tr_message_check(message);
    self->mailbox_bytes += tr_message_memory_size(message);
    tr_message_queue_push(message->shape->class == TR_CLASS_SYSTEM ? &self->system : &self->user,
                          message);
    tr_core_ready(self->core, self);
}

void tr_actor_signal(tr_actor *self, unsigned type, const void *body)
{
    if (self->is_stopping)
        return;
    tr_message *message = tr_message_new(type, body);
    message->from = tr_core_address(self->core);
    message->to = tr_actor_address(self);
    tr_actor_push_always(self, message);
}

void tr_actor_withdraw(tr_actor *self, bool (*fits)(const tr_message *message, const void *arg),
                       const void *arg)
{
    for (uint32_t left = self->system.count; left != 0; left--) {
        tr_message *message = tr_message_queue_pop(&self->system);
        if (!fits(message, arg)) {
            tr_message_queue_push(&self->system, message);
            continue;
        }
        self->mailbox_bytes -= tr_message_memory_size(message);
        tr_message_free(message);
    }
}
