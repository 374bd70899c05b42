#include "host/gathering.h"

#include "actors/bus/routes.h"
#include "actors/core/core.h"
#include "actors/system/introspect.h"
#include "base/clock.h"
#include "base/lock.h"
#include "base/mem.h"
#include "sdk/roles/sessions_role.h"

struct tr_gathering {
    tr_lock lock; // guards all below
    pthread_cond_t changed;
    bool wants_metrics;
    bool is_over; // what is told now is told too late
    unsigned references;
    unsigned core_count;
    unsigned answered;
    tr_core_facts facts[TR_CORES_CAP];
};

static void unref(tr_gathering *self)
{
    tr_lock_take(&self->lock);
    bool is_last = --self->references == 0;
    tr_lock_give(&self->lock);
    if (!is_last)
        return;
    for (unsigned i = 0; i < self->core_count; i++)
        tr_buf_done(&self->facts[i].rows.rows);
    pthread_cond_destroy(&self->changed);
    tr_lock_done(&self->lock);
    tr_free(self);
}

static void tell(tr_core *core, void *arg)
{
    tr_gathering *self = arg;
    tr_address place =
        tr_routes_place(tr_core_routes(core), tr_core_node(core), tr_core_index(core), 0);
    tr_core_facts facts = {.has_answered = true,
                           .has_worker = tr_address_is_set(place),
                           .has_lost_brokers = tr_core_routes(core)->is_stale,
                           .has_mixed_stores = tr_core_routes(core)->is_mixed,
                           .has_shards = tr_sessions_ready(core),
                           .is_store_away = tr_sessions_store_is_away(core)};
    if (self->wants_metrics)
        tr_introspect_metrics(core, &facts.rows);
    tr_lock_take(&self->lock);
    if (self->is_over) {
        tr_buf_done(&facts.rows.rows);
    } else {
        self->facts[tr_core_index(core)] = facts;
        self->answered++;
        pthread_cond_signal(&self->changed);
    }
    tr_lock_give(&self->lock);
    unref(self);
}

tr_gathering *tr_gathering_of(tr_system *system, bool wants_metrics, uint64_t timeout_ms)
{
    tr_gathering *self = tr_new(tr_gathering);
    tr_lock_init(&self->lock, "gathering", TR_LOCK_ADMIN);
    pthread_cond_init(&self->changed, NULL);
    self->wants_metrics = wants_metrics;
    self->core_count = tr_system_core_count(system);
    self->references = 1 + self->core_count;
    unsigned refused = 0;
    for (unsigned i = 0; i < self->core_count; i++)
        if (tr_system_post(system, i, tell, self) < 0) {
            refused++;
            unref(self);
        }
    uint64_t until_ms = tr_clock_ms() + timeout_ms;
    tr_lock_take(&self->lock);
    while (self->answered + refused < self->core_count &&
           tr_lock_wait(&self->lock, &self->changed, until_ms))
        ;
    self->is_over = true;
    tr_lock_give(&self->lock);
    return self;
}

void tr_gathering_free(tr_gathering **self)
{
    if (*self != NULL)
        unref(*self);
    *self = NULL;
}

unsigned tr_gathering_cores(const tr_gathering *self)
{
    return self->core_count;
}

const tr_core_facts *tr_gathering_at(const tr_gathering *self, unsigned core)
{
    return &self->facts[core];
}
