#include "sdk/moving/drain.h"

#include "actors/bus/routes.h"
#include "actors/core/core.h"
#include "base/log.h"
#include "base/mem.h"
#include "sdk/session/move.h"

// SPREAD_MS: brokers tell all gateways of a new owner; without brokers nobody does. PLACE_MS: the
// list of workers may be behind.
enum { TICK_MS = 10, SPREAD_MS = 1000, PLACE_MS = 1500, PLACE_TRIES = 8 };

typedef struct tr_drain {
    tr_sessions *sessions;
    tr_timer tick;
    uint64_t began_ms;
    uint64_t moved_ms; // when the last one was on its way
    bool is_stuck;     // no other worker
    tr_address targets[TR_SHARDS];
    uint64_t epochs[TR_SHARDS]; // the targets'
} drain;

static uint64_t now(const drain *self)
{
    return tr_core_now_ms(self->sessions->core);
}

// Another process's. TR_NOWHERE: there is none.
static tr_address place(const drain *self)
{
    tr_core *core = self->sessions->core;
    for (unsigned i = 0; i < PLACE_TRIES; i++) {
        tr_address place = tr_routes_place(tr_core_routes(core), 0, 0, tr_core_random(core));
        if (tr_address_is_set(place) && place.node != tr_core_node(core))
            return place;
    }
    return TR_NOWHERE;
}

// From here on it is not ours: whoever had it again would have to be given it with a higher epoch.
static void give(drain *self, unsigned shard, tr_address target)
{
    tr_sessions *sessions = self->sessions;
    self->targets[shard] = target;
    self->epochs[shard] = sessions->shard_epochs[shard] + 1;
    sessions->shard_epochs[shard] = 0;
    for (uint32_t i = 0; i < sessions->shard_count; i++)
        if (sessions->shards[i] == shard)
            sessions->shards[i--] = sessions->shards[--sessions->shard_count];
    tr_address agent = tr_address_of(tr_core_node(sessions->core), 0, TR_SLOT_NODE);
    (void)tr_send(sessions->core, tr_actor_address(sessions->actor), agent, shard_given,
                  .shard = shard);
}

// False: there is nowhere to go.
static bool send_away(drain *self, tr_session *session)
{
    int shard = tr_session_id_shard(tr_slice_of(session->id));
    if (shard < 0)
        return false;
    if (!tr_address_is_set(self->targets[shard])) {
        tr_address target = place(self);
        if (!tr_address_is_set(target) || self->sessions->shard_epochs[shard] == 0)
            return false;
        give(self, (unsigned)shard, target);
    }
    tr_move_begin(session, self->targets[shard], self->epochs[shard]);
    return true;
}

static void on_tick(tr_timer *timer)
{
    drain *self = timer->arg;
    uint32_t moving = 0;
    bool is_stuck = false;
    tr_session *session;
    tr_session *next;
    HASH_ITER (by_id, self->sessions->by_id, session, next)
        moving += tr_move_is_frozen(session);
    HASH_ITER (by_id, self->sessions->by_id, session, next) {
        if (moving >= TR_MOVES_AT_ONCE || is_stuck)
            break;
        if (session->move != NULL)
            continue;
        is_stuck = !send_away(self, session);
        moving += !is_stuck;
    }
    if (self->sessions->count != 0)
        self->moved_ms = now(self);
    self->is_stuck = is_stuck && now(self) >= self->began_ms + PLACE_MS;
}

void tr_drain_begin(tr_sessions *sessions)
{
    if (sessions->drain != NULL)
        return;
    drain *self = sessions->drain = tr_new(drain);
    self->sessions = sessions;
    self->began_ms = self->moved_ms = now(self);
    sessions->is_draining = true;
    tr_timer_init(&self->tick, sessions->core, on_tick, self);
    tr_timer_start(&self->tick, 0, TICK_MS);
}

static bool has_spread(const drain *self)
{
    const tr_routes *routes = tr_core_routes(self->sessions->core);
    for (unsigned i = 0; i < TR_SHARDS; i++)
        if (tr_address_is_set(self->targets[i]) && routes->shards[i].epoch < self->epochs[i])
            return false;
    return true;
}

bool tr_drain_is_busy(const tr_sessions *sessions)
{
    const drain *self = sessions->drain;
    if (self == NULL)
        return false;
    if (sessions->count != 0)
        return !self->is_stuck;
    return !has_spread(self) && now(self) < self->moved_ms + SPREAD_MS;
}

tr_address tr_drain_target(const tr_sessions *sessions, tr_slice session_id)
{
    int shard = tr_session_id_shard(session_id);
    return sessions->drain != NULL && shard >= 0 ? sessions->drain->targets[shard] : TR_NOWHERE;
}

void tr_drain_free(tr_sessions *sessions)
{
    if (sessions->drain == NULL)
        return;
    tr_timer_stop(&sessions->drain->tick);
    tr_free(sessions->drain);
    sessions->drain = NULL;
}
