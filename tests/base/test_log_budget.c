#include <check.h>

#include "base/clock.h"
#include "base/log_budget.h"

// A kind is let through so often in a second; a run that crosses into another one has two budgets.
START_TEST(a_kind_has_a_few_lines_a_second_and_the_next_tells_what_was_left_out)
{
    uint64_t kind = tr_log_kind(0, "a", 1);
    uint32_t said = 0;
    uint32_t left_out = 0;
    uint32_t told = 0;
    uint32_t told_in_all = 0;
    uint64_t first = tr_clock_ms() / 1000;
    for (unsigned i = 0; i < 1000; i++)
        if (tr_log_may(kind, &told)) {
            said++;
            told_in_all += told;
        } else
            left_out++;
    uint64_t seconds = tr_clock_ms() / 1000 - first + 1;
    ck_assert_uint_ge(said, TR_LOG_LINES_PER_SECOND);
    ck_assert_uint_le(said, TR_LOG_LINES_PER_SECOND * seconds);
    // With the next second the rest is told.
    while (!tr_log_may(kind, &told))
        left_out++;
    ck_assert_uint_gt(told, 0);
    ck_assert_uint_eq(told_in_all + told, left_out);
}
END_TEST

START_TEST(kinds_do_not_share)
{
    uint64_t one = tr_log_kind(0, "one", 3);
    uint64_t two = tr_log_kind(0, "two", 3);
    ck_assert_uint_ne(one % TR_LOG_KINDS, two % TR_LOG_KINDS);
    ck_assert_uint_ne(tr_log_kind(tr_log_kind(0, "ab", 2), "c", 1),
                      tr_log_kind(tr_log_kind(0, "a", 1), "bc", 2));
    uint32_t told;
    for (unsigned i = 0; i < 100; i++)
        (void)tr_log_may(one, &told);
    ck_assert(tr_log_may(two, &told));
    ck_assert_uint_eq(told, 0);
}
END_TEST

Suite *base_log_budget_suite(void);
Suite *base_log_budget_suite(void)
{
    Suite *suite = suite_create("base/log_budget");
    TCase *tests = tcase_create("log_budget");
    tcase_add_test(tests, a_kind_has_a_few_lines_a_second_and_the_next_tells_what_was_left_out);
    tcase_add_test(tests, kinds_do_not_share);
    suite_add_tcase(suite, tests);
    return suite;
}
