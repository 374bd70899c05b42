#include "sdk/session/session_timer.h"

#include "actors/core/core.h"

enum { NS_PER_MS = 1000000 };

static uint64_t now_ns(const tr_session *self)
{
    return tr_core_clock_ns(self->sessions->core);
}

// A time that is put off leaves the timer as it is: it fires and looks again.
static void arm(tr_session *self, uint64_t now)
{
    uint64_t next = UINT64_MAX;
    for (unsigned i = 0; i < TR_SESSION_DUE_COUNT; i++)
        if (self->due_ns[i] != 0 && self->due_ns[i] < next)
            next = self->due_ns[i];
    if (next == UINT64_MAX || (tr_timer_due_ns(&self->timer) <= next))
        return;
    tr_timer_start(&self->timer, next > now ? (next - now + NS_PER_MS - 1) / NS_PER_MS : 0, 0);
}

static void on_fire(tr_timer *timer)
{
    tr_session *self = timer->arg;
    uint64_t now = now_ns(self);
    tr_session_ref(self); // it may end
    for (unsigned i = 0; i < TR_SESSION_DUE_COUNT; i++) {
        if (self->due_ns[i] == 0 || self->due_ns[i] > now)
            continue;
        self->due_ns[i] = 0;
        self->sessions->on_due(self, (enum tr_session_due)i);
    }
    arm(self, now);
    tr_session_unref(self);
}

void tr_session_timer_init(tr_session *self,
                           void (*on_due)(tr_session *self, enum tr_session_due due))
{
    self->sessions->on_due = on_due;
    tr_timer_init(&self->timer, self->sessions->core, on_fire, self);
}

void tr_session_timer_start(tr_session *self, enum tr_session_due due, uint64_t delay_ms)
{
    uint64_t now = now_ns(self);
    uint64_t longest_ms = (UINT64_MAX - 1 - now) / NS_PER_MS;
    self->due_ns[due] = now + (delay_ms < longest_ms ? delay_ms : longest_ms) * NS_PER_MS;
    arm(self, now);
}

void tr_session_timer_stop(tr_session *self, enum tr_session_due due)
{
    self->due_ns[due] = 0;
}

bool tr_session_timer_is_running(const tr_session *self, enum tr_session_due due)
{
    return self->due_ns[due] != 0;
}

void tr_session_timer_done(tr_session *self)
{
    for (unsigned i = 0; i < TR_SESSION_DUE_COUNT; i++)
        self->due_ns[i] = 0;
    tr_timer_stop(&self->timer);
}
