#include "troupe/actors/cluster.h"

#include <stdio.h>

#include "tests/support/system.h"

Suite *cluster_api_suite(void);

enum { NODES_CAP = 8 };

static tr_system *broker_up(const char *endpoint)
{
    return system_up_with(&(tr_system_options){
        .core_count = 1, .bus_endpoint = "tcp://127.0.0.1", .broker_endpoint = endpoint});
}

static void serve(tr_core *core, void *arg)
{
    (void)arg;
    ok(tr_cluster_serve(core));
    fails(tr_cluster_serve(core), TR_EEXISTS);
}

static void join(tr_core *core, void *arg)
{
    static const char *kept[1];
    kept[0] = arg;
    const tr_cluster_options options = {.name = "a test", .brokers = kept, .broker_count = 1};
    ok(tr_cluster_join(core, &options));
    fails(tr_cluster_join(core, &options), TR_EEXISTS);
}

static void leave(tr_core *core, void *arg)
{
    (void)arg;
    tr_cluster_leave(core);
}

static bool are_two(tr_core *core, void *arg)
{
    uint64_t nodes[NODES_CAP];
    return tr_cluster_nodes(core, nodes, NODES_CAP) == 2 &&
           (nodes[0] == *(uint64_t *)arg || nodes[1] == *(uint64_t *)arg);
}

static bool is_one(tr_core *core, void *arg)
{
    (void)arg;
    return tr_cluster_nodes(core, NULL, 0) == 1;
}

static tally downs = TALLY;

static void note_down(tr_actor *self, struct script *it, tr_message *message)
{
    (void)self, (void)it;
    if (TR_TYPE(message) == TR_MSG_down)
        tally_add(&downs, 1);
}

static void monitor(tr_core *core, void *arg)
{
    script *watcher = arg;
    tr_actor *self = tr_actor_find(core, watcher->address);
    ck_assert_int_gt(tr_monitor(self, *(tr_address *)watcher->arg), 0);
}

START_TEST(processes_find_each_other_and_hear_of_each_other_s_end)
{
    tr_system *broker = broker_up("tcp://127.0.0.1:*");
    on_core(broker, 0, serve, NULL);
    char endpoint[128];
    snprintf(endpoint, sizeof endpoint, "%s", tr_system_broker_endpoint(broker));
    const tr_system_options node = {.core_count = 2, .bus_endpoint = "tcp://127.0.0.1"};
    tr_system *one = system_up_with(&node);
    tr_system *two = system_up_with(&node);
    on_core(one, 0, join, endpoint);
    on_core(two, 0, join, endpoint);
    uint64_t first = tr_system_node(one);
    uint64_t second = tr_system_node(two);
    for (unsigned core = 0; core < 2; core++) {
        eventually_on(one, core, are_two, &second);
        eventually_on(two, core, are_two, &first);
    }
    script watched = {SCRIPT};
    spawn_on(two, 1, &watched);
    script watcher = {.on_message = note_down, .arg = &watched.address, SCRIPT};
    spawn_on(one, 1, &watcher);
    on_core(one, 1, monitor, &watcher);
    ck_assert_uint_eq(tally_get(&downs), 0);
    on_core(two, 0, leave, NULL);
    tr_system_stop(&two);
    tally_wait(&downs, 1);
    eventually_on(one, 0, is_one, NULL);
    tr_system_stop(&one);
    tr_system_stop(&broker);
}
END_TEST

static void join_wrongly(tr_core *core, void *arg)
{
    static const char *const none[] = {"nowhere"};
    static const char *const right[] = {"tcp://127.0.0.1:1"};
    const tr_cluster_options wrong = {.brokers = none, .broker_count = 1};
    const tr_cluster_options fine = {.brokers = right, .broker_count = 1};
    fails(tr_cluster_join(core, &(tr_cluster_options){0}), TR_EINVALID);
    fails(tr_cluster_join(core, &wrong), TR_EINVALID);
    if (arg == NULL)
        fails(tr_cluster_join(core, &fine), TR_EINVALID);
}

START_TEST(what_cannot_join_is_told_so)
{
    tr_system *unreachable = system_up(1, TR_TRANSPORT_LOCAL);
    on_core(unreachable, 0, join_wrongly, NULL);
    tr_system_stop(&unreachable);
    tr_system *reachable =
        system_up_with(&(tr_system_options){.core_count = 1, .bus_endpoint = "tcp://127.0.0.1"});
    on_core(reachable, 0, join_wrongly, reachable);
    tr_system_stop(&reachable);
}
END_TEST

Suite *cluster_api_suite(void)
{
    Suite *suite = suite_create("broker/cluster");
    TCase *tests = tcase_create("cluster");
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, processes_find_each_other_and_hear_of_each_other_s_end);
    tcase_add_test(tests, what_cannot_join_is_told_so);
    suite_add_tcase(suite, tests);
    return suite;
}
