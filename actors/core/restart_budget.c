#include "actors/core/restart_budget.h"

#include <string.h>

#include "base/mem.h"
#include "base/must.h"
#include "wire/limits.h"

enum { DOUBLINGS_CAP = 20 };

void tr_restart_budget_init(tr_restart_budget *self, uint32_t intensity, uint64_t window_ms)
{
    tr_must(intensity <= TR_RESTARTS_CAP);
    *self = (tr_restart_budget){.intensity = intensity, .window_ms = window_ms};
    self->restarted_at = tr_calloc(intensity + 1u, sizeof(uint64_t));
}

void tr_restart_budget_done(tr_restart_budget *self)
{
    tr_free(self->restarted_at);
    self->restarted_at = NULL;
}

bool tr_restart_budget_take(tr_restart_budget *self, uint64_t now_ms)
{
    uint32_t old = 0;
    while (old < self->count && now_ms - self->restarted_at[old] >= self->window_ms)
        old++;
    self->count -= old;
    if (old != 0)
        memmove(self->restarted_at, self->restarted_at + old, self->count * sizeof(uint64_t));
    if (self->count >= self->intensity)
        return false;
    self->restarted_at[self->count++] = now_ms;
    return true;
}

uint64_t tr_restart_pause_ms(uint64_t min_ms, uint64_t max_ms, unsigned streak, uint64_t random)
{
    unsigned doublings = streak - 1 < DOUBLINGS_CAP ? streak - 1 : DOUBLINGS_CAP;
    uint64_t pause_ms = min_ms << doublings;
    if (pause_ms > max_ms)
        pause_ms = max_ms;
    return pause_ms - random % (pause_ms / 2 + 1);
}
