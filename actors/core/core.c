#include "actors/core/core.h"

#include "actors/core/actor_record.h"
#include "actors/core/core_record.h"
#include "actors/core/enter.h"
#include "base/clock.h"
#include "base/random.h"
#include "wire/limits.h"

_Thread_local tr_core *tr_core_here;

tr_core *tr_core_current(void)
{
    return tr_core_here;
}

struct ev_loop *tr_core_loop(tr_core *self)
{
    TR_ENTER_OR(self, NULL);
    return self->loop;
}

tr_system *tr_core_system(tr_core *self)
{
    TR_ENTER_OR(self, NULL);
    return self->system;
}

unsigned tr_core_index(const tr_core *self)
{
    TR_REQUIRE_OR(self != NULL, 0);
    return self->index;
}

uint64_t tr_core_node(const tr_core *self)
{
    TR_REQUIRE_OR(self != NULL, 0);
    return self->node;
}

uint64_t tr_core_now_ms(const tr_core *self)
{
    TR_ENTER_OR(self, 0);
    return self->now_ms;
}

uint64_t tr_core_random(tr_core *self)
{
    TR_ENTER_OR(self, 0);
    return tr_random_next(&self->random);
}

uint64_t tr_core_clock_ns(const tr_core *self)
{
    return self->held_ns != 0 ? self->held_ns : tr_clock_ns();
}

void tr_core_role_set(tr_core *self, enum tr_role_slot slot, void *role)
{
    tr_owner_assert(&self->owner);
    self->roles[slot] = role;
}

void tr_core_clerk_set(tr_core *self, enum tr_role_slot slot, tr_core_clerk *clerk)
{
    tr_owner_assert(&self->owner);
    self->clerks[slot] = clerk;
}

bool tr_core_clerks_take(tr_core *self, const tr_message *message)
{
    for (unsigned i = 0; i < TR_ROLE_SLOTS; i++)
        if (self->clerks[i] != NULL && self->clerks[i](self, message))
            return true;
    return false;
}

void tr_core_probe_set(tr_core *self, enum tr_role_slot slot, tr_core_probe *probe)
{
    tr_owner_assert(&self->owner);
    self->probes[slot] = probe;
}

void *tr_core_role(const tr_core *self, enum tr_role_slot slot)
{
    tr_owner_check(&self->owner);
    return self->roles[slot];
}

tr_core_stats tr_core_stats_get(const tr_core *self)
{
    TR_ENTER_OR(self, (tr_core_stats){0});
    return self->stats;
}

void tr_core_account_mark(tr_core *self)
{
    if (self->is_accounting)
        self->accounted_ns = tr_clock_ns();
}

void tr_core_dead_letter(tr_core *self, const tr_message *message, int reason)
{
    uint64_t at = self->dead_letter_at++ % TR_DEAD_LETTERS_KEPT;
    self->dead_letters[at] =
        (tr_dead_letter){message->shape->type, reason, message->from, message->to};
    self->stats.dead_letters++;
    if (self->on_dead_letter != NULL)
        self->on_dead_letter(self, message, reason);
}

void tr_core_tell_gone(tr_core *self, const tr_message *message)
{
    if (tr_shape_tells_when_gone(message->shape->type) && tr_address_is_set(message->from))
        (void)tr_send(self, message->to, message->from, receiver_gone,
                      .type = (uint16_t)message->shape->type);
}

unsigned tr_core_dead_letters(const tr_core *self, tr_dead_letter *out)
{
    TR_ENTER_OR(self, 0);
    TR_REQUIRE_OR(out != NULL, 0);
    uint64_t kept = self->dead_letter_at;
    unsigned count = kept < TR_DEAD_LETTERS_KEPT ? (unsigned)kept : TR_DEAD_LETTERS_KEPT;
    for (unsigned i = 0; i < count; i++)
        out[i] = self->dead_letters[(kept - 1 - i) % TR_DEAD_LETTERS_KEPT];
    return count;
}

void tr_core_ready(tr_core *self, tr_actor *actor)
{
    if (actor->is_ready || self->is_closing)
        return;
    actor->is_ready = true;
    actor->next_ready = NULL;
    if (self->ready_tail != NULL)
        self->ready_tail->next_ready = actor;
    else
        self->ready_head = actor;
    self->ready_tail = actor;
}

tr_actor *tr_core_pop_ready(tr_core *self)
{
    tr_actor *actor = self->ready_head;
    self->ready_head = actor->next_ready;
    if (self->ready_head == NULL)
        self->ready_tail = NULL;
    return actor;
}

// Rare, so the queue has no links backwards.
void tr_core_unready(tr_core *self, tr_actor *gone)
{
    if (!gone->is_ready)
        return;
    tr_actor *before = NULL;
    for (tr_actor *at = self->ready_head; at != gone; at = at->next_ready)
        before = at;
    if (before != NULL)
        before->next_ready = gone->next_ready;
    else
        self->ready_head = gone->next_ready;
    if (self->ready_tail == gone)
        self->ready_tail = before;
}
