#ifndef TR_BROKER_AGENT_RECORD_H
#define TR_BROKER_AGENT_RECORD_H

// The membership agent as its own files know it.
//
// Thread: core 0.

#include "actors/core/core.h"
#include "actors/core/timer.h"
#include "base/buf.h"
#include "broker/agent.h"
#include "broker/ownership.h"
#include "wire/limits.h"
#include "wire/messages.h"

typedef struct tr_agent_broker {
    uint64_t alias; // where hellos go
    uint64_t token; // goes with them, and comes back: only that broker can know it
    uint64_t node;  // the broker that answered; 0: nobody yet
    uint64_t seen_ms;
    bool has_refused;          // and was complained of
    uint64_t version;          // of its last list, as it counts them; 0: none that it knows
    uint64_t said;             // the one that it was told last that we have
    tr_buf members;            // its last list
    tr_buf earlier;            // the last one of the broker before it, at the same endpoint
    uint64_t earlier_until_ms; // so long that still holds
} tr_agent_broker;

typedef struct tr_agent {
    tr_core *core;
    tr_actor *actor;
    tr_agent_options options;
    tr_agent_broker brokers[TR_BROKERS_CAP];
    unsigned cores;
    uint32_t sessions[TR_CORES_CAP];
    uint32_t stores[TR_CORES_CAP]; // enum tr_store_reach
    tr_ownership ownership;
    bool draining;
    bool has_left;
    tr_buf told;        // last member list of the core threads
    bool is_stale;      // and that no broker lived then
    bool is_mixed;      // the log was told that some workers have no store
    uint64_t joined_ms; // when the first broker answered; 0: none has
    unsigned ticks;
    uint64_t ticked_ms;
    uint64_t last_epoch; // alone: the highest that it gave itself
    tr_timer tick;
    tr_timer soon; // runs when others are to hear of shards that came
} tr_agent;

// Has this broker answered lately? And any?
static inline bool tr_agent_is_live(const tr_agent *self, const tr_agent_broker *broker)
{
    return broker->seen_ms != 0 &&
           tr_core_now_ms(self->core) <= broker->seen_ms + TR_PEER_SILENCE_MS;
}

static inline bool tr_agent_has_broker(const tr_agent *self)
{
    for (unsigned i = 0; i < self->options.broker_count; i++)
        if (tr_agent_is_live(self, &self->brokers[i]))
            return true;
    return false;
}

// Alone: every shard is ours.
void tr_agent_own_all(tr_agent *self);

// Claims what is due to us and nobody has, and has the core threads hand over what is due to others.
void tr_agent_settle_shards(tr_agent *self);

// The list that the core threads were told last is in this one's table.
void tr_agent_on_routes(tr_agent *self);

void tr_agent_on_granted(tr_agent *self, const tr_msg_shard_granted *granted);
void tr_agent_on_wanted(tr_agent *self, const tr_msg_shard_wanted *wanted);
void tr_agent_on_lost(tr_agent *self, const tr_msg_shard_lost *lost);
void tr_agent_on_taken(tr_agent *self, const tr_msg_shard_taken *taken);

// Says hello soon, once for all that happens until then.
void tr_agent_greet_soon(tr_agent *self);

#endif
