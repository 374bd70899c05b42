#include "broker/broker.h"

#include <string.h>
#include <time.h>

#include "actors/core/timer.h"
#include "actors/names/name_registry.h"
#include "actors/system/introspect.h"
#include "base/log.h"
#include "base/random.h"
#include "broker/directory.h"
#include "troupe/err.h"

// All are told at once what changed, but not more often than each TELL_MS: in a large cluster what
// starts or dies together is told together.
enum { REFUSED_KEPT = 16, REFUSED_AGAIN_MS = 60000, TELL_MS = 20 };

// Hellos come twice a second; what is said of one of another app comes once a minute.
typedef struct refused {
    uint64_t node;
    uint64_t told_ms;
} refused;

typedef struct broker {
    tr_core *core;
    const char *app; // NULL: the first member's
    refused refused[REFUSED_KEPT];
    unsigned refused_next;
    tr_actor *actor;
    tr_directory directory;
    tr_timer tick;
    tr_timer soon;    // tells all what changed since they were told
    uint64_t told_ms; // when they were
    bool has_told;    // all, after the grace
    uint64_t ticked_ms;
    uint64_t woken_ms; // when it last found that it had been away
} broker;

// `since`: the version that it has.
static void tell(const broker *self, tr_directory_node *node, uint64_t since)
{
    tr_directory_news news = {0};
    tr_directory_write_since(&self->directory, since, &news);
    (void)tr_send(self->core, tr_actor_address(self->actor), node->agent, node_members,
                  .members = tr_buf_slice(&news.members), .token = node->token,
                  .version = self->directory.version, .since = news.since,
                  .gone = tr_buf_slice(&news.gone), .loads = tr_buf_slice(&news.loads));
    node->told = self->directory.version;
    tr_directory_news_done(&news);
}

static bool is_settled(const broker *self)
{
    return tr_directory_is_settled(&self->directory, tr_core_now_ms(self->core));
}

static void tell_now(broker *self)
{
    self->told_ms = tr_core_now_ms(self->core);
    for (uint32_t i = 0; i < self->directory.count; i++) {
        tr_directory_node *node = &self->directory.nodes[i];
        tell(self, node, node->takes_changes ? node->told : 0);
    }
}

static void on_soon(tr_timer *timer)
{
    tell_now(timer->arg);
}

static void tell_all(broker *self)
{
    if (!is_settled(self) || tr_timer_is_running(&self->soon))
        return;
    uint64_t since_ms = tr_core_now_ms(self->core) - self->told_ms;
    if (since_ms >= TELL_MS)
        tell_now(self);
    else
        tr_timer_start(&self->soon, TELL_MS - since_ms, 0);
}

// Health checks come and go all the time.
static enum tr_log_level level_for(const broker *self, uint64_t node)
{
    return tr_directory_is_watcher(&self->directory, node) ? TR_LOG_DEBUG : TR_LOG_INFO;
}

static void forget(broker *self, uint64_t node, const char *why)
{
    enum tr_log_level level = level_for(self, node);
    if (!tr_directory_remove(&self->directory, node))
        return;
    tr_log(level, "event=member_gone node=%016llx reason=%s", (unsigned long long)node, why);
    (void)tr_send(self->core, tr_actor_address(self->actor),
                  tr_address_of(tr_core_node(self->core), tr_core_index(self->core), TR_SLOT_NAMES),
                  node_down, .node = node);
    tell_all(self);
}

typedef struct conflict {
    broker *self;
    tr_address agent;
} conflict;

static void on_conflict(void *arg, uint32_t shard, uint64_t epoch)
{
    conflict *with = arg;
    (void)tr_send(with->self->core, tr_actor_address(with->self->actor), with->agent, shard_lost,
                  .shard = shard, .epoch = epoch + 1);
}

static const char *app_of(const broker *self)
{
    return self->app != NULL ? self->app : tr_directory_app(&self->directory);
}

static bool is_foreign(const broker *self, const tr_msg_node_hello *hello)
{
    const char *app = app_of(self);
    return hello->app.size != 0 && app[0] != '\0' && !tr_slice_is(hello->app, app);
}

static bool has_other_store(const broker *self, const tr_msg_node_hello *hello)
{
    uint64_t store = tr_directory_store(&self->directory);
    return hello->store_identity != 0 && store != 0 && hello->store_identity != store;
}

static bool is_told(broker *self, uint64_t node)
{
    uint64_t now_ms = tr_core_now_ms(self->core);
    for (unsigned i = 0; i < REFUSED_KEPT; i++)
        if (self->refused[i].node == node && now_ms - self->refused[i].told_ms < REFUSED_AGAIN_MS)
            return true;
    self->refused[self->refused_next++ % REFUSED_KEPT] = (refused){node, now_ms};
    return false;
}

static void refuse(broker *self, const tr_message *message, bool is_for_store)
{
    const tr_msg_node_hello *hello = TR_BODY(message, node_hello);
    (void)tr_send(self->core, tr_actor_address(self->actor), message->from, node_refused,
                  .token = hello->token, .app = tr_slice_of(app_of(self)),
                  .is_for_store = is_for_store);
    if (is_told(self, message->from.node))
        return;
    if (is_for_store)
        tr_log(TR_LOG_WARN,
               "event=hello_refused node=%016llx name=%s reason=another_store "
               "text=\"the pages of this cluster are in another store: correct its --store\"",
               (unsigned long long)message->from.node,
               tr_log_quote(hello->name.data, hello->name.size));
    else
        tr_log(TR_LOG_WARN,
               "event=hello_refused node=%016llx name=%s reason=another_app app=%s ours=%s "
               "text=\"a process of another app: give it a broker of its own\"",
               (unsigned long long)message->from.node,
               tr_log_quote(hello->name.data, hello->name.size),
               tr_log_quote(hello->app.data, hello->app.size),
               tr_log_quote(app_of(self), (unsigned)strlen(app_of(self))));
}

// It hears what became of it, and greets anew.
static void answer_late(broker *self, const tr_message *message)
{
    const tr_msg_node_hello *hello = TR_BODY(message, node_hello);
    tr_directory_node sender = {.agent = message->from, .token = hello->token};
    tr_log(TR_LOG_DEBUG, "event=hello_late node=%016llx", (unsigned long long)message->from.node);
    if (is_settled(self))
        tell(self, &sender, hello->list);
}

static void on_hello(broker *self, const tr_message *message)
{
    const tr_msg_node_hello *hello = TR_BODY(message, node_hello);
    bool is_of_app = !is_foreign(self, hello);
    if (!is_of_app || has_other_store(self, hello)) {
        refuse(self, message, is_of_app);
        return;
    }
    if (tr_directory_is_late(&self->directory, message->from.node, hello)) {
        answer_late(self, message);
        return;
    }
    conflict with = {self, message->from};
    uint32_t before = self->directory.count;
    int result = tr_directory_hello(&self->directory, message->from, hello,
                                    tr_core_now_ms(self->core), on_conflict, &with);
    if (result < 0) {
        tr_log(TR_LOG_WARN, "event=hello_refused node=%016llx error=%s",
               (unsigned long long)message->from.node, tr_err_name(result));
        return;
    }
    if (self->directory.count != before)
        tr_log(level_for(self, message->from.node),
               "event=member_joined node=%016llx name=%s roles=%u cores=%u app=%s build=%016llx",
               (unsigned long long)message->from.node,
               tr_log_quote(hello->name.data, hello->name.size), hello->roles, hello->cores,
               tr_log_quote(hello->app.data, hello->app.size), (unsigned long long)hello->build);
    if (result == 1)
        tell_all(self);
    if (is_settled(self))
        tell(self, tr_directory_find(&self->directory, message->from.node), hello->list);
}

static void on_claim(broker *self, const tr_message *message)
{
    tr_buf shards = {0};
    const tr_msg_shard_claim *claim = TR_BODY(message, shard_claim);
    int granted = tr_directory_claim(&self->directory, message->from.node, claim->shards,
                                     tr_core_now_ms(self->core), &shards);
    if (granted > 0) {
        (void)tr_send(self->core, tr_actor_address(self->actor), message->from, shard_granted,
                      .shards = tr_buf_slice(&shards));
        tell_all(self);
    }
    tr_buf_done(&shards);
}

// Every section is the same to a broker: it knows its members.
static void on_inspect(broker *self, const tr_message *question)
{
    tr_buf rows = {0};
    uint64_t at = TR_BODY(question, inspect)->at;
    uint32_t count = 0;
    for (; at < self->directory.count && count < TR_INSPECT_ROWS; at++) {
        const tr_directory_node *node = &self->directory.nodes[at];
        if (node->roles == 0)
            continue;
        tr_introspect_member(&rows, node->agent.node, node->name, node->roles, node->cores,
                             tr_buf_slice(&node->endpoints));
        count++;
    }
    tr_introspect_answer(self->core, question, &rows, count,
                         at < self->directory.count ? at : TR_INSPECT_END);
    tr_buf_done(&rows);
}

// Connections that broke while we were away say nothing of who is alive: silence will.
static bool tells_of_an_end(const broker *self, uint64_t node)
{
    uint64_t now_ms = tr_core_now_ms(self->core);
    bool is_awake = self->woken_ms == 0 || now_ms - self->woken_ms > TR_PEER_SILENCE_MS;
    return is_awake && !tr_directory_is_kept(&self->directory, node);
}

static void on_message(tr_actor *actor, tr_message *message)
{
    broker *self = tr_actor_state(actor);
    switch (message->shape->type) {
    case TR_MSG_node_hello:
        on_hello(self, message);
        break;
    case TR_MSG_shard_claim:
        on_claim(self, message);
        break;
    case TR_MSG_inspect:
        on_inspect(self, message);
        break;
    case TR_MSG_node_bye:
        forget(self, message->from.node, "bye");
        break;
    case TR_MSG_node_down:
        if (tells_of_an_end(self, TR_BODY(message, node_down)->node))
            forget(self, TR_BODY(message, node_down)->node, "connection_lost");
        break;
    default:
        break;
    }
}

static void on_tick(tr_timer *timer)
{
    broker *self = timer->arg;
    if (!self->has_told && is_settled(self)) {
        self->has_told = true;
        tell_all(self);
    }
    uint64_t now_ms = tr_core_now_ms(self->core);
    if (now_ms - self->ticked_ms > 2 * TR_HEARTBEAT_MS) {
        tr_directory_was_away(&self->directory, now_ms - self->ticked_ms);
        self->woken_ms = now_ms;
    }
    self->ticked_ms = now_ms;
    if (tr_directory_note_silence(&self->directory, now_ms))
        tell_all(self);
    uint64_t silent;
    while ((silent = tr_directory_silent(&self->directory, tr_core_now_ms(self->core))) != 0)
        forget(self, silent, "silent");
}

static int on_start(tr_actor *actor, const void *args)
{
    broker *self = tr_actor_state(actor);
    self->app = *(const char *const *)args;
    self->core = tr_actor_core(actor);
    self->actor = actor;
    tr_directory_init(&self->directory, tr_core_now_ms(self->core), (uint64_t)time(NULL),
                      tr_random_u64() >> 1 | 1);
    self->ticked_ms = tr_core_now_ms(self->core) + TR_DIRECTORY_GRACE_MS; // the first tick is then
    tr_timer_init(&self->tick, self->core, on_tick, self);
    tr_timer_init(&self->soon, self->core, on_soon, self);
    tr_timer_start(&self->tick, TR_DIRECTORY_GRACE_MS + 1, TR_HEARTBEAT_MS);
    return 0;
}

static void on_stop(tr_actor *actor)
{
    broker *self = tr_actor_state(actor);
    tr_timer_stop(&self->tick);
    tr_timer_stop(&self->soon);
    tr_directory_done(&self->directory);
}

static const tr_behaviour behaviour = {.name = "broker",
                                       .state_size = sizeof(broker),
                                       .on_start = on_start,
                                       .on_message = on_message,
                                       .on_stop = on_stop,
                                       .mailbox_cap = 8192};

int tr_broker_start(tr_core *core, const char *app)
{
    (void)tr_names_here(core); // its time to hear of old names begins now
    return tr_spawn(core, &behaviour, &app, TR_SLOT_BROKER, NULL);
}
