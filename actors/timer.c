#include "actors/timer.h"

#include "actors/internal.h"

static void on_watcher(struct ev_loop *loop, ev_timer *watcher, int events)
{
    (void)loop;
    (void)events;
    tr_timer *self = watcher->data;
    self->on_fire(self);
}

void tr_timer_init(tr_timer *self, tr_core *core, void (*on_fire)(tr_timer *self), void *arg)
{
    *self = (tr_timer){.core = core, .on_fire = on_fire, .arg = arg};
    ev_init(&self->watcher, on_watcher);
    self->watcher.data = self;
}

void tr_timer_start(tr_timer *self, uint64_t delay_ms, uint64_t repeat_ms)
{
    tr_owner_assert(&self->core->owner);
    struct ev_loop *loop = self->core->loop;
    ev_timer_stop(loop, &self->watcher);
    // libev counts from the start of the turn; a long turn must not shorten the wait.
    ev_now_update(loop);
    ev_timer_set(&self->watcher, (double)delay_ms / 1000.0, (double)repeat_ms / 1000.0);
    ev_timer_start(loop, &self->watcher);
}

void tr_timer_stop(tr_timer *self)
{
    if (self->core == NULL)
        return;
    tr_owner_assert(&self->core->owner);
    ev_timer_stop(self->core->loop, &self->watcher);
}

bool tr_timer_is_running(const tr_timer *self)
{
    return ev_is_active(&self->watcher);
}
