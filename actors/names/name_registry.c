// The registry actor: what it does with what comes. Its table is name_table.c; what an actor
// remembers of its own names is name_claims.c; what it offers actors, coroutines and threads is
// name_calls.c.
//
//     claim      actor's core ──▶ core 0 ──▶ broker      (a name of the process ends at core 0)
//     claimed    actor's core ◀── core 0 ◀── broker
//     want       core ──────────▶ core 0 ──▶ broker      (what is not known on the way)
//     state      core ◀────────── core 0 ◀── broker      (now, and when it changes)
//
// A claim or a look-up that a broker does not answer is repeated at each tick until its time is
// over. A node repeats its names to a broker that turns out not to know them (names_hello): after a
// restart of either, after a lost connection, after a lost message.

#include "actors/names/name_registry.h"

#include "actors/core/core.h"
#include "actors/core/system_record.h"
#include "actors/names/name_claims.h"
#include "actors/names/name_entries.h"
#include "actors/names/name_sync.h"
#include "base/mem.h"
#include "troupe/err.h"

// -- claims --

static void tell_claimed(tr_names *self, tr_address to, const tr_msg_name_claim *claim,
                         int64_t status, uint64_t epoch)
{
    tr_names_post(self, to, TR_MSG_name_claimed,
                  &(tr_msg_name_claimed){claim->name, claim->scope, claim->owner, claim->reference,
                                         epoch, status});
}

// We decide.
static void on_claim_at_home(tr_names *self, const tr_message *message)
{
    const tr_msg_name_claim *claim = TR_BODY(message, name_claim);
    tr_name *name = tr_registry_find(&self->table, claim->scope, claim->name);
    bool is_free = name == NULL || !tr_address_is_set(name->owner);
    int64_t status = 0;
    if (!is_free && !tr_address_equal(name->owner, claim->owner))
        status = TR_EEXISTS;
    else if (is_free && tr_names_is_foreign(self, message->from) && !tr_names_is_settled(self))
        status = TR_EUNAVAILABLE;
    else if (is_free && (name = tr_names_entry(self, claim->scope, claim->name)) == NULL)
        status = TR_EFULL;
    if (status == 0 && is_free)
        tr_name_grant(self, name, claim->owner, ++self->table.last_epoch);
    tell_claimed(self, message->from, claim, status, status == 0 ? name->epoch : 0);
}

// A broker decides; what we know ourselves is refused here.
static void on_claim_on_the_way(tr_names *self, const tr_message *message)
{
    const tr_msg_name_claim *claim = TR_BODY(message, name_claim);
    tr_name *name = tr_names_entry(self, claim->scope, claim->name);
    if (name == NULL || self->held[claim->scope] >= TR_NAMES_OF_NODE_CAP) {
        tell_claimed(self, message->from, claim, TR_EFULL, 0);
        if (name != NULL)
            tr_registry_tidy(&self->table, name);
        return;
    }
    if (name->epoch != 0 || tr_address_is_set(name->claimant)) {
        tell_claimed(self, message->from, claim, TR_EEXISTS, 0);
        return;
    }
    name->claimant = claim->owner;
    name->reference = claim->reference;
    name->since_ms = self->core->now_ms;
    tr_registry_tidy(&self->table, name);
    tr_name_claim_up(self, name);
}

static void on_claim(tr_names *self, const tr_message *message)
{
    tr_names_count_change(self, message->from);
    if (tr_names_is_home(self, TR_BODY(message, name_claim)->scope))
        on_claim_at_home(self, message);
    else if (tr_core_is_first(self->core))
        on_claim_on_the_way(self, message);
}

static tr_actor *owner_here(tr_names *self, tr_address owner)
{
    return tr_actor_find(self->core, (tr_address){self->core->node, owner.actor});
}

// At the end of its way: the actor hears of it.
static void on_claimed_here(tr_names *self, const tr_msg_name_claimed *claimed)
{
    tr_actor *owner = owner_here(self, claimed->owner);
    tr_name_claim *claim =
        owner != NULL ? tr_name_claim_find(owner, claimed->scope, claimed->name) : NULL;
    if (claim == NULL || claim->reference != claimed->reference || claim->is_held)
        return;
    claim->is_held = claimed->status == 0;
    if (!claim->is_held)
        tr_name_claim_drop(owner, claim);
    tr_actor_signal(owner, TR_MSG_name_registered,
                    &(tr_msg_name_registered){claimed->name, claimed->scope, claimed->status});
}

static tr_address registry_of_owner(const tr_names *self, tr_address owner)
{
    return tr_names_of_core(self, tr_address_core(owner));
}

// From the broker.
static void on_claimed_on_the_way(tr_names *self, const tr_msg_name_claimed *claimed)
{
    tr_name *name = tr_registry_find(&self->table, claimed->scope, claimed->name);
    if (name == NULL || name->reference != claimed->reference ||
        !tr_address_equal(name->claimant, claimed->owner) || claimed->status == TR_EUNAVAILABLE)
        return;
    name->claimant = TR_NOWHERE;
    tr_names_post(self, registry_of_owner(self, claimed->owner), TR_MSG_name_claimed, claimed);
    if (claimed->status == 0) {
        tr_name_tell_gone(self, name); // the owner that we had in the table
        tr_name_grant(self, name, claimed->owner, claimed->epoch);
    } else {
        // Those who wait want to know who it is.
        if (tr_name_is_pending(name))
            tr_name_want_up(self, name);
        tr_registry_tidy(&self->table, name);
    }
}

static void on_release(tr_names *self, const tr_message *message)
{
    const tr_msg_name_release *body = TR_BODY(message, name_release);
    tr_names_count_change(self, message->from);
    tr_name *name = tr_registry_find(&self->table, body->scope, body->name);
    if (name == NULL)
        return;
    bool is_owner = tr_address_equal(name->owner, body->owner);
    bool is_claimant = tr_address_equal(name->claimant, body->owner);
    if (!is_owner && !is_claimant)
        return;
    if (!tr_names_is_home(self, body->scope) && tr_core_is_first(self->core))
        tr_name_release_up(self, name, body->owner);
    if (is_claimant) {
        name->claimant = TR_NOWHERE;
        if (tr_name_is_pending(name))
            tr_name_want_up(self, name);
    }
    if (is_owner)
        tr_name_forget_owner(self, name);
    else
        tr_registry_tidy(&self->table, name);
}

// The claim of another actor was the better one.
static void on_taken(tr_names *self, const tr_message *message)
{
    const tr_msg_name_taken *taken = TR_BODY(message, name_taken);
    if (tr_names_is_foreign(self, message->from)) {
        tr_name *name = tr_registry_find(&self->table, taken->scope, taken->name);
        if (name == NULL || !tr_address_equal(name->owner, taken->owner))
            return;
        tr_name_forget_owner(self, name);
        tr_names_post(self, registry_of_owner(self, taken->owner), TR_MSG_name_taken, taken);
        return;
    }
    tr_actor *owner = owner_here(self, taken->owner);
    tr_name_claim *claim =
        owner != NULL ? tr_name_claim_find(owner, taken->scope, taken->name) : NULL;
    if (claim == NULL || !claim->is_held)
        return;
    tr_name_claim_drop(owner, claim);
    tr_actor_signal(owner, TR_MSG_name_lost,
                    &(tr_msg_name_lost){taken->name, taken->scope, taken->winner});
}

// -- look-ups --

static void on_find(tr_names *self, const tr_message *message)
{
    const tr_msg_name_find *find = TR_BODY(message, name_find);
    tr_name *name = tr_registry_find(&self->table, find->scope, find->name);
    bool is_known = name != NULL && tr_address_is_set(name->owner);
    int64_t status = 0;
    if (!is_known && tr_names_is_home(self, find->scope)) {
        status = TR_ENOTFOUND;
    } else if (!is_known) {
        name = tr_names_entry(self, find->scope, find->name);
        bool was_pending = name != NULL && tr_name_is_pending(name);
        status =
            name != NULL ? tr_name_wait(name, NULL, message->from, message->correlation) : TR_EFULL;
        if (status == 0) {
            tr_name_look_up(self, name, was_pending);
            return;
        }
    }
    tr_names_answer(self, message->from, message->correlation, find->scope, find->name, status,
                    is_known ? name->owner : TR_NOWHERE);
}

static void on_want(tr_names *self, const tr_message *message)
{
    const tr_msg_name_want *want = TR_BODY(message, name_want);
    bool from_node = tr_names_is_foreign(self, message->from);
    unsigned core = tr_address_core(message->from);
    tr_name *name = tr_registry_find(&self->table, want->scope, want->name);
    if (name != NULL && tr_address_is_set(name->owner)) {
        if (from_node)
            tr_name_tell_node(name, message->from.node);
        else
            name->told_cores |= 1ull << core;
        tr_name_tell(self, message->from, name, name->owner);
    } else if (tr_names_is_home(self, want->scope)) {
        // While it may not have been repeated yet, silence: the node asks again.
        if (!from_node || tr_names_is_settled(self))
            tr_names_post(self, message->from, TR_MSG_name_state,
                          &(tr_msg_name_state){want->name, want->scope, TR_NOWHERE});
    } else if (!from_node && (name = tr_names_entry(self, want->scope, want->name)) != NULL) {
        bool was_pending = tr_name_is_pending(name);
        name->wanting_cores |= 1ull << core;
        tr_name_look_up(self, name, was_pending);
    }
}

static void on_state(tr_names *self, const tr_msg_name_state *state)
{
    tr_name *name = tr_registry_find(&self->table, state->scope, state->name);
    // We know more of names that are our own.
    if (name == NULL || name->epoch != 0)
        return;
    bool is_known = tr_address_is_set(state->owner);
    name->owner = state->owner;
    if (!is_known)
        tr_name_tell_gone(self, name);
    tr_name_settle(self, name, is_known ? 0 : TR_ENOTFOUND);
    tr_registry_tidy(&self->table, name);
}

// -- the actor --

static void give_up(tr_names *self, tr_name *name)
{
    if (tr_address_is_set(name->claimant)) {
        tr_msg_name_claim claim = {tr_name_text(name), name->scope, name->claimant,
                                   name->reference};
        tell_claimed(self, registry_of_owner(self, name->claimant), &claim, TR_EUNAVAILABLE, 0);
        tr_name_release_up(self, name, name->claimant);
        name->claimant = TR_NOWHERE;
    }
    tr_name_settle(self, name, TR_EUNAVAILABLE);
    tr_registry_tidy(&self->table, name);
}

static void on_tick(tr_timer *timer)
{
    tr_names *self = timer->arg;
    tr_unsent_retry(&self->unsent, self->core, TR_UNSENT_TRIES);
    for (tr_name *at = self->table.pending, *next; at != NULL; at = next) {
        next = at->pending_next;
        if (self->core->now_ms >= at->since_ms + TR_NAME_DEADLINE_MS)
            give_up(self, at);
        else if (tr_core_is_first(self->core) && tr_address_is_set(at->claimant))
            tr_name_claim_up(self, at);
        else if (tr_core_is_first(self->core))
            tr_name_want_up(self, at);
    }
    if (self->uses_cluster)
        tr_names_say_hello(self);
    else if (self->table.pending == NULL && self->unsent.count == 0)
        tr_timer_stop(&self->tick);
}

static bool is_scope(uint16_t scope)
{
    return scope == TR_NAME_PROCESS || scope == TR_NAME_CLUSTER;
}

// Of nobody there is no name, and of core threads that we do not have no registry.
static bool is_sound(const tr_names *self, const tr_message *message)
{
    if (message->from.node == self->core->node &&
        tr_address_core(message->from) >= self->core->system->core_count)
        return false;
    switch (TR_TYPE(message)) {
    case TR_MSG_name_claim:
        return tr_address_is_set(TR_BODY(message, name_claim)->owner);
    case TR_MSG_name_claimed:
        return tr_address_is_set(TR_BODY(message, name_claimed)->owner) &&
               (TR_BODY(message, name_claimed)->status != 0 ||
                TR_BODY(message, name_claimed)->epoch != 0 ||
                !tr_names_is_foreign(self, message->from));
    case TR_MSG_name_release:
        return tr_address_is_set(TR_BODY(message, name_release)->owner);
    case TR_MSG_name_taken:
        return tr_address_is_set(TR_BODY(message, name_taken)->owner);
    default:
        return true;
    }
}

static void on_message(tr_actor *actor, tr_message *message)
{
    tr_names *self = tr_actor_state(actor);
    if (!is_sound(self, message)) {
        tr_core_dead_letter(self->core, message, TR_EPROTOCOL);
        return;
    }
    switch (TR_TYPE(message)) {
    case TR_MSG_name_find:
        if (is_scope(TR_BODY(message, name_find)->scope))
            on_find(self, message);
        break;
    case TR_MSG_name_want:
        if (is_scope(TR_BODY(message, name_want)->scope))
            on_want(self, message);
        break;
    case TR_MSG_name_state:
        on_state(self, TR_BODY(message, name_state));
        break;
    case TR_MSG_name_claim:
        if (is_scope(TR_BODY(message, name_claim)->scope))
            on_claim(self, message);
        break;
    case TR_MSG_name_claimed:
        if (tr_names_is_foreign(self, message->from))
            on_claimed_on_the_way(self, TR_BODY(message, name_claimed));
        else
            on_claimed_here(self, TR_BODY(message, name_claimed));
        break;
    case TR_MSG_name_release:
        on_release(self, message);
        break;
    case TR_MSG_name_taken:
        on_taken(self, message);
        break;
    case TR_MSG_names_hello:
        tr_names_on_hello(self, message);
        break;
    case TR_MSG_names_resync:
        tr_names_on_resync(self, message);
        break;
    case TR_MSG_names_all:
        tr_names_on_all(self, message);
        break;
    case TR_MSG_node_down:
        tr_names_on_node_down(self, TR_BODY(message, node_down)->node);
        break;
    default:
        break;
    }
}

static int on_start(tr_actor *actor, const void *args)
{
    (void)args;
    tr_names *self = tr_actor_state(actor);
    self->core = tr_actor_core(actor);
    self->started_ms = self->core->now_ms;
    tr_timer_init(&self->tick, self->core, on_tick, self);
    return 0;
}

static void on_stop(tr_actor *actor)
{
    tr_names *self = tr_actor_state(actor);
    tr_timer_stop(&self->tick);
    tr_unsent_done(&self->unsent);
    tr_registry_done(&self->table);
    uint32_t at = 0;
    void *node;
    while (tr_map_next(&self->nodes, &at, NULL, &node))
        tr_free(node);
    tr_map_done(&self->nodes);
}

static const tr_behaviour behaviour = {.name = "names",
                                       .state_size = sizeof(tr_names),
                                       .on_start = on_start,
                                       .on_message = on_message,
                                       .on_stop = on_stop,
                                       .mailbox_cap = 16384};

tr_actor *tr_names_here(tr_core *core)
{
    tr_address here = tr_address_of(core->node, core->index, TR_SLOT_NAMES);
    tr_actor *actor = tr_actor_find(core, here);
    if (actor == NULL && tr_spawn(core, &behaviour, NULL, TR_SLOT_NAMES, NULL) == 0)
        actor = tr_actor_find(core, here);
    return actor;
}

void tr_names_use_brokers(tr_core *core, const tr_names_broker *brokers, unsigned count)
{
    tr_names *self = tr_actor_state(tr_names_here(core));
    self->broker_count = count;
    for (unsigned i = 0; i < count; i++)
        self->brokers[i].alias = brokers[i].alias;
    for (unsigned i = 0; i < count; i++)
        self->keys[i] = (tr_candidate){brokers[i].key, 1};
}
