#include "sdk/session/handler_placement.h"

#include "actors/bus/routes.h"
#include "actors/core/core.h"
#include "base/must.h"
#include "troupe/err.h"

// Calls of ours in flight there; the map's values are counts.
static uint64_t ours(const tr_sessions *self, uint64_t node)
{
    return (uint64_t)(uintptr_t)tr_map_find(&self->away, node);
}

static void set_ours(tr_sessions *self, uint64_t node, uint64_t count)
{
    if (count != 0)
        tr_map_put(&self->away, node, (void *)(uintptr_t)count);
    else
        tr_map_take(&self->away, node);
}

void tr_place_begin(tr_sessions *self, tr_address place)
{
    set_ours(self, place.node, ours(self, place.node) + 1);
}

void tr_place_end(tr_sessions *self, tr_address place)
{
    uint64_t count = ours(self, place.node);
    tr_must(count != 0);
    set_ours(self, place.node, count - 1);
}

void tr_place_on_leave(tr_sessions *self, const tr_message *message)
{
    tr_place_leaves(self, message->from.node);
    // Behind all calls that were sent there. One that finds no room is asked for again.
    (void)tr_send(self->core, tr_actor_address(self->actor), message->from, handlers_left,
                  .number = TR_BODY(message, handlers_leave)->number);
}

void tr_place_leaves(tr_sessions *self, uint64_t node)
{
    // One that is not listed any more could not be forgotten: nothing goes there anyway.
    if (tr_routes_find(tr_core_routes(self->core), node) != NULL)
        tr_map_put(&self->leaving, node, self);
}

void tr_place_forget(tr_sessions *self, uint64_t node)
{
    tr_map_take(&self->leaving, node);
}

// One that leaves said so itself, before the list does.
static const tr_member *pick(const tr_sessions *self, uint64_t n, uint64_t avoid)
{
    const tr_routes *routes = tr_core_routes(self->core);
    for (uint32_t i = 0; i < routes->member_count; i++) {
        const tr_member *one = tr_routes_handlers(routes, n + i, avoid);
        if (one == NULL || tr_map_find(&self->leaving, one->node) == NULL)
            return one;
    }
    return NULL;
}

// Per core thread, without dividing.
static bool is_busier(const tr_sessions *self, const tr_member *one, const tr_member *two)
{
    uint64_t of_one = one->sessions + ours(self, one->node);
    uint64_t of_two = two->sessions + ours(self, two->node);
    return of_one * two->cores > of_two * one->cores;
}

int tr_place_call(tr_sessions *self, uint64_t avoid, tr_address *out)
{
    *out = TR_NOWHERE;
    // A state that points somewhere is of use in this process only.
    if (self->handlers == TR_HANDLERS_LOCAL || self->app->state.save != NULL)
        return 0;
    uint64_t random = tr_core_random(self->core);
    const tr_member *one = pick(self, random & 0xffff, avoid);
    const tr_member *two = pick(self, (random >> 16) & 0xffff, avoid);
    if (one == NULL)
        return self->handlers == TR_HANDLERS_REQUIRE ? TR_EUNAVAILABLE : 0;
    const tr_member *chosen = is_busier(self, one, two) ? two : one;
    *out =
        tr_address_of(chosen->node, (unsigned)((random >> 32) % chosen->cores), TR_SLOT_HANDLERS);
    return 0;
}
