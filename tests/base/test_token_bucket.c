#include "base/token_bucket.h"

#include <check.h>

Suite *base_token_bucket_suite(void);

START_TEST(a_burst_is_had_at_once_and_then_the_rate)
{
    tr_token_bucket bucket = {.count = 3, .filled_ms = 1000};
    ck_assert_uint_eq(tr_token_bucket_take(&bucket), 2);
    ck_assert_uint_eq(tr_token_bucket_take(&bucket), 1);
    ck_assert_uint_eq(tr_token_bucket_take(&bucket), 0);
    ck_assert_uint_eq(tr_token_bucket_take(&bucket), 0);
    tr_token_bucket_fill(&bucket, 10, 3, 1100);
    ck_assert_uint_eq(bucket.count, 1);
    tr_token_bucket_fill(&bucket, 10, 3, 60000);
    ck_assert_uint_eq(bucket.count, 3);
}
END_TEST

START_TEST(many_short_times_add_up)
{
    tr_token_bucket bucket = {.filled_ms = 1000};
    for (uint64_t now = 1001; now <= 1100; now++)
        tr_token_bucket_fill(&bucket, 10, 5, now);
    ck_assert_uint_eq(bucket.count, 1);
}
END_TEST

START_TEST(a_full_one_saves_no_time_up)
{
    tr_token_bucket bucket = {.count = 2};
    tr_token_bucket_fill(&bucket, 10, 2, 5000);
    ck_assert_uint_eq(tr_token_bucket_take(&bucket), 1);
    tr_token_bucket_fill(&bucket, 10, 2, 5050);
    ck_assert_uint_eq(bucket.count, 1);
}
END_TEST

Suite *base_token_bucket_suite(void)
{
    Suite *suite = suite_create("base/token_bucket");
    TCase *tcase = tcase_create("tokens");
    tcase_add_test(tcase, a_burst_is_had_at_once_and_then_the_rate);
    tcase_add_test(tcase, many_short_times_add_up);
    tcase_add_test(tcase, a_full_one_saves_no_time_up);
    suite_add_tcase(suite, tcase);
    return suite;
}
