// With which epochs a core thread has its shards in the store, and had them.

#include "actors/core/core.h"
#include "sdk/session/snapshots_record.h"

enum { ORPHANED_MS = 60000 };

bool tr_shard_hold_is_ours(const tr_shard_hold *self, const tr_store_op *taken, uint64_t own)
{
    bool is_givers = self->from_node != 0 && taken->node == self->from_node;
    return taken->node == own || (is_givers && taken->epoch == self->from + 1);
}

void tr_snapshots_lose(tr_sessions *sessions, unsigned shard)
{
    if (sessions->snapshots == NULL)
        return;
    tr_shard_hold *hold = &sessions->snapshots->shards[shard];
    hold->given.epoch = hold->epoch > hold->doubted ? hold->epoch : hold->doubted;
    hold->given.may_be_next = hold->doubted != 0 && hold->is_unanswered;
    hold->highest = hold->given.epoch > hold->highest ? hold->given.epoch : hold->highest;
    hold->epoch = hold->doubted = hold->from = hold->from_node = 0;
    hold->is_unanswered = false;
}

tr_shard_given tr_snapshots_given(const tr_sessions *sessions, unsigned shard)
{
    return sessions->snapshots != NULL ? sessions->snapshots->shards[shard].given
                                       : (tr_shard_given){0};
}

bool tr_snapshots_arrives(tr_sessions *sessions, unsigned shard, tr_shard_given given,
                          uint64_t sender)
{
    if (sessions->snapshots == NULL || given.epoch == 0)
        return true;
    tr_shard_hold *hold = &sessions->snapshots->shards[shard];
    bool is_begun = hold->epoch != 0 || hold->doubted != 0 || hold->is_taking;
    if (hold->from == given.epoch)
        return true;
    if (is_begun || hold->from != 0 || given.epoch < hold->highest)
        return false;
    hold->from = hold->doubted = given.epoch;
    hold->from_node = given.may_be_next ? sender : 0;
    return true;
}

uint64_t tr_snapshots_epoch(const tr_sessions *sessions, unsigned shard)
{
    return sessions->snapshots != NULL ? sessions->snapshots->shards[shard].epoch : 0;
}

// One that drains, or gives a shard away for balance, is there yet.
void tr_snapshots_note_owner_before(tr_snapshots *self, unsigned shard)
{
    tr_shard_hold *hold = &self->shards[shard];
    const tr_core *core = self->sessions->core;
    uint64_t before = hold->before_node;
    bool is_gone = before != 0 && before != tr_core_node(core) &&
                   tr_routes_find(tr_core_routes(core), before) == NULL;
    if (is_gone)
        hold->orphaned_ms = tr_core_now_ms(core) + 1;
    hold->before_node = 0;
}

bool tr_snapshots_are_orphans(const tr_sessions *sessions, unsigned shard)
{
    uint64_t since_ms = sessions->snapshots->shards[shard].orphaned_ms;
    return since_ms != 0 && tr_core_now_ms(sessions->core) < since_ms + ORPHANED_MS;
}
