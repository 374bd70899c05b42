#include "sdk/roles/background_handlers.h"

#include "actors/pool/pool.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/must.h"

enum { RESTART_MS = 1000 };

static void start(tr_sessions *self, unsigned index)
{
    const tr_handler *handler = self->app->background[index];
    tr_msg_handler_call body = {.call = 0,
                                .handler = tr_slice_of(handler->name),
                                .target = index,
                                .event = TR_SLICE("start")};
    if (tr_pool_submit(self->core, tr_actor_address(self->actor), &body) < 0)
        tr_timer_start(&self->restarts[index], RESTART_MS, 0);
}

static void on_restart(tr_timer *timer)
{
    tr_sessions *self = timer->arg;
    start(self, (unsigned)(timer - self->restarts));
}

static unsigned count_of(const tr_app *app)
{
    unsigned count = 0;
    while (app->background != NULL && app->background[count] != NULL)
        count++;
    return count;
}

void tr_background_start(tr_sessions *self, bool runs)
{
    unsigned count = runs ? count_of(self->app) : 0;
    self->restarts = tr_calloc(count, sizeof *self->restarts);
    self->background_count = count;
    for (unsigned i = 0; i < count; i++) {
        tr_must(self->app->background[i]->kind == TR_HANDLER_SYNC);
        tr_timer_init(&self->restarts[i], self->core, on_restart, self);
        tr_timer_start(&self->restarts[i], 0, 0);
    }
}

void tr_background_on_done(tr_sessions *self, const tr_msg_handler_done *done)
{
    // call 0 carries no number: which one ended is told by its status, see tr_pool_call_run.
    unsigned index = (unsigned)done->status;
    if (index >= self->background_count)
        return;
    tr_log(TR_LOG_WARN, "event=background_ended handler=%s restart_ms=%d",
           self->app->background[index]->name, RESTART_MS);
    tr_timer_start(&self->restarts[index], RESTART_MS, 0);
}

void tr_background_stop(tr_sessions *self)
{
    for (unsigned i = 0; i < self->background_count; i++)
        tr_timer_stop(&self->restarts[i]);
    tr_free(self->restarts);
}
