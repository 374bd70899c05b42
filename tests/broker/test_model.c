// Nothing that was told to be safe is lost, nothing is done twice, one owner writes with an epoch: for each
// of many seeds (tests/broker/model.h). SIM_SEED=n runs one, SIM_SEEDS=n as many.

#include <check.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/log.h"
#include "tests/broker/model.h"
#include "tests/support/system.h"

enum { SEEDS = TEST_UNDER_SANITIZER ? 15 : 80, BUGGY_SEEDS = 2000 };

// Where the search for each begins: those that need much to meet are found some hundreds of seeds on.
static const unsigned begins[BUGS] = {[WRITES_UNFENCED] = 2,
                                      [READS_BEFORE_TAKE] = 2258,
                                      [TRUSTS_SILENCE] = 41,
                                      [TRUSTS_MOVES] = 24,
                                      [GIVES_UNSAVED] = 34};

static model world;

static unsigned setting(const char *name, unsigned otherwise)
{
    const char *told = getenv(name);
    return told != NULL ? (unsigned)strtoul(told, NULL, 10) : otherwise;
}

START_TEST(nothing_that_is_safe_is_lost_and_nothing_is_done_twice)
{
    unsigned first = setting("SIM_SEED", 1);
    unsigned last = getenv("SIM_SEED") != NULL ? first : setting("SIM_SEEDS", SEEDS);
    unsigned fenced = 0;
    unsigned doubted = 0;
    unsigned taken_over = 0;
    unsigned stale = 0;
    for (unsigned seed = first; seed <= last; seed++) {
        model_run(&world, seed, NO_BUG);
        ck_assert_msg(world.broken[0] == '\0', "SIM_SEED=%u, at %llu ms: %s", seed,
                      (unsigned long long)world.now, world.broken);
        fenced += world.fenced;
        doubted += world.doubted;
        taken_over += world.taken_over;
        stale += world.stale;
    }
    if (getenv("FIGURES") != NULL)
        printf("%u seeds: %u writes fenced, %u doubted, %u shards taken over, %u stale pages\n",
               last - first + 1, fenced, doubted, taken_over, stale);
    // What it is all for has happened.
    ck_assert(first == last || (fenced != 0 && doubted != 0 && taken_over != 0));
}
END_TEST

START_TEST(the_same_seed_is_the_same_run)
{
    model_run(&world, 7, NO_BUG);
    uint64_t trace = world.trace;
    model_run(&world, 7, NO_BUG);
    ck_assert_uint_eq(world.trace, trace);
    model_run(&world, 8, NO_BUG);
    ck_assert_uint_ne(world.trace, trace);
}
END_TEST

// A model that finds nothing could be one that looks at nothing.
START_TEST(what_is_wrong_on_purpose_is_found)
{
    unsigned seed = begins[_i] - 1;
    do
        model_run(&world, ++seed, (enum model_bug)_i);
    while (world.broken[0] == '\0' && seed < begins[_i] + BUGGY_SEEDS);
    ck_assert_msg(world.broken[0] != '\0', "bug %d is not found with %u seeds", _i, seed);
    if (getenv("FIGURES") != NULL)
        printf("bug %d: seed %u, %s\n", _i, seed, world.broken);
    model_run(&world, seed, NO_BUG);
    ck_assert_msg(world.broken[0] == '\0', "without it: %s", world.broken);
}
END_TEST

static void be_quiet(void)
{
    tr_log_level_set(TR_LOG_ERROR);
}

Suite *broker_model_suite(void);
Suite *broker_model_suite(void)
{
    Suite *suite = suite_create("broker/model");
    TCase *tests = tcase_create("seeds");
    tcase_set_timeout(tests, 300);
    tcase_add_checked_fixture(tests, be_quiet, NULL);
    tcase_add_test(tests, nothing_that_is_safe_is_lost_and_nothing_is_done_twice);
    tcase_add_test(tests, the_same_seed_is_the_same_run);
    tcase_add_loop_test(tests, what_is_wrong_on_purpose_is_found, WRITES_UNFENCED, BUGS);
    suite_add_tcase(suite, tests);
    return suite;
}
