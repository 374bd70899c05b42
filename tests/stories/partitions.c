// A network that is cut between two processes alone, while everybody else reaches both: a gateway and a
// worker. People click before, in it and after; every click counts once, and what was shown stays.
// Between a worker and its store, or its broker: store_failures.c.

#include <check.h>

#include "tests/chaos/crowd.h"
#include "tests/support/system.h"

enum { PEOPLE = 10, CLICKS_EACH_MS = 100, CLICKS = 4 };

static crowd here;

static void begin(unsigned gateways)
{
    chaos_seed(1);
    crowd_begin(&here, &visitor_counts,
                &(cluster_options){
                    .count = {[PART_BROKER] = 1, [PART_GATEWAY] = gateways, [PART_WORKER] = 2},
                    .durability = "sync",
                    .has_gateway_network = true},
                PEOPLE);
}

static void all_click(void)
{
    crowd_click(&here, CLICKS, CLICKS_EACH_MS);
}

static void end(fault *what)
{
    all_click();
    crowd_check(&here, what->name);
    fault_print(what);
    crowd_end(&here, false);
}

static void until_logged(enum part_role role, const char *text)
{
    const part *first = cluster_part(&here.cluster, role, 0);
    crowd_until_logged(&here, first, first, text, CLICKS_EACH_MS);
}

// All pages come to it, and half of them leave again soon.
static void worker_0_has_people(void)
{
    cluster_kill(&here.cluster, cluster_part(&here.cluster, PART_WORKER, 1), 0);
    all_click();
    crowd_settle(&here);
}

// Both ends find that out, and take nothing of before from each other once they are back.
static void cut(fault *what)
{
    worker_0_has_people();
    ck_assert(crowd_strike(&here, what));
    until_logged(PART_GATEWAY, "event=node_down");
    until_logged(PART_WORKER, "event=node_down");
    all_click();
}

static bool all_have_been_answered(const fault *what)
{
    return what->count == PEOPLE;
}

// The other gateway reaches that worker, so nobody has to wait until the network is whole.
START_TEST(a_gateway_and_a_worker_that_do_not_reach_each_other_cost_no_click)
{
    fault row = {.name = "a gateway and a worker are cut off each other",
                 .does = CUT_GATEWAY,
                 .least_ms = UINT32_MAX};
    begin(2);
    cut(&row);
    uint64_t until = deadline_in_ms(CROWD_DEADLINE_MS);
    while (!all_have_been_answered(&row)) {
        ck_assert_msg(!deadline_passed(until), "%u of %u people are answered", row.count, PEOPLE);
        crowd_turn(&here, CLICKS_EACH_MS);
    }
    cluster_heal(&here.cluster);
    end(&row);
}
END_TEST

START_TEST(without_another_gateway_the_pages_of_that_worker_wait_and_cost_no_click)
{
    fault row = {.name = "the only gateway and a worker are cut off each other",
                 .does = CUT_GATEWAY,
                 .least_ms = UINT32_MAX};
    begin(1);
    cut(&row);
    cluster_heal(&here.cluster);
    end(&row);
}
END_TEST

Suite *partitions_suite(void);
Suite *partitions_suite(void)
{
    Suite *suite = suite_create("partitions");
    TCase *tests = tcase_create("between two processes");
    tcase_set_timeout(tests, 600);
    // What its processes do is what other stories have a sanitizer look at.
    if (!TEST_UNDER_SANITIZER) {
        tcase_add_test(tests, a_gateway_and_a_worker_that_do_not_reach_each_other_cost_no_click);
        tcase_add_test(tests,
                       without_another_gateway_the_pages_of_that_worker_wait_and_cost_no_click);
    }
    suite_add_tcase(suite, tests);
    return suite;
}
