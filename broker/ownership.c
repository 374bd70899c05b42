#include "broker/ownership.h"

#include <string.h>

#include "base/hash.h"
#include "wire/rows.h"
#include "wire/writer.h"

void tr_ownership_init(tr_ownership *self, uint64_t node)
{
    memset(self, 0, sizeof *self);
    self->node = node;
}

static void know(tr_owned_shard *shard, uint64_t epoch)
{
    if (epoch > shard->known)
        shard->known = epoch;
}

void tr_ownership_own(tr_ownership *self, unsigned shard, uint64_t epoch, uint32_t core)
{
    self->shards[shard].epoch = epoch;
    self->shards[shard].core = core;
    self->shards[shard].came_ms = 0;
    know(&self->shards[shard], epoch);
}

void tr_ownership_disown(tr_ownership *self, unsigned shard)
{
    self->shards[shard].epoch = 0;
}

// Independent of the order, in which each broker has its own.
static uint64_t hash_workers(const tr_routes *routes)
{
    uint64_t sum = 1;
    for (uint32_t i = 0; i < routes->member_count; i++) {
        const tr_member *member = &routes->members[i];
        const uint64_t what[] = {member->node, member->cores};
        if ((member->roles & TR_ROLE_WORKER) != 0 && !member->draining)
            sum += tr_hash(what, sizeof what);
    }
    return sum;
}

bool tr_ownership_learn(tr_ownership *self, const tr_routes *routes)
{
    uint64_t workers = hash_workers(routes);
    bool is_news = workers != self->workers;
    self->workers = workers;
    for (unsigned i = 0; i < TR_SHARDS; i++) {
        know(&self->shards[i], routes->shards[i].epoch);
        if (is_news)
            self->shards[i].due = tr_routes_due(routes, i, 0);
    }
    return is_news;
}

void tr_ownership_write(const tr_ownership *self, tr_buf *out)
{
    uint32_t count = 0;
    for (unsigned i = 0; i < TR_SHARDS; i++)
        count += self->shards[i].epoch != 0;
    tr_write_array(out, count);
    for (unsigned i = 0; i < TR_SHARDS; i++)
        if (self->shards[i].epoch != 0)
            tr_row_write(out, shard, i, self->shards[i].epoch, self->shards[i].core);
}

static bool is_to_be_claimed(const tr_ownership *self, const tr_routes *routes, unsigned shard,
                             uint64_t now_ms)
{
    const tr_owned_shard *mine = &self->shards[shard];
    return mine->epoch == 0 && mine->due.node == self->node && routes->shards[shard].node == 0 &&
           (mine->asked_ms == 0 || now_ms >= mine->asked_ms + TR_HEARTBEAT_MS);
}

uint32_t tr_ownership_claims(tr_ownership *self, const tr_routes *routes, uint64_t now_ms,
                             const tr_candidate *brokers, uint32_t count, uint32_t at, tr_buf *out)
{
    tr_buf rows = {0};
    uint32_t claimed = 0;
    for (unsigned i = 0; i < TR_SHARDS; i++) {
        tr_owned_shard *mine = &self->shards[i];
        if (!is_to_be_claimed(self, routes, i, now_ms) ||
            tr_rendezvous_pick(i, brokers, count) != at)
            continue;
        mine->asked_ms = now_ms;
        tr_row_write(&rows, shard, i, mine->known, tr_address_core(mine->due));
        claimed++;
    }
    tr_write_array(out, claimed);
    tr_write_raw(out, tr_buf_slice(&rows));
    tr_buf_done(&rows);
    return claimed;
}

bool tr_ownership_is_beaten(const tr_ownership *self, const tr_routes *routes, unsigned shard)
{
    const tr_owned_shard *mine = &self->shards[shard];
    tr_shard_owner other = routes->shards[shard];
    if (mine->epoch == 0 || other.node == 0 || other.node == self->node)
        return false;
    return tr_shard_owner_beats(
        other, (tr_shard_owner){.node = self->node, .epoch = mine->epoch, .core = mine->core});
}

tr_address tr_ownership_leaves(const tr_ownership *self, unsigned shard, uint64_t now_ms)
{
    const tr_owned_shard *mine = &self->shards[shard];
    bool has_just_come = mine->came_ms != 0 && now_ms < mine->came_ms + TR_SHARD_STAYS_MS;
    bool stays =
        mine->epoch == 0 || mine->due.node == 0 || mine->due.node == self->node || has_just_come;
    return stays ? TR_NOWHERE : mine->due;
}
