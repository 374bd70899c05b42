#include "base/refusals.h"

#include <check.h>
#include <string.h>

START_TEST(each_reason_has_a_count_of_its_own)
{
    uint64_t before = tr_refusal_get(TR_REFUSAL_HALF_OPEN);
    uint64_t other = tr_refusal_get(TR_REFUSAL_SLOW_HEAD);
    tr_refusal_add(TR_REFUSAL_HALF_OPEN);
    tr_refusal_add(TR_REFUSAL_HALF_OPEN);
    ck_assert_uint_eq(tr_refusal_get(TR_REFUSAL_HALF_OPEN), before + 2);
    ck_assert_uint_eq(tr_refusal_get(TR_REFUSAL_SLOW_HEAD), other);
}
END_TEST

// They are a part of metrics' names.
START_TEST(each_reason_has_a_name_and_says_what_it_counts)
{
    const char *name = tr_refusal_name((enum tr_refusal)_i);
    ck_assert_uint_eq(strspn(name, "abcdefghijklmnopqrstuvwxyz_"), strlen(name));
    ck_assert_uint_gt(strlen(name), 0);
    ck_assert_uint_gt(strlen(tr_refusal_help((enum tr_refusal)_i)), 0);
    for (int other = 0; other < _i; other++)
        ck_assert_str_ne(name, tr_refusal_name((enum tr_refusal)other));
}
END_TEST

Suite *base_refusals_suite(void);
Suite *base_refusals_suite(void)
{
    Suite *suite = suite_create("base/refusals");
    TCase *tests = tcase_create("counters");
    tcase_add_test(tests, each_reason_has_a_count_of_its_own);
    tcase_add_loop_test(tests, each_reason_has_a_name_and_says_what_it_counts, 0, TR_REFUSAL_COUNT);
    suite_add_tcase(suite, tests);
    return suite;
}
