#include <check.h>
#include <stdint.h>

#include "bench/histogram.h"

Suite *bench_histogram_suite(void);

static struct histogram histogram;

static void start_empty(void)
{
    histogram = (struct histogram){0};
}

START_TEST(empty_histogram_has_zero_percentiles)
{
    ck_assert_uint_eq(histogram_percentile(&histogram, 99), 0);
}
END_TEST

START_TEST(small_values_are_exact)
{
    for (uint64_t value = 1; value <= 100; value++)
        histogram_record(&histogram, value);
    ck_assert_uint_eq(histogram_percentile(&histogram, 50), 50);
    ck_assert_uint_eq(histogram_percentile(&histogram, 99), 99);
    ck_assert_uint_eq(histogram_percentile(&histogram, 100), 100);
}
END_TEST

START_TEST(percentile_is_never_low_and_at_most_one_percent_high)
{
    uint64_t value = (uint64_t)3 << _i;
    histogram_record(&histogram, value);
    histogram_record(&histogram, UINT64_C(1) << 39);
    uint64_t found = histogram_percentile(&histogram, 50);
    ck_assert_uint_ge(found, value);
    ck_assert_uint_le(found, value + value / 100);
}
END_TEST

START_TEST(percentile_never_exceeds_the_maximum)
{
    histogram_record(&histogram, 1000001);
    ck_assert_uint_eq(histogram_percentile(&histogram, 50), 1000001);
    ck_assert_uint_eq(histogram.max, 1000001);
}
END_TEST

START_TEST(huge_values_count_and_keep_their_maximum)
{
    histogram_record(&histogram, 5);
    histogram_record(&histogram, UINT64_MAX);
    ck_assert_uint_eq(histogram.total, 2);
    ck_assert_uint_eq(histogram_percentile(&histogram, 50), 5);
    ck_assert_uint_eq(histogram_percentile(&histogram, 100), UINT64_MAX);
}
END_TEST

START_TEST(one_slow_value_in_a_thousand_shows_only_beyond_p99)
{
    for (unsigned i = 0; i < 999; i++)
        histogram_record(&histogram, 100);
    histogram_record(&histogram, 200000);
    ck_assert_uint_eq(histogram_percentile(&histogram, 99), 100);
    ck_assert_uint_eq(histogram_percentile(&histogram, 99.9), 100);
    ck_assert_uint_eq(histogram_percentile(&histogram, 99.95), 200000);
}
END_TEST

Suite *bench_histogram_suite(void)
{
    Suite *suite = suite_create("bench/histogram");
    TCase *tests = tcase_create("histogram");
    tcase_add_checked_fixture(tests, start_empty, NULL);
    tcase_add_test(tests, empty_histogram_has_zero_percentiles);
    tcase_add_test(tests, small_values_are_exact);
    tcase_add_loop_test(tests, percentile_is_never_low_and_at_most_one_percent_high, 0, 36);
    tcase_add_test(tests, percentile_never_exceeds_the_maximum);
    tcase_add_test(tests, huge_values_count_and_keep_their_maximum);
    tcase_add_test(tests, one_slow_value_in_a_thousand_shows_only_beyond_p99);
    suite_add_tcase(suite, tests);
    return suite;
}
