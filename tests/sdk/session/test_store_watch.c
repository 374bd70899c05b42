#include "sdk/session/store_watch.h"

#include <check.h>

enum { EACH_MS = 500, BEGIN_MS = 100000 };

static tr_store_watch watch;
static uint64_t now_ms;

static void set_up(void)
{
    watch = (tr_store_watch){0};
    now_ms = BEGIN_MS;
}

static enum tr_store_reach look(bool is_away)
{
    now_ms += EACH_MS;
    return tr_store_watch_look(&watch, is_away, now_ms);
}

// For so long it is as it was said.
static enum tr_store_reach look_for(bool is_away, unsigned milliseconds)
{
    enum tr_store_reach last = look(is_away);
    for (uint64_t until = now_ms + milliseconds; now_ms < until;)
        last = look(is_away);
    return last;
}

START_TEST(a_store_that_answers_is_reached)
{
    ck_assert_int_eq(look(false), TR_STORE_REACHED);
    ck_assert_int_eq(look_for(false, 60000), TR_STORE_REACHED);
}
END_TEST

START_TEST(one_that_is_away_is_lost_only_after_a_while)
{
    look(false);
    ck_assert_int_eq(look(true), TR_STORE_DOUBTFUL);
    ck_assert_int_eq(look_for(true, TR_STORE_LOST_MS - 2 * EACH_MS), TR_STORE_DOUBTFUL);
    ck_assert_int_eq(look_for(true, 2 * EACH_MS), TR_STORE_LOST);
}
END_TEST

START_TEST(one_that_is_back_is_lost_no_more_and_reached_after_a_while)
{
    look_for(true, 2 * TR_STORE_LOST_MS);
    ck_assert_int_eq(look(false), TR_STORE_DOUBTFUL);
    ck_assert_int_eq(look_for(false, TR_STORE_STEADY_MS - 2 * EACH_MS), TR_STORE_DOUBTFUL);
    ck_assert_int_eq(look_for(false, 2 * EACH_MS), TR_STORE_REACHED);
}
END_TEST

START_TEST(one_that_answers_now_and_then_is_not_lost)
{
    for (unsigned i = 0; i < 10; i++) {
        ck_assert_int_eq(look_for(true, TR_STORE_LOST_MS / 2), TR_STORE_DOUBTFUL);
        ck_assert_int_eq(look(false), TR_STORE_DOUBTFUL);
    }
}
END_TEST

START_TEST(who_was_stopped_itself_has_lost_nothing)
{
    look(true);
    now_ms += 30000;
    ck_assert_int_eq(look(true), TR_STORE_DOUBTFUL);
    ck_assert_int_eq(look_for(true, TR_STORE_LOST_MS), TR_STORE_LOST);
}
END_TEST

Suite *sdk_session_store_watch_suite(void);
Suite *sdk_session_store_watch_suite(void)
{
    Suite *suite = suite_create("sdk/session/store_watch");
    TCase *tests = tcase_create("all");
    tcase_add_checked_fixture(tests, set_up, NULL);
    tcase_add_test(tests, a_store_that_answers_is_reached);
    tcase_add_test(tests, one_that_is_away_is_lost_only_after_a_while);
    tcase_add_test(tests, one_that_is_back_is_lost_no_more_and_reached_after_a_while);
    tcase_add_test(tests, one_that_answers_now_and_then_is_not_lost);
    tcase_add_test(tests, who_was_stopped_itself_has_lost_nothing);
    suite_add_tcase(suite, tests);
    return suite;
}
