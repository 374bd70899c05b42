// A citizen that is passivated saves all it knows, maps and all, so that a message, a `down` or a
// number that passivation loses breaks a promise later.

#include <string.h>

#include "citizen_state.h"
#include "troupe/err.h"

enum { MAPS = 4 };

// Those of `questions` are none: who asked does not sleep.
static tr_map *map_of(citizen *self, unsigned which)
{
    tr_map *maps[MAPS] = {&self->expected, &self->sent, &self->monitors, &self->calls};
    return maps[which];
}

static int save_map(tr_saving *saving, const tr_map *map)
{
    uint32_t at = 0;
    tr_map_slot slot;
    int result = 0;
    while (result == 0 && tr_map_next(map, &at, &slot.key, &slot.value))
        result = tr_save(saving, &slot, sizeof slot);
    return result;
}

int citizen_falls_asleep(tr_actor *actor, tr_saving *saving)
{
    citizen *self = tr_actor_state(actor);
    promise(self->questions.count == 0);
    if (self->errands != NULL)
        return TR_EEXISTS; // they point to it
    int result = tr_save(saving, self, sizeof *self);
    for (unsigned i = 0; result == 0 && i < MAPS; i++)
        result = save_map(saving, map_of(self, i));
    if (result < 0)
        return result;
    COUNT(sleeps);
    COUNT_N(called_off, self->monitors.count);
    COUNT_N(abandoned_calls, self->calls.count);
    for (unsigned i = 0; i < MAPS; i++)
        tr_map_done(map_of(self, i));
    tr_map_done(&self->questions);
    return 0;
}

int citizen_wakes(tr_actor *actor, tr_slice saved)
{
    citizen *self = tr_actor_state(actor);
    promise(saved.size >= sizeof *self);
    memcpy(self, saved.data, sizeof *self);
    memset(&self->questions, 0, sizeof self->questions);
    const char *at = saved.data + sizeof *self;
    for (unsigned i = 0; i < MAPS; i++) {
        uint32_t count = map_of(self, i)->count;
        memset(map_of(self, i), 0, sizeof(tr_map));
        for (; count != 0; count--, at += sizeof(tr_map_slot)) {
            tr_map_slot slot;
            memcpy(&slot, at, sizeof slot);
            tr_map_put(map_of(self, i), slot.key, slot.value);
        }
    }
    promise(at == saved.data + saved.size);
    COUNT(wakes);
    COUNT_N(called_off, (uint64_t)0 - self->monitors.count);
    COUNT_N(abandoned_calls, (uint64_t)0 - self->calls.count);
    return 0;
}
