#include "sdk/moving/drain.h"

#include "actors/bus/routes.h"
#include "actors/core/core.h"
#include "base/log.h"
#include "base/mem.h"
#include "sdk/session/move.h"
#include "sdk/session/shard_set.h"
#include "sdk/session/snapshots.h"

// SPREAD_MS: brokers tell all gateways of a new owner; without brokers nobody does. PLACE_MS: the
// list of workers may be behind. LOOK_MS: between two looks at all sessions, while single shards go.
// FRESH_MS: what the agent wants to go it says again each TR_HEARTBEAT_MS. HEAR_MS: others that are
// stopped at the same moment have said so by then, and are given nothing that they would have to send on.
enum {
    HEAR_MS = 50,
    TICK_MS = 10,
    SPREAD_MS = 1000,
    PLACE_MS = 1500,
    LOOK_MS = 50,
    FRESH_MS = 1000
};

typedef struct leaving_shard {
    tr_address target; // where it went; not set: it did not
    uint64_t epoch;    // the target's
    tr_address wanted; // where it should go
    uint64_t wanted_ms;
    uint32_t sessions; // at the last look
    bool is_busy;      // something of them was in flight then
    bool is_unsaved;   // or was to be in the store first
    uint64_t saved_by; // it waits for that until then; 0: it does not
} leaving_shard;

typedef struct tr_drain {
    tr_sessions *sessions;
    tr_timer tick;
    uint64_t began_ms;
    uint64_t moved_ms; // when the last one was on its way
    bool is_stuck;     // no other worker
    leaving_shard shards[TR_SHARDS];
} drain;

static uint64_t now(const drain *self)
{
    return tr_core_now_ms(self->sessions->core);
}

// From here on it is not ours: whoever had it again would have to be given it with a higher epoch.
static void give(drain *self, unsigned shard, tr_address target)
{
    tr_sessions *sessions = self->sessions;
    leaving_shard *of = &self->shards[shard];
    if (of->is_unsaved && of->saved_by != 0)
        tr_log(TR_LOG_WARN, "event=shard_not_saved shard=%u waited_ms=%u", shard, TR_MOVE_SAVE_MS);
    of->target = target;
    of->epoch = sessions->shard_epochs[shard] + 1;
    of->saved_by = 0;
    tr_shard_set_drop(sessions, shard);
    tr_snapshots_lose(sessions, shard);
    tr_address agent = tr_address_of(tr_core_node(sessions->core), 0, TR_SLOT_NODE);
    (void)tr_send(sessions->core, tr_actor_address(sessions->actor), agent, shard_given,
                  .shard = shard);
}

static bool is_given(const drain *self, unsigned shard)
{
    return tr_address_is_set(self->shards[shard].target) &&
           self->sessions->shard_epochs[shard] == 0;
}

static bool give_away(drain *self, unsigned shard)
{
    tr_core *core = self->sessions->core;
    tr_address target = tr_routes_due(tr_core_routes(core), shard, tr_core_node(core));
    if (!tr_address_is_set(target) || self->sessions->shard_epochs[shard] == 0)
        return false;
    give(self, shard, target);
    return true;
}

// To the worker that it is due to once we are gone. False: there is nowhere to go.
static bool send_away(drain *self, tr_session *session)
{
    int shard = tr_session_id_shard(tr_slice_of(session->id));
    if (shard < 0 || (!is_given(self, (unsigned)shard) && !give_away(self, (unsigned)shard)))
        return false;
    tr_move_begin(session, self->shards[shard].target, self->shards[shard].epoch);
    return true;
}

// The worker that a shard was sent to is no more: what is left of it goes to the one that has the shard
// from there, or to the next that it is due to, which may be us.
static void redirect(drain *self, unsigned shard)
{
    leaving_shard *of = &self->shards[shard];
    tr_sessions *sessions = self->sessions;
    const tr_routes *routes = tr_core_routes(sessions->core);
    if (tr_routes_find(routes, of->target.node) != NULL)
        return;
    uint64_t own = tr_core_node(sessions->core);
    tr_shard_owner owner = routes->shards[shard];
    bool is_owned =
        owner.epoch > of->epoch && owner.node != own && tr_routes_find(routes, owner.node) != NULL;
    tr_address target = is_owned ? tr_address_of(owner.node, owner.core, TR_SLOT_SESSIONS)
                                 : tr_routes_due(routes, shard, sessions->is_draining ? own : 0);
    if (!tr_address_is_set(target) && !sessions->is_draining)
        target = tr_actor_address(sessions->actor);
    if (!tr_address_is_set(target))
        return;
    of->target = target;
    of->epoch = owner.epoch > of->epoch ? owner.epoch + !is_owned : of->epoch + 1;
}

// A session that leaves goes where its shard goes by now. One whose shard has come back meanwhile comes
// back as well, by the same way, unless we end.
static void follow(drain *self, tr_session *session)
{
    tr_sessions *sessions = self->sessions;
    int shard = tr_session_id_shard(tr_slice_of(session->id));
    if (shard < 0 || !tr_move_is_leaving(session))
        return;
    uint64_t ours = sessions->shard_epochs[shard];
    if (ours != 0 && !sessions->is_draining)
        tr_move_redirect(session, tr_actor_address(sessions->actor), ours);
    if (ours != 0 && sessions->is_draining)
        (void)give_away(self, (unsigned)shard);
    if (!is_given(self, (unsigned)shard))
        return;
    redirect(self, (unsigned)shard);
    tr_move_redirect(session, self->shards[shard].target, self->shards[shard].epoch);
}

static unsigned shard_of(const tr_session *session)
{
    return (unsigned)tr_session_id_shard(tr_slice_of(session->id));
}

// Which shards wait for the store: it is written to at once. Where it is lost, who takes them may reach it.
static void save_all(drain *self)
{
    tr_session *session;
    tr_session *next;
    for (unsigned i = 0; i < TR_SHARDS; i++)
        self->shards[i].is_unsaved = false;
    if (tr_snapshots_reach(self->sessions) == TR_STORE_LOST)
        return;
    HASH_ITER (by_id, self->sessions->by_id, session, next) {
        if (tr_move_is_leaving(session) || !tr_snapshot_is_due(session))
            continue;
        self->shards[shard_of(session)].is_unsaved = true;
        tr_snapshot_hasten(session);
    }
}

static bool waits_for_store(drain *self, const tr_session *session)
{
    unsigned shard = shard_of(session);
    leaving_shard *of = &self->shards[shard];
    if (!of->is_unsaved || is_given(self, shard))
        return false;
    if (of->saved_by == 0)
        of->saved_by = now(self) + TR_MOVE_SAVE_MS;
    return now(self) < of->saved_by;
}

static void send_all_away(drain *self)
{
    uint32_t moving = 0;
    bool is_stuck = false;
    tr_session *session;
    tr_session *next;
    HASH_ITER (by_id, self->sessions->by_id, session, next) {
        follow(self, session);
        moving += tr_move_is_frozen(session);
    }
    save_all(self);
    HASH_ITER (by_id, self->sessions->by_id, session, next) {
        if (moving >= TR_MOVES_AT_ONCE || is_stuck)
            break;
        if (session->move != NULL || waits_for_store(self, session))
            continue;
        is_stuck = !send_away(self, session);
        moving += !is_stuck;
    }
    if (self->sessions->count != 0)
        self->moved_ms = now(self);
    self->is_stuck = is_stuck && now(self) >= self->began_ms + PLACE_MS;
}

// -- single shards --

static bool is_idle(const tr_session *session)
{
    return session->call_count == 0 && session->waiting.head == NULL && session->move == NULL &&
           session->given_up == NULL && !session->is_ending;
}

// What keeps its shard here: something is in flight in it, or the store has not got it, which it does now.
static void ready(leaving_shard *its, tr_session *session)
{
    if (!is_idle(session)) {
        its->is_busy = true;
    } else if (tr_snapshot_is_due(session)) {
        its->is_busy = true;
        tr_snapshot_hasten(session);
    }
}

static bool is_wanted(const drain *self, unsigned shard)
{
    const leaving_shard *of = &self->shards[shard];
    return tr_address_is_set(of->wanted) && now(self) < of->wanted_ms + FRESH_MS &&
           self->sessions->shard_epochs[shard] != 0;
}

// How many are on their way, and what the shards hold. Those on their way follow their shard.
static uint32_t look(drain *self)
{
    uint32_t moving = 0;
    for (unsigned i = 0; i < TR_SHARDS; i++) {
        self->shards[i].sessions = 0;
        self->shards[i].is_busy = false;
    }
    tr_session *session;
    tr_session *next;
    HASH_ITER (by_id, self->sessions->by_id, session, next) {
        unsigned shard = shard_of(session);
        self->shards[shard].sessions++;
        if (is_wanted(self, shard))
            ready(&self->shards[shard], session);
        follow(self, session);
        moving += tr_move_is_leaving(session);
    }
    return moving;
}

// Where nothing can be saved any more, all goes as when we stop, to who can save it.
static bool must_go(const drain *self, tr_address target)
{
    const tr_sessions *sessions = self->sessions;
    const tr_member *taker = tr_routes_find(tr_core_routes(sessions->core), target.node);
    return tr_snapshots_reach(sessions) == TR_STORE_LOST && taker != NULL &&
           taker->store == TR_STORE_REACHED;
}

// One that holds sessions goes once nothing is in flight in any of them and the store has them, so that nobody's
// handler is interrupted, and no page endangered, for the sake of balance.
static uint32_t give_some(drain *self, uint32_t moving)
{
    tr_sessions *sessions = self->sessions;
    uint32_t given = 0;
    for (unsigned i = 0; i < TR_SHARDS; i++) {
        leaving_shard *shard = &self->shards[i];
        bool has_room = moving == 0 || moving + shard->sessions <= TR_MOVES_AT_ONCE;
        if (!is_wanted(self, i) || (shard->is_busy && !must_go(self, shard->wanted)) ||
            (shard->sessions != 0 && !has_room))
            continue;
        give(self, i, shard->wanted);
        given++;
        moving += shard->sessions;
        if (shard->sessions == 0)
            (void)tr_send(sessions->core, tr_actor_address(sessions->actor), shard->target,
                          shard_handed, .shard = i, .epoch = shard->epoch);
    }
    return given;
}

// Sessions of shards that were given. True: some have to wait for others.
static bool move_some(drain *self, uint32_t moving)
{
    tr_session *session;
    tr_session *next;
    HASH_ITER (by_id, self->sessions->by_id, session, next) {
        unsigned shard = (unsigned)tr_session_id_shard(tr_slice_of(session->id));
        if (session->move != NULL || !is_given(self, shard))
            continue;
        if (++moving > TR_MOVES_AT_ONCE)
            return true;
        tr_move_begin(session, self->shards[shard].target, self->shards[shard].epoch);
    }
    return false;
}

static void hand_shards_over(drain *self)
{
    uint32_t moving = look(self);
    uint32_t given = give_some(self, moving);
    bool is_left = move_some(self, moving);
    if (moving != 0 || given != 0 || is_left)
        tr_timer_start(&self->tick, LOOK_MS, 0);
}

static void on_tick(tr_timer *timer)
{
    drain *self = timer->arg;
    if (self->sessions->is_draining)
        send_all_away(self);
    else
        hand_shards_over(self);
}

static drain *drain_of(tr_sessions *sessions)
{
    if (sessions->drain == NULL) {
        drain *self = sessions->drain = tr_new(drain);
        self->sessions = sessions;
        tr_timer_init(&self->tick, sessions->core, on_tick, self);
    }
    return sessions->drain;
}

void tr_drain_shard(tr_sessions *sessions, unsigned shard, tr_address target)
{
    if (shard >= TR_SHARDS || sessions->is_draining)
        return;
    drain *self = drain_of(sessions);
    self->shards[shard].wanted = target;
    self->shards[shard].wanted_ms = now(self);
    if (!tr_timer_is_running(&self->tick))
        tr_timer_start(&self->tick, 0, 0);
}

void tr_drain_forget(tr_sessions *sessions, unsigned shard)
{
    if (sessions->drain == NULL)
        return;
    sessions->drain->shards[shard].target = TR_NOWHERE;
    sessions->drain->shards[shard].wanted = TR_NOWHERE;
}

void tr_drain_begin(tr_sessions *sessions)
{
    if (sessions->is_draining)
        return;
    drain *self = drain_of(sessions);
    self->began_ms = self->moved_ms = now(self);
    sessions->is_draining = true;
    save_all(self);
    tr_timer_start(&self->tick, HEAR_MS, TICK_MS);
}

static bool has_spread_of(const drain *self, unsigned shard)
{
    const tr_routes *routes = tr_core_routes(self->sessions->core);
    return routes->shards[shard].epoch >= self->shards[shard].epoch;
}

static bool has_spread(const drain *self)
{
    for (unsigned i = 0; i < TR_SHARDS; i++)
        if (is_given(self, i) && !has_spread_of(self, i))
            return false;
    return true;
}

bool tr_drain_is_busy(const tr_sessions *sessions)
{
    const drain *self = sessions->drain;
    if (self == NULL || !sessions->is_draining)
        return false;
    if (sessions->count != 0)
        return !self->is_stuck;
    return !has_spread(self) && now(self) < self->moved_ms + SPREAD_MS;
}

tr_address tr_drain_target(const tr_sessions *sessions, tr_slice session_id)
{
    int shard = tr_session_id_shard(session_id);
    const drain *self = sessions->drain;
    if (self == NULL || shard < 0 || !is_given(self, (unsigned)shard))
        return TR_NOWHERE;
    // Since then the table knows better, unless we are the ones who leave.
    bool is_known = !sessions->is_draining && has_spread_of(self, (unsigned)shard);
    return is_known ? TR_NOWHERE : self->shards[shard].target;
}

void tr_drain_free(tr_sessions *sessions)
{
    if (sessions->drain == NULL)
        return;
    tr_timer_stop(&sessions->drain->tick);
    tr_free(sessions->drain);
    sessions->drain = NULL;
}
