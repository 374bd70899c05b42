#include "broker/agent.h"

#include <stdbool.h>
#include <string.h>

#include "actors/bus/link.h"
#include "actors/bus/routes.h"
#include "actors/bus/trunk.h"
#include "actors/core/core_record.h"
#include "actors/core/timer.h"
#include "actors/names/name_registry.h"
#include "base/hash.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/random.h"
#include "broker/agent_record.h"
#include "broker/members.h"
#include "troupe/actors/system.h"
#include "troupe/err.h"
#include "wire/limits.h"
#include "wire/rows.h"
#include "wire/writer.h"

enum { TELL_AGAIN_TICKS = 2 * TR_PEER_SILENCE_MS / TR_HEARTBEAT_MS };

static tr_agent *agent_of(tr_core *core)
{
    tr_actor *actor =
        tr_actor_find(core, tr_address_of(tr_core_node(core), tr_core_index(core), TR_SLOT_NODE));
    return actor != NULL ? tr_actor_state(actor) : NULL;
}

static uint32_t session_count(const tr_agent *self)
{
    uint32_t count = 0;
    for (unsigned i = 0; i < self->cores; i++)
        count += self->sessions[i];
    return count;
}

// A process gives its pages away as a whole.
static uint32_t store_reach(const tr_agent *self)
{
    uint32_t worst = TR_STORE_REACHED;
    for (unsigned i = 0; i < self->cores; i++)
        worst = self->stores[i] > worst ? self->stores[i] : worst;
    return worst;
}

// Our own row of a member list.
static void write_self(const tr_agent *self, tr_buf *out)
{
    tr_buf endpoints = {0};
    tr_buf shards = {0};
    tr_members_endpoints(self->core, &endpoints);
    tr_ownership_write(&self->ownership, &shards);
    tr_row_write(out, member, .node = tr_core_node(self->core),
                 .name = tr_slice_of(self->options.name), .roles = self->options.roles,
                 .cores = self->cores, .endpoints = tr_buf_slice(&endpoints),
                 .sessions = session_count(self), .shards = tr_buf_slice(&shards),
                 .draining = self->draining,
                 .store = self->options.is_stored ? store_reach(self) : TR_STORE_NONE,
                 .trunk = tr_trunks_endpoint(tr_core_system(self->core)));
    tr_buf_done(&endpoints);
    tr_buf_done(&shards);
}

// -- what the brokers say, merged --

static uint32_t merge(tr_slice list, tr_buf *rows, uint64_t *nodes, uint32_t count)
{
    return list.size != 0 ? tr_members_merge(list, rows, nodes, count) : count;
}

// The union of what the live brokers say. When none lives, what all of them said last stays true:
// running sessions need no broker. A broker that has just started does not know everybody yet, so
// what the one before it said holds a while longer.
static void write_members(tr_agent *self, tr_buf *out)
{
    tr_buf rows = {0};
    uint64_t *nodes = tr_calloc(TR_PEERS_CAP, sizeof *nodes);
    uint32_t count = 0;
    bool any_live = tr_agent_has_broker(self);
    if (self->options.roles != 0) {
        nodes[count++] = tr_core_node(self->core);
        write_self(self, &rows);
    }
    for (unsigned i = 0; i < self->options.broker_count; i++)
        if (!any_live || tr_agent_is_live(self, &self->brokers[i]))
            count = merge(tr_buf_slice(&self->brokers[i].members), &rows, nodes, count);
    for (unsigned i = 0; i < self->options.broker_count; i++)
        if (tr_core_now_ms(self->core) < self->brokers[i].earlier_until_ms)
            count = merge(tr_buf_slice(&self->brokers[i].earlier), &rows, nodes, count);
    tr_write_array(out, count);
    tr_write_raw(out, tr_buf_slice(&rows));
    tr_buf_done(&rows);
    tr_free(nodes);
}

// Has a list that brokers gave nobody left who stands for it?
static bool is_stale(const tr_agent *self)
{
    return self->joined_ms != 0 && !tr_agent_has_broker(self);
}

static void note_stale(tr_agent *self, bool is_stale)
{
    if (is_stale)
        tr_log(TR_LOG_WARN,
               "event=brokers_lost text=\"no broker answers: who is here goes on, nobody "
               "joins, and pages of a worker that dies wait\"");
    self->is_stale = is_stale;
}

static void note_mixed(tr_agent *self)
{
    bool is_mixed = tr_core_routes(self->core)->is_mixed;
    if (is_mixed && !self->is_mixed)
        tr_log(
            TR_LOG_WARN,
            "event=stores_differ text=\"some workers keep pages in a store and some have none: new "
            "pages go to those that have one; give the others the same --store\"");
    self->is_mixed = is_mixed;
}

static void tell_cores(tr_agent *self)
{
    tr_buf members = {0};
    write_members(self, &members);
    bool stale = is_stale(self);
    bool is_news = stale != self->is_stale || members.size != self->told.size ||
                   memcmp(members.data, self->told.data, members.size) != 0;
    if (!is_news) {
        tr_buf_done(&members);
        return;
    }
    if (stale != self->is_stale)
        note_stale(self, stale);
    tr_buf_done(&self->told);
    self->told = members;
    for (unsigned i = 0; i < self->cores; i++)
        (void)tr_send(self->core, tr_actor_address(self->actor),
                      tr_address_of(tr_core_node(self->core), i, TR_SLOT_CORE), routes_changed,
                      .members = tr_buf_slice(&members), .is_stale = stale);
}

// -- brokers --

// It is said again while our core thread is busy: the process is not gone.
static void say_to(tr_agent *self, const tr_agent_broker *broker, const tr_msg_node_hello *hello)
{
    tr_message *message = tr_message_new(TR_MSG_node_hello, hello);
    message->from = tr_actor_address(self->actor);
    message->to = tr_address_of(broker->alias, 0, TR_SLOT_BROKER);
    tr_bus_links_repeat(self->core, message);
    (void)tr_core_post_message(self->core, &message);
    tr_message_free(message);
}

static void say_hello(tr_agent *self)
{
    note_mixed(self);
    if (self->has_left)
        return; // a hello would undo the goodbye
    tr_buf endpoints = {0};
    tr_buf shards = {0};
    tr_members_endpoints(self->core, &endpoints);
    tr_ownership_write(&self->ownership, &shards);
    tr_msg_node_hello hello = {.name = tr_slice_of(self->options.name),
                               .roles = self->options.roles,
                               .cores = self->cores,
                               .endpoints = tr_buf_slice(&endpoints),
                               .sessions = session_count(self),
                               .shards = tr_buf_slice(&shards),
                               .draining = self->draining,
                               .app = tr_slice_of(self->options.app),
                               .build = self->options.build,
                               .is_stored = self->options.is_stored,
                               .takes_changes = true,
                               .store = store_reach(self),
                               .store_identity = self->options.store,
                               .trunk = tr_trunks_endpoint(tr_core_system(self->core))};
    for (unsigned i = 0; i < self->options.broker_count; i++) {
        hello.token = self->brokers[i].token;
        hello.list = self->brokers[i].said = self->brokers[i].version;
        say_to(self, &self->brokers[i], &hello);
    }
    tr_buf_done(&endpoints);
    tr_buf_done(&shards);
}

// Which broker of our list somebody is shows by the token; NULL: none.
static tr_agent_broker *broker_of(tr_agent *self, uint64_t token)
{
    for (unsigned i = 0; i < self->options.broker_count; i++)
        if (self->brokers[i].token == token)
            return &self->brokers[i];
    return NULL;
}

static bool is_broker(const tr_agent *self, const tr_message *message)
{
    for (unsigned i = 0; i < self->options.broker_count; i++)
        if (self->brokers[i].node != 0 && self->brokers[i].node == message->from.node)
            return true;
    return false;
}

static void keep_earlier(const tr_agent *self, tr_agent_broker *broker, uint64_t node)
{
    if (broker->node == 0 || broker->node == node)
        return;
    tr_buf members = broker->members;
    broker->members = broker->earlier;
    broker->members.size = 0;
    broker->earlier = members;
    broker->earlier_until_ms = tr_core_now_ms(self->core) + TR_PEER_SILENCE_MS;
}

// Changes of a list that we do not have, since one before was lost: the next hello asks for the whole.
static bool has_list(const tr_agent_broker *broker, const tr_message *message)
{
    uint64_t since = TR_BODY(message, node_members)->since;
    return since == 0 || (broker->node == message->from.node && since <= broker->version);
}

static void take_list(tr_agent_broker *broker, const tr_msg_node_members *body)
{
    tr_buf list = {0};
    if (body->since == 0)
        tr_buf_append(&list, body->members.data, body->members.size);
    else
        tr_members_apply(tr_buf_slice(&broker->members),
                         &(tr_member_changes){body->members, body->gone, body->loads}, &list);
    tr_buf_done(&broker->members);
    broker->members = list;
}

// A broker that lost us takes no hello of before (tr_directory_is_late), and has just said so: the next
// one tells that we live.
static void greet_if_lost(tr_agent *self, const tr_agent_broker *broker)
{
    bool is_news = broker->version != 0 && broker->version != broker->said;
    if (is_news && self->options.roles != 0 &&
        !tr_members_has(tr_buf_slice(&broker->members), tr_core_node(self->core)))
        tr_agent_greet_soon(self);
}

static void on_members(tr_agent *self, const tr_message *message)
{
    const tr_msg_node_members *body = TR_BODY(message, node_members);
    tr_agent_broker *broker = broker_of(self, body->token);
    if (broker == NULL) {
        tr_log(TR_LOG_WARN, "event=members_refused node=%016llx reason=no_broker_of_ours",
               (unsigned long long)message->from.node);
        return;
    }
    if (self->joined_ms == 0)
        self->joined_ms = tr_core_now_ms(self->core);
    bool has = has_list(broker, message);
    keep_earlier(self, broker, message->from.node);
    broker->node = message->from.node;
    broker->seen_ms = tr_core_now_ms(self->core);
    broker->has_refused = false;
    broker->version = has ? body->version : 0;
    if (has)
        take_list(broker, body);
    greet_if_lost(self, broker);
    tell_cores(self);
    if (self->options.on_answer != NULL)
        self->options.on_answer(self->options.arg, tr_buf_slice(&broker->members));
}

static void complain_of_store(const tr_agent *self, unsigned index)
{
    tr_log(
        TR_LOG_ERROR,
        "event=refused_by_broker endpoint=%s reason=another_store text=\"the pages of its cluster "
        "are in another store: this process serves nobody there; correct --store (a file of LMDB's "
        "is for the processes of one machine)\"",
        self->options.brokers[index]);
}

static void complain_of_app(const tr_agent *self, unsigned index, tr_slice theirs)
{
    tr_slice ours = tr_slice_of(self->options.app);
    tr_log(TR_LOG_ERROR,
           "event=refused_by_broker endpoint=%s app=%s theirs=%s text=\"its cluster serves another "
           "app: this process serves nobody there; correct --broker\"",
           self->options.brokers[index], tr_log_quote(ours.data, ours.size),
           tr_log_quote(theirs.data, theirs.size));
}

// It is asked again: another broker may take its place.
static void on_refused(tr_agent *self, const tr_msg_node_refused *body)
{
    tr_agent_broker *broker = broker_of(self, body->token);
    if (broker == NULL)
        return;
    unsigned index = (unsigned)(broker - self->brokers);
    if (!broker->has_refused && body->is_for_store)
        complain_of_store(self, index);
    else if (!broker->has_refused)
        complain_of_app(self, index, body->app);
    broker->has_refused = true;
    broker->seen_ms = 0;
    broker->members.size = broker->earlier.size = 0;
    broker->version = 0;
    if (self->options.on_answer != NULL)
        self->options.on_answer(self->options.arg, (tr_slice){0});
}

static void on_load(tr_agent *self, const tr_msg_sessions_load *load)
{
    if (load->core >= self->cores)
        return;
    self->sessions[load->core] = load->sessions;
    self->stores[load->core] = load->store;
}

static void on_message(tr_actor *actor, tr_message *message)
{
    tr_agent *self = tr_actor_state(actor);
    switch (message->shape->type) {
    case TR_MSG_node_members:
        on_members(self, message);
        break;
    case TR_MSG_node_refused:
        on_refused(self, TR_BODY(message, node_refused));
        break;
    case TR_MSG_routes_changed:
        tr_agent_on_routes(self);
        break;
    case TR_MSG_shard_wanted:
        tr_agent_on_wanted(self, TR_BODY(message, shard_wanted));
        break;
    case TR_MSG_shard_granted:
        if (is_broker(self, message))
            tr_agent_on_granted(self, TR_BODY(message, shard_granted));
        break;
    case TR_MSG_shard_lost: // a core thread of ours hears it from the store
        if (is_broker(self, message) || message->from.node == tr_core_node(self->core))
            tr_agent_on_lost(self, TR_BODY(message, shard_lost));
        break;
    case TR_MSG_shard_taken:
        tr_agent_on_taken(self, TR_BODY(message, shard_taken));
        break;
    case TR_MSG_shard_given:
        if (TR_BODY(message, shard_given)->shard < TR_SHARDS)
            tr_ownership_disown(&self->ownership, TR_BODY(message, shard_given)->shard);
        break;
    case TR_MSG_sessions_load:
        on_load(self, TR_BODY(message, sessions_load));
        break;
    default:
        break;
    }
}

// A core thread that lost a node takes it for leaving until a list says otherwise, and a list that
// did not change is not told: so now and then it is, while somebody vouches for it.
static void tell_again(tr_agent *self)
{
    if (tr_agent_has_broker(self) && ++self->ticks % TELL_AGAIN_TICKS == 0)
        self->told.size = 0;
}

// We were stopped or starved: what the brokers said meanwhile is not read yet.
static void note_away(tr_agent *self)
{
    uint64_t now_ms = tr_core_now_ms(self->core);
    uint64_t away_ms = self->ticked_ms != 0 ? now_ms - self->ticked_ms : 0;
    self->ticked_ms = now_ms;
    for (unsigned i = 0; away_ms > 2 * TR_HEARTBEAT_MS && i < self->options.broker_count; i++)
        if (self->brokers[i].seen_ms != 0)
            self->brokers[i].seen_ms += away_ms;
}

static void on_tick(tr_timer *timer)
{
    tr_agent *self = timer->arg;
    note_away(self);
    say_hello(self);
    tell_again(self);
    tr_agent_settle_shards(self);
    tell_cores(self);
}

static void on_soon(tr_timer *timer)
{
    tr_agent *self = timer->arg;
    say_hello(self);
    tell_cores(self);
}

static int on_start(tr_actor *actor, const void *args)
{
    tr_agent *self = tr_actor_state(actor);
    self->core = tr_actor_core(actor);
    self->actor = actor;
    self->options = *(const tr_agent_options *)args;
    tr_ownership_init(&self->ownership, tr_core_node(self->core));
    if (self->options.broker_count > TR_BROKERS_CAP)
        return TR_EINVALID;
    self->cores = tr_system_core_count(tr_core_system(self->core));
    tr_names_broker names[TR_BROKERS_CAP] = {{0}};
    for (unsigned i = 0; i < self->options.broker_count; i++) {
        const char *endpoint = self->options.brokers[i];
        self->brokers[i].token = tr_random_u64();
        self->brokers[i].alias = tr_core_dial(self->core, endpoint);
        names[i] = (tr_names_broker){self->brokers[i].alias, tr_hash(endpoint, strlen(endpoint))};
    }
    if (self->options.broker_count != 0)
        tr_names_use_brokers(self->core, names, self->options.broker_count);
    tr_timer_init(&self->tick, self->core, on_tick, self);
    tr_timer_init(&self->soon, self->core, on_soon, self);
    // The first hello leaves with the first turn; until a broker answers, sooner than later again.
    tr_timer_start(&self->tick, 0, TR_HEARTBEAT_MS);
    return 0;
}

static void on_stop(tr_actor *actor)
{
    tr_agent *self = tr_actor_state(actor);
    tr_timer_stop(&self->tick);
    tr_timer_stop(&self->soon);
    for (unsigned i = 0; i < self->options.broker_count; i++) {
        tr_buf_done(&self->brokers[i].members);
        tr_buf_done(&self->brokers[i].earlier);
    }
    tr_buf_done(&self->told);
}

static const tr_behaviour behaviour = {.name = "membership",
                                       .state_size = sizeof(tr_agent),
                                       .on_start = on_start,
                                       .on_message = on_message,
                                       .on_stop = on_stop,
                                       .mailbox_cap = 8192};

int tr_agent_start(tr_core *core, const tr_agent_options *options)
{
    int result = tr_spawn(core, &behaviour, options, TR_SLOT_NODE, NULL);
    if (result < 0)
        return result;
    tr_agent *self = agent_of(core);
    if (options->broker_count == 0 && (self->options.roles & TR_ROLE_WORKER) != 0)
        tr_agent_own_all(self);
    tell_cores(self);
    return 0;
}

void tr_agent_drain(tr_core *core)
{
    tr_agent *self = agent_of(core);
    if (self == NULL)
        return;
    self->draining = true;
    say_hello(self);
    tell_cores(self);
}

void tr_agent_leave(tr_core *core)
{
    tr_agent *self = agent_of(core);
    if (self == NULL)
        return;
    self->has_left = true;
    for (unsigned i = 0; i < self->options.broker_count; i++)
        (void)tr_send(core, tr_actor_address(self->actor),
                      tr_address_of(self->brokers[i].alias, 0, TR_SLOT_BROKER), node_bye,
                      .drained = true);
}
