#include "actors/names/name_entries.h"

#include "actors/core/core.h"
#include "actors/core/send.h"
#include "base/mem.h"
#include "troupe/err.h"

enum { TICK_MS = 250 };

bool tr_names_is_home(const tr_names *self, uint16_t scope)
{
    return tr_core_is_first(self->core) && (scope == TR_NAME_PROCESS || self->broker_count == 0);
}

bool tr_names_is_settled(const tr_names *self)
{
    return self->core->now_ms >= self->started_ms + TR_NAME_GRACE_MS;
}

void tr_names_arm(tr_names *self)
{
    if (!tr_timer_is_running(&self->tick))
        tr_timer_start(&self->tick, TICK_MS, TICK_MS);
}

// -- sending --

static void send_or_keep(tr_names *self, tr_send_options options, unsigned type, const void *body)
{
    options.from = tr_names_of_core(self, self->core->index);
    options.keep_in = &self->unsent;
    if (tr_core_send(self->core, &options, type, body) == TR_EFULL)
        tr_names_arm(self);
}

void tr_names_post(tr_names *self, tr_address to, unsigned type, const void *body)
{
    send_or_keep(self, (tr_send_options){.to = to}, type, body);
}

tr_known_broker *tr_names_broker_of(tr_names *self, const tr_name *name)
{
    uint64_t hash = tr_name_hash(tr_name_text(name));
    return &self->brokers[tr_rendezvous_pick(hash, self->keys, self->broker_count)];
}

// To the broker that keeps the name. A lost message is made good by the tick, or by telling all
// again.
static void send_up(tr_names *self, const tr_name *name, unsigned type, const void *body)
{
    tr_known_broker *broker = tr_names_broker_of(self, name);
    broker->changes += type != TR_MSG_name_want;
    self->uses_cluster = true;
    tr_names_arm(self);
    (void)tr_send_body(self->core, tr_names_of_core(self, 0),
                       tr_address_of(broker->alias, 0, TR_SLOT_NAMES), type, body);
}

void tr_name_claim_up(tr_names *self, const tr_name *name)
{
    tr_msg_name_claim body = {tr_name_text(name), name->scope, name->claimant, name->reference};
    send_up(self, name, TR_MSG_name_claim, &body);
}

void tr_name_release_up(tr_names *self, const tr_name *name, tr_address owner)
{
    tr_msg_name_release body = {tr_name_text(name), name->scope, owner};
    send_up(self, name, TR_MSG_name_release, &body);
}

void tr_name_want_up(tr_names *self, const tr_name *name)
{
    tr_msg_name_want body = {tr_name_text(name), name->scope};
    if (tr_core_is_first(self->core))
        send_up(self, name, TR_MSG_name_want, &body);
    else
        tr_names_post(self, tr_names_of_core(self, 0), TR_MSG_name_want, &body);
}

void tr_name_tell(tr_names *self, tr_address to, const tr_name *name, tr_address owner)
{
    tr_names_post(self, to, TR_MSG_name_state,
                  &(tr_msg_name_state){tr_name_text(name), name->scope, owner});
}

// -- entries --

// Others' knowledge of it is out of date.
void tr_name_tell_gone(tr_names *self, tr_name *name)
{
    for (; name->told_cores != 0; name->told_cores &= name->told_cores - 1)
        tr_name_tell(self, tr_names_of_core(self, (unsigned)__builtin_ctzll(name->told_cores)),
                     name, TR_NOWHERE);
    for (; name->told_node_count != 0; name->told_node_count--)
        tr_name_tell(self,
                     tr_address_of(name->told_nodes[name->told_node_count - 1], 0, TR_SLOT_NAMES),
                     name, TR_NOWHERE);
}

void tr_name_forget_owner(tr_names *self, tr_name *name)
{
    self->held[name->scope] -= name->epoch != 0;
    name->owner = TR_NOWHERE;
    name->epoch = 0;
    tr_name_tell_gone(self, name);
    tr_registry_tidy(&self->table, name);
}

// NULL: all entries are in use.
tr_name *tr_names_entry(tr_names *self, uint16_t scope, tr_slice text)
{
    tr_name *name = tr_registry_get(&self->table, scope, text);
    if (name != NULL)
        return name;
    tr_name *oldest = tr_registry_oldest_cached(&self->table);
    if (oldest == NULL)
        return NULL;
    tr_name_forget_owner(self, oldest);
    return tr_registry_get(&self->table, scope, text);
}

void tr_names_answer(tr_names *self, tr_address asker, uint64_t correlation, uint16_t scope,
                     tr_slice text, int64_t status, tr_address who)
{
    send_or_keep(
        self, (tr_send_options){.to = asker, .flags = TR_FLAG_ANSWER, .correlation = correlation},
        TR_MSG_name_found,
        &(tr_msg_name_found){.name = text, .scope = scope, .status = status, .who = who});
}

static void pass_on(tr_names *self, tr_message *message, int64_t status, tr_address who)
{
    int result = (int)status;
    if (status == 0) {
        message->to = who;
        result = tr_core_post_message(self->core, &message);
    }
    if (message != NULL && (status != 0 || result == TR_EFULL))
        tr_core_dead_letter(self->core, message, result);
    tr_message_free(message);
}

// Those that wait are answered.
void tr_name_settle(tr_names *self, tr_name *name, int64_t status)
{
    tr_name_waiter *waiter;
    while ((waiter = tr_name_take_waiter(name)) != NULL) {
        if (waiter->message != NULL)
            pass_on(self, waiter->message, status, name->owner);
        else
            tr_names_answer(self, waiter->from, waiter->correlation, name->scope,
                            tr_name_text(name), status, name->owner);
        tr_free(waiter);
    }
    uint64_t cores = status == TR_EUNAVAILABLE ? 0 : name->wanting_cores;
    name->wanting_cores = 0;
    if (status == 0)
        name->told_cores |= cores;
    for (; cores != 0; cores &= cores - 1)
        tr_name_tell(self, tr_names_of_core(self, (unsigned)__builtin_ctzll(cores)), name,
                     name->owner);
}

// Somebody waits for the entry who did not before.
void tr_name_look_up(tr_names *self, tr_name *name, bool was_pending)
{
    tr_registry_tidy(&self->table, name);
    if (was_pending)
        return;
    name->since_ms = self->core->now_ms;
    tr_name_want_up(self, name);
    tr_names_arm(self);
}

void tr_name_grant(tr_names *self, tr_name *name, tr_address owner, uint64_t epoch)
{
    self->held[name->scope] += name->epoch == 0;
    name->owner = owner;
    name->epoch = epoch;
    tr_name_settle(self, name, 0);
    tr_registry_tidy(&self->table, name);
}
