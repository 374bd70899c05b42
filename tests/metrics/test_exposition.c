#include "metrics/exposition.h"

#include <check.h>
#include <string.h>

#include "tests/support/comma.h"
#include "troupe/err.h"
#include "wire/writer.h"

Suite *metrics_exposition_suite(void);

static tr_exposition *sums;
static tr_metric_rows rows;
static tr_buf array;
static tr_buf text;

static void set_up(void)
{
    sums = tr_exposition_new();
}

static void tear_down(void)
{
    tr_exposition_free(&sums);
    tr_buf_done(&rows.rows);
    tr_buf_done(&array);
    tr_buf_done(&text);
}

static int add_as(const char *labels)
{
    array.size = 0;
    tr_metric_rows_write(&rows, &array);
    int result = tr_exposition_add(sums, tr_buf_slice(&array), labels);
    rows.rows.size = rows.count = 0;
    return result;
}

static const char *written(void)
{
    text.size = 0;
    tr_exposition_write(sums, &text);
    return tr_buf_text(&text);
}

START_TEST(counters_add_and_maxima_do_not)
{
    for (unsigned core = 1; core <= 2; core++) {
        tr_metric_put(&rows, TR_METRIC_OF_sessions, "state=\"connected\"", 10 * core);
        tr_metric_put(&rows, TR_METRIC_OF_store_unsaved, "", 1500 * core);
        tr_metric_put(&rows, TR_METRIC_OF_http, "", core);
        ck_assert_int_eq(add_as(""), 0);
    }
    ck_assert_str_eq(
        written(),
        "# HELP troupe_sessions Sessions in memory, by whether a browser is attached\n"
        "# TYPE troupe_sessions gauge\n"
        "troupe_sessions{state=\"connected\"} 30\n"
        "# HELP troupe_store_unsaved_seconds How long the oldest change has waited to be written\n"
        "# TYPE troupe_store_unsaved_seconds gauge\n"
        "troupe_store_unsaved_seconds 3\n"
        "# HELP troupe_http_requests_total HTTP requests\n"
        "# TYPE troupe_http_requests_total counter\n"
        "troupe_http_requests_total 3\n");
}
END_TEST

START_TEST(processes_are_told_apart_by_their_label)
{
    tr_metric_put(&rows, TR_METRIC_OF_http, "", 1);
    (void)add_as("node=\"a\"");
    tr_metric_put(&rows, TR_METRIC_OF_http, "", 2);
    (void)add_as("node=\"b\"");
    ck_assert_ptr_nonnull(strstr(written(), "troupe_http_requests_total{node=\"a\"} 1\n"
                                            "troupe_http_requests_total{node=\"b\"} 2\n"));
    ck_assert_uint_eq(tr_exposition_total(sums, TR_METRIC_OF_http, ""), 3);
    ck_assert_uint_eq(tr_exposition_total(sums, TR_METRIC_OF_http, "\"b\""), 2);
}
END_TEST

START_TEST(families_of_another_version_are_passed_over)
{
    tr_write_array(&array, 3);
    tr_write_array(&array, 3);
    tr_write_literal(&array, "troupe_of_the_future");
    tr_write_literal(&array, "");
    tr_write_array(&array, 1);
    tr_write_unsigned(&array, 1);
    tr_write_array(&array, 3); // other buckets than ours
    tr_write_literal(&array, "troupe_handler_seconds");
    tr_write_literal(&array, "");
    tr_write_array(&array, 2);
    tr_write_unsigned(&array, 1);
    tr_write_unsigned(&array, 1);
    tr_write_array(&array, 3);
    tr_write_literal(&array, "troupe_turns_total");
    tr_write_literal(&array, "");
    tr_write_array(&array, 1);
    tr_write_unsigned(&array, 7);
    ck_assert_int_eq(tr_exposition_add(sums, tr_buf_slice(&array), ""), 0);
    ck_assert_str_eq(written(), "# HELP troupe_turns_total Turns of core threads' loops\n"
                                "# TYPE troupe_turns_total counter\n"
                                "troupe_turns_total 7\n");
}
END_TEST

START_TEST(bytes_that_are_no_rows_are_refused)
{
    static const char *const bad[] = {"", "\x93", "\x91\x93\xa1x\xa0\x91\xff", "\x91\x01", "\xc1"};
    for (unsigned i = 0; i < sizeof bad / sizeof *bad; i++)
        ck_assert_int_eq(tr_exposition_add(sums, tr_slice_of(bad[i]), ""), TR_EMALFORMED);
    ck_assert_str_eq(written(), "");
}
END_TEST

START_TEST(labels_escape_what_prometheus_would_stumble_over)
{
    tr_buf label = {0};
    tr_metric_label(&label, "handler", "a\"b\\c\nd");
    ck_assert_str_eq(tr_buf_text(&label), "handler=\"a\\\"b\\\\c\\nd\"");
    tr_buf_done(&label);
}
END_TEST

START_TEST(fractions_have_a_point_whatever_the_locale)
{
    use_comma_locale();
    tr_metric_put(&rows, TR_METRIC_OF_store_unsaved, "", 1500);
    (void)add_as("");
    ck_assert_ptr_nonnull(strstr(written(), "troupe_store_unsaved_seconds 1.5\n"));
}
END_TEST

START_TEST(percentiles_are_of_what_came_since)
{
    tr_histogram_counts counts = {.buckets = {[3] = 100}, .sum = 0};
    tr_metric_put_histogram(&rows, TR_METRIC_OF_handler, "", &counts);
    (void)add_as("");
    ck_assert_double_eq(tr_exposition_percentile(sums, NULL, TR_METRIC_OF_handler, 99), 0.001);
    tr_exposition *before = sums;
    sums = tr_exposition_new();
    counts.buckets[6] = 1;
    tr_metric_put_histogram(&rows, TR_METRIC_OF_handler, "", &counts);
    (void)add_as("");
    ck_assert_double_eq(tr_exposition_percentile(sums, before, TR_METRIC_OF_handler, 50), 0.01);
    ck_assert_double_eq(tr_exposition_percentile(sums, sums, TR_METRIC_OF_handler, 50), 0);
    tr_exposition_free(&before);
}
END_TEST

Suite *metrics_exposition_suite(void)
{
    Suite *suite = suite_create("metrics/exposition");
    TCase *cases = tcase_create("exposition");
    tcase_add_checked_fixture(cases, set_up, tear_down);
    tcase_add_test(cases, counters_add_and_maxima_do_not);
    tcase_add_test(cases, processes_are_told_apart_by_their_label);
    tcase_add_test(cases, families_of_another_version_are_passed_over);
    tcase_add_test(cases, bytes_that_are_no_rows_are_refused);
    tcase_add_test(cases, labels_escape_what_prometheus_would_stumble_over);
    tcase_add_test(cases, fractions_have_a_point_whatever_the_locale);
    tcase_add_test(cases, percentiles_are_of_what_came_since);
    suite_add_tcase(suite, cases);
    return suite;
}
