// Of two workers one has a clock that is five minutes ahead, and one a clock that is five minutes behind: whoever
// dies, nothing is lost, nobody takes what is another one's, and no page expires before its time.

#include <check.h>
#include <stdio.h>

#include "tests/chaos/crowd.h"
#include "tests/support/system.h"

// TIMEOUT_S: with it a page is kept for 1 minute 40 s, less than the clocks differ by.
enum { LMDB, POSTGRES, STORES, PEOPLE = 10, CLICKS_EACH_MS = 100, CLICKS = 4, AHEAD_S = 300 };
#define TIMEOUT_S "20"

static crowd here;
static postgres server;

static void server_up(void)
{
    postgres_up(&server);
}

static void server_down(void)
{
    postgres_down(&server);
}

static const visitor_app adds = {.name = "clocks",
                                 .program = "./shifted",
                                 .sign = "add",
                                 .act = visitor_adds,
                                 .look = visitor_sees_count};

static void kill_and_go_on(enum part_role role, unsigned index)
{
    crowd_click(&here, CLICKS, CLICKS_EACH_MS);
    cluster_kill(&here.cluster, cluster_part(&here.cluster, role, index), 0);
    crowd_click(&here, CLICKS, CLICKS_EACH_MS);
    crowd_check(&here, "with clocks that are wrong");
}

START_TEST(clocks_that_are_wrong_cost_nobody_anything)
{
    chaos_seed(1);
    crowd_begin(
        &here, &adds,
        &(cluster_options){.count = {[PART_BROKER] = 1, [PART_GATEWAY] = 1, [PART_WORKER] = 2},
                           .store = _i == POSTGRES ? postgres_url(&server, "owner") : NULL,
                           .server = _i == POSTGRES ? &server : NULL,
                           .durability = "sync",
                           .session_timeout = TIMEOUT_S,
                           .clock_ahead_s = AHEAD_S},
        PEOPLE);
    kill_and_go_on(PART_WORKER, 0);
    kill_and_go_on(PART_WORKER, 1);
    kill_and_go_on(PART_BROKER, 0);
    kill_and_go_on(PART_WORKER, 0);
    // Both are gone, so that whoever comes first reads all pages.
    cluster_kill_all(&here.cluster, PART_WORKER, 0);
    kill_and_go_on(PART_WORKER, 1);
    crowd_end(&here, false);
}
END_TEST

Suite *clocks_suite(void);
Suite *clocks_suite(void)
{
    Suite *suite = suite_create("clocks");
    TCase *tests = tcase_create("five minutes off");
    tcase_set_timeout(tests, 300);
    tcase_add_unchecked_fixture(tests, server_up, server_down);
    // What its processes do is what other stories have a sanitizer look at.
    if (!TEST_UNDER_SANITIZER)
        tcase_add_loop_test(tests, clocks_that_are_wrong_cost_nobody_anything, 0, STORES);
    suite_add_tcase(suite, tests);
    return suite;
}
