// A core thread of the story: who lives on it at the start, and whether it has come to rest.

#include "actors/bus/bus.h"
#include "actors/pool/pool.h"
#include "citizen_state.h"
#include "troupe/actors/supervisor.h"
#include "words.h"

static const enum citizen_kind kinds[] = {PLAIN, NARROW, TRAPPING, SLEEPER};

#define CHILD(child_name, which, when, deadline_ms)                                                \
    {                                                                                              \
        .name = (child_name), .behaviour = &citizen_behaviours[which], .args = &kinds[which],      \
        .args_size = sizeof kinds[which], .restart = (when), .stop_deadline_ms = (deadline_ms)     \
    }
static const tr_child_spec children[] = {
    CHILD("a", PLAIN, TR_PERMANENT, 0),    CHILD("b", NARROW, TR_PERMANENT, 5),
    CHILD("c", TRAPPING, TR_PERMANENT, 5), CHILD("d", PLAIN, TR_TRANSIENT, 0),
    CHILD("e", PLAIN, TR_PERMANENT, 0),    CHILD("f", TRAPPING, TR_TRANSIENT, 5),
    CHILD("g", TRAPPING, TR_TEMPORARY, 0), CHILD("h", NARROW, TR_PERMANENT, 0),
    CHILD("i", SLEEPER, TR_PERMANENT, 0),  CHILD("j", SLEEPER, TR_TRANSIENT, 5),
};
enum { CHILDREN = sizeof children / sizeof *children };

// Few enough restarts that the ones below give up once in a while and are started anew themselves.
#define BRANCH(which)                                                                              \
    {                                                                                              \
        .strategy = (which), .intensity = 12, .window_ms = 20, .backoff_max_ms = 2,                \
        .backoff_min_ms = 1, .children = children, .child_count = CHILDREN                         \
    }
static const tr_supervisor_spec branches[] = {BRANCH(TR_ONE_FOR_ONE), BRANCH(TR_ONE_FOR_ALL),
                                              BRANCH(TR_REST_FOR_ONE)};

#define LIMB(limb_name, which)                                                                     \
    {                                                                                              \
        .name = (limb_name), .behaviour = &tr_supervisor_behaviour, .args = &branches[which],      \
        .args_size = sizeof branches[which], .stop_deadline_ms = 1000                              \
    }
static const tr_child_spec limbs[] = {LIMB("one", 0), LIMB("all", 1), LIMB("rest", 2)};
static const tr_supervisor_spec trunk = {.strategy = TR_ONE_FOR_ONE,
                                         .intensity = 1024,
                                         .window_ms = 1,
                                         .children = limbs,
                                         .child_count = 3};

// By core thread, of either system; each knows its own by a role slot that is free in this story.
enum { SETTLEMENTS_CAP = 8 };
typedef struct settlement {
    tr_address root;
    tr_address watcher;
} settlement;
static settlement settlements[SETTLEMENTS_CAP];

static void on_dead_letter(tr_core *core, const tr_message *message, int reason)
{
    (void)core;
    promise(reason < 0);
    if (TR_TYPE(message) == TR_MSG_probe &&
        (word_kind(message) == WORD_NOTE || word_kind(message) == WORD_ASK))
        COUNT(dead[ledger_way_of(message->from, message->to)]);
}

void citizens_settle(tr_core *core, unsigned number)
{
    promise(number < SETTLEMENTS_CAP);
    settlement *own = &settlements[number];
    tr_core_role_set(core, TR_ROLE_SLOT_GATEWAY, own);
    core->on_dead_letter = on_dead_letter;
    tr_pool_set_function(core, citizen_pool_function);
    enum citizen_kind kind = WATCHER;
    promise(tr_spawn(core, &citizen_behaviours[WATCHER], &kind, 0, &own->watcher) == 0);
    promise(tr_supervisor_start(core, &trunk, &own->root) == 0);
}

static bool links_are_quiet(const tr_core *core)
{
    uint32_t at = 0;
    void *value;
    while (tr_map_next(&core->bus->links, &at, NULL, &value)) {
        const tr_bus_link *link = value;
        if (link->pending.size != 0)
            return false;
    }
    return core->unsent.count == 0;
}

bool citizens_are_at_rest(tr_core *core, void *unused)
{
    (void)unused;
    tr_pool_stats pool = tr_pool_stats_get(core);
    if (core->questions.count != 0 || core->stats.coroutines != 0 || !links_are_quiet(core) ||
        pool.queued != 0 || pool.idle != pool.threads)
        return false;
    for (uint32_t slot = 0; slot < core->slot_count; slot++) {
        const tr_actor *actor = core->actors[slot];
        if (actor == NULL)
            continue;
        if (actor->user.count + actor->system.count != 0)
            return false;
        if (actor->extras != NULL && actor->extras->alarm_count != 0)
            return false;
        if (actor->behaviour->on_turn_end == NULL || actor->is_asleep)
            continue; // a supervisor has no such state, and who sleeps has none
        const citizen *self = (const void *)actor->state;
        if (self->calls.count + self->questions.count + self->errand_count != 0 ||
            self->alarms != 0)
            return false;
    }
    return true;
}

static bool is_citizen(const tr_actor *actor)
{
    return actor != NULL && actor->behaviour >= citizen_behaviours &&
           actor->behaviour < citizen_behaviours + CITIZEN_KINDS;
}

void citizens_end(tr_core *core, void *unused)
{
    (void)unused;
    const settlement *own = tr_core_role(core, TR_ROLE_SLOT_GATEWAY);
    tr_supervisor_stop(core, own->root);
    for (uint32_t slot = 0; slot < core->slot_count; slot++) {
        tr_actor *actor = core->actors[slot];
        if (is_citizen(actor) && !actor->is_stopping &&
            !tr_address_equal(tr_actor_address(actor), own->watcher))
            tr_actor_stop(actor);
    }
}

bool citizens_are_gone(tr_core *core, void *unused)
{
    (void)unused;
    const settlement *own = tr_core_role(core, TR_ROLE_SLOT_GATEWAY);
    tr_actor *last = tr_actor_find(core, own->watcher);
    promise(last != NULL);
    const citizen *self = tr_actor_state(last);
    // Watchers of the other core threads are alive, and may be what is left of it.
    uint32_t alive = 0;
    for (uint32_t slot = 0; slot < core->slot_count; slot++)
        alive += core->actors[slot] != NULL;
    return alive == 1 && self->monitors.count <= MONITORS_CAP;
}
