#include "host/intake.h"

#include <unistd.h>

#include "actors/core/core.h"
#include "base/lock.h"
#include "base/mem.h"
#include "gateway/gateway.h"
#include "troupe/err.h"

// Of one core thread; guarded by the intake's lock.
typedef struct lane {
    tr_intake *intake;
    tr_arrival *waiting;
    unsigned count;
    bool is_called; // the core thread will come for them
} lane;

struct tr_intake {
    tr_system *system;
    tr_lock lock;
    unsigned next;
    unsigned count;
    lane lanes[];
};

tr_intake *tr_intake_open(tr_system *system)
{
    unsigned count = tr_system_core_count(system);
    tr_intake *self = tr_calloc(1, sizeof *self + count * sizeof(lane));
    self->system = system;
    self->count = count;
    tr_lock_init(&self->lock, "intake", TR_LOCK_INTAKE);
    for (unsigned i = 0; i < count; i++)
        self->lanes[i].intake = self;
    return self;
}

static void refuse(const tr_arrival *waiting, unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        close(waiting[i].socket);
}

// On the core thread.
static void take(tr_core *core, void *arg)
{
    lane *self = arg;
    tr_lock_take(&self->intake->lock);
    tr_arrival *waiting = self->waiting;
    unsigned count = self->count;
    self->waiting = NULL;
    self->count = 0;
    self->is_called = false;
    tr_lock_give(&self->intake->lock);
    for (unsigned i = 0; i < count; i++)
        if (!tr_gateway_take(core, &waiting[i]))
            refuse(&waiting[i], 1);
    tr_free(waiting);
}

static int put(lane *self, unsigned core, const tr_arrival *arrival)
{
    if (self->count == TR_INTAKE_CAP)
        return TR_EFULL;
    if (self->waiting == NULL)
        self->waiting = tr_try_alloc(TR_INTAKE_CAP * sizeof *self->waiting);
    if (self->waiting == NULL)
        return TR_EFULL;
    int result = self->is_called ? 0 : tr_system_post(self->intake->system, core, take, self);
    if (result < 0)
        return result;
    self->is_called = true;
    self->waiting[self->count++] = *arrival;
    return 0;
}

int tr_intake_put(tr_intake *self, const tr_arrival *arrival)
{
    tr_lock_take(&self->lock);
    unsigned core = self->next++ % self->count;
    int result = put(&self->lanes[core], core, arrival);
    tr_lock_give(&self->lock);
    return result;
}

void tr_intake_close(tr_intake **self)
{
    tr_intake *intake = *self;
    if (intake == NULL)
        return;
    for (unsigned i = 0; i < intake->count; i++) {
        refuse(intake->lanes[i].waiting, intake->lanes[i].count);
        tr_free(intake->lanes[i].waiting);
    }
    tr_lock_done(&intake->lock);
    tr_free(intake);
    *self = NULL;
}
