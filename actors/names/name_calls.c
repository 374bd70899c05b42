// The functions of troupe/actors/names.h.

#include "troupe/actors/names.h"

#include "actors/core/core_record.h"
#include "actors/core/coroutine.h"
#include "actors/core/enter.h"
#include "actors/names/name_claims.h"
#include "actors/names/name_entries.h"
#include "actors/names/name_registry.h"
#include "actors/pool/pool.h"
#include "actors/pool/pool_thread.h"
#include "base/mem.h"
#include "troupe/err.h"
#include "wire/scan.h"

static tr_names *registry_here(tr_core *core)
{
    tr_actor *actor = tr_names_here(core);
    return actor != NULL ? tr_actor_state(actor) : NULL;
}

// False: no name can be so.
static bool read_name(const char *name, enum tr_name_scope scope, tr_slice *out)
{
    *out = tr_slice_of(name);
    return out->size != 0 && out->size <= TR_NAME_CAP_BYTES && (unsigned)scope <= TR_NAME_CLUSTER &&
           tr_scan_is_utf8(out->data, out->size);
}

static void release(tr_names *registry, const tr_actor *self, const tr_name_claim *claim)
{
    tr_names_post(
        registry, tr_names_of_core(registry, 0), TR_MSG_name_release,
        &(tr_msg_name_release){{claim->text, claim->size}, claim->scope, tr_actor_address(self)});
}

int tr_name_register(tr_actor *self, const char *name, enum tr_name_scope scope)
{
    TR_ENTER_ACTOR(self);
    tr_slice text;
    if (!read_name(name, scope, &text))
        return TR_EINVALID;
    if (tr_name_claim_find(self, (uint16_t)scope, text) != NULL)
        return TR_EEXISTS;
    tr_names *registry = registry_here(self->core);
    if (registry == NULL)
        return TR_ECANCELLED;
    const tr_name_claim *claim = tr_name_claim_add(self, (uint16_t)scope, text);
    if (claim == NULL)
        return TR_EFULL;
    tr_names_post(
        registry, tr_names_of_core(registry, 0), TR_MSG_name_claim,
        &(tr_msg_name_claim){text, (uint16_t)scope, tr_actor_address(self), claim->reference});
    return 0;
}

typedef struct about {
    tr_slice name;
    uint16_t scope;
} about;

static bool is_about(const tr_message *message, const void *arg)
{
    const about *it = arg;
    if (TR_TYPE(message) == TR_MSG_name_registered) {
        const tr_msg_name_registered *body = TR_BODY(message, name_registered);
        return body->scope == it->scope && tr_slice_equal(body->name, it->name);
    }
    if (TR_TYPE(message) != TR_MSG_name_lost)
        return false;
    const tr_msg_name_lost *body = TR_BODY(message, name_lost);
    return body->scope == it->scope && tr_slice_equal(body->name, it->name);
}

int tr_name_unregister(tr_actor *self, const char *name, enum tr_name_scope scope)
{
    TR_ENTER_ACTOR(self);
    TR_REQUIRE(name != NULL);
    about it = {tr_slice_of(name), (uint16_t)scope};
    tr_actor_withdraw(self, is_about, &it);
    tr_name_claim *claim = tr_name_claim_find(self, it.scope, it.name);
    if (claim == NULL)
        return TR_ENOTFOUND;
    tr_names *registry = registry_here(self->core);
    if (registry != NULL)
        release(registry, self, claim);
    tr_name_claim_drop(self, claim);
    return 0;
}

void tr_names_end(tr_actor *self)
{
    // When the core thread ends, the whole process does.
    tr_names *registry =
        self->extras->names != NULL && !self->core->is_closing ? registry_here(self->core) : NULL;
    while (self->extras->names != NULL) {
        if (registry != NULL)
            release(registry, self, self->extras->names);
        tr_name_claim_drop(self, self->extras->names);
    }
}

// -- finding --

static tr_address known(tr_core *core, enum tr_name_scope scope, tr_slice text, bool *out_is_home)
{
    const tr_names *registry = registry_here(core);
    *out_is_home = registry != NULL && tr_names_is_home(registry, (uint16_t)scope);
    const tr_name *entry =
        registry != NULL ? tr_registry_find(&registry->table, (uint16_t)scope, text) : NULL;
    return entry != NULL ? entry->owner : TR_NOWHERE;
}

tr_address tr_name_known(tr_core *core, const char *name, enum tr_name_scope scope)
{
    TR_ENTER_OR(core, TR_NOWHERE);
    bool is_home;
    return known(core, scope, tr_slice_of(name), &is_home);
}

int64_t tr_name_ask(tr_actor *self, const char *name, enum tr_name_scope scope,
                    uint64_t deadline_ms)
{
    TR_ENTER_ACTOR(self);
    tr_msg_name_find body = {.scope = (uint16_t)scope};
    if (!read_name(name, scope, &body.name))
        return TR_EINVALID;
    tr_core *core = self->core;
    return tr_ask_body(self, tr_address_of(core->node, core->index, TR_SLOT_NAMES),
                       TR_MSG_name_find, &body, deadline_ms);
}

static int ask(const tr_msg_name_find *body, uint64_t deadline_ms, tr_message **out)
{
    tr_pool_thread *thread = tr_pool_thread_current();
    if (thread != NULL)
        return tr_pool_ask(thread, tr_pool_thread_home(thread, TR_SLOT_NAMES), TR_MSG_name_find,
                           body, deadline_ms, out);
    tr_core *core = tr_core_here;
    return tr_coroutine_ask(tr_core_address(core),
                            tr_address_of(core->node, core->index, TR_SLOT_NAMES), TR_MSG_name_find,
                            body, deadline_ms, out);
}

int tr_name_find(const char *name, enum tr_name_scope scope, uint64_t deadline_ms, tr_address *out)
{
    tr_msg_name_find body = {.scope = (uint16_t)scope};
    if (tr_coroutine_current() == NULL && tr_pool_thread_current() == NULL)
        return tr_enter_refused(__func__, TR_EWRONGTHREAD);
    TR_REQUIRE(out != NULL);
    if (!read_name(name, scope, &body.name))
        return TR_EINVALID;
    tr_address who = tr_core_here != NULL ? tr_name_known(tr_core_here, name, scope) : TR_NOWHERE;
    int result = 0;
    if (!tr_address_is_set(who)) {
        tr_message *answer = NULL;
        result = ask(&body, deadline_ms, &answer);
        if (result < 0)
            return result;
        result = (int)TR_BODY(answer, name_found)->status;
        who = TR_BODY(answer, name_found)->who;
        tr_message_free(answer);
    }
    if (result == 0)
        *out = who;
    return result;
}

int tr_send_named_body(tr_core *core, tr_address from, enum tr_name_scope scope, const char *name,
                       uint32_t type, const void *body)
{
    TR_ENTER(core);
    tr_slice text;
    bool is_home;
    if (!read_name(name, scope, &text))
        return TR_EINVALID;
    tr_address who = known(core, scope, text, &is_home);
    if (tr_address_is_set(who))
        return tr_send_body(core, from, who, type, body);
    tr_names *registry = registry_here(core);
    if (registry == NULL)
        return TR_ECANCELLED;
    if (is_home)
        return TR_ENOTFOUND;
    tr_name *entry = tr_names_entry(registry, (uint16_t)scope, text);
    if (entry == NULL || entry->waiter_count >= TR_NAME_WAITERS_CAP)
        return TR_EFULL;
    bool was_pending = tr_name_is_pending(entry);
    tr_message *message = tr_message_new(type, body);
    message->from = from;
    int result = tr_name_wait(entry, message, TR_NOWHERE, 0);
    if (result == 0)
        tr_name_look_up(registry, entry, was_pending);
    return result;
}
