// How a process leaves: nothing new, what is there goes, then goodbye.

#include "actors/bus/liveness.h"
#include "actors/bus/routes.h"
#include "broker/agent.h"
#include "host/process_record.h"
#include "sdk/roles/handlers_role.h"
#include "sdk/roles/sessions_role.h"

enum {
    DRAIN_POLL_MS = 20,
    HANDLERS_DRAIN_MS = 10000,
    ARRIVAL_MS = 2000, // so long what was accepted is waited for: it is to be answered, too
    // So long peers have time to acknowledge what was said to them. They do so twice a heartbeat.
    LAST_WORDS_MS = 2000
};

static void begin_drain(tr_core *core, void *arg)
{
    tr_process *self = arg;
    if (tr_core_index(core) == 0 && (self->options->roles & TR_ROLE_BROKER) == 0)
        tr_agent_drain(core);
    if ((self->options->roles & TR_ROLE_GATEWAY) != 0)
        tr_gateway_drain(core);
    if ((self->options->roles & TR_ROLE_HANDLERS) != 0)
        tr_handlers_drain(core);
    // Alone there is nobody to hand sessions to: they are in the store, or gone.
    if ((self->options->roles & TR_ROLE_WORKER) != 0 && self->options->broker_count != 0)
        tr_sessions_drain(core);
    atomic_fetch_add(&self->drained_cores, 1);
}

static void count_gateway(tr_process *self, tr_core *core)
{
    tr_gateway_stats stats = tr_gateway_stats_get(core);
    bool awaits_arrivals = atomic_load_explicit(&self->awaits_arrivals, memory_order_relaxed);
    atomic_fetch_add(&self->left, stats.connections + stats.uploads + stats.downloads +
                                      stats.calls + stats.answers +
                                      (awaits_arrivals ? stats.arriving : 0));
}

static void count_left(tr_core *core, void *arg)
{
    tr_process *self = arg;
    if ((self->options->roles & TR_ROLE_GATEWAY) != 0)
        count_gateway(self, core);
    if ((self->options->roles & TR_ROLE_HANDLERS) != 0)
        atomic_fetch_add(&self->left, tr_handlers_left(core));
    if ((self->options->roles & TR_ROLE_WORKER) != 0)
        atomic_fetch_add(&self->left, tr_sessions_are_leaving(core));
    atomic_fetch_add(&self->drained_cores, 1);
}

static void shut(tr_core *core, void *arg)
{
    tr_process *self = arg;
    tr_sessions_shut(core);
    atomic_fetch_add(&self->drained_cores, 1);
}

static void say_no_more(tr_core *core, void *arg)
{
    tr_process *self = arg;
    tr_liveness_leave(core);
    atomic_fetch_add(&self->drained_cores, 1);
}

static void count_awaited(tr_core *core, void *arg)
{
    tr_process *self = arg;
    atomic_fetch_add(&self->left, tr_liveness_awaited(core));
    atomic_fetch_add(&self->drained_cores, 1);
}

// A goodbye goes through the brokers: it must not be faster than the last answers, or whoever waits for them hears that
// this process is gone.
static void await_last_words(tr_process *self)
{
    tr_process_on_cores(self, say_no_more);
    for (unsigned waited = 0; waited < LAST_WORDS_MS; waited += DRAIN_POLL_MS) {
        atomic_store(&self->left, 0);
        tr_process_on_cores(self, count_awaited);
        if (atomic_load(&self->left) == 0)
            return;
        tr_process_pause_ms(DRAIN_POLL_MS);
    }
}

static void leave(tr_core *core, void *arg)
{
    tr_process *self = arg;
    if (tr_core_index(core) == 0 && (self->options->roles & TR_ROLE_BROKER) == 0)
        tr_agent_leave(core);
    atomic_fetch_add(&self->drained_cores, 1);
}

void tr_process_drain(tr_process *self)
{
    atomic_store_explicit(&self->is_draining, true, memory_order_relaxed);
    tr_process_on_cores(self, begin_drain);
    tr_listeners_close(&self->listeners);
    bool runs_handlers = (self->options->roles & TR_ROLE_HANDLERS) != 0;
    unsigned patience = runs_handlers ? HANDLERS_DRAIN_MS : TR_GATEWAY_DRAIN_MS + 1000;
    bool is_shut = false;
    for (unsigned waited = 0; waited < patience; waited += DRAIN_POLL_MS) {
        atomic_store(&self->left, 0);
        atomic_store_explicit(&self->awaits_arrivals, waited < ARRIVAL_MS, memory_order_relaxed);
        tr_process_on_cores(self, count_left);
        bool is_empty = atomic_load(&self->left) == 0;
        if (is_empty && is_shut)
            break;
        if (is_empty) // what came since that look is counted by the next one
            tr_process_on_cores(self, shut);
        else
            tr_process_pause_ms(DRAIN_POLL_MS);
        is_shut |= is_empty;
    }
    await_last_words(self);
    tr_process_on_cores(self, leave);
}
