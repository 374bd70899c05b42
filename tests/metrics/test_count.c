#include "metrics/count.h"

#include <check.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "metrics/exposition.h"

Suite *metrics_count_suite(void);

static tr_exposition *sums;
static tr_buf text;

static void set_up(void)
{
    sums = tr_exposition_new();
}

static void tear_down(void)
{
    tr_exposition_free(&sums);
    tr_buf_done(&text);
    tr_counts_done();
}

// What this thread has counted, as an exporter reads it.
static void read_here(void)
{
    tr_metric_rows rows = {0};
    tr_buf array = {0};
    tr_counts_put(&rows);
    tr_metric_rows_write(&rows, &array);
    ck_assert_int_eq(tr_exposition_add(sums, tr_buf_slice(&array), ""), 0);
    tr_buf_done(&array);
    tr_buf_done(&rows.rows);
}

static bool says(const char *line)
{
    text.size = 0;
    tr_exposition_write(sums, &text);
    return strstr(tr_buf_text(&text), line) != NULL;
}

START_TEST(what_is_counted_is_told)
{
    tr_count(TR_TALLY_event);
    tr_count(TR_TALLY_event);
    tr_count_many(TR_TALLY_bytes_in, 1000);
    read_here();
    ck_assert(says("\ntroupe_events_total{kind=\"event\"} 2\n"));
    ck_assert(says("\ntroupe_events_total{kind=\"update\"} 0\n"));
    ck_assert(says("\ntroupe_websocket_bytes_total{direction=\"in\"} 1000\n"));
}
END_TEST

static void *count_elsewhere(void *arg)
{
    (void)arg;
    tr_count(TR_TALLY_event);
    tr_handler_time_record("there", "async", 1000000);
    read_here();
    tr_counts_done();
    return NULL;
}

START_TEST(threads_count_for_themselves_and_are_added_up)
{
    pthread_t thread;
    tr_count(TR_TALLY_event);
    pthread_create(&thread, NULL, count_elsewhere, NULL);
    pthread_join(thread, NULL);
    ck_assert_uint_eq(tr_tallies[TR_TALLY_event], 1);
    read_here();
    ck_assert(says("\ntroupe_events_total{kind=\"event\"} 2\n"));
}
END_TEST

START_TEST(times_of_a_handler_fall_into_buckets)
{
    tr_handler_time_record("save", "sync", 100000);      // 0.1 ms: at most the first bound
    tr_handler_time_record("save", "sync", 100001);      // more
    tr_handler_time_record("save", "sync", 90000000000); // 90 s: beyond all bounds
    read_here();
    ck_assert(
        says("troupe_handler_seconds_bucket{kind=\"sync\",handler=\"save\",le=\"0.0001\"} 1\n"));
    ck_assert(says("{kind=\"sync\",handler=\"save\",le=\"0.00025\"} 2\n"));
    ck_assert(says("{kind=\"sync\",handler=\"save\",le=\"60\"} 2\n"));
    ck_assert(says("{kind=\"sync\",handler=\"save\",le=\"+Inf\"} 3\n"));
    ck_assert(says("troupe_handler_seconds_count{kind=\"sync\",handler=\"save\"} 3\n"));
    ck_assert(says("troupe_handler_seconds_sum{kind=\"sync\",handler=\"save\"} 90.000200001\n"));
}
END_TEST

START_TEST(handlers_have_a_bounded_number_of_labels)
{
    static char names[TR_HANDLERS_MEASURED + 10][16];
    for (unsigned round = 0; round < 2; round++)
        for (unsigned i = 0; i < TR_HANDLERS_MEASURED + 10; i++) {
            snprintf(names[i], sizeof names[i], "handler_%u", i);
            tr_handler_time_record(names[i], "async", 1);
        }
    read_here();
    ck_assert(says("_count{kind=\"async\",handler=\"handler_0\"} 2\n"));
    ck_assert(says("_count{kind=\"async\",handler=\"handler_63\"} 2\n"));
    ck_assert(!says("handler=\"handler_64\""));
    ck_assert(says("_count{kind=\"any\",handler=\"(others)\"} 20\n"));
}
END_TEST

START_TEST(sizes_have_bounds_of_powers_of_two)
{
    tr_timed_record(TR_TIMED_store_batch, 1);
    tr_timed_record(TR_TIMED_store_batch, 3);
    read_here();
    ck_assert(says("troupe_store_batch_operations_bucket{le=\"1\"} 1\n"));
    ck_assert(says("troupe_store_batch_operations_bucket{le=\"2\"} 1\n"));
    ck_assert(says("troupe_store_batch_operations_bucket{le=\"4\"} 2\n"));
    ck_assert(says("troupe_store_batch_operations_sum 4\n"));
}
END_TEST

Suite *metrics_count_suite(void)
{
    Suite *suite = suite_create("metrics/count");
    TCase *cases = tcase_create("count");
    tcase_add_checked_fixture(cases, set_up, tear_down);
    tcase_add_test(cases, what_is_counted_is_told);
    tcase_add_test(cases, threads_count_for_themselves_and_are_added_up);
    tcase_add_test(cases, times_of_a_handler_fall_into_buckets);
    tcase_add_test(cases, handlers_have_a_bounded_number_of_labels);
    tcase_add_test(cases, sizes_have_bounds_of_powers_of_two);
    suite_add_tcase(suite, cases);
    return suite;
}
