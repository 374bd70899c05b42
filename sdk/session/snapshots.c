#include "sdk/session/snapshots.h"

#include <string.h>

#include "actors/bus/routes.h"
#include "actors/core/core.h"
#include "base/log.h"
#include "base/mem.h"
#include "sdk/session/call.h"
#include "sdk/session/move.h"
#include "sdk/session/snapshots_record.h"
#include "troupe/err.h"
#include "wire/limits.h"

enum {
    TICK_MS = 1000,        // one shard is swept
    PATIENCE_MS = 4000,    // of what is asked of a store that is away
    TOUCH_TICKS = 60,      // pages that stand still are looked for
    WRITES_PER_TICK = 256, // sessions encoded before other work has its turn
    AMID_MS = 80           // less than until it is looked at again (TR_SNAPSHOT_DELAY_MS)
};

static tr_snapshots *of(const tr_session *session)
{
    return session->sessions->snapshots;
}

static unsigned shard_of(const char *id)
{
    return (unsigned)tr_session_id_shard(tr_slice_of(id));
}

// Before other things that are due, too: what is written together costs less. A store that has just
// refused is not asked again with every click.
static void hurry(tr_snapshots *self)
{
    if (self->first != NULL && !self->has_said_away &&
        tr_timer_due_ns(&self->write) > tr_core_clock_ns(self->sessions->core))
        tr_timer_start(&self->write, 0, 0);
}

static void take(tr_snapshots *self, unsigned shard, uint64_t epoch);

// Another process has it in the store.
static void lose_to_another(tr_snapshots *self, unsigned shard)
{
    const tr_sessions *sessions = self->sessions;
    self->shards[shard].epoch = self->shards[shard].doubted = 0;
    if (sessions->shard_epochs[shard] == 0)
        return;
    self->shards[shard].lost = sessions->shard_epochs[shard];
    tr_log(TR_LOG_WARN, "event=shard_fenced shard=%u", shard);
    (void)tr_send(sessions->core, tr_actor_address(sessions->actor),
                  tr_address_of(tr_core_node(sessions->core), 0, TR_SLOT_NODE), shard_lost,
                  .shard = shard, .epoch = sessions->shard_epochs[shard] + 1);
}

static void on_taken(tr_store_op *op)
{
    tr_snapshots *self = op->arg;
    unsigned shard = op->shard;
    int status = op->status;
    uint64_t epoch = op->epoch;
    tr_shard_hold *hold = &self->shards[shard];
    bool is_fenced = status == TR_EFENCED;
    bool is_anothers =
        is_fenced && !tr_shard_hold_is_ours(hold, op, tr_core_node(self->sessions->core));
    if (is_fenced)
        hold->before_node = op->node;
    tr_store_op_free(op);
    self->taking--;
    hold->is_taking = false;
    if (status == TR_ECANCELLED)
        return;
    if (status == 0 || is_fenced)
        hold->is_unanswered = false;
    if (is_fenced && !is_anothers && hold->doubted != 0)
        hold->doubted = epoch;
    if (is_anothers && hold->doubted != 0 && hold->doubted == hold->taking_from) {
        lose_to_another(self, shard);
        tr_snapshots_go_on_reading(self, shard, TR_EFENCED);
        return;
    }
    uint64_t ours = self->sessions->shard_epochs[shard];
    // We asked with an epoch that is not the last one: now we know that one. Or the shard went and
    // came back meanwhile: another one may have taken it since.
    bool is_late = status == 0 && ours != self->shards[shard].taking_for;
    if (ours != 0 && (status == TR_EFENCED || is_late)) {
        take(self, shard, epoch);
        return;
    }
    if (ours == 0)
        status = TR_EFENCED; // it was handed over meanwhile
    if (status == 0) {
        self->shards[shard].epoch = epoch;
        self->shards[shard].doubted = 0;
        tr_snapshots_note_owner_before(self, shard);
        hurry(self);
    }
    tr_snapshots_go_on_reading(self, shard, status);
}

static void take(tr_snapshots *self, unsigned shard, uint64_t epoch)
{
    if (self->shards[shard].is_taking)
        return;
    if (self->shards[shard].lost != 0 &&
        self->shards[shard].lost == self->sessions->shard_epochs[shard]) {
        tr_snapshots_go_on_reading(self, shard, TR_EFENCED);
        return;
    }
    tr_store_op *op = tr_store_op_new(TR_STORE_TAKE, on_taken, self);
    op->shard = shard;
    tr_shard_hold *hold = &self->shards[shard];
    op->epoch = hold->taking_from = hold->doubted != 0 ? hold->doubted : epoch;
    op->node = tr_core_node(self->sessions->core);
    op->core = tr_core_index(self->sessions->core);
    if (tr_store_submit(self->store, op) < 0) {
        tr_store_op_free(op);
        tr_snapshots_go_on_reading(self, shard, TR_EUNAVAILABLE);
        return;
    }
    hold->is_taking = hold->is_unanswered = true;
    hold->taking_for = self->sessions->shard_epochs[shard];
    self->taking++;
}

// Another process took the shard while we thought it ours: it has our sessions. What was written with
// an epoch of before is late news: since then the shard went, and came back.
static void on_fenced(tr_snapshots *self, tr_session *session, unsigned shard)
{
    tr_sessions *sessions = self->sessions;
    if (self->shards[shard].epoch != session->snapshot->written_epoch) {
        if (sessions->shard_epochs[shard] != 0)
            tr_snapshot_touch(session, true);
        return;
    }
    lose_to_another(self, shard);
}

// -- writing --

static void arm(tr_snapshots *self, uint64_t delay_ms)
{
    if (self->first != NULL && !tr_timer_is_running(&self->write))
        tr_timer_start(&self->write, delay_ms, 0);
}

static void put_last(tr_snapshots *self, tr_session *session)
{
    session->snapshot->is_waiting = true;
    session->snapshot->next = NULL;
    if (self->last != NULL)
        self->last->snapshot->next = session;
    else
        self->first = session;
    self->last = session;
}

static tr_session *take_first(tr_snapshots *self)
{
    tr_session *session = self->first;
    self->first = session->snapshot->next;
    if (self->first == NULL)
        self->last = NULL;
    session->snapshot->is_waiting = false;
    return session;
}

static bool can_begin(const tr_session *session)
{
    return of(session) != NULL && !session->is_ending && session->given_up == NULL;
}

bool tr_snapshot_begin(tr_session *session)
{
    if (!can_begin(session))
        return false;
    if (session->snapshot == NULL)
        session->snapshot = tr_new(struct tr_session_snapshot);
    return true;
}

void tr_snapshot_touch(tr_session *session, bool is_awaited)
{
    tr_snapshots *self = of(session);
    if (!tr_snapshot_begin(session) || session->snapshot->is_too_big)
        return;
    if (session->snapshot->unsaved_ms == 0)
        session->snapshot->unsaved_ms = tr_core_now_ms(self->sessions->core);
    if (!session->snapshot->is_waiting) {
        tr_session_ref(session);
        put_last(self, session);
    }
    if (is_awaited && !session->snapshot->is_writing)
        hurry(self);
    arm(self, TR_SNAPSHOT_DELAY_MS);
}

bool tr_snapshot_is_due(const tr_session *session)
{
    const struct tr_session_snapshot *mine = session->snapshot;
    bool is_kept = mine != NULL && mine->is_kept && tr_durable_is_open(session);
    return !is_kept && can_begin(session) && (mine == NULL || !mine->is_too_big);
}

void tr_snapshot_hasten(tr_session *session)
{
    if (!tr_snapshot_begin(session) || session->snapshot->is_writing)
        return;
    if (session->snapshot->is_waiting)
        hurry(of(session));
    else
        tr_snapshot_touch(session, true);
}

static void say_away(tr_snapshots *self, int status)
{
    if (!self->has_said_away)
        tr_log(TR_LOG_WARN, "event=store_unsaved store=%s error=%s", tr_store_kind(self->store),
               tr_err_name(status));
    self->has_said_away = true;
}

// It may be done yet, behind what is written from here on: with the next epoch it is refused.
static void doubt(tr_snapshots *self, unsigned shard, uint64_t epoch)
{
    if (self->shards[shard].epoch != epoch)
        return;
    self->shards[shard].epoch = 0;
    self->shards[shard].doubted = epoch;
}

static void on_written(tr_store_op *op)
{
    tr_session *session = op->arg;
    tr_snapshots *self = of(session);
    int status = op->status;
    session->snapshot->is_writing = false;
    if (status == 0) {
        session->snapshot->is_kept = true;
        if (!session->snapshot->is_waiting)
            session->snapshot->unsaved_ms = 0;
        self->has_said_away = false;
        tr_durable_on_written(session, &session->snapshot->durable);
        if (!tr_durable_is_open(session))
            hurry(self);
    } else if (status == TR_EFENCED) {
        on_fenced(self, session, op->shard);
    } else if (status != TR_ECANCELLED) {
        if (status == TR_EUNAVAILABLE)
            doubt(self, op->shard, session->snapshot->written_epoch);
        say_away(self, status);
        tr_snapshot_touch(session, false);
    }
    tr_store_op_free(op);
    tr_session_unref(session);
}

static int write_one(tr_snapshots *self, tr_session *session, uint64_t epoch)
{
    tr_store_op *op = tr_store_op_new(TR_STORE_SAVE, on_written, session);
    memcpy(op->id, session->id, sizeof op->id);
    op->shard = shard_of(session->id);
    op->epoch = epoch;
    // One that is connected is written again when half of this is over.
    op->ttl_ms = 2 * self->sessions->timeout_ms + TR_SNAPSHOT_GRACE_MS;
    tr_snapshot_encode(session, &op->bytes);
    tr_durable_on_write(session, &session->snapshot->durable);
    int result =
        op->bytes.size <= TR_SESSION_FILE_CAP_BYTES ? tr_store_submit(self->store, op) : TR_ETOOBIG;
    if (result < 0)
        tr_store_op_free(op);
    return result;
}

static bool is_amid(const tr_session *session)
{
    for (const tr_call *call = session->calls; call != NULL; call = call->next)
        if (call->is_amid && call->event_number != 0)
            return true;
    return false;
}

// A sync handler's changes come one by one. Written between two of them, or before it is known that it has ended, the page
// would have what its event did, and the event, which runs again. Until when it may take its time: others wait.
static bool waits_for_handler(tr_snapshots *self, const tr_session *session)
{
    struct tr_session_snapshot *mine = session->snapshot;
    uint64_t now_ms = tr_core_now_ms(self->sessions->core);
    if (!is_amid(session))
        mine->amid_ms = 0;
    else if (mine->amid_ms == 0)
        mine->amid_ms = now_ms;
    return mine->amid_ms != 0 && now_ms < mine->amid_ms + AMID_MS;
}

// Its shard is not ours in the store yet, or it is being written already: later.
static bool must_wait(tr_snapshots *self, const tr_session *session)
{
    unsigned shard = shard_of(session->id);
    if (self->shards[shard].epoch == 0)
        take(self, shard, 0);
    return self->shards[shard].epoch == 0 || session->snapshot->is_writing ||
           waits_for_handler(self, session);
}

static void write_or_wait(tr_snapshots *self, tr_session *session)
{
    struct tr_session_snapshot *mine = session->snapshot;
    // One that arrives is here alone, while its gateway still looks for it.
    bool is_leaving = tr_move_is_frozen(session) && tr_move_is_leaving(session);
    bool is_gone = session->is_ending || session->actor == NULL || is_leaving ||
                   self->sessions->shard_epochs[shard_of(session->id)] == 0;
    int result = is_gone ? TR_EGONE : 0;
    if (!is_gone && must_wait(self, session)) {
        put_last(self, session);
        return;
    }
    if (!is_gone)
        result = write_one(self, session, self->shards[shard_of(session->id)].epoch);
    if (result == TR_EFULL) {
        say_away(self, result);
        put_last(self, session);
        return;
    }
    if (result == TR_ETOOBIG) {
        tr_log(TR_LOG_WARN, "event=session_not_stored session=%.6s error=%s", session->id,
               tr_err_name(result));
        mine->is_too_big = true;
        tr_session_wake(session); // nothing waits for it any more
    }
    if (result == 0) {
        mine->is_writing = true;
        mine->amid_ms = 0;
        mine->written_epoch = self->shards[shard_of(session->id)].epoch;
        mine->written_ms = tr_core_now_ms(self->sessions->core);
        return; // on_written has the reference
    }
    tr_session_unref(session);
}

static void on_write(tr_timer *timer)
{
    tr_snapshots *self = timer->arg;
    unsigned left = WRITES_PER_TICK;
    const tr_session *last = self->last; // later waiters are put behind it
    bool is_last = self->first == NULL;
    while (!is_last && left-- != 0) {
        tr_session *session = take_first(self);
        is_last = session == last;
        write_or_wait(self, session);
    }
    arm(self, is_last ? TR_SNAPSHOT_DELAY_MS : 1);
}

void tr_snapshot_delete(tr_sessions *sessions, const char *id)
{
    tr_snapshots *self = sessions->snapshots;
    unsigned shard = shard_of(id);
    if (self->shards[shard].epoch == 0)
        return; // it expires
    tr_store_op *op = tr_store_op_new(TR_STORE_DELETE, tr_store_op_free, NULL);
    memcpy(op->id, id, sizeof op->id);
    op->shard = shard;
    op->epoch = self->shards[shard].epoch;
    if (tr_store_submit(self->store, op) < 0)
        tr_store_op_free(op);
}

void tr_snapshot_drop(tr_session *session)
{
    if (of(session) == NULL || session->snapshot == NULL)
        return;
    session->snapshot->is_kept = false;
    tr_snapshot_delete(session->sessions, session->id);
}

bool tr_snapshot_outlives(const tr_session *session)
{
    return session->snapshot != NULL && session->snapshot->is_kept;
}

bool tr_snapshot_is_written(const tr_session *session)
{
    return tr_session_is_stored(session);
}

bool tr_snapshots_are_busy(const tr_sessions *sessions)
{
    const tr_snapshots *self = sessions->snapshots;
    return self != NULL && (self->first != NULL || tr_store_pending_get(self->store).ops != 0);
}

int tr_snapshot_load(tr_sessions *sessions, tr_slice id, tr_snapshot_loaded *done, void *arg)
{
    tr_snapshots *self = sessions->snapshots;
    unsigned shard = (unsigned)tr_session_id_shard(id);
    int result = tr_snapshots_begin_reading(self, id, done, arg);
    if (result == 0 && self->shards[shard].epoch == 0)
        take(self, shard, 0);
    return result;
}

// -- now and then --

// A page that stands still for hours must not expire under its reader.
static void touch_old(tr_snapshots *self)
{
    uint64_t now_ms = tr_core_now_ms(self->sessions->core);
    tr_session *session;
    tr_session *next;
    HASH_ITER (by_id, self->sessions->by_id, session, next)
        if (session->snapshot != NULL && session->snapshot->is_kept &&
            now_ms - session->snapshot->written_ms > self->sessions->timeout_ms)
            tr_snapshot_touch(session, false);
}

static void sweep_one(tr_snapshots *self)
{
    for (unsigned tries = 0; tries < TR_SHARDS; tries++) {
        unsigned shard = self->sweep_at++ % TR_SHARDS;
        if (self->shards[shard].epoch == 0)
            continue;
        tr_store_op *op = tr_store_op_new(TR_STORE_SWEEP, tr_store_op_free, NULL);
        op->shard = shard;
        op->epoch = self->shards[shard].epoch;
        if (tr_store_submit(self->store, op) < 0)
            tr_store_op_free(op);
        return;
    }
    // Nothing is asked of the store: whether it answers is found out before it is needed.
    tr_store_op *op = tr_store_op_new(TR_STORE_NODES, tr_store_op_free, NULL);
    if (tr_store_submit(self->store, op) < 0)
        tr_store_op_free(op);
}

static void on_tick(tr_timer *timer)
{
    tr_snapshots *self = timer->arg;
    sweep_one(self);
    if (++self->ticks % TOUCH_TICKS == 0)
        touch_old(self);
}

int tr_snapshots_open(tr_sessions *sessions, const char *url, const tr_record_keys *keys)
{
    if (url == NULL)
        return 0;
    tr_snapshots *self = tr_new(tr_snapshots);
    int result = tr_store_open(tr_core_loop(sessions->core), url, PATIENCE_MS, keys, &self->store);
    if (result < 0) {
        tr_free(self);
        return result;
    }
    self->sessions = sessions;
    sessions->snapshots = self;
    tr_timer_init(&self->write, sessions->core, on_write, self);
    tr_timer_init(&self->tick, sessions->core, on_tick, self);
    tr_timer_start(&self->tick, TICK_MS, TICK_MS);
    return 0;
}

void tr_snapshots_close(tr_sessions *sessions)
{
    tr_snapshots *self = sessions->snapshots;
    if (self == NULL)
        return;
    tr_timer_stop(&self->write);
    tr_timer_stop(&self->tick);
    tr_store_close(&self->store); // saves on their way end with TR_ECANCELLED
    while (self->first != NULL)
        tr_session_unref(take_first(self));
    tr_snapshots_end_reading(self);
    sessions->snapshots = NULL;
    tr_free(self);
}
