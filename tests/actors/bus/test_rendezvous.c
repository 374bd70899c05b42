#include "actors/bus/rendezvous.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/mem.h"

enum { NODES = 10, KEYS = 20000 };

static tr_candidate nodes[NODES];
static uint32_t owned[NODES];

// Node numbers are random, as they are in a cluster; the same ones each time.
static uint64_t number(uint64_t i)
{
    return (i + 1) * 0x9e3779b97f4a7c15u;
}

static void make_nodes(uint32_t weight)
{
    for (uint32_t i = 0; i < NODES; i++)
        nodes[i] = (tr_candidate){number(i), weight};
}

static void count_keys(uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        owned[i] = 0;
    for (uint32_t key = 0; key < KEYS; key++)
        owned[tr_rendezvous_pick(key, nodes, count)]++;
}

static void is_about(double got, double expected, double part)
{
    ck_assert_msg(got > expected * (1 - part) && got < expected * (1 + part), "%g is not %g", got,
                  expected);
}

START_TEST(equal_nodes_get_equal_parts)
{
    make_nodes(4);
    count_keys(NODES);
    for (uint32_t i = 0; i < NODES; i++)
        is_about(owned[i], (double)KEYS / (double)NODES, 0.1);
}
END_TEST

START_TEST(a_node_s_part_is_that_of_its_weight)
{
    make_nodes(0);
    nodes[1].weight = 1;
    nodes[3].weight = 3;
    nodes[4].weight = 16;
    count_keys(NODES);
    ck_assert_uint_eq(owned[0], 0);
    is_about(owned[1], (double)KEYS / 20, 0.1);
    is_about(owned[3], (double)KEYS * 3 / 20, 0.1);
    is_about(owned[4], (double)KEYS * 16 / 20, 0.1);
}
END_TEST

START_TEST(the_order_of_the_nodes_does_not_matter)
{
    make_nodes(2);
    nodes[7].weight = 5;
    tr_candidate turned[NODES];
    for (uint32_t i = 0; i < NODES; i++)
        turned[i] = nodes[(i * 3 + 5) % NODES];
    for (uint32_t key = 0; key < KEYS; key++)
        ck_assert_uint_eq(nodes[tr_rendezvous_pick(key, nodes, NODES)].node,
                          turned[tr_rendezvous_pick(key, turned, NODES)].node);
}
END_TEST

START_TEST(a_node_that_comes_or_goes_changes_only_what_is_its_own)
{
    make_nodes(2);
    uint32_t moved = 0;
    for (uint32_t key = 0; key < KEYS; key++) {
        uint32_t before = tr_rendezvous_pick(key, nodes, NODES - 1);
        uint32_t after = tr_rendezvous_pick(key, nodes, NODES);
        ck_assert(after == before || after == NODES - 1);
        moved += after != before;
    }
    is_about(moved, (double)KEYS / (double)NODES, 0.1);
}
END_TEST

START_TEST(among_none_nobody_is_picked)
{
    make_nodes(0);
    ck_assert_uint_eq(tr_rendezvous_pick(7, nodes, NODES), NODES);
    ck_assert_uint_eq(tr_rendezvous_pick(7, nodes, 0), 0);
}
END_TEST

// Processes of several versions and machines must agree: these never change.
START_TEST(what_is_picked_is_the_same_for_ever)
{
    static const uint32_t picks[] = {6, 2, 8, 5, 9, 5, 0, 5, 9, 2, 9, 8};
    static const uint32_t parts[] = {14, 12, 0, 8, 13, 9, 1, 15, 11, 5, 6, 4};
    make_nodes(4);
    nodes[2].weight = 16;
    for (uint32_t key = 0; key < sizeof picks / sizeof *picks; key++) {
        ck_assert_uint_eq(tr_rendezvous_pick(key, nodes, NODES), picks[key]);
        ck_assert_uint_eq(tr_rendezvous_part(key, number(key), 16), parts[key]);
    }
}
END_TEST

START_TEST(a_node_s_parts_are_equal)
{
    uint32_t counts[16] = {0};
    for (uint32_t key = 0; key < KEYS; key++)
        counts[tr_rendezvous_part(key, number(1), 16)]++;
    for (uint32_t i = 0; i < 16; i++)
        is_about(counts[i], (double)KEYS / 16, 0.1);
}
END_TEST

// -- a thousand processes of 16 core threads --

enum { MANY = 1000, ZONE = 100, SHARDS = 32768, CORES = 16 };

static tr_candidate many[MANY];
static uint32_t before[SHARDS];
static uint32_t of_node[MANY];
static uint32_t of_core[MANY][CORES];

static void share_out(uint32_t *out)
{
    for (uint32_t shard = 0; shard < SHARDS; shard++)
        out[shard] = tr_rendezvous_pick(shard, many, MANY);
}

static uint32_t greatest_part(const uint32_t *owners)
{
    uint32_t greatest = 0;
    for (uint32_t i = 0; i < MANY; i++)
        of_node[i] = 0;
    for (uint32_t shard = 0; shard < SHARDS; shard++)
        if (++of_node[owners[shard]] > greatest)
            greatest = of_node[owners[shard]];
    return greatest;
}

// Keys are few for each node here, so the greatest part is that of chance: 33 on average, and a
// Poisson variable of that mean is beyond 65 for one of 1 000 nodes once in 2 000 draws.
START_TEST(a_thousand_nodes_of_16_core_threads_share_and_a_zone_of_100_dies)
{
    static uint32_t after[SHARDS];
    for (uint32_t i = 0; i < MANY; i++)
        many[i] = (tr_candidate){number(i), CORES};
    uint64_t began_ns = tr_clock_ns();
    share_out(before);
    uint64_t took_ns = tr_clock_ns() - began_ns;
    uint32_t greatest = greatest_part(before);
    for (uint32_t i = 0; i < ZONE; i++)
        many[i * 10].weight = 0;
    share_out(after);
    uint32_t moved = 0;
    for (uint32_t shard = 0; shard < SHARDS; shard++) {
        bool had_to = before[shard] % 10 == 0;
        ck_assert(after[shard] % 10 != 0);
        ck_assert(had_to || after[shard] == before[shard]);
        moved += after[shard] != before[shard];
    }
    is_about(moved, (double)SHARDS / 10, 0.1);
    ck_assert_uint_lt(greatest, 66);
    uint32_t idle_nodes = 0;
    for (uint32_t i = 0; i < MANY; i++)
        idle_nodes += of_node[i] == 0;
    ck_assert_uint_eq(idle_nodes, 0);
    uint32_t idle_cores = 0;
    for (uint32_t shard = 0; shard < SHARDS; shard++)
        of_core[before[shard]][tr_rendezvous_part(shard, many[before[shard]].node, CORES)]++;
    for (uint32_t i = 0; i < MANY; i++)
        for (uint32_t core = 0; core < CORES; core++)
            idle_cores += of_core[i][core] == 0;
    if (getenv("FIGURES") != NULL)
        printf("rendezvous: %u shards, %u nodes x %u: greatest part %u, moved %u by a zone of %u, "
               "%u core threads without one, %.1f ns a draw\n",
               SHARDS, MANY, CORES, greatest, moved, ZONE, idle_cores,
               (double)took_ns / (double)(SHARDS * MANY));
}
END_TEST

Suite *actors_rendezvous_suite(void);
Suite *actors_rendezvous_suite(void)
{
    Suite *suite = suite_create("actors/bus/rendezvous");
    TCase *tcase = tcase_create("who should have what");
    tcase_set_timeout(tcase, 120);
    tcase_add_test(tcase, equal_nodes_get_equal_parts);
    tcase_add_test(tcase, a_node_s_part_is_that_of_its_weight);
    tcase_add_test(tcase, the_order_of_the_nodes_does_not_matter);
    tcase_add_test(tcase, a_node_that_comes_or_goes_changes_only_what_is_its_own);
    tcase_add_test(tcase, among_none_nobody_is_picked);
    tcase_add_test(tcase, what_is_picked_is_the_same_for_ever);
    tcase_add_test(tcase, a_node_s_parts_are_equal);
    tcase_add_test(tcase, a_thousand_nodes_of_16_core_threads_share_and_a_zone_of_100_dies);
    suite_add_tcase(suite, tcase);
    return suite;
}
