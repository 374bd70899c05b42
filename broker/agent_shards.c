// The membership agent's work with shards.

#include "actors/core/core_record.h"
#include "base/log.h"
#include "broker/agent_record.h"
#include "broker/directory.h"
#include "troupe/actors/system.h"
#include "wire/rows.h"
#include "wire/writer.h"

enum { SOON_MS = 10 };

static bool hosts_sessions(const tr_agent *self)
{
    return (self->options.roles & TR_ROLE_WORKER) != 0;
}

// Every core thread finds its own among them.
static void tell_granted(tr_agent *self, tr_slice shards)
{
    for (uint32_t core = 0; core < self->cores; core++)
        (void)tr_send(self->core, tr_actor_address(self->actor),
                      tr_address_of(tr_core_node(self->core), core, TR_SLOT_SESSIONS),
                      shard_granted, .shards = shards);
}

// Alone every shard is ours, spread over the core threads.
void tr_agent_own_all(tr_agent *self)
{
    tr_buf shards = {0};
    tr_write_array(&shards, TR_SHARDS);
    self->last_epoch = 1;
    for (unsigned i = 0; i < TR_SHARDS; i++) {
        tr_ownership_own(&self->ownership, i, self->last_epoch, i % self->cores);
        tr_row_write(&shards, shard, i, self->last_epoch, i % self->cores);
    }
    tell_granted(self, tr_buf_slice(&shards));
    tr_buf_done(&shards);
}

// Alone: it was lost to a process of another cluster, and comes back with the next epoch.
static void own_again(tr_agent *self, const tr_msg_shard_wanted *wanted)
{
    tr_buf shards = {0};
    tr_ownership_own(&self->ownership, wanted->shard, ++self->last_epoch, wanted->core);
    tr_write_array(&shards, 1);
    tr_row_write(&shards, shard, wanted->shard, self->last_epoch, wanted->core);
    tell_granted(self, tr_buf_slice(&shards));
    tr_buf_done(&shards);
}

static void lose(tr_agent *self, unsigned shard, uint64_t epoch)
{
    uint32_t core = self->ownership.shards[shard].core;
    tr_ownership_disown(&self->ownership, shard);
    (void)tr_send(self->core, tr_actor_address(self->actor),
                  tr_address_of(tr_core_node(self->core), core, TR_SLOT_SESSIONS), shard_lost,
                  .shard = shard, .epoch = epoch);
}

static uint32_t live_brokers(const tr_agent *self, tr_candidate *out, const tr_agent_broker **who)
{
    uint32_t count = 0;
    for (unsigned i = 0; i < self->options.broker_count; i++)
        if (tr_agent_is_live(self, &self->brokers[i])) {
            who[count] = &self->brokers[i];
            out[count++] = (tr_candidate){self->brokers[i].node, 1};
        }
    return count;
}

// Before all brokers of our list have had time to answer, who else is here is not known.
static bool knows_the_cluster(const tr_agent *self, uint32_t live)
{
    return live == self->options.broker_count ||
           (self->joined_ms != 0 &&
            tr_core_now_ms(self->core) >= self->joined_ms + TR_DIRECTORY_GRACE_MS);
}

static void claim_shards(tr_agent *self)
{
    tr_candidate brokers[TR_BROKERS_CAP];
    const tr_agent_broker *who[TR_BROKERS_CAP];
    uint32_t live = live_brokers(self, brokers, who);
    for (uint32_t i = 0; i < live && knows_the_cluster(self, live); i++) {
        tr_buf shards = {0};
        if (tr_ownership_claims(&self->ownership, tr_core_routes(self->core),
                                tr_core_now_ms(self->core), brokers, live, i, &shards) != 0)
            (void)tr_send(self->core, tr_actor_address(self->actor),
                          tr_address_of(who[i]->alias, 0, TR_SLOT_BROKER), shard_claim,
                          .shards = tr_buf_slice(&shards));
        tr_buf_done(&shards);
    }
}

// Said again and again: a core thread does it when it can.
static void let_shards_go(tr_agent *self)
{
    for (unsigned i = 0; i < TR_SHARDS; i++) {
        tr_address target = tr_ownership_leaves(&self->ownership, i, tr_core_now_ms(self->core));
        if (tr_address_is_set(target))
            (void)tr_send(self->core, tr_actor_address(self->actor),
                          tr_address_of(tr_core_node(self->core), self->ownership.shards[i].core,
                                        TR_SLOT_SESSIONS),
                          shard_leave, .shard = i, .target = target);
    }
}

// A worker that drains gives all of them away by itself; one without a broker has nobody's word of
// who is here.
void tr_agent_settle_shards(tr_agent *self)
{
    if (!hosts_sessions(self) || self->options.broker_count == 0 || self->draining ||
        !tr_agent_has_broker(self))
        return;
    claim_shards(self);
    let_shards_go(self);
}

// The list is in this core thread's table now.
void tr_agent_on_routes(tr_agent *self)
{
    const tr_routes *routes = tr_core_routes(self->core);
    (void)tr_ownership_learn(&self->ownership, routes);
    for (unsigned i = 0; i < TR_SHARDS; i++)
        if (tr_ownership_is_beaten(&self->ownership, routes, i))
            lose(self, i, routes->shards[i].epoch + 1);
    tr_agent_settle_shards(self);
}

// Others hear of many shards that come together once.
void tr_agent_greet_soon(tr_agent *self)
{
    if (!tr_timer_is_running(&self->soon))
        tr_timer_start(&self->soon, SOON_MS, 0);
}

void tr_agent_on_granted(tr_agent *self, const tr_msg_shard_granted *granted)
{
    tr_row_shard row;
    tr_rows in = TR_ROWS(shard, granted->shards);
    while (tr_rows_next(&in, &row))
        if (row.shard < TR_SHARDS && row.core < self->cores &&
            row.epoch > self->ownership.shards[row.shard].epoch)
            tr_ownership_own(&self->ownership, row.shard, row.epoch, row.core);
    tell_granted(self, granted->shards);
    tr_agent_greet_soon(self);
}

// A core thread of ours is asked for a session whose shard nobody has: it is claimed by whom it is
// due to, and that is mostly us.
void tr_agent_on_wanted(tr_agent *self, const tr_msg_shard_wanted *wanted)
{
    if (wanted->shard >= TR_SHARDS || wanted->core >= self->cores || self->draining)
        return;
    if (self->options.broker_count != 0)
        tr_agent_settle_shards(self);
    else if (self->ownership.shards[wanted->shard].epoch == 0 ||
             self->ownership.shards[wanted->shard].core == wanted->core)
        own_again(self, wanted);
}

void tr_agent_on_lost(tr_agent *self, const tr_msg_shard_lost *lost)
{
    if (lost->shard < TR_SHARDS && self->ownership.shards[lost->shard].epoch != 0 &&
        self->ownership.shards[lost->shard].epoch < lost->epoch)
        lose(self, lost->shard, lost->epoch);
}

// Everybody must hear of it before the worker that had it is gone.
void tr_agent_on_taken(tr_agent *self, const tr_msg_shard_taken *taken)
{
    if (taken->shard >= TR_SHARDS || taken->core >= self->cores ||
        self->ownership.shards[taken->shard].epoch >= taken->epoch)
        return;
    tr_ownership_own(&self->ownership, taken->shard, taken->epoch, taken->core);
    self->ownership.shards[taken->shard].came_ms = tr_core_now_ms(self->core);
    tr_agent_greet_soon(self);
}
