#include "relations_world.h"

#include "actors/core/core_record.h"

static void hear(tr_actor *self, script *of, tr_message *message)
{
    (void)self;
    hearer *it = of->arg;
    if (TR_TYPE(message) == TR_MSG_down) {
        it->reason = TR_BODY(message, down)->reason;
        it->who = TR_BODY(message, down)->who;
        it->reference = TR_BODY(message, down)->reference;
        tally_add(&it->downs, 1);
    } else if (TR_TYPE(message) == TR_MSG_exit) {
        it->reason = TR_BODY(message, exit)->reason;
        it->who = TR_BODY(message, exit)->who;
        tally_add(&it->exits, 1);
    } else {
        tally_add(&it->probes, 1);
    }
}

void hearer_init(hearer *self)
{
    *self = (hearer){
        .script = {SCRIPT, .on_message = hear}, .downs = TALLY, .exits = TALLY, .probes = TALLY};
    self->script.arg = self;
}

static void spawn_trapping(tr_core *core, void *arg)
{
    spawn_as(core, &trapping_script_behaviour, arg, 0);
}

int64_t relation_monitor(tr_actor *self, act *it)
{
    return tr_monitor(self, it->other);
}

int64_t relation_link(tr_actor *self, act *it)
{
    return tr_link_to(self, it->other);
}

int64_t relation_fail(tr_actor *self, act *it)
{
    tr_actor_fail(self, it->number);
    return 0;
}

void relation_up(relation *self, int which, bool traps)
{
    self->at = place_up(which);
    hearer_init(&self->watcher);
    hearer_init(&self->target);
    if (traps)
        on_core(self->at.here, 0, spawn_trapping, &self->watcher.script);
    else
        spawn_on(self->at.here, 0, &self->watcher.script);
    spawn_on(self->at.there, self->at.core, &self->target.script);
}

int64_t relation_watcher_does(relation *self, int64_t (*function)(tr_actor *self, act *it),
                              int64_t number)
{
    return act_on(self->at.here, 0, &self->watcher.script, function, self->target.script.address,
                  number);
}

int64_t relation_target_does(relation *self, int64_t (*function)(tr_actor *self, act *it),
                             int64_t number)
{
    return act_on(self->at.there, self->at.core, &self->target.script, function,
                  self->watcher.script.address, number);
}

void relation_is_clean(relation *self)
{
    nothing_is_left(self->at.here, 0);
    nothing_is_left(self->at.there, self->at.core);
}

static bool has_relations(tr_core *core, void *arg)
{
    uint32_t count = 0;
    for (uint32_t slot = 0; slot < core->slot_count; slot++)
        if (core->actors[slot] != NULL && core->actors[slot]->extras != NULL)
            count += core->actors[slot]->extras->relation_count;
    return count == *(uint32_t *)arg;
}

void relation_is_known(relation *self, uint32_t relations)
{
    bool is_one = self->at.here == self->at.there && self->at.core == 0;
    uint32_t count = is_one ? 2 * relations : relations;
    eventually_on(self->at.here, 0, has_relations, &count);
    eventually_on(self->at.there, self->at.core, has_relations, &count);
}

void relation_fail_end(tr_core *core, void *arg)
{
    tr_actor *actor = tr_actor_find(core, ((script *)arg)->address);
    if (actor != NULL) // else the link was quicker
        tr_actor_fail(actor, 9);
}
