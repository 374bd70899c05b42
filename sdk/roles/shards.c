#include "sdk/roles/shards.h"

#include "actors/bus/routes.h"
#include "actors/core/core.h"
#include "base/log.h"
#include "sdk/moving/drain.h"
#include "sdk/roles/openings.h"
#include "sdk/session/move.h"
#include "sdk/session/session.h"
#include "sdk/session/shard_set.h"
#include "sdk/session/snapshots.h"
#include "wire/close_code.h"
#include "wire/rows.h"

static void own(tr_sessions *self, unsigned shard, uint64_t epoch)
{
    tr_shard_set_add(self, shard, epoch);
    tr_drain_forget(self, shard);
}

void tr_shards_on_granted(tr_sessions *self, tr_slice shards)
{
    tr_row_shard row;
    // Those of the other core threads are among them.
    for (tr_rows in = TR_ROWS(shard, shards); tr_rows_next(&in, &row);) {
        if (row.shard >= TR_SHARDS || row.core != tr_core_index(self->core) ||
            row.epoch <= self->shard_epochs[row.shard])
            continue;
        own(self, row.shard, row.epoch);
        tr_openings_on_shard(self, row.shard);
    }
}

static void close_sessions_of(tr_sessions *self, unsigned shard)
{
    tr_session *session;
    tr_session *next;
    HASH_ITER (by_id, self->by_id, session, next)
        if (tr_session_id_shard(tr_slice_of(session->id)) == (int)shard) {
            tr_move_close_browser(session, TR_CLOSE_RESTART, "moved");
            tr_session_end(session);
        }
}

static void lose(tr_sessions *self, unsigned shard, uint64_t epoch)
{
    if (self->shard_epochs[shard] == 0)
        return;
    tr_shard_set_drop(self, shard);
    tr_snapshots_lose(self, shard);
    close_sessions_of(self, shard);
    tr_log(TR_LOG_WARN, "event=shard_lost shard=%u epoch=%llu", shard, (unsigned long long)epoch);
}

void tr_shards_on_lost(tr_sessions *self, const tr_msg_shard_lost *lost)
{
    if (lost->shard < TR_SHARDS && self->shard_epochs[lost->shard] < lost->epoch)
        lose(self, lost->shard, lost->epoch);
}

// A higher epoch than ours tells that another one had the shard since, and that we have not heard of
// it yet: what we hold of it was lost with our epoch.
bool tr_shards_take(tr_sessions *self, unsigned shard, uint64_t epoch)
{
    if (epoch > TR_EPOCH_CAP)
        return false;
    if (self->shard_epochs[shard] != 0 && self->shard_epochs[shard] >= epoch)
        return self->shard_epochs[shard] == epoch;
    lose(self, shard, epoch);
    if (tr_core_routes(self->core)->shards[shard].epoch >= epoch)
        return false;
    own(self, shard, epoch);
    tr_address agent = tr_address_of(tr_core_node(self->core), 0, TR_SLOT_NODE);
    (void)tr_send(self->core, tr_actor_address(self->actor), agent, shard_taken,
                  .core = tr_core_index(self->core), .shard = shard, .epoch = epoch);
    return true;
}

void tr_shards_on_handed(tr_sessions *self, const tr_msg_shard_handed *handed)
{
    if (handed->shard < TR_SHARDS && !self->is_shut &&
        tr_shards_take(self, handed->shard, handed->epoch))
        tr_openings_on_shard(self, handed->shard);
}
