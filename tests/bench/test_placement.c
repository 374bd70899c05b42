// The simulator of placement and ownership, on clusters that are large for a test: whatever dies, comes or
// is replaced, each shard ends with one owner that lives, and moves only as often as it is due elsewhere.

#include "bench/placement.h"

#include <check.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/random.h"

Suite *bench_placement_suite(void);

enum { NODES = 60, CORES = 4, SEEDS = 3, LONG_MS = 60000 };

static placement *world;
static uint64_t seed;

static void up(bool has_whole_lists)
{
    const char *named = getenv("SIM_SEED");
    seed = named != NULL ? strtoull(named, NULL, 10) : tr_random_u64();
    printf("SIM_SEED=%" PRIu64 "\n", seed);
    world = placement_new(&(placement_options){.seed = seed,
                                               .nodes = NODES,
                                               .cores = CORES,
                                               .sessions = 1000000,
                                               .connected = 100000,
                                               .has_whole_lists = has_whole_lists});
    ck_assert_uint_lt(placement_settle(world, LONG_MS), LONG_MS);
}

static void all_settle(void)
{
    placement_run(world, 3000); // so long it may take until anybody notices
    ck_assert_uint_lt(placement_settle(world, LONG_MS), LONG_MS);
}

static void down(void)
{
    placement_free(world);
}

static void starts_with_each_shard_claimed_once(bool has_whole_lists)
{
    up(has_whole_lists);
    placement_figures is = placement_take_figures(world);
    ck_assert_uint_eq(is.claims, placement_shards());
    ck_assert_uint_eq(is.moves, 0);
    down();
}

START_TEST(a_cluster_that_starts_claims_each_shard_once)
{
    starts_with_each_shard_claimed_once(false);
    starts_with_each_shard_claimed_once(true);
}
END_TEST

START_TEST(when_a_zone_dies_its_shards_alone_get_new_owners)
{
    up(false);
    uint32_t lost = 0;
    uint32_t cores;
    for (uint32_t i = 0; i < NODES / 10; i++)
        lost += placement_shards_of(world, i, &cores);
    (void)placement_take_figures(world);
    for (uint32_t i = 0; i < NODES / 10; i++)
        placement_kill(world, i);
    all_settle();
    placement_figures is = placement_take_figures(world);
    ck_assert_uint_eq(is.claims, lost);
    ck_assert_uint_eq(is.moves, 0);
    down();
}
END_TEST

// Four at a time, as an operator would.
static void replace(uint32_t first)
{
    enum { AT_ONCE = 4 };
    for (uint32_t i = first; i < first + AT_ONCE; i++)
        placement_stop(world, i);
    placement_run(world, 3000);
    for (uint32_t i = first; i < first + AT_ONCE; i++) {
        ck_assert(!placement_is_up(world, i));
        placement_start(world, i);
    }
    all_settle();
}

START_TEST(in_a_rolling_deploy_nothing_moves_without_need)
{
    for (unsigned i = 0; i < SEEDS; i++) {
        up(false);
        (void)placement_take_figures(world);
        for (uint32_t first = 0; first < 12; first += 4)
            replace(first);
        placement_figures is = placement_take_figures(world);
        ck_assert_uint_gt(is.moves, 0);
        ck_assert_uint_le(is.moves + is.claims, is.needed);
        down();
    }
}
END_TEST

START_TEST(a_node_that_sleeps_again_and_again_moves_its_own_shards_alone)
{
    enum { TIMES = 5 };
    up(false);
    uint32_t cores;
    uint32_t mine = placement_shards_of(world, 0, &cores);
    (void)placement_take_figures(world);
    for (unsigned i = 0; i < TIMES; i++) {
        placement_pause(world, 0, 3000);
        placement_run(world, 10000);
        ck_assert(placement_is_settled(world));
    }
    placement_figures is = placement_take_figures(world);
    ck_assert_uint_eq(is.claims, TIMES * mine);
    ck_assert_uint_le(is.moves, TIMES * mine);
    down();
}
END_TEST

static void do_anything(void)
{
    uint32_t at = (uint32_t)(tr_random_next(&seed) % NODES);
    switch (tr_random_next(&seed) % 4) {
    case 0:
        if (placement_is_up(world, at))
            placement_kill(world, at);
        break;
    case 1:
        if (placement_is_up(world, at))
            placement_stop(world, at);
        break;
    case 2:
        if (placement_is_up(world, at))
            placement_pause(world, at, tr_random_next(&seed) % 5000);
        break;
    default:
        if (!placement_is_up(world, at))
            placement_start(world, at);
    }
}

START_TEST(whatever_happens_each_shard_ends_with_one_owner)
{
    for (unsigned i = 0; i < SEEDS; i++) {
        up(i == 0);
        for (unsigned step = 0; step < 150; step++) {
            do_anything();
            placement_run(world, tr_random_next(&seed) % 1000);
        }
        placement_run(world, 20000);
        ck_assert(placement_is_settled(world));
        down();
    }
}
END_TEST

Suite *bench_placement_suite(void)
{
    Suite *suite = suite_create("bench/placement");
    TCase *tests = tcase_create("placement");
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, a_cluster_that_starts_claims_each_shard_once);
    tcase_add_test(tests, when_a_zone_dies_its_shards_alone_get_new_owners);
    tcase_add_test(tests, in_a_rolling_deploy_nothing_moves_without_need);
    tcase_add_test(tests, a_node_that_sleeps_again_and_again_moves_its_own_shards_alone);
    tcase_add_test(tests, whatever_happens_each_shard_ends_with_one_owner);
    suite_add_tcase(suite, tests);
    return suite;
}
