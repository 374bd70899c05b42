#include "actors/core/restart_budget.h"

#include <check.h>

Suite *actors_restart_budget_suite(void);

START_TEST(one_restart_too_many_within_the_window_is_refused)
{
    tr_restart_budget budget;
    tr_restart_budget_init(&budget, 3, 1000);
    ck_assert(tr_restart_budget_take(&budget, 0));
    ck_assert(tr_restart_budget_take(&budget, 400));
    ck_assert(tr_restart_budget_take(&budget, 800));
    ck_assert(!tr_restart_budget_take(&budget, 999));
    ck_assert(tr_restart_budget_take(&budget, 1000)); // the first one is past
    ck_assert(!tr_restart_budget_take(&budget, 1399));
    ck_assert(tr_restart_budget_take(&budget, 1400));
    tr_restart_budget_done(&budget);
}
END_TEST

START_TEST(without_intensity_there_is_no_restart)
{
    tr_restart_budget budget;
    tr_restart_budget_init(&budget, 0, 1000);
    ck_assert(!tr_restart_budget_take(&budget, 5));
    tr_restart_budget_done(&budget);
}
END_TEST

START_TEST(the_pause_doubles_up_to_its_longest_and_chance_takes_at_most_a_half)
{
    ck_assert_uint_eq(tr_restart_pause_ms(100, 3000, 1, 0), 100);
    ck_assert_uint_eq(tr_restart_pause_ms(100, 3000, 2, 0), 200);
    ck_assert_uint_eq(tr_restart_pause_ms(100, 3000, 5, 0), 1600);
    ck_assert_uint_eq(tr_restart_pause_ms(100, 3000, 6, 0), 3000);
    ck_assert_uint_eq(tr_restart_pause_ms(100, 3000, 4000000000u, 0), 3000);
    for (uint64_t random = 0; random < 500; random++) {
        uint64_t pause_ms = tr_restart_pause_ms(100, 3000, 1, random);
        ck_assert(pause_ms >= 50 && pause_ms <= 100);
    }
    ck_assert_uint_eq(tr_restart_pause_ms(0, 3000, 3, 7), 0);
}
END_TEST

Suite *actors_restart_budget_suite(void)
{
    Suite *suite = suite_create("actors/core/restart_budget");
    TCase *tcase = tcase_create("restarts");
    tcase_add_test(tcase, one_restart_too_many_within_the_window_is_refused);
    tcase_add_test(tcase, without_intensity_there_is_no_restart);
    tcase_add_test(tcase, the_pause_doubles_up_to_its_longest_and_chance_takes_at_most_a_half);
    suite_add_tcase(suite, tcase);
    return suite;
}
