// Of a page that was read: is it restored, marked before, alone, or never.

#include "sdk/roles/restore_tries.h"

#include <check.h>
#include <stdatomic.h>
#include <string.h>

#include "actors/core/core.h"
#include "sdk/roles/restore_turn.h"
#include "sdk/roles/set_aside.h"
#include "sdk/session/program_id.h"
#include "tests/sdk/session/stored_pages.h"
#include "troupe/err.h"

enum { CAUSE = 5, OTHER_CAUSE = 6 };

static char id[TR_SESSION_ID_SIZE + 1];
static char other_id[TR_SESSION_ID_SIZE + 1];

static enum tr_restore_verdict judge(tr_sessions *sessions, const char *which, uint64_t cause,
                                     const tr_restore_mark *before, tr_restore_try *out)
{
    tr_buf bytes = {0};
    if (before != NULL)
        tr_restore_mark_write(before, &bytes);
    enum tr_restore_verdict verdict =
        tr_restore_tries_judge(sessions, tr_slice_of(which), cause, tr_buf_slice(&bytes), out);
    tr_buf_done(&bytes);
    return verdict;
}

// Two of the shard of a page that is there.
static tr_sessions *sessions_of(tr_session *session)
{
    tr_session_id_make(id, shard_of(session->id));
    tr_session_id_make(other_id, shard_of(session->id));
    return session->sessions;
}

static tr_restore_mark mark_of(const tr_sessions *sessions, uint32_t tries)
{
    return (tr_restore_mark){tr_program_id(sessions->app), CAUSE, tries, tries};
}

static void orphan(tr_sessions *sessions)
{
    sessions->snapshots->shards[shard_of(id)].orphaned_ms = tr_core_now_ms(sessions->core) + 1;
}

static void costs_nothing(tr_session *session, void *unused)
{
    tr_sessions *sessions = sessions_of(session);
    tr_restore_try what;
    (void)unused;
    ck_assert_int_eq(judge(sessions, id, CAUSE, NULL, &what), TR_RESTORE_NOW);
    ck_assert_ptr_null(sessions->restore_tries);
}

START_TEST(a_page_whose_worker_did_not_die_costs_nothing)
{
    tr_lab_do(stored_page, 0, costs_nothing, NULL);
}
END_TEST

static void is_marked_first(tr_session *session, void *unused)
{
    tr_sessions *sessions = sessions_of(session);
    tr_restore_try what;
    (void)unused;
    orphan(sessions);
    ck_assert_int_eq(judge(sessions, id, CAUSE, NULL, &what), TR_RESTORE_MARKED);
    ck_assert(!what.is_alone);
    ck_assert_uint_eq(what.mark.tries, 1);
    // One that is there already was not ended by it.
    ck_assert_int_eq(judge(sessions, session->id, CAUSE, NULL, &what), TR_RESTORE_NOW);
}

START_TEST(the_page_of_a_worker_that_died_is_marked_before_it_is_restored)
{
    tr_lab_do(stored_page, 0, is_marked_first, NULL);
}
END_TEST

static void goes_alone(tr_session *session, void *unused)
{
    tr_sessions *sessions = sessions_of(session);
    tr_restore_mark before = mark_of(sessions, 1);
    tr_restore_try first, second;
    (void)unused;
    ck_assert_int_eq(judge(sessions, id, CAUSE, &before, &first), TR_RESTORE_MARKED);
    ck_assert(first.is_alone);
    ck_assert_uint_eq(first.mark.tries, 2);
    ck_assert(!tr_restore_tries_has_room(sessions));
    ck_assert_int_eq(judge(sessions, other_id, CAUSE, &before, &second), TR_RESTORE_ALONE);
    tr_restore_turn_give(sessions->restore_turn);
    ck_assert_int_eq(judge(sessions, other_id, CAUSE, &before, &second), TR_RESTORE_MARKED);
}

START_TEST(a_page_with_a_mark_is_restored_alone)
{
    tr_lab_do(stored_page, 0, goes_alone, NULL);
}
END_TEST

static void is_set_aside(tr_session *session, void *unused)
{
    tr_sessions *sessions = sessions_of(session);
    tr_restore_mark before = mark_of(sessions, TR_RESTORE_TRIES);
    tr_restore_try what;
    (void)unused;
    ck_assert_int_eq(judge(sessions, id, CAUSE, &before, &what), TR_RESTORE_NEVER);
    ck_assert_int_eq(judge(sessions, id, CAUSE, &before, &what), TR_RESTORE_NEVER);
    ck_assert_uint_eq(tr_set_aside_count(sessions), 1);
    const tr_set_aside *one = tr_set_aside_find(sessions, (tr_slice){id, 6});
    ck_assert_ptr_nonnull(one);
    tr_set_aside_release(sessions, one, false);
    ck_assert_uint_eq(tr_set_aside_count(sessions), 0);
}

START_TEST(a_page_on_which_three_processes_ended_is_set_aside)
{
    tr_lab_do(stored_page, 0, is_set_aside, NULL);
}
END_TEST

// The client, or the page's file, has given up what came first.
static void begins_anew(tr_session *session, void *unused)
{
    tr_sessions *sessions = sessions_of(session);
    tr_restore_mark before = mark_of(sessions, TR_RESTORE_TRIES);
    tr_restore_try what;
    (void)unused;
    ck_assert_int_eq(judge(sessions, id, OTHER_CAUSE, &before, &what), TR_RESTORE_MARKED);
    ck_assert_uint_eq(what.mark.tries, 1);
    ck_assert_uint_eq(what.mark.all, TR_RESTORE_TRIES + 1);
    before.all = TR_RESTORE_ALL_TRIES;
    ck_assert_int_eq(judge(sessions, other_id, OTHER_CAUSE, &before, &what), TR_RESTORE_NEVER);
}

START_TEST(another_cause_is_counted_anew_within_bounds)
{
    tr_lab_do(stored_page, 0, begins_anew, NULL);
}
END_TEST

static void is_tried_again(tr_session *session, void *unused)
{
    tr_sessions *sessions = sessions_of(session);
    tr_restore_mark before = mark_of(sessions, TR_RESTORE_TRIES);
    tr_restore_try what;
    (void)unused;
    before.program++;
    ck_assert_int_eq(judge(sessions, id, CAUSE, &before, &what), TR_RESTORE_NOW);
}

START_TEST(another_build_of_the_program_tries_again)
{
    tr_lab_do(stored_page, 0, is_tried_again, NULL);
}
END_TEST

// -- from the mark to its end --

static struct {
    tr_restore_try what;
    int saved;
    uint32_t tries;
    atomic_int read; // the last that the core thread sets
} flow;

static void on_saved(void *arg, int status)
{
    flow.saved = status;
    tr_restore_tries_begin(arg, &flow.what, status == 0);
}

static void begin(tr_session *session, void *unused)
{
    tr_sessions *sessions = sessions_of(session);
    (void)unused;
    memset(&flow, 1, sizeof flow);
    orphan(sessions);
    ck_assert_int_eq(judge(sessions, id, CAUSE, NULL, &flow.what), TR_RESTORE_MARKED);
    ck_assert_int_eq(tr_restore_tries_mark(sessions, &flow.what, on_saved, sessions), 0);
}

static void on_read(void *arg, int status, tr_slice snapshot, tr_slice mark)
{
    const tr_sessions *sessions = arg;
    tr_restore_mark found = {0};
    ck_assert_int_eq(status, TR_ENOTFOUND);
    ck_assert_uint_eq(snapshot.size, 0);
    flow.tries = tr_restore_mark_read(mark, tr_program_id(sessions->app), &found) ? found.tries : 0;
    flow.read = 0;
}

static void read_mark(tr_session *session, void *unused)
{
    (void)unused;
    ck_assert_int_eq(
        tr_snapshot_load(session->sessions, tr_slice_of(id), on_read, session->sessions), 0);
}

START_TEST(a_mark_lies_in_the_store_until_its_page_is_well)
{
    tr_lab_do(stored_page, 0, begin, NULL);
    tr_lab_do(stored_page, 0, read_mark, NULL);
    while (flow.read != 0)
        ck_assert_int_ge(tr_lab_advance(stored_page, 10), 0);
    ck_assert_int_eq(flow.saved, 0);
    ck_assert_uint_eq(flow.tries, 1);
    ck_assert_int_ge(tr_lab_advance(stored_page, 2000), 0);
    flow.read = 1;
    tr_lab_do(stored_page, 0, read_mark, NULL);
    while (flow.read != 0)
        ck_assert_int_ge(tr_lab_advance(stored_page, 10), 0);
    ck_assert_uint_eq(flow.tries, 0);
}
END_TEST

static const char *const others[] = {
    "", "\x01", "\x95", "\x95\xa7restore", "\x95\xa5other\x01\x01\x01\x01", "\x93\x90\x90\xc4"};

START_TEST(what_is_no_mark_is_none)
{
    tr_restore_mark mark;
    ck_assert(!tr_restore_mark_read(tr_slice_of(others[_i]), 1, &mark));
}
END_TEST

Suite *restore_tries_suite(void);
Suite *restore_tries_suite(void)
{
    Suite *suite = suite_create("sdk/roles/restore_tries");
    TCase *tests = tcase_create("verdicts");
    tcase_add_checked_fixture(tests, stored_pages_set_up, stored_pages_tear_down);
    tcase_add_test(tests, a_page_whose_worker_did_not_die_costs_nothing);
    tcase_add_test(tests, the_page_of_a_worker_that_died_is_marked_before_it_is_restored);
    tcase_add_test(tests, a_page_with_a_mark_is_restored_alone);
    tcase_add_test(tests, a_page_on_which_three_processes_ended_is_set_aside);
    tcase_add_test(tests, another_cause_is_counted_anew_within_bounds);
    tcase_add_test(tests, another_build_of_the_program_tries_again);
    tcase_add_test(tests, a_mark_lies_in_the_store_until_its_page_is_well);
    suite_add_tcase(suite, tests);
    tests = tcase_create("bytes");
    tcase_add_loop_test(tests, what_is_no_mark_is_none, 0, sizeof others / sizeof *others);
    suite_add_tcase(suite, tests);
    return suite;
}
