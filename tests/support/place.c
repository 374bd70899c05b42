#include "place.h"
#include "actors/core/core_record.h"

static tr_system *node_up(void)
{
    return system_up_with(&(tr_system_options){.core_count = 1, .bus_endpoint = "tcp://127.0.0.1"});
}

place place_up(int which)
{
    if (which == PLACE_NODE) {
        tr_system *both[] = {node_up(), node_up()};
        routes_tell(both[0], both, 2);
        routes_tell(both[1], both, 2);
        return (place){both[0], both[1], 0};
    }
    enum tr_transport transport = which == PLACE_INPROC ? TR_TRANSPORT_INPROC : TR_TRANSPORT_LOCAL;
    tr_system *system = system_up(which == PLACE_CORE ? 2 : 1, transport);
    return (place){system, system, which == PLACE_CORE};
}

void place_down(place *self)
{
    if (self->there != self->here)
        tr_system_stop(&self->there);
    tr_system_stop(&self->here);
    self->there = NULL;
}

static void run_act(tr_core *core, void *arg)
{
    act *self = arg;
    tr_actor *actor = tr_actor_find(core, self->self->address);
    ck_assert_ptr_nonnull(actor);
    self->result = self->function(actor, self);
}

int64_t act_on(tr_system *system, unsigned core, script *self,
               int64_t (*function)(tr_actor *self, act *it), tr_address other, int64_t number)
{
    act wanted = {self, other, number, 0, function};
    on_core(system, core, run_act, &wanted);
    return wanted.result;
}

static bool is_clean(tr_core *core, void *arg)
{
    (void)arg;
    if (core->relations.count != 0 || core->questions.count != 0 || core->unsent.count != 0)
        return false;
    for (uint32_t slot = 0; slot < core->slot_count; slot++) {
        const tr_actor *actor = core->actors[slot];
        if (actor == NULL || actor->extras == NULL)
            continue;
        const tr_extras *has = actor->extras;
        if (has->relation_count + has->question_count + has->alarm_count != 0)
            return false;
    }
    return true;
}

void nothing_is_left(tr_system *system, unsigned core)
{
    eventually_on(system, core, is_clean, NULL);
}
