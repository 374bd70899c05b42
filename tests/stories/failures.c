// What docs/operations.md says of each failure ("When something dies"), on one cluster of processes
// with a store and --durability sync: people click before, in it and after, and every click counts
// once. The same at random and for long: tests/chaos/.

#include <check.h>

#include "tests/chaos/crowd.h"
#include "tests/support/system.h"

enum { PEOPLE = 10, CLICKS_EACH_MS = 100, CLICKS = 4 };

static crowd here;

static fault rows[] = {
    {.name = "a gateway is killed", .role = PART_GATEWAY, .does = KILL},
    {.name = "a worker is killed", .role = PART_WORKER, .does = KILL},
    {.name = "a broker is killed", .role = PART_BROKER, .does = KILL},
    {.name = "all brokers are killed", .role = PART_BROKER, .does = KILL_ALL, .least_ms = 500},
    {.name = "a worker sleeps for 1 s", .role = PART_WORKER, .does = STOP, .least_ms = 1000},
    {.name = "a worker sleeps for 5 s", .role = PART_WORKER, .does = STOP, .least_ms = 5000},
    {.name = "a gateway sleeps for 1 s", .role = PART_GATEWAY, .does = STOP, .least_ms = 1000},
    {.name = "a handlers process is killed", .role = PART_HANDLERS, .does = KILL},
    {.name = "a worker is drained", .role = PART_WORKER, .does = DRAIN},
    {.name = "a gateway is drained", .role = PART_GATEWAY, .does = DRAIN},
    {.name = "the network is cut for 1 s", .does = CUT, .least_ms = 1000},
    {.name = "all workers are killed", .role = PART_WORKER, .does = KILL_ALL},
    {.name = "all gateways are killed", .role = PART_GATEWAY, .does = KILL_ALL},
};
enum { ROWS = sizeof rows / sizeof *rows };

static void all_click(void)
{
    crowd_click(&here, CLICKS, CLICKS_EACH_MS);
}

static void happens(fault *row)
{
    all_click();
    ck_assert_msg(crowd_strike(&here, row), "%s: nobody is there", row->name);
    all_click();
    crowd_check(&here, row->name);
}

START_TEST(no_failure_costs_a_page_or_a_click)
{
    chaos_seed(1);
    crowd_begin(
        &here, &visitor_counts,
        &(cluster_options){
            .count =
                {[PART_BROKER] = 1, [PART_GATEWAY] = 2, [PART_WORKER] = 2, [PART_HANDLERS] = 1},
            .durability = "sync",
            .has_network = true},
        PEOPLE);
    for (unsigned i = 0; i < ROWS; i++)
        happens(&rows[i]);
    crowd_end(&here, false);
}
END_TEST

Suite *failures_suite(void);
Suite *failures_suite(void)
{
    Suite *suite = suite_create("failures");
    TCase *tests = tcase_create("one after the other");
    tcase_set_timeout(tests, 900);
    // What its processes do is what other stories have a sanitizer look at.
    if (!TEST_UNDER_SANITIZER)
        tcase_add_test(tests, no_failure_costs_a_page_or_a_click);
    suite_add_tcase(suite, tests);
    return suite;
}
