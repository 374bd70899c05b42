#include "host/embedded.h"

#include <stdio.h>

#include "actors/bus/routes.h"
#include "actors/system/watchdog.h"
#include "base/clock.h"

static _Thread_local tr_embed *here;

tr_embed *tr_embed_here(void)
{
    return here;
}

void tr_embed_here_set(tr_embed *self)
{
    here = self;
}

void tr_embed_complain(tr_embed *self, const char *text)
{
    tr_lock_take(&self->lock);
    snprintf(self->why, sizeof self->why, "%s", text);
    tr_lock_give(&self->lock);
}

int tr_embed_check(const tr_options *options, tr_buf *error)
{
    if ((options->roles & TR_ROLE_GATEWAY) == 0)
        tr_buf_printf(error, "an app inside a server needs the role gateway: leave --role out, or "
                             "say --role gateway");
    else if (options->tls_cert != NULL)
        tr_buf_printf(error, "TLS is the server's that the app is in: leave --tls-cert out");
    else if (options->has_proxy_headers)
        tr_buf_printf(error, "the PROXY protocol is the server's that the app is in: leave "
                             "--proxy-protocol out");
    else
        return 0;
    return TR_EINVALID;
}

void tr_embed_state_set(tr_embed *self, enum tr_embed_state state, tr_process *process)
{
    tr_lock_take(&self->lock);
    self->state = state;
    self->process = process;
    pthread_cond_broadcast(&self->changed);
    tr_lock_give(&self->lock);
}

static bool is_wanted(tr_embed *self)
{
    tr_lock_take(&self->lock);
    if (!self->is_stop_wanted)
        (void)tr_lock_wait(&self->lock, &self->changed, tr_clock_ms() + TR_WATCHDOG_LOOK_MS);
    bool is_stop_wanted = self->is_stop_wanted;
    tr_lock_give(&self->lock);
    return !is_stop_wanted;
}

void tr_embed_serve(tr_embed *self, tr_process *process, void (*look)(void *arg), void *arg)
{
    tr_embed_state_set(self, TR_EMBED_SERVING, process);
    while (is_wanted(self))
        look(arg);
    tr_embed_state_set(self, TR_EMBED_SERVING, NULL);
}
