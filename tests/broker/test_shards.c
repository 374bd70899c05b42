// Who owns which shard, with brokers and agents as they run: each a system of its own in this
// process, with actors in place of the sessions actors that do what they are told.

#include "actors/bus/routes.h"
#include "broker/agent.h"
#include "tests/support/brokers.h"
#include "wire/messages.h"
#include "wire/rows.h"

Suite *broker_shards_suite(void);

enum { CORES = 2 };

static brokers cluster;

typedef struct keeper {
    uint64_t epochs[TR_SHARDS]; // 0: not ours
    unsigned lost;
} keeper;

static void on_granted(keeper *self, tr_actor *actor, tr_slice shards)
{
    tr_row_shard row;
    for (tr_rows in = TR_ROWS(shard, shards); tr_rows_next(&in, &row);)
        if (row.core == tr_core_index(tr_actor_core(actor)))
            self->epochs[row.shard] = row.epoch;
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
        self->lost += self->epochs[TR_BODY(message, shard_lost)->shard] != 0;
        self->epochs[TR_BODY(message, shard_lost)->shard] = 0;
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

Suite *broker_shards_suite(void)
{
    Suite *suite = suite_create("broker/shards");
    TCase *tests = tcase_create("shards");
    tcase_set_timeout(tests, 180);
    tcase_add_test(tests, workers_that_list_the_brokers_in_another_order_share_the_shards);
    tcase_add_test(tests, the_shards_of_a_worker_that_died_go_to_those_who_live);
    tcase_add_test(tests, brokers_that_restart_empty_learn_who_owns_what);
    suite_add_tcase(suite, tests);
    return suite;
}
