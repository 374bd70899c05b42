// Names of the cluster, which brokers keep (actors/names/name_registry.c as a broker and its nodes
// run it).

#include <stdio.h>
#include <string.h>

#include "actors/bus/rendezvous.h"
#include "actors/names/name_table.h"
#include "base/clock.h"
#include "base/hash.h"
#include "tests/support/brokers.h"
#include "tests/support/namer.h"

Suite *broker_names_suite(void);

enum { CORES = 2 };

static brokers cluster;
static namer one;   // node 0, core 1
static namer two;   // node 1, core 0
static namer three; // node 1, core 1

static void up(unsigned broker_count)
{
    brokers_up(&cluster, broker_count, 2, CORES);
    namer_init(&one);
    namer_init(&two);
    namer_init(&three);
    namer_spawn(&one, cluster.nodes[0], 1);
    namer_spawn(&two, cluster.nodes[1], 0);
    namer_spawn(&three, cluster.nodes[1], 1);
}

static void down(void)
{
    brokers_down(&cluster);
}

static const char *const names[] = {"a", "b", "ledger", "a name with spaces", "\xc3\xa4", "z"};
enum { NAMES = sizeof names / sizeof *names };

static uint32_t broker_of(const char *name)
{
    tr_candidate keys[BROKERS_CAP];
    for (unsigned i = 0; i < cluster.broker_count; i++)
        keys[i] = (tr_candidate){tr_hash(cluster.endpoints[i], strlen(cluster.endpoints[i])), 1};
    return tr_rendezvous_pick(tr_name_hash(tr_slice_of(name)), keys, cluster.broker_count);
}

static void is_one_actors(const char *name)
{
    ck_assert_int_eq(namer_gets(&one, name, TR_NAME_CLUSTER), 0);
    ck_assert_int_eq(namer_gets(&two, name, TR_NAME_CLUSTER), TR_EEXISTS);
    namer_eventually_finds(&two, name, TR_NAME_CLUSTER, one.script.address);
    namer_eventually_finds(&three, name, TR_NAME_CLUSTER, one.script.address);
    namer_eventually_finds(&one, name, TR_NAME_CLUSTER, one.script.address);
}

// The nodes list the brokers in different orders.
START_TEST(a_name_is_one_actors_in_the_whole_cluster)
{
    up((unsigned)_i);
    unsigned of_broker[BROKERS_CAP] = {0};
    for (unsigned i = 0; i < NAMES; i++) {
        of_broker[broker_of(names[i])]++;
        is_one_actors(names[i]);
    }
    // Ports are the system's choice, and with them who keeps what: each broker keeps some.
    for (unsigned i = 0; i < cluster.broker_count; i++)
        for (unsigned n = 0; of_broker[i] == 0; n++) {
            char name[16];
            snprintf(name, sizeof name, "%u", n);
            of_broker[i] += broker_of(name) == i ? 1 : 0;
            if (of_broker[i] != 0)
                is_one_actors(name);
        }
    ck_assert_int_eq(namer_finds(&three, "nobody", TR_NAME_CLUSTER, NULL), TR_ENOTFOUND);
    namer_sends(&three, "a", TR_NAME_CLUSTER, 1, 9);
    tally_wait(&one.probes, 9);
    ck_assert_uint_eq(one.sum, 123456789);
    down();
}
END_TEST

START_TEST(a_name_that_changes_hands_is_known_by_all)
{
    up((unsigned)_i);
    ck_assert_int_eq(namer_gets(&one, "a", TR_NAME_CLUSTER), 0);
    namer_eventually_finds(&three, "a", TR_NAME_CLUSTER, one.script.address);
    ok(namer_unregister(&one, "a", TR_NAME_CLUSTER));
    namer_eventually_finds(&three, "a", TR_NAME_CLUSTER, TR_NOWHERE);
    ck_assert_int_eq(namer_gets(&two, "a", TR_NAME_CLUSTER), 0);
    namer_eventually_finds(&three, "a", TR_NAME_CLUSTER, two.script.address);
    namer_eventually_finds(&one, "a", TR_NAME_CLUSTER, two.script.address);
    namer_fails(&two, 3);
    namer_eventually_finds(&one, "a", TR_NAME_CLUSTER, TR_NOWHERE);
    ck_assert_int_eq(namer_gets(&three, "a", TR_NAME_CLUSTER), 0);
    namer_eventually_finds(&one, "a", TR_NAME_CLUSTER, three.script.address);
    down();
}
END_TEST

START_TEST(a_node_that_dies_frees_its_names)
{
    up((unsigned)_i);
    ck_assert_int_eq(namer_gets(&one, "a", TR_NAME_CLUSTER), 0);
    namer_eventually_finds(&three, "a", TR_NAME_CLUSTER, one.script.address);
    tr_system_stop(&cluster.nodes[0]);
    namer_eventually_finds(&three, "a", TR_NAME_CLUSTER, TR_NOWHERE);
    ck_assert_int_eq(namer_gets(&three, "a", TR_NAME_CLUSTER), 0);
    down();
}
END_TEST

START_TEST(a_broker_that_restarts_is_told_again)
{
    up((unsigned)_i);
    for (unsigned i = 0; i < NAMES; i++)
        ck_assert_int_eq(namer_gets(&one, names[i], TR_NAME_CLUSTER), 0);
    for (unsigned i = 0; i < cluster.broker_count; i++)
        tr_system_stop(&cluster.brokers[i]);
    // Meanwhile what is known goes on.
    tr_address who;
    ck_assert_int_eq(namer_finds(&one, names[0], TR_NAME_CLUSTER, &who), 0);
    ok(namer_unregister(&one, names[1], TR_NAME_CLUSTER));
    uint64_t started_ms = tr_clock_ms();
    for (unsigned i = 0; i < cluster.broker_count; i++)
        broker_again(&cluster, i);
    // A broker that has just started grants nothing until it may be told what was granted before.
    ck_assert_int_eq(namer_gets(&three, names[1], TR_NAME_CLUSTER), 0);
    ck_assert_uint_ge(tr_clock_ms(), started_ms + TR_NAME_GRACE_MS);
    // It is told again, however long that takes, and then grants none of that to another.
    namer_eventually_finds(&three, names[0], TR_NAME_CLUSTER, one.script.address);
    ck_assert_int_eq(namer_gets(&two, names[0], TR_NAME_CLUSTER), TR_EEXISTS);
    namer_eventually_finds(&three, names[2], TR_NAME_CLUSTER, one.script.address);
    namer_eventually_finds(&one, names[1], TR_NAME_CLUSTER, three.script.address);
    // And it tells of changes again.
    ok(namer_unregister(&one, names[2], TR_NAME_CLUSTER));
    namer_eventually_finds(&three, names[2], TR_NAME_CLUSTER, TR_NOWHERE);
    down();
}
END_TEST

START_TEST(without_a_broker_a_new_name_is_refused)
{
    up(1);
    ck_assert_int_eq(namer_gets(&one, "a", TR_NAME_CLUSTER), 0);
    tr_system_stop(&cluster.brokers[0]);
    ck_assert_int_eq(namer_gets(&one, "b", TR_NAME_CLUSTER), TR_EUNAVAILABLE);
    ck_assert_int_eq(namer_finds(&two, "a", TR_NAME_CLUSTER, NULL), TR_EUNAVAILABLE);
    // The process's own need none.
    ck_assert_int_eq(namer_gets(&one, "b", TR_NAME_PROCESS), 0);
    broker_again(&cluster, 0);
    ck_assert_int_eq(namer_gets(&one, "b", TR_NAME_CLUSTER), 0);
    namer_eventually_finds(&two, "a", TR_NAME_CLUSTER, one.script.address);
    down();
}
END_TEST

// -- two with one name --

typedef struct gate {
    tally closed;
    tally open;
} gate;

static void wait_at_gate(tr_core *core, void *arg)
{
    (void)core;
    gate *self = arg;
    tally_add(&self->closed, 1);
    tally_wait(&self->open, 1);
}

static void lose_node(tr_core *core, void *arg)
{
    ok(tr_send(core, TR_NOWHERE, tr_address_of(tr_core_node(core), 0, TR_SLOT_NAMES), node_down,
               .node = *(const uint64_t *)arg));
}

START_TEST(after_a_partition_the_later_one_keeps_the_name_and_the_other_hears_of_it)
{
    up(1);
    ck_assert_int_eq(namer_gets(&one, "a", TR_NAME_CLUSTER), 0);
    ck_assert_int_eq(namer_gets(&one, "b", TR_NAME_CLUSTER), 0);
    // To the broker node 0 is down, though it lives.
    gate way = {TALLY, TALLY};
    ok(tr_system_post(cluster.nodes[0], 0, wait_at_gate, &way));
    tally_wait(&way.closed, 1);
    uint64_t node = tr_system_node(cluster.nodes[0]);
    on_core(cluster.brokers[0], 0, lose_node, &node);
    ck_assert_int_eq(namer_gets(&two, "a", TR_NAME_CLUSTER), 0);
    tally_add(&way.open, 1);
    tally_wait(&one.lost, 1);
    ck_assert(tr_address_equal(one.who, two.script.address));
    namer_eventually_finds(&one, "a", TR_NAME_CLUSTER, two.script.address);
    namer_eventually_finds(&three, "a", TR_NAME_CLUSTER, two.script.address);
    // A name that nobody took meanwhile is still its own.
    namer_eventually_finds(&three, "b", TR_NAME_CLUSTER, one.script.address);
    ck_assert_int_eq(namer_gets(&two, "b", TR_NAME_CLUSTER), TR_EEXISTS);
    fails(namer_unregister(&one, "a", TR_NAME_CLUSTER), TR_ENOTFOUND);
    ck_assert_uint_eq(tally_get(&one.lost), 1);
    ck_assert_uint_eq(tally_get(&two.lost), 0);
    down();
}
END_TEST

static void say_nonsense(tr_core *core, void *arg)
{
    tr_address to = tr_address_of(tr_core_dial(core, arg), 0, TR_SLOT_NAMES);
    static const char many[] = "\xdd\xff\xff\xff\xff";
    static const char half[] = "\x91\x93\xa1x";
    static const char text[] = "\x91\x93\xa1\xff\x01\x01";
    (void)tr_send(core, TR_NOWHERE, to, names_all, .names = {many, sizeof many - 1});
    (void)tr_send(core, TR_NOWHERE, to, names_all, .names = {half, sizeof half - 1});
    (void)tr_send(core, TR_NOWHERE, to, names_all, .names = {text, sizeof text - 1});
    (void)tr_send(core, TR_NOWHERE, to, name_claim, .name = TR_SLICE("x"), .scope = 99);
    (void)tr_send(core, TR_NOWHERE, to, name_want, .name = TR_SLICE("x"), .scope = 99);
    tr_address self = tr_address_of(tr_core_node(core), 0, TR_SLOT_NAMES);
    (void)tr_send(core, self, to, names_all, .names = {half, sizeof half - 1});
    (void)tr_send(core, self, to, names_all, .names = {text, sizeof text - 1});
    (void)tr_send(core, self, to, names_resync, .index = 99);
    (void)tr_send(core, TR_NOWHERE, to, names_hello, .index = 99);
}

START_TEST(a_broker_survives_nonsense)
{
    up(1);
    ck_assert_int_eq(namer_gets(&one, "a", TR_NAME_CLUSTER), 0);
    on_core(cluster.nodes[1], 0, say_nonsense, cluster.endpoints[0]);
    ck_assert_int_eq(namer_gets(&two, "b", TR_NAME_CLUSTER), 0);
    namer_eventually_finds(&two, "a", TR_NAME_CLUSTER, one.script.address);
    namer_eventually_finds(&one, "b", TR_NAME_CLUSTER, two.script.address);
    down();
}
END_TEST

Suite *broker_names_suite(void)
{
    Suite *suite = suite_create("broker/names");
    TCase *tcase = tcase_create("names of the cluster");
    tcase_set_timeout(tcase, 120);
    tcase_add_loop_test(tcase, a_name_is_one_actors_in_the_whole_cluster, 1, 3);
    tcase_add_loop_test(tcase, a_name_that_changes_hands_is_known_by_all, 2, 3);
    tcase_add_loop_test(tcase, a_node_that_dies_frees_its_names, 2, 3);
    tcase_add_loop_test(tcase, a_broker_that_restarts_is_told_again, 2, 3);
    tcase_add_test(tcase, without_a_broker_a_new_name_is_refused);
    tcase_add_test(tcase, after_a_partition_the_later_one_keeps_the_name_and_the_other_hears_of_it);
    tcase_add_test(tcase, a_broker_survives_nonsense);
    suite_add_tcase(suite, tcase);
    return suite;
}
