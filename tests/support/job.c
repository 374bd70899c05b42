#include "tests/support/job.h"

void job_run(void *arg)
{
    job *self = arg;
    self->function(self);
    tally_add(&self->done, 1);
}

static void start(tr_core *core, void *arg)
{
    job *self = arg;
    ok(tr_coroutine_start(core, "job", job_run, self, &self->coroutine));
}

void job_start_on(tr_system *system, unsigned core, job *self)
{
    on_core(system, core, start, self);
}

void job_run_on(tr_system *system, unsigned core, job *self)
{
    job_start_on(system, core, self);
    tally_wait(&self->done, 1);
}

static void cancel(tr_core *core, void *arg)
{
    (void)core;
    tr_coroutine_cancel(((job *)arg)->coroutine);
}

void job_cancel_on(tr_system *system, unsigned core, job *self)
{
    on_core(system, core, cancel, self);
}

static bool has_none(tr_core *core, void *arg)
{
    (void)arg;
    return tr_core_stats_get(core).coroutines == 0;
}

void coroutines_end_on(tr_system *system, unsigned core)
{
    eventually_on(system, core, has_none, NULL);
}

tr_address core_address(void)
{
    tr_core *core = tr_core_current();
    return tr_address_of(tr_core_node(core), tr_core_index(core), TR_SLOT_CORE);
}
