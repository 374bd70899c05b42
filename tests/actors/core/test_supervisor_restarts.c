// Children that fail: who is started again, how soon, and how often before the supervisor gives up.

#include "supervisor_world.h"

Suite *actors_supervisor_restarts_suite(void);

static const struct {
    enum tr_strategy strategy;
    const char *failing;
    const char *then;
} strategies[] = {
    {TR_ONE_FOR_ONE, "a", "-a+a"},          {TR_ONE_FOR_ONE, "b", "-b+b"},
    {TR_ONE_FOR_ONE, "c", "-c+c"},          {TR_ONE_FOR_ALL, "a", "-a-c-b+a+b+c"},
    {TR_ONE_FOR_ALL, "b", "-b-c-a+a+b+c"},  {TR_ONE_FOR_ALL, "c", "-c-b-a+a+b+c"},
    {TR_REST_FOR_ONE, "a", "-a-c-b+a+b+c"}, {TR_REST_FOR_ONE, "b", "-b-c+b+c"},
    {TR_REST_FOR_ONE, "c", "-c+c"},
};
enum { STRATEGIES = sizeof strategies / sizeof *strategies };

START_TEST(a_strategy_says_who_is_started_again)
{
    supervision in;
    supervision_init(&in, _i < STRATEGIES ? TR_TRANSPORT_LOCAL : TR_TRANSPORT_INPROC);
    in.spec.strategy = strategies[_i % STRATEGIES].strategy;
    supervision_start(&in);
    supervision_comes(&in, "+a+b+c");
    for (int round = 0; round < 3; round++) {
        supervision_child_fails(&in, strategies[_i % STRATEGIES].failing, 5);
        supervision_comes(&in, strategies[_i % STRATEGIES].then);
    }
    supervision_ends(&in, "-c-b-a");
}
END_TEST

static const struct {
    enum tr_restart restart;
    int64_t reason;
    bool again;
} restarts[] = {
    {TR_PERMANENT, 0, true}, {TR_PERMANENT, 1, true},  {TR_TRANSIENT, 0, false},
    {TR_TRANSIENT, 1, true}, {TR_TEMPORARY, 0, false}, {TR_TEMPORARY, 1, false},
};

START_TEST(a_kind_of_child_says_whether_it_is_started_again)
{
    supervision in;
    supervision_init(&in, TR_TRANSPORT_LOCAL);
    in.children[1].restart = restarts[_i].restart;
    supervision_start(&in);
    supervision_comes(&in, "+a+b+c");
    supervision_child_fails(&in, "b", restarts[_i].reason);
    supervision_comes(&in, restarts[_i].again ? "-b+b" : "-b");
    supervision_child_fails(&in, "c", 1); // any restart of b has been done by then
    supervision_comes(&in, "-c+c");
    in.name = "b";
    on_core(in.system, 0, supervision_remove_child, &in);
    ck_assert_int_eq(in.result, restarts[_i].restart == TR_TEMPORARY ? TR_ENOTFOUND : 0);
    tr_system_stop(&in.system);
}
END_TEST

START_TEST(a_child_that_fails_to_start_is_tried_again_before_those_behind_it)
{
    supervision in;
    supervision_init(&in, TR_TRANSPORT_LOCAL);
    in.spec.strategy = _i == 0 ? TR_REST_FOR_ONE : TR_ONE_FOR_ALL;
    in.spec.backoff_min_ms = 1;
    in.workers[1].failing_starts = 3;
    supervision_start(&in);
    // All for one: a is up already, and is started anew with each failure of b.
    supervision_comes(&in, _i == 0 ? "+a!b!b!b+b+c" : "+a!b-a+a!b-a+a!b-a+a+b+c");
    supervision_ends(&in, "-c-b-a");
}
END_TEST

START_TEST(too_many_restarts_end_the_supervisor_and_its_children_in_reverse)
{
    supervision in;
    supervision_init(&in, TR_TRANSPORT_LOCAL);
    in.spec.intensity = 2;
    supervision_start(&in);
    supervision_comes(&in, "+a+b+c");
    for (int i = 0; i < 2; i++) {
        supervision_child_fails(&in, "b", 7);
        supervision_comes(&in, "-b+b");
    }
    supervision_child_fails(&in, "b", _i == 0 ? 8 : 0);
    tally_wait(&in.ended, 1);
    ck_assert_int_eq(in.reason, _i == 0 ? 8 : TR_EUNAVAILABLE);
    supervision_comes(&in, "-b-c-a");
    ck_assert_uint_eq(stats_of(in.system, 0).actors, 1);
    nothing_is_left(in.system, 0);
    tr_system_stop(&in.system);
}
END_TEST

START_TEST(starts_that_never_succeed_are_too_many)
{
    supervision in;
    supervision_init(&in, TR_TRANSPORT_LOCAL);
    in.spec.intensity = (uint32_t)_i;
    in.spec.backoff_min_ms = _i == 5 ? 1 : 0;
    in.workers[2].failing_starts = 1000;
    supervision_start(&in);
    tally_wait(&in.ended, 1);
    ck_assert_int_eq(in.reason, TR_EINVALID);
    ck_assert_uint_eq(in.workers[2].failing_starts, 1000u - 1u - (unsigned)_i);
    ck_assert_uint_eq(stats_of(in.system, 0).actors, 1);
    tr_system_stop(&in.system);
}
END_TEST

START_TEST(restarts_outside_the_window_are_forgotten)
{
    supervision in;
    supervision_init_held(&in);
    in.spec.intensity = 1;
    in.spec.window_ms = 5000;
    supervision_start(&in);
    supervision_comes(&in, "+a+b+c");
    for (int i = 0; i < 5; i++) {
        supervision_child_fails(&in, "a", 1);
        supervision_comes(&in, "-a+a");
        ok(tr_system_advance(in.system, 5001));
    }
    supervision_ends(&in, "-c-b-a");
}
END_TEST

START_TEST(each_failure_in_a_row_waits_longer_up_to_the_cap)
{
    supervision in;
    supervision_init_held(&in);
    in.spec.backoff_min_ms = 1000;
    in.spec.backoff_max_ms = 4000;
    supervision_start(&in);
    supervision_comes(&in, "+a+b+c");
    static const uint64_t at_most_ms[] = {1000, 2000, 4000, 4000, 4000};
    for (int i = 0; i < 5; i++) {
        supervision_child_fails(&in, "b", 1);
        supervision_comes(&in, "-b");
        ok(tr_system_advance(in.system, at_most_ms[i] / 2 - 1)); // shortened by chance up to a half
        supervision_comes(&in, "");
        ok(tr_system_advance(in.system, at_most_ms[i] / 2 + 1));
        supervision_comes(&in, "+b");
    }
    supervision_ends(&in, "-c-b-a");
}
END_TEST

Suite *actors_supervisor_restarts_suite(void)
{
    Suite *suite = suite_create("actors/core/supervisor_restarts");
    TCase *tests = tcase_create("restarts");
    tcase_set_timeout(tests, 60);
    tcase_add_loop_test(tests, a_strategy_says_who_is_started_again, 0, 2 * STRATEGIES);
    tcase_add_loop_test(tests, a_kind_of_child_says_whether_it_is_started_again, 0,
                        sizeof restarts / sizeof *restarts);
    tcase_add_loop_test(tests, a_child_that_fails_to_start_is_tried_again_before_those_behind_it, 0,
                        2);
    tcase_add_loop_test(tests, too_many_restarts_end_the_supervisor_and_its_children_in_reverse, 0,
                        2);
    tcase_add_loop_test(tests, starts_that_never_succeed_are_too_many, 0, 6);
    tcase_add_test(tests, restarts_outside_the_window_are_forgotten);
    tcase_add_test(tests, each_failure_in_a_row_waits_longer_up_to_the_cap);
    suite_add_tcase(suite, tests);
    return suite;
}
