#include "base/histogram.h"

#include <check.h>

Suite *base_histogram_suite(void);

START_TEST(empty_says_nothing)
{
    tr_histogram h = {0};
    ck_assert_uint_eq(tr_histogram_percentile(&h, 50), 0);
    ck_assert_uint_eq(tr_histogram_percentile(&h, 100), 0);
}
END_TEST

START_TEST(a_percentile_is_at_most_a_quarter_too_high_and_never_too_low)
{
    tr_histogram h = {0};
    for (uint64_t value = 1; value <= 100000; value++)
        tr_histogram_record(&h, value);
    for (unsigned percent = 1; percent <= 100; percent++) {
        uint64_t exact = 1000u * percent;
        ck_assert_uint_ge(tr_histogram_percentile(&h, percent), exact);
        ck_assert_uint_le(tr_histogram_percentile(&h, percent), exact + exact / 4);
    }
    ck_assert_uint_eq(h.count, 100000);
    ck_assert_uint_eq(h.sum, 5000050000u);
    ck_assert_uint_eq(h.max, 100000);
}
END_TEST

START_TEST(small_values_are_exact)
{
    tr_histogram h = {0};
    tr_histogram_record(&h, 0);
    tr_histogram_record(&h, 3);
    tr_histogram_record(&h, 7);
    ck_assert_uint_eq(tr_histogram_percentile(&h, 1), 0);
    ck_assert_uint_eq(tr_histogram_percentile(&h, 50), 3);
    ck_assert_uint_eq(tr_histogram_percentile(&h, 99), 7);
}
END_TEST

START_TEST(the_largest_values_are_kept_in_the_last_bucket)
{
    tr_histogram h = {0};
    tr_histogram_record(&h, 1);
    tr_histogram_record(&h, UINT64_MAX);
    ck_assert_uint_eq(tr_histogram_percentile(&h, 50), 1);
    ck_assert_uint_eq(tr_histogram_percentile(&h, 51), UINT64_MAX);
    ck_assert_uint_eq(h.max, UINT64_MAX);
}
END_TEST

Suite *base_histogram_suite(void)
{
    Suite *suite = suite_create("base/histogram");
    TCase *tcase = tcase_create("percentiles");
    tcase_add_test(tcase, empty_says_nothing);
    tcase_add_test(tcase, a_percentile_is_at_most_a_quarter_too_high_and_never_too_low);
    tcase_add_test(tcase, small_values_are_exact);
    tcase_add_test(tcase, the_largest_values_are_kept_in_the_last_bucket);
    suite_add_tcase(suite, tcase);
    return suite;
}
