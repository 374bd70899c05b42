// What follows from a cluster's secret: the endpoints' key pair, and the node numbers of its members.

#include <check.h>
#include <stdio.h>
#include <string.h>

#include "actors/bus/keys.h"
#include "actors/bus/trust.h"
#include "troupe/err.h"

Suite *actors_bus_keys_suite(void);

static tr_bus_keys keys_of(uint8_t first, uint8_t second)
{
    tr_bus_keys keys = {.count = second != 0 ? 2 : 1};
    memset(keys.secrets[0].bytes, first, TR_BUS_KEY_BYTES);
    memset(keys.secrets[1].bytes, second, TR_BUS_KEY_BYTES);
    tr_bus_keys_complete(&keys);
    return keys;
}

static bool admits(const tr_bus_keys *self, const tr_bus_keys *other, uint64_t node)
{
    char user[TR_BUS_USER_BYTES];
    tr_bus_keys_user(self, other->own.public_key, user);
    return tr_bus_keys_is_user(user, node);
}

START_TEST(processes_of_a_cluster_have_one_key_for_endpoints_and_one_each_of_their_own)
{
    tr_bus_keys one = keys_of(1, 0);
    tr_bus_keys two = keys_of(1, 0);
    tr_bus_keys other = keys_of(2, 0);
    ck_assert_mem_eq(&one.endpoints[0], &two.endpoints[0], sizeof one.endpoints[0]);
    ck_assert_mem_ne(&one.endpoints[0], &other.endpoints[0], sizeof one.endpoints[0]);
    ck_assert_mem_ne(&one.own, &two.own, sizeof one.own);
    ck_assert_uint_ne(one.node, two.node);
    ck_assert_uint_ne(one.node, 0);
}
END_TEST

START_TEST(a_connection_speaks_for_its_own_node_alone)
{
    tr_bus_keys here = keys_of(1, 0);
    tr_bus_keys there = keys_of(1, 0);
    tr_bus_keys stranger = keys_of(2, 0);
    ck_assert(admits(&here, &there, there.node));
    ck_assert(!admits(&here, &there, here.node));
    ck_assert(!admits(&here, &there, 0));
    ck_assert(!admits(&here, &stranger, stranger.node));
    ck_assert(!tr_bus_keys_is_user(NULL, there.node));
    ck_assert(!tr_bus_keys_is_user("", there.node));
}
END_TEST

START_TEST(two_keys_are_good_at_once)
{
    tr_bus_keys old = keys_of(1, 0);
    tr_bus_keys changing = keys_of(2, 1);
    tr_bus_keys not_yet = keys_of(1, 2);
    tr_bus_keys new = keys_of(2, 0);
    ck_assert(admits(&changing, &old, old.node));
    ck_assert(admits(&changing, &not_yet, not_yet.node));
    ck_assert(admits(&not_yet, &changing, changing.node));
    ck_assert(admits(&not_yet, &old, old.node));
    ck_assert(admits(&new, &changing, changing.node));
    ck_assert(!admits(&new, &old, old.node));
    ck_assert(!admits(&changing, &old, not_yet.node));
}
END_TEST

// Processes of two versions talk to each other during a deploy, so these never change.
START_TEST(what_follows_is_the_same_in_every_version)
{
    tr_bus_keys keys = {.count = 1};
    uint8_t public_key[TR_BUS_KEY_BYTES];
    for (uint8_t i = 0; i < TR_BUS_KEY_BYTES; i++) {
        keys.secrets[0].bytes[i] = i;
        public_key[i] = (uint8_t)(TR_BUS_KEY_BYTES + i);
    }
    tr_bus_keys_complete(&keys);
    static const uint8_t endpoint[] = {0x0a, 0xf7, 0x9b, 0x2b, 0x62, 0x2d, 0xca, 0x0e};
    ck_assert_mem_eq(keys.endpoints[0].secret_key, endpoint, sizeof endpoint);
    char user[TR_BUS_USER_BYTES];
    tr_bus_keys_user(&keys, public_key, user);
    ck_assert_str_eq(user, "8bc58727c3815b9c");
}
END_TEST

static const struct {
    const char *endpoint;
    bool is_inside;
} places[] = {
    {"ipc://@", true},
    {"ipc:///run/bus", true},
    {"tcp://127.0.0.1", true},
    {"tcp://127.0.0.1:7000", true},
    {"tcp://127.8.9.1:*", true},
    {"tcp://localhost:7000", true},
    {"tcp://[::1]:7000", true},
    {"tcp://0.0.0.0:7000", false},
    {"tcp://*:7000", false},
    {"tcp://10.0.0.7", false},
    {"tcp://[::]:7000", false},
    {"tcp://[2001:db8::1]:7000", false},
    {"tcp://[::ffff:10.0.0.7]:7000", false},
    {"tcp://eth0:7000", false},
    {"tcp://127.0.0.1.example.org:7000", false},
    {"tcp://localhost.example.org:7000", false},
};

START_TEST(without_a_key_only_this_machine_reaches_the_bus)
{
    char why[TR_TRUST_WHY_BYTES] = "";
    const char *endpoint = places[_i].endpoint;
    ck_assert_msg(tr_trust_is_inside(endpoint) == places[_i].is_inside, "%s", endpoint);
    ck_assert_int_eq(tr_trust_check(NULL, false, endpoint, why, sizeof why),
                     places[_i].is_inside ? 0 : TR_EINVALID);
    ck_assert(places[_i].is_inside || strstr(why, "--insecure-bus") != NULL);
    ck_assert_int_eq(tr_trust_check("file", false, endpoint, why, sizeof why), 0);
    ck_assert_int_eq(tr_trust_check(NULL, true, endpoint, why, sizeof why), 0);
    ck_assert_int_eq(tr_trust_check(NULL, false, NULL, why, sizeof why), 0);
}
END_TEST

Suite *actors_bus_keys_suite(void)
{
    Suite *suite = suite_create("actors/bus/keys");
    TCase *tests = tcase_create("keys");
    tcase_add_test(tests,
                   processes_of_a_cluster_have_one_key_for_endpoints_and_one_each_of_their_own);
    tcase_add_test(tests, a_connection_speaks_for_its_own_node_alone);
    tcase_add_test(tests, two_keys_are_good_at_once);
    tcase_add_test(tests, what_follows_is_the_same_in_every_version);
    tcase_add_loop_test(tests, without_a_key_only_this_machine_reaches_the_bus, 0,
                        (int)(sizeof places / sizeof *places));
    suite_add_tcase(suite, tests);
    return suite;
}
