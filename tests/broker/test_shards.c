// Who owns which shard, with brokers and agents as they run: each a system of its own in this
// process, with actors in place of the sessions actors that do what they are told.

#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <zmq.h>

#include "actors/bus/link.h"
#include "actors/bus/routes.h"
#include "actors/bus/socket.h"
#include "actors/core/core_record.h"
#include "base/hash.h"
#include "broker/agent.h"
#include "tests/support/brokers.h"
#include "tests/support/browser.h"
#include "wire/messages.h"
#include "wire/rows.h"
#include "wire/writer.h"

Suite *broker_shards_suite(void);

enum { CORES = 2 };

static brokers cluster;

typedef struct keeper {
    uint64_t epochs[TR_SHARDS]; // 0: not ours
    unsigned lost;
} keeper;

// As sessions actors do it: agent and workers say it on ways of their own, so what is older may come
// later.
static void on_granted(keeper *self, tr_actor *actor, tr_slice shards)
{
    tr_row_shard row;
    for (tr_rows in = TR_ROWS(shard, shards); tr_rows_next(&in, &row);)
        if (row.core == tr_core_index(tr_actor_core(actor)) && row.epoch > self->epochs[row.shard])
            self->epochs[row.shard] = row.epoch;
}

static void lose(keeper *self, const tr_msg_shard_lost *lost)
{
    if (self->epochs[lost->shard] == 0 || self->epochs[lost->shard] >= lost->epoch)
        return;
    self->lost++;
    self->epochs[lost->shard] = 0;
}

static void hand_over(keeper *self, tr_actor *actor, const tr_msg_shard_leave *leave)
{
    tr_core *core = tr_actor_core(actor);
    if (self->epochs[leave->shard] == 0)
        return;
    ok(tr_send(core, tr_actor_address(actor), tr_address_of(tr_core_node(core), 0, TR_SLOT_NODE),
               shard_given, .shard = leave->shard));
    (void)tr_send(core, tr_actor_address(actor), leave->target, shard_handed, .shard = leave->shard,
                  .epoch = self->epochs[leave->shard] + 1);
    self->epochs[leave->shard] = 0;
}

static void take(keeper *self, tr_actor *actor, const tr_msg_shard_handed *handed)
{
    tr_core *core = tr_actor_core(actor);
    if (self->epochs[handed->shard] >= handed->epoch)
        return;
    self->epochs[handed->shard] = handed->epoch;
    ok(tr_send(core, tr_actor_address(actor), tr_address_of(tr_core_node(core), 0, TR_SLOT_NODE),
               shard_taken, .core = tr_core_index(core), .shard = handed->shard,
               .epoch = handed->epoch));
}

static void on_message(tr_actor *actor, tr_message *message)
{
    keeper *self = tr_actor_state(actor);
    switch (TR_TYPE(message)) {
    case TR_MSG_shard_granted:
        on_granted(self, actor, TR_BODY(message, shard_granted)->shards);
        break;
    case TR_MSG_shard_leave:
        hand_over(self, actor, TR_BODY(message, shard_leave));
        break;
    case TR_MSG_shard_handed:
        take(self, actor, TR_BODY(message, shard_handed));
        break;
    case TR_MSG_shard_lost:
        lose(self, TR_BODY(message, shard_lost));
        break;
    default:
        break;
    }
}

static const tr_behaviour behaviour = {
    .name = "keeper", .state_size = sizeof(keeper), .on_message = on_message, .mailbox_cap = 8192};

static int set_up_core(tr_core *core)
{
    return tr_spawn(core, &behaviour, NULL, TR_SLOT_SESSIONS, NULL);
}

static void up(unsigned broker_count, unsigned workers)
{
    cluster.roles = TR_ROLE_WORKER;
    cluster.set_up_core = set_up_core;
    brokers_up(&cluster, broker_count, workers, CORES);
}

static const keeper *keeper_of(tr_core *core)
{
    return tr_actor_state(tr_actor_find(
        core, tr_address_of(tr_core_node(core), tr_core_index(core), TR_SLOT_SESSIONS)));
}

// Has everybody come to this: so many workers, and each shard where it is due?
static bool is_settled(tr_core *core, void *arg)
{
    const tr_routes *routes = tr_core_routes(core);
    const keeper *here = keeper_of(core);
    if (routes->member_count != *(unsigned *)arg)
        return false;
    for (unsigned i = 0; i < TR_SHARDS; i++) {
        tr_address due = tr_routes_due(routes, i, 0);
        const tr_shard_owner *owner = &routes->shards[i];
        bool is_mine =
            due.node == tr_core_node(core) && tr_address_core(due) == tr_core_index(core);
        if (owner->node != due.node || owner->core != tr_address_core(due) ||
            is_mine != (here->epochs[i] != 0) || (is_mine && here->epochs[i] != owner->epoch))
            return false;
    }
    return true;
}

static void all_settle(unsigned first, unsigned workers)
{
    for (unsigned i = 0; i < workers; i++)
        for (unsigned core = 0; core < CORES; core++)
            eventually_on(cluster.nodes[first + i], core, is_settled, &workers);
}

static void has_lost_none(tr_core *core, void *arg)
{
    (void)arg;
    ck_assert_uint_eq(keeper_of(core)->lost, 0);
}

START_TEST(workers_that_list_the_brokers_in_another_order_share_the_shards)
{
    up(2, 2);
    all_settle(0, 2);
    // A third one gets its part, and nobody loses what it did not hand over.
    for (unsigned i = 0; i < 2; i++)
        on_core(cluster.nodes[i], 0, has_lost_none, NULL);
    node_again(&cluster, 2, CORES);
    all_settle(0, 3);
    for (unsigned i = 0; i < 3; i++)
        on_core(cluster.nodes[i], 0, has_lost_none, NULL);
    brokers_down(&cluster);
}
END_TEST

START_TEST(the_shards_of_a_worker_that_died_go_to_those_who_live)
{
    up(2, 3);
    all_settle(0, 3);
    tr_system_stop(&cluster.nodes[0]);
    all_settle(1, 2);
    tr_system_stop(&cluster.nodes[1]);
    all_settle(2, 1);
    brokers_down(&cluster);
}
END_TEST

static void give_up(tr_core *core, void *node)
{
    core->node_down(core, *(uint64_t *)node);
}

// A worker that was stopped for longer than a broker waits for it, and not long enough for its
// connections to break, has no reason to say again by itself where it can be answered.
START_TEST(who_a_broker_gave_up_while_the_connection_held_hears_of_it_again)
{
    up(1, 1);
    all_settle(0, 1);
    uint64_t node = tr_system_node(cluster.nodes[0]);
    on_core(cluster.brokers[0], 0, give_up, &node);
    node_again(&cluster, 1, CORES);
    all_settle(0, 2);
    brokers_down(&cluster);
}
END_TEST

static void await_pipe(const tr_bus_link *link, bool is_there)
{
    uint64_t deadline = deadline_in_ms(60000);
    while (((tr_bus_socket_events(link->socket) & ZMQ_POLLOUT) != 0) != is_there) {
        ck_assert(!deadline_passed(deadline));
        (void)poll(NULL, 0, 1);
    }
}

// What happens to the connection is over before the core thread looks at it.
static void restart_broker_unseen(tr_core *core, void *unused)
{
    (void)unused;
    const char *endpoint = cluster.endpoints[0];
    const tr_bus_link *link = tr_bus_link_find(core, tr_hash(endpoint, strlen(endpoint)), 0);
    tr_system_stop(&cluster.brokers[0]);
    await_pipe(link, false);
    broker_again(&cluster, 0);
    await_pipe(link, true);
}

// A worker that slept finds the connection to the next broker in the place of the one to the last.
START_TEST(who_did_not_see_that_its_broker_restarted_is_answered_by_it)
{
    up(1, 1);
    all_settle(0, 1);
    on_core(cluster.nodes[0], 0, restart_broker_unseen, NULL);
    node_again(&cluster, 1, CORES);
    all_settle(0, 2);
    brokers_down(&cluster);
}
END_TEST

START_TEST(brokers_that_restart_empty_learn_who_owns_what)
{
    up(2, 2);
    all_settle(0, 2);
    for (unsigned i = 0; i < 2; i++) {
        tr_system_stop(&cluster.brokers[i]);
        broker_again(&cluster, i);
    }
    // Whoever comes now knows only what these brokers heard.
    node_again(&cluster, 2, CORES);
    all_settle(0, 3);
    brokers_down(&cluster);
}
END_TEST

// -- a broker that has just started and does not know everybody yet --

enum { GHOST = 4711 };

static bool says_ghost;
static uint64_t forgot_ms; // when the first list without it came
static uint64_t down_ms;   // and when it was given up
static tally heard_of_ghost = TALLY;
static tally ghost_downs = TALLY;

static void answer_hello(tr_actor *actor, tr_message *message)
{
    if (TR_TYPE(message) != TR_MSG_node_hello)
        return;
    tr_buf list = {0};
    tr_write_array(&list, says_ghost ? 1 : 0);
    if (says_ghost)
        tr_row_write(&list, member, .node = GHOST, .name = TR_SLICE("ghost"),
                     .roles = TR_ROLE_WORKER, .cores = 1, .endpoints = (tr_slice){"\x90", 1},
                     .shards = (tr_slice){"\x90", 1});
    (void)tr_send(tr_actor_core(actor), tr_actor_address(actor), message->from, node_members,
                  .token = TR_BODY(message, node_hello)->token, .members = tr_buf_slice(&list));
    tr_buf_done(&list);
}

static int set_up_fake(tr_core *core, void *arg)
{
    static const tr_behaviour fake = {.name = "fake", .on_message = answer_hello, .state_size = 8};
    (void)arg;
    return tr_spawn(core, &fake, NULL, TR_SLOT_BROKER, NULL);
}

static tr_system *fake_broker(const char *endpoint, bool with_ghost)
{
    says_ghost = with_ghost;
    return system_up_with(&(tr_system_options){.core_count = 1,
                                               .bus_endpoint = "tcp://127.0.0.1",
                                               .broker_endpoint = endpoint,
                                               .setup = set_up_fake});
}

static void watch_ghost(tr_actor *actor, tr_message *message)
{
    if (TR_TYPE(message) != TR_MSG_node_down || TR_BODY(message, node_down)->node != GHOST)
        return;
    down_ms = tr_core_now_ms(tr_actor_core(actor));
    tally_add(&ghost_downs, 1);
}

static tr_core *watching_core;

static void on_answer(void *arg, tr_slice members)
{
    tr_rows in = TR_ROWS(member, members);
    (void)arg;
    if (in.left != 0)
        tally_add(&heard_of_ghost, 1);
    else if (forgot_ms == 0)
        forgot_ms = tr_core_now_ms(watching_core);
}

static int set_up_watcher(tr_core *core, void *arg)
{
    static const tr_behaviour watcher = {
        .name = "watcher", .on_message = watch_ghost, .state_size = 8};
    static const char *list[1];
    list[0] = arg;
    watching_core = core;
    int result = tr_spawn(core, &watcher, NULL, TR_SLOT_SESSIONS, NULL);
    return result < 0 ? result
                      : tr_agent_start(core, &(tr_agent_options){.name = "node",
                                                                 .roles = TR_ROLE_GATEWAY,
                                                                 .brokers = list,
                                                                 .broker_count = 1,
                                                                 .on_answer = on_answer});
}

START_TEST(who_a_broker_that_restarted_does_not_know_yet_is_not_given_up_at_once)
{
    char endpoint[TR_ENDPOINT_CAP_BYTES];
    tr_system *broker = fake_broker("tcp://127.0.0.1:*", true);
    snprintf(endpoint, sizeof endpoint, "%s", tr_system_broker_endpoint(broker));
    tr_system *node = system_up_with(&(tr_system_options){.core_count = 1,
                                                          .bus_endpoint = "tcp://127.0.0.1",
                                                          .setup = set_up_watcher,
                                                          .arg = endpoint});
    tally_wait(&heard_of_ghost, 1);
    tr_system_stop(&broker);
    broker = fake_broker(endpoint, false);
    tally_wait(&ghost_downs, 1);
    tr_system_stop(&node);
    ck_assert(forgot_ms != 0 && down_ms >= forgot_ms + TR_PEER_SILENCE_MS);
    tr_system_stop(&broker);
}
END_TEST

Suite *broker_shards_suite(void)
{
    Suite *suite = suite_create("broker/shards");
    TCase *tests = tcase_create("shards");
    tcase_set_timeout(tests, 180);
    tcase_add_test(tests, workers_that_list_the_brokers_in_another_order_share_the_shards);
    tcase_add_test(tests, the_shards_of_a_worker_that_died_go_to_those_who_live);
    tcase_add_test(tests, who_a_broker_gave_up_while_the_connection_held_hears_of_it_again);
    tcase_add_test(tests, who_did_not_see_that_its_broker_restarted_is_answered_by_it);
    tcase_add_test(tests, brokers_that_restart_empty_learn_who_owns_what);
    tcase_add_test(tests, who_a_broker_that_restarted_does_not_know_yet_is_not_given_up_at_once);
    suite_add_tcase(suite, tests);
    return suite;
}
