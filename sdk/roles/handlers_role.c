#include "sdk/roles/handlers_role.h"

#include "actors/core/core_record.h"
#include "actors/core/timer.h"
#include "actors/pool/pool.h"
#include "base/log.h"
#include "sdk/session/handler_table.h"
#include "sdk/session/pool_call.h"
#include "sdk/session/providers.h"
#include "troupe/err.h"

enum { LOAD_MS = 250 };

typedef struct handlers {
    tr_core *core;
    tr_actor *actor;
    const tr_app *app;
    tr_timer load; // tells the membership agent
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
    // Should even this find no room, the session's node is in trouble of its own.
    (void)tr_send(self->core, tr_actor_address(self->actor), message->from, handler_done,
                  .call = call->call, .status = result);
}

static void on_message(tr_actor *actor, tr_message *message)
{
    handlers *self = tr_actor_state(actor);
    if (message->shape->type == TR_MSG_handler_call)
        on_call(self, message);
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
    tr_timer_init(&self->load, self->core, on_load, self);
    tr_timer_start(&self->load, LOAD_MS, LOAD_MS);
    return 0;
}

static void on_stop(tr_actor *actor)
{
    handlers *self = tr_actor_state(actor);
    tr_timer_stop(&self->load);
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
