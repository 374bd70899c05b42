// Actors on other core threads. The order (a behaviour, a copy of its args) waits in a table of the
// process, and the message to the core thread names it by a random ticket: pointers never travel,
// and nobody outside can have anything made.
//
// Where TR_ANY_CORE goes: of two core threads drawn by chance, to the one with less to do, counting
// what is on its way there already. Two are enough to be near the best of all, and a view of all
// that is a moment old would send everybody to the same one.

#include <string.h>

#include "actors/core/actor_record.h"
#include "actors/core/core_record.h"
#include "actors/core/coroutine.h"
#include "actors/core/enter.h"
#include "actors/core/placement.h"
#include "actors/core/system_record.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/random.h"
#include "troupe/actors/coroutine.h"
#include "troupe/err.h"

struct tr_spawn_order {
    const tr_behaviour *behaviour;
    unsigned core;
    size_t args_size;
    _Alignas(16) unsigned char args[];
};

static uint64_t load_of(const tr_system *system, unsigned core)
{
    const struct tr_core_thread *thread = &system->threads[core];
    return atomic_load_explicit(&thread->load, memory_order_relaxed) + thread->ordered;
}

static unsigned choose(const tr_system *system, tr_core *here)
{
    unsigned one = (unsigned)(tr_core_random(here) % system->core_count);
    unsigned two = (unsigned)(tr_core_random(here) % system->core_count);
    return load_of(system, two) < load_of(system, one) ? two : one;
}

// 0: too many wait.
static uint64_t put(tr_core *here, unsigned core, const tr_behaviour *behaviour, const void *args,
                    size_t args_size, unsigned *out_core)
{
    tr_system *system = here->system;
    struct tr_spawn_order *order = tr_calloc(1, sizeof *order + args_size);
    order->behaviour = behaviour;
    order->args_size = args_size;
    if (args_size != 0)
        memcpy(order->args, args, args_size);
    uint64_t ticket = 0;
    tr_lock_take(&system->lock);
    order->core = core == TR_ANY_CORE ? choose(system, here) : core;
    *out_core = order->core;
    if (system->orders.count < TR_SPAWNS_WAITING_CAP) {
        while (ticket == 0 || tr_map_find(&system->orders, ticket) != NULL)
            ticket = tr_random_u64();
        tr_map_put(&system->orders, ticket, order);
        system->threads[order->core].ordered++;
    }
    tr_lock_give(&system->lock);
    if (ticket == 0)
        tr_free(order);
    return ticket;
}

static struct tr_spawn_order *take(tr_system *system, uint64_t ticket)
{
    tr_lock_take(&system->lock);
    struct tr_spawn_order *order = ticket != 0 ? tr_map_take(&system->orders, ticket) : NULL;
    if (order != NULL)
        system->threads[order->core].ordered--;
    tr_lock_give(&system->lock);
    return order;
}

static bool is_valid(const tr_core *here, unsigned core, const tr_behaviour *behaviour,
                     size_t args_size)
{
    return behaviour != NULL && behaviour->on_message != NULL &&
           args_size <= TR_SPAWN_ARGS_CAP_BYTES &&
           (core == TR_ANY_CORE || core < here->system->core_count);
}

int64_t tr_spawn_on(tr_actor *self, unsigned core, const tr_behaviour *behaviour, const void *args,
                    size_t args_size)
{
    TR_ENTER_ACTOR(self);
    tr_core *here = self->core;
    if (!is_valid(here, core, behaviour, args_size))
        return TR_EINVALID;
    unsigned there;
    uint64_t ticket = put(here, core, behaviour, args, args_size, &there);
    if (ticket == 0)
        return TR_EFULL;
    int64_t result = tr_ask(self, tr_address_of(here->node, there, TR_SLOT_CORE),
                            TR_ASK_DEADLINE_MS, spawn_order, .ticket = ticket);
    if (result < 0)
        tr_free(take(here->system, ticket));
    return result;
}

int tr_coroutine_spawn_on(unsigned core, const tr_behaviour *behaviour, const void *args,
                          size_t args_size, tr_address *out)
{
    int result = tr_coroutine_enter(__func__);
    if (result < 0)
        return result;
    TR_REQUIRE(out != NULL);
    tr_core *here = tr_core_here;
    if (!is_valid(here, core, behaviour, args_size))
        return TR_EINVALID;
    unsigned there;
    uint64_t ticket = put(here, core, behaviour, args, args_size, &there);
    if (ticket == 0)
        return TR_EFULL;
    tr_message *answer = NULL;
    result = tr_coroutine_ask(tr_core_address(here), tr_address_of(here->node, there, TR_SLOT_CORE),
                              TR_MSG_spawn_order, &(tr_msg_spawn_order){.ticket = ticket},
                              TR_ASK_DEADLINE_MS, &answer);
    if (result < 0) {
        tr_free(take(here->system, ticket)); // unless it was made meanwhile
        return result;
    }
    result = (int)TR_BODY(answer, spawned)->status;
    if (result == 0)
        *out = TR_BODY(answer, spawned)->who;
    tr_message_free(answer);
    return result;
}

bool tr_placement_take(tr_core *core, tr_message **message)
{
    if (TR_TYPE(*message) != TR_MSG_spawn_order)
        return false;
    // Not at once: who asks on this very thread has not written its question down yet.
    tr_message_queue_push(&core->orders, *message);
    *message = NULL;
    return true;
}

static void carry_out(tr_core *core, const tr_message *message)
{
    bool is_ours = message->from.node == core->node && (message->flags & TR_FLAG_ASK) != 0;
    struct tr_spawn_order *order =
        is_ours ? take(core->system, TR_BODY(message, spawn_order)->ticket) : NULL;
    tr_address who = TR_NOWHERE;
    int status = TR_ENOTFOUND;
    if (order != NULL)
        status =
            tr_spawn(core, order->behaviour, order->args_size != 0 ? order->args : NULL, 0, &who);
    tr_free(order);
    int told = tr_reply(core, message, spawned, .who = who, .status = status);
    if (told < 0 && status == 0) // nobody could ever find it
        tr_actor_stop(tr_actor_find(core, who));
}

void tr_placement_run(tr_core *core)
{
    tr_message *message;
    while ((message = tr_message_queue_pop(&core->orders)) != NULL) {
        if (!core->is_closing)
            carry_out(core, message);
        tr_message_free(message);
    }
}

// Actors, those that wait for a turn several times over, and the time: a core thread that is busy
// all the time counts like one with a thousand actors more.
void tr_placement_publish(tr_core *core)
{
    enum { READY_WEIGHT = 8, READY_LOOK = 64, BUSY_WEIGHT = 1000 };
    uint64_t load = core->stats.actors - core->stats.asleep;
    unsigned ready = 0;
    for (const tr_actor *at = core->ready_head; at != NULL && ready < READY_LOOK;
         at = at->next_ready)
        ready++;
    load += ready * READY_WEIGHT;
    load += (uint64_t)core->busy_share * BUSY_WEIGHT / UINT16_MAX;
    // Relaxed: a hint, nothing is read because of it.
    atomic_store_explicit(&core->system->threads[core->index].load, load, memory_order_relaxed);
}

void tr_placement_close(tr_system *system)
{
    uint32_t at = 0;
    void *value;
    while (tr_map_next(&system->orders, &at, NULL, &value))
        tr_free(value);
    tr_map_done(&system->orders);
}
