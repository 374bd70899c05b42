#include "sdk/roles/handlers_role.h"

#include "actors/bus/routes.h"
#include "actors/core/core_record.h"
#include "actors/core/timer.h"
#include "actors/pool/pool.h"
#include "base/log.h"
#include "base/mem.h"
#include "sdk/session/handler_table.h"
#include "sdk/session/pool_call.h"
#include "sdk/session/providers.h"
#include "troupe/err.h"

// ASK_MS: between two times that whoever has not answered is asked. PATIENCE_MS: an older version never
// answers.
enum { LOAD_MS = 250, ASK_MS = 50, PATIENCE_MS = 1000 };

typedef struct handlers {
    tr_core *core;
    tr_actor *actor;
    const tr_app *app;
    tr_timer load; // tells the membership agent
    bool is_draining;
    tr_timer ask;       // who may still send calls is asked not to
    uint64_t ask_until; // ms
    uint64_t number;    // of the question
    tr_address *asked;  // that have not answered
    uint32_t asked_count;
} handlers;

static int try_call(handlers *self, const tr_message *message)
{
    const tr_msg_handler_call *call = TR_BODY(message, handler_call);
    const tr_handler *handler = tr_handler_find(call->handler);
    // Number 0 is for background handlers, which run where the sessions are.
    if (handler == NULL || handler->kind != TR_HANDLER_SYNC || call->call == 0)
        return TR_ENOTFOUND;
    if (call->state_size != self->app->state_size)
        return TR_EPROTOCOL;
    if (self->is_draining)
        return TR_ECANCELLED;
    return tr_pool_submit(self->core, message->from, call);
}

static void on_call(handlers *self, const tr_message *message)
{
    const tr_msg_handler_call *call = TR_BODY(message, handler_call);
    int result = try_call(self, message);
    if (result == 0)
        return;
    tr_log(TR_LOG_DEBUG, "event=handler_refused handler=%s error=%s",
           tr_log_quote(call->handler.data, call->handler.size), tr_err_name(result));
    tr_pool_refuse(self->core, message->from, call->call, result);
}

static void on_take_back(handlers *self, const tr_message *message)
{
    uint64_t call = TR_BODY(message, handler_take_back)->call;
    tr_message *waited = tr_pool_take_back(self->core, message->from, call);
    if (waited != NULL)
        tr_pool_refuse(self->core, message->from, call, TR_ECANCELLED);
    else // one that cannot be told waits for no answer for long
        (void)tr_send(self->core, tr_actor_address(self->actor), message->from, handler_begun,
                      .call = call);
    tr_message_free(waited);
}

// -- leaving --

static void forget(handlers *self, uint32_t index)
{
    self->asked[index] = self->asked[--self->asked_count];
}

static void on_left(handlers *self, const tr_message *message)
{
    if (TR_BODY(message, handlers_left)->number != self->number)
        return;
    for (uint32_t i = self->asked_count; i-- != 0;)
        if (tr_address_equal(self->asked[i], message->from))
            forget(self, i);
}

static void ask(handlers *self)
{
    const tr_routes *routes = tr_core_routes(self->core);
    for (uint32_t i = self->asked_count; i-- != 0;)
        if (tr_routes_find(routes, self->asked[i].node) == NULL ||
            tr_core_now_ms(self->core) >= self->ask_until)
            forget(self, i);
        else
            (void)tr_send(self->core, tr_actor_address(self->actor), self->asked[i], handlers_leave,
                          .number = self->number);
    if (self->asked_count != 0)
        tr_timer_start(&self->ask, ASK_MS, 0);
}

static void on_ask(tr_timer *timer)
{
    ask(timer->arg);
}

static uint32_t worker_cores(const tr_routes *routes)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < routes->member_count; i++)
        if ((routes->members[i].roles & TR_ROLE_WORKER) != 0)
            count += routes->members[i].cores;
    return count;
}

// A worker that has yet to hear of our end would send a call that nobody takes. Once each of its core
// threads has said that it sends none any more, none is on its way.
static void ask_all(handlers *self)
{
    const tr_routes *routes = tr_core_routes(self->core);
    self->asked = tr_calloc(worker_cores(routes), sizeof *self->asked);
    for (uint32_t i = 0; i < routes->member_count; i++) {
        const tr_member *member = &routes->members[i];
        bool is_worker = (member->roles & TR_ROLE_WORKER) != 0;
        for (uint32_t core = 0; is_worker && core < member->cores; core++)
            self->asked[self->asked_count++] = tr_address_of(member->node, core, TR_SLOT_SESSIONS);
    }
    self->number = tr_core_random(self->core);
    self->ask_until = tr_core_now_ms(self->core) + PATIENCE_MS;
    ask(self);
}

static handlers *state_on(tr_core *core)
{
    tr_address own = tr_address_of(tr_core_node(core), tr_core_index(core), TR_SLOT_HANDLERS);
    tr_actor *actor = tr_actor_find(core, own);
    return actor != NULL ? tr_actor_state(actor) : NULL;
}

void tr_handlers_drain(tr_core *core)
{
    handlers *self = state_on(core);
    if (self == NULL || self->is_draining)
        return;
    self->is_draining = true;
    tr_pool_give_back(core);
    ask_all(self);
}

uint32_t tr_handlers_left(tr_core *core)
{
    const handlers *self = state_on(core);
    return tr_handlers_busy(core) + tr_pool_untold(core) + (self != NULL ? self->asked_count : 0);
}

static void on_message(tr_actor *actor, tr_message *message)
{
    handlers *self = tr_actor_state(actor);
    if (message->shape->type == TR_MSG_handler_call)
        on_call(self, message);
    else if (message->shape->type == TR_MSG_handler_take_back)
        on_take_back(self, message);
    else if (message->shape->type == TR_MSG_handlers_left)
        on_left(self, message);
    else if (message->shape->type == TR_MSG_node_down &&
             tr_address_equal(message->from, tr_core_address(self->core)))
        tr_pool_drop_node(self->core, TR_BODY(message, node_down)->node);
}

uint32_t tr_handlers_busy(tr_core *core)
{
    tr_pool_stats stats = tr_pool_stats_get(core);
    return stats.queued + stats.threads - stats.idle - stats.stuck;
}

static void on_load(tr_timer *timer)
{
    handlers *self = timer->arg;
    tr_address agent = tr_address_of(tr_core_node(self->core), 0, TR_SLOT_NODE);
    (void)tr_send(self->core, tr_actor_address(self->actor), agent, sessions_load,
                  .core = tr_core_index(self->core), .sessions = tr_handlers_busy(self->core));
}

static int on_start(tr_actor *actor, const void *args)
{
    handlers *self = tr_actor_state(actor);
    self->core = tr_actor_core(actor);
    self->actor = actor;
    self->app = args;
    tr_pool_set_function(self->core, tr_pool_call_run);
    tr_timer_init(&self->ask, self->core, on_ask, self);
    tr_timer_init(&self->load, self->core, on_load, self);
    tr_timer_start(&self->load, LOAD_MS, LOAD_MS);
    return 0;
}

static void on_stop(tr_actor *actor)
{
    handlers *self = tr_actor_state(actor);
    tr_timer_stop(&self->load);
    tr_timer_stop(&self->ask);
    tr_free(self->asked);
}

static const tr_behaviour behaviour = {.name = "handlers",
                                       .state_size = sizeof(handlers),
                                       .on_start = on_start,
                                       .on_message = on_message,
                                       .on_stop = on_stop,
                                       .mailbox_cap = 65536};

int tr_handlers_start(tr_core *core, const tr_app *app)
{
    tr_providers_set(app->providers);
    return tr_spawn(core, &behaviour, app, TR_SLOT_HANDLERS, NULL);
}
