// A visitor whose page ends the workers that open it is put off, for longer each time.

#include "gateway/fatal_openings.h"

#include <check.h>

enum { NOW_MS = 5000000 };

static tr_fatal_openings *here;

static void set_up(void)
{
    here = tr_fatal_openings_new();
}

static void tear_down(void)
{
    tr_fatal_openings_free(&here);
}

static uint64_t worker; // another one each time

static uint32_t key_of(const char *route)
{
    return tr_fatal_visitor_key(&(tr_fatal_visitor){
        .ip = TR_SLICE("192.0.2.1"), .user_agent = TR_SLICE("here"), .route = tr_slice_of(route)});
}

static uint64_t end_workers(unsigned times, uint64_t now_ms)
{
    for (unsigned i = 0; i < times; i++)
        (void)tr_fatal_openings_note(here, key_of("/ill"), false, ++worker, now_ms++);
    return now_ms - 1;
}

START_TEST(three_times_in_a_row_put_a_visitor_off)
{
    ck_assert(!tr_fatal_openings_note(here, key_of("/ill"), false, ++worker, NOW_MS));
    ck_assert(!tr_fatal_openings_note(here, key_of("/ill"), false, ++worker, NOW_MS));
    ck_assert(tr_fatal_openings_may(here, key_of("/ill"), false, NOW_MS));
    ck_assert(tr_fatal_openings_note(here, key_of("/ill"), false, ++worker, NOW_MS));
    ck_assert(!tr_fatal_openings_may(here, key_of("/ill"), false, NOW_MS + TR_FATAL_PAUSE_MS - 1));
    ck_assert(tr_fatal_openings_may(here, key_of("/"), false, NOW_MS));
    ck_assert(tr_fatal_openings_may(here, key_of("/ill"), false, NOW_MS + TR_FATAL_PAUSE_MS));
}
END_TEST

START_TEST(each_pause_is_longer_up_to_a_bound)
{
    uint64_t now_ms = end_workers(TR_FATAL_OPENINGS + 1, NOW_MS);
    ck_assert(!tr_fatal_openings_may(here, key_of("/ill"), false, now_ms + TR_FATAL_PAUSE_MS));
    ck_assert(tr_fatal_openings_may(here, key_of("/ill"), false, now_ms + 2 * TR_FATAL_PAUSE_MS));
    now_ms = end_workers(100, now_ms + 2 * TR_FATAL_PAUSE_MS);
    ck_assert(
        !tr_fatal_openings_may(here, key_of("/ill"), false, now_ms + TR_FATAL_PAUSE_CAP_MS - 1));
    ck_assert(tr_fatal_openings_may(here, key_of("/ill"), false, now_ms + TR_FATAL_PAUSE_CAP_MS));
}
END_TEST

START_TEST(what_is_no_row_is_forgiven)
{
    uint64_t now_ms = end_workers(TR_FATAL_OPENINGS - 1, NOW_MS) + TR_FATAL_ROW_MS;
    ck_assert(!tr_fatal_openings_note(here, key_of("/ill"), false, ++worker, now_ms));
    now_ms = end_workers(TR_FATAL_OPENINGS - 2, now_ms);
    tr_fatal_openings_forgive(here, key_of("/ill"));
    ck_assert(!tr_fatal_openings_note(here, key_of("/ill"), false, ++worker, now_ms));
}
END_TEST

// In one office many look alike.
START_TEST(one_worker_counts_once)
{
    for (unsigned i = 0; i < TR_FATAL_OPENINGS; i++)
        ck_assert(!tr_fatal_openings_note(here, key_of("/ill"), false, worker, NOW_MS));
    ck_assert(tr_fatal_openings_may(here, key_of("/ill"), false, NOW_MS));
}
END_TEST

// Workers set its page aside before, where there is a store.
START_TEST(who_has_a_session_is_put_off_later)
{
    for (unsigned i = 1; i < TR_FATAL_RESTORES; i++)
        ck_assert(!tr_fatal_openings_note(here, key_of("/ill"), true, ++worker, NOW_MS));
    ck_assert(tr_fatal_openings_may(here, key_of("/ill"), true, NOW_MS));
    ck_assert(tr_fatal_openings_note(here, key_of("/ill"), true, ++worker, NOW_MS));
    ck_assert(!tr_fatal_openings_may(here, key_of("/ill"), true, NOW_MS));
}
END_TEST

Suite *fatal_openings_suite(void);
Suite *fatal_openings_suite(void)
{
    Suite *suite = suite_create("gateway/fatal_openings");
    TCase *tests = tcase_create("visitors");
    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_add_test(tests, three_times_in_a_row_put_a_visitor_off);
    tcase_add_test(tests, each_pause_is_longer_up_to_a_bound);
    tcase_add_test(tests, what_is_no_row_is_forgiven);
    tcase_add_test(tests, one_worker_counts_once);
    tcase_add_test(tests, who_has_a_session_is_put_off_later);
    suite_add_tcase(suite, tests);
    return suite;
}
