#include "broker/agent.h"

#include <stdbool.h>
#include <string.h>

#include "actors/bus/link.h"
#include "actors/bus/routes.h"
#include "actors/core/core_record.h"
#include "actors/core/timer.h"
#include "actors/names/name_registry.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/random.h"
#include "broker/members.h"
#include "troupe/actors/system.h"
#include "troupe/err.h"
#include "wire/limits.h"
#include "wire/rows.h"
#include "wire/writer.h"

enum { TELL_AGAIN_TICKS = 2 * TR_PEER_SILENCE_MS / TR_HEARTBEAT_MS };

typedef struct known_broker {
    uint64_t alias; // where hellos go
    uint64_t token; // goes with them, and comes back: only that broker can know it
    uint64_t node;  // the broker that answered; 0: nobody yet
    uint64_t seen_ms;
    bool has_refused; // and was complained of
    tr_buf members;   // its last list
} known_broker;

typedef struct owned_shard {
    uint64_t epoch; // 0: not ours
    uint32_t core;
} owned_shard;

typedef struct agent {
    tr_core *core;
    tr_actor *actor;
    tr_agent_options options;
    known_broker brokers[TR_BROKERS_CAP];
    unsigned cores;
    uint32_t sessions[TR_CORES_CAP];
    uint32_t shard_counts[TR_CORES_CAP];
    owned_shard shards[TR_SHARDS];
    bool draining;
    bool has_left;
    tr_buf told; // last member list of the core threads
    unsigned ticks;
    uint64_t last_epoch; // alone: the highest that it gave itself
    tr_timer tick;
} agent;

static agent *agent_of(tr_core *core)
{
    tr_actor *actor =
        tr_actor_find(core, tr_address_of(tr_core_node(core), tr_core_index(core), TR_SLOT_NODE));
    return actor != NULL ? tr_actor_state(actor) : NULL;
}

static void write_shards(const agent *self, tr_buf *out)
{
    uint32_t count = 0;
    for (unsigned i = 0; i < TR_SHARDS; i++)
        count += self->shards[i].epoch != 0;
    tr_write_array(out, count);
    for (unsigned i = 0; i < TR_SHARDS; i++)
        if (self->shards[i].epoch != 0)
            tr_row_write(out, shard, i, self->shards[i].epoch, self->shards[i].core);
}

static uint32_t session_count(const agent *self)
{
    uint32_t count = 0;
    for (unsigned i = 0; i < self->cores; i++)
        count += self->sessions[i];
    return count;
}

// Our own row of a member list.
static void write_self(const agent *self, tr_buf *out)
{
    tr_buf endpoints = {0};
    tr_buf shards = {0};
    tr_members_endpoints(self->core, &endpoints);
    write_shards(self, &shards);
    tr_row_write(out, member, .node = tr_core_node(self->core),
                 .name = tr_slice_of(self->options.name), .roles = self->options.roles,
                 .cores = self->cores, .endpoints = tr_buf_slice(&endpoints),
                 .sessions = session_count(self), .shards = tr_buf_slice(&shards),
                 .draining = self->draining);
    tr_buf_done(&endpoints);
    tr_buf_done(&shards);
}

// -- what the brokers say, merged --

static bool is_live(const agent *self, const known_broker *broker)
{
    return broker->seen_ms != 0 &&
           tr_core_now_ms(self->core) <= broker->seen_ms + TR_PEER_SILENCE_MS;
}

static bool is_any_live(const agent *self)
{
    for (unsigned i = 0; i < self->options.broker_count; i++)
        if (is_live(self, &self->brokers[i]))
            return true;
    return false;
}

// The union of what the live brokers say. When none lives, what all of them said last stays true:
// running sessions need no broker.
static void write_members(agent *self, tr_buf *out)
{
    tr_buf rows = {0};
    uint64_t *nodes = tr_calloc(TR_PEERS_CAP, sizeof *nodes);
    uint32_t count = 0;
    bool any_live = is_any_live(self);
    if (self->options.roles != 0) {
        nodes[count++] = tr_core_node(self->core);
        write_self(self, &rows);
    }
    for (unsigned i = 0; i < self->options.broker_count; i++)
        if (!any_live || is_live(self, &self->brokers[i]))
            count = tr_members_merge(tr_buf_slice(&self->brokers[i].members), &rows, nodes, count);
    tr_write_array(out, count);
    tr_write_raw(out, tr_buf_slice(&rows));
    tr_buf_done(&rows);
    tr_free(nodes);
}

static void tell_cores(agent *self)
{
    tr_buf members = {0};
    write_members(self, &members);
    bool is_news =
        members.size != self->told.size || memcmp(members.data, self->told.data, members.size) != 0;
    if (!is_news) {
        tr_buf_done(&members);
        return;
    }
    tr_buf_done(&self->told);
    self->told = members;
    for (unsigned i = 0; i < self->cores; i++)
        (void)tr_send(self->core, tr_actor_address(self->actor),
                      tr_address_of(tr_core_node(self->core), i, TR_SLOT_CORE), routes_changed,
                      .members = tr_buf_slice(&members));
}

// -- shards --

static bool hosts_sessions(const agent *self)
{
    return (self->options.roles & TR_ROLE_WORKER) != 0;
}

static void own(agent *self, unsigned shard, uint64_t epoch, uint32_t core)
{
    if (self->shards[shard].epoch == 0)
        self->shard_counts[core]++;
    self->shards[shard] = (owned_shard){epoch, core};
}

static void tell_granted(agent *self, uint32_t core, tr_slice shards)
{
    (void)tr_send(self->core, tr_actor_address(self->actor),
                  tr_address_of(tr_core_node(self->core), core, TR_SLOT_SESSIONS), shard_granted,
                  .core = core, .shards = shards);
}

// Alone: `count` shards are a core thread's from now on, the first one and each `stride` further.
static void grant(agent *self, uint32_t core, unsigned first, unsigned stride, uint32_t count)
{
    tr_buf shards = {0};
    tr_write_array(&shards, count);
    for (unsigned shard = first; count != 0; shard += stride, count--) {
        own(self, shard, self->last_epoch, core);
        tr_row_write(&shards, shard, shard, self->last_epoch, core);
    }
    tell_granted(self, core, tr_buf_slice(&shards));
    tr_buf_done(&shards);
}

// Alone: every shard is ours, spread over the core threads.
static void own_all(agent *self)
{
    self->last_epoch = 1;
    for (uint32_t core = 0; core < self->cores; core++)
        grant(self, core, core, self->cores, (TR_SHARDS - core + self->cores - 1) / self->cores);
}

static void claim_shards(agent *self)
{
    for (uint32_t core = 0; core < self->cores && !self->draining; core++) {
        if (self->shard_counts[core] != 0)
            continue;
        for (unsigned i = 0; i < self->options.broker_count; i++)
            (void)tr_send(self->core, tr_actor_address(self->actor),
                          tr_address_of(self->brokers[i].alias, 0, TR_SLOT_BROKER), shard_claim,
                          .core = core, .shard = TR_SHARDS, .count = TR_SHARDS_PER_CLAIM,
                          .stride = self->options.broker_count, .offset = i);
    }
}

static void on_granted(agent *self, const tr_msg_shard_granted *granted)
{
    tr_row_shard row;
    tr_rows in = TR_ROWS(shard, granted->shards);
    while (granted->core < self->cores && tr_rows_next(&in, &row))
        if (row.shard < TR_SHARDS && row.epoch != 0)
            own(self, row.shard, row.epoch, granted->core);
    tell_granted(self, granted->core, granted->shards);
    tell_cores(self);
}

// A core thread of ours is asked for a session whose shard nobody has.
static void on_claim(agent *self, const tr_msg_shard_claim *claim)
{
    uint32_t shard = claim->shard;
    if (shard >= TR_SHARDS || claim->core >= self->cores || self->draining ||
        (self->shards[shard].epoch != 0 && self->shards[shard].core != claim->core))
        return;
    if (self->options.broker_count == 0) {
        // Alone: it was lost to a process of another cluster, and comes back with the next epoch.
        self->last_epoch++;
        grant(self, claim->core, shard, 1, 1);
        return;
    }
    unsigned at = shard % self->options.broker_count;
    (void)tr_send(self->core, tr_actor_address(self->actor),
                  tr_address_of(self->brokers[at].alias, 0, TR_SLOT_BROKER), shard_claim,
                  .core = claim->core, .shard = shard, .count = 1,
                  .stride = self->options.broker_count, .offset = at);
}

static void disown(agent *self, unsigned shard)
{
    if (self->shards[shard].epoch == 0)
        return;
    self->shard_counts[self->shards[shard].core]--;
    self->shards[shard].epoch = 0;
}

static void on_lost(agent *self, const tr_msg_shard_lost *lost)
{
    if (lost->shard >= TR_SHARDS || self->shards[lost->shard].epoch == 0 ||
        self->shards[lost->shard].epoch >= lost->epoch)
        return;
    uint32_t core = self->shards[lost->shard].core;
    disown(self, lost->shard);
    (void)tr_send(self->core, tr_actor_address(self->actor),
                  tr_address_of(tr_core_node(self->core), core, TR_SLOT_SESSIONS), shard_lost,
                  .shard = lost->shard, .epoch = lost->epoch);
}

// -- brokers --

// It is said again while our core thread is busy: the process is not gone.
static void say_to(agent *self, const known_broker *broker, const tr_msg_node_hello *hello)
{
    tr_message *message = tr_message_new(TR_MSG_node_hello, hello);
    message->from = tr_actor_address(self->actor);
    message->to = tr_address_of(broker->alias, 0, TR_SLOT_BROKER);
    tr_bus_links_repeat(self->core, message);
    (void)tr_core_post_message(self->core, &message);
    tr_message_free(message);
}

static void say_hello(agent *self)
{
    if (self->has_left)
        return; // a hello would undo the goodbye
    tr_buf endpoints = {0};
    tr_buf shards = {0};
    tr_members_endpoints(self->core, &endpoints);
    write_shards(self, &shards);
    tr_msg_node_hello hello = {.name = tr_slice_of(self->options.name),
                               .roles = self->options.roles,
                               .cores = self->cores,
                               .endpoints = tr_buf_slice(&endpoints),
                               .sessions = session_count(self),
                               .shards = tr_buf_slice(&shards),
                               .draining = self->draining,
                               .app = tr_slice_of(self->options.app),
                               .build = self->options.build};
    for (unsigned i = 0; i < self->options.broker_count; i++) {
        hello.token = self->brokers[i].token;
        say_to(self, &self->brokers[i], &hello);
    }
    tr_buf_done(&endpoints);
    tr_buf_done(&shards);
}

// Which broker of our list somebody is shows by the token; NULL: none.
static known_broker *broker_of(agent *self, uint64_t token)
{
    for (unsigned i = 0; i < self->options.broker_count; i++)
        if (self->brokers[i].token == token)
            return &self->brokers[i];
    return NULL;
}

static bool is_broker(const agent *self, const tr_message *message)
{
    for (unsigned i = 0; i < self->options.broker_count; i++)
        if (self->brokers[i].node != 0 && self->brokers[i].node == message->from.node)
            return true;
    return false;
}

// Everybody must hear of it before the worker that had it is gone.
static void on_taken(agent *self, const tr_msg_shard_taken *taken)
{
    if (taken->shard >= TR_SHARDS || taken->core >= self->cores ||
        self->shards[taken->shard].epoch >= taken->epoch)
        return;
    disown(self, taken->shard);
    own(self, taken->shard, taken->epoch, taken->core);
    say_hello(self);
    tell_cores(self);
}

static void on_members(agent *self, const tr_message *message)
{
    known_broker *broker = broker_of(self, TR_BODY(message, node_members)->token);
    if (broker == NULL) {
        tr_log(TR_LOG_WARN, "event=members_refused node=%016llx reason=no_broker_of_ours",
               (unsigned long long)message->from.node);
        return;
    }
    bool is_first = broker->node != message->from.node;
    broker->node = message->from.node;
    broker->seen_ms = tr_core_now_ms(self->core);
    broker->has_refused = false;
    tr_slice members = TR_BODY(message, node_members)->members;
    broker->members.size = 0;
    tr_buf_append(&broker->members, members.data, members.size);
    tell_cores(self);
    if (self->options.on_answer != NULL)
        self->options.on_answer(self->options.arg, members);
    if (is_first && hosts_sessions(self))
        claim_shards(self);
}

static void complain(const agent *self, unsigned index, tr_slice theirs)
{
    tr_slice ours = tr_slice_of(self->options.app);
    tr_log(TR_LOG_ERROR,
           "event=refused_by_broker endpoint=%s app=%s theirs=%s text=\"its cluster serves another "
           "app: this process serves nobody there; correct --broker\"",
           self->options.brokers[index], tr_log_quote(ours.data, ours.size),
           tr_log_quote(theirs.data, theirs.size));
}

// It is asked again: another broker may take its place.
static void on_refused(agent *self, const tr_msg_node_refused *body)
{
    known_broker *broker = broker_of(self, body->token);
    if (broker == NULL)
        return;
    if (!broker->has_refused)
        complain(self, (unsigned)(broker - self->brokers), body->app);
    broker->has_refused = true;
    broker->seen_ms = 0;
    broker->members.size = 0;
    if (self->options.on_answer != NULL)
        self->options.on_answer(self->options.arg, (tr_slice){0});
}

static void on_message(tr_actor *actor, tr_message *message)
{
    agent *self = tr_actor_state(actor);
    switch (message->shape->type) {
    case TR_MSG_node_members:
        on_members(self, message);
        break;
    case TR_MSG_node_refused:
        on_refused(self, TR_BODY(message, node_refused));
        break;
    case TR_MSG_shard_claim:
        if (message->from.node == tr_core_node(self->core))
            on_claim(self, TR_BODY(message, shard_claim));
        break;
    case TR_MSG_shard_granted:
        if (is_broker(self, message))
            on_granted(self, TR_BODY(message, shard_granted));
        break;
    case TR_MSG_shard_lost: // a core thread of ours hears it from the store
        if (is_broker(self, message) || message->from.node == tr_core_node(self->core))
            on_lost(self, TR_BODY(message, shard_lost));
        break;
    case TR_MSG_shard_taken:
        on_taken(self, TR_BODY(message, shard_taken));
        break;
    case TR_MSG_shard_given:
        if (TR_BODY(message, shard_given)->shard < TR_SHARDS)
            disown(self, TR_BODY(message, shard_given)->shard);
        break;
    case TR_MSG_sessions_load: {
        const tr_msg_sessions_load *load = TR_BODY(message, sessions_load);
        if (load->core < self->cores)
            self->sessions[load->core] = load->sessions;
        break;
    }
    default:
        break;
    }
}

// A core thread that lost a node takes it for leaving until a list says otherwise, and a list that
// did not change is not told: so now and then it is, while somebody vouches for it.
static void tell_again(agent *self)
{
    if (is_any_live(self) && ++self->ticks % TELL_AGAIN_TICKS == 0)
        self->told.size = 0;
}

static void on_tick(tr_timer *timer)
{
    agent *self = timer->arg;
    say_hello(self);
    tell_again(self);
    if (self->options.broker_count != 0 && hosts_sessions(self))
        claim_shards(self);
    tell_cores(self);
}

static int on_start(tr_actor *actor, const void *args)
{
    agent *self = tr_actor_state(actor);
    self->core = tr_actor_core(actor);
    self->actor = actor;
    self->options = *(const tr_agent_options *)args;
    if (self->options.broker_count > TR_BROKERS_CAP)
        return TR_EINVALID;
    self->cores = tr_system_core_count(tr_core_system(self->core));
    uint64_t aliases[TR_BROKERS_CAP] = {0};
    for (unsigned i = 0; i < self->options.broker_count; i++)
        self->brokers[i].token = tr_random_u64();
    for (unsigned i = 0; i < self->options.broker_count; i++)
        self->brokers[i].alias = aliases[i] = tr_core_dial(self->core, self->options.brokers[i]);
    if (self->options.broker_count != 0)
        tr_names_use_brokers(self->core, aliases, self->options.broker_count);
    tr_timer_init(&self->tick, self->core, on_tick, self);
    // The first hello leaves with the first turn; until a broker answers, sooner than later again.
    tr_timer_start(&self->tick, 0, TR_HEARTBEAT_MS);
    return 0;
}

static void on_stop(tr_actor *actor)
{
    agent *self = tr_actor_state(actor);
    tr_timer_stop(&self->tick);
    for (unsigned i = 0; i < self->options.broker_count; i++)
        tr_buf_done(&self->brokers[i].members);
    tr_buf_done(&self->told);
}

static const tr_behaviour behaviour = {.name = "membership",
                                       .state_size = sizeof(agent),
                                       .on_start = on_start,
                                       .on_message = on_message,
                                       .on_stop = on_stop,
                                       .mailbox_cap = 8192};

int tr_agent_start(tr_core *core, const tr_agent_options *options)
{
    int result = tr_spawn(core, &behaviour, options, TR_SLOT_NODE, NULL);
    if (result < 0)
        return result;
    agent *self = agent_of(core);
    if (options->broker_count == 0 && hosts_sessions(self))
        own_all(self);
    tell_cores(self);
    return 0;
}

void tr_agent_drain(tr_core *core)
{
    agent *self = agent_of(core);
    if (self == NULL)
        return;
    self->draining = true;
    say_hello(self);
    tell_cores(self);
}

void tr_agent_leave(tr_core *core)
{
    agent *self = agent_of(core);
    if (self == NULL)
        return;
    self->has_left = true;
    for (unsigned i = 0; i < self->options.broker_count; i++)
        (void)tr_send(core, tr_actor_address(self->actor),
                      tr_address_of(self->brokers[i].alias, 0, TR_SLOT_BROKER), node_bye,
                      .drained = true);
}
