// Browsers that wait for a session: until it is in the store, until its shard is somebody's.

#include "sdk/roles/openings.h"

#include <check.h>
#include <stdio.h>
#include <string.h>

#include "actors/bus/routes.h"
#include "actors/core/core.h"
#include "base/log.h"
#include "sdk/session/shard_set.h"
#include "sdk/session/snapshot_record.h"
#include "sdk/session/snapshots_record.h"
#include "testing/lab.h"
#include "tests/support/system.h"
#include "troupe/troupe.h"
#include "wire/close_code.h"
#include "wire/session_id.h"

TR_ASYNC(openings_add)
{
    int *count = tr_state(ev);
    ui_set_textf(ev, "count", "%d", ++*count);
}

static void build(tr_page *page)
{
    ui_add(page, ui_button("add", .on_click = openings_add));
    ui_add(page, ui_text("0", .key = "count"));
}

static const tr_app app = {.name = "Openings", .build = build, TR_STATE(int)};

enum { OTHER_CORE = 5, NOBODY = 77 };

static lab *here;
static char id[32];

static void pass(unsigned tenths)
{
    for (unsigned i = 0; i < tenths; i++)
        ck_assert_int_ge(tr_lab_advance(here, 100), 0);
}

static void set_up(void)
{
    tr_log_level_set(TR_LOG_ERROR);
    here = tr_lab_start_stored(&app, "memory");
    tr_lab_open(here, 0, NULL, true);
    snprintf(id, sizeof id, "%s", tr_lab_look(here, 0)->session_id);
    tr_lab_event(here, 0, TR_ID_FIRST, "click");
    pass(20); // it is in the store
}

static void tear_down(void)
{
    tr_lab_stop(&here);
}

// -- what it would be shown is not in the store --

static void owe(tr_session *session, void *arg)
{
    (void)arg;
    session->sessions->durability = TR_DURABILITY_SYNC;
    session->snapshot->durable.turn++;
}

static void save(tr_session *session, void *arg)
{
    (void)arg;
    session->snapshot->durable.safe_turn = session->snapshot->durable.turn;
}

START_TEST(a_browser_waits_for_what_is_not_saved_and_then_has_its_page)
{
    tr_lab_do(here, 0, owe, NULL);
    tr_lab_open(here, 1, id, true);
    pass(20);
    ck_assert_uint_eq(tr_lab_look(here, 1)->close_code, 0);
    ck_assert_str_eq(tr_lab_look(here, 1)->session_id, "");
    tr_lab_do(here, 0, save, NULL);
    pass(10);
    ck_assert_uint_eq(tr_lab_look(here, 1)->close_code, 0);
    ck_assert_str_eq(tr_lab_look(here, 1)->session_id, id);
    ck_assert_uint_eq(tr_lab_session_count(here), 1);
}
END_TEST

START_TEST(a_browser_that_waited_too_long_for_that_is_told_to_come_later)
{
    tr_lab_do(here, 0, owe, NULL);
    tr_lab_open(here, 1, id, true);
    pass(TR_OPENING_DEADLINE_MS / 100 - 5);
    ck_assert_uint_eq(tr_lab_look(here, 1)->close_code, 0);
    pass(10);
    ck_assert_uint_eq(tr_lab_look(here, 1)->close_code, TR_CLOSE_TRY_LATER);
    tr_lab_do(here, 0, save, NULL);
}
END_TEST

// A browser left the first one when nobody answered, which its gateway may not know yet.
START_TEST(of_two_that_wait_for_a_page_the_later_one_gets_it)
{
    tr_lab_do(here, 0, owe, NULL);
    tr_lab_open(here, 1, id, true);
    pass(5);
    tr_lab_open(here, 2, id, true);
    pass(5);
    ck_assert_str_eq(tr_lab_look(here, 2)->session_id, "");
    tr_lab_do(here, 0, save, NULL);
    pass(10);
    ck_assert_uint_eq(tr_lab_look(here, 1)->close_code, TR_CLOSE_REPLACED);
    ck_assert_uint_eq(tr_lab_look(here, 2)->close_code, 0);
    ck_assert_str_eq(tr_lab_look(here, 2)->session_id, id);
}
END_TEST

// -- its shard is not ours --

static void belong_to(tr_session *session, void *owner)
{
    tr_sessions *sessions = session->sessions;
    int shard = tr_session_id_shard(tr_slice_of(session->id));
    tr_routes *routes = (tr_routes *)(uintptr_t)tr_core_routes(sessions->core);
    tr_shard_owner is = *(tr_shard_owner *)owner;
    if (is.node == 0)
        is.node = tr_core_node(sessions->core);
    routes->shards[shard] = is;
    tr_shard_set_drop(sessions, (unsigned)shard);
}

// One of the same shard, of which there is nothing here.
static const char *another_id(void)
{
    static char other[sizeof id];
    snprintf(other, sizeof other, "%s", id);
    char *last = &other[TR_SESSION_ID_SIZE - 1];
    *last = *last == 'a' ? 'b' : 'a';
    return other;
}

START_TEST(a_browser_waits_for_the_shard_of_a_worker_that_is_gone)
{
    tr_shard_owner gone = {.node = NOBODY, .epoch = 1};
    tr_lab_do(here, 0, belong_to, &gone);
    tr_lab_open(here, 1, another_id(), true);
    pass(20);
    ck_assert_uint_eq(tr_lab_look(here, 1)->close_code, 0);
    ck_assert_str_ne(tr_lab_look(here, 1)->session_id, "");
}
END_TEST

START_TEST(a_browser_whose_session_is_elsewhere_is_sent_there_at_once)
{
    tr_shard_owner other = {.epoch = 2, .core = OTHER_CORE};
    tr_lab_do(here, 0, belong_to, &other);
    tr_lab_open(here, 1, another_id(), true);
    ck_assert_uint_eq(tr_lab_look(here, 1)->close_code, TR_CLOSE_RESTART);
}
END_TEST

// -- all ends --

static void be_taken_in_a_moment(tr_session *session, void *arg)
{
    (void)arg;
    int shard = tr_session_id_shard(tr_slice_of(session->id));
    tr_shard_hold *hold = &session->sessions->snapshots->shards[shard];
    hold->epoch = 0;
    hold->is_taking = true;
}

// What it waits for ends with the store, after it or before it: no memory that is freed is used.
START_TEST(a_browser_that_waits_for_the_store_is_let_go_when_all_ends)
{
    tr_lab_do(here, 0, be_taken_in_a_moment, NULL);
    tr_lab_open(here, 1, another_id(), true);
    ck_assert_uint_eq(tr_lab_look(here, 1)->close_code, 0);
    ck_assert_str_eq(tr_lab_look(here, 1)->session_id, "");
}
END_TEST

Suite *openings_suite(void);
Suite *openings_suite(void)
{
    Suite *suite = suite_create("sdk/roles/openings");
    TCase *tests = tcase_create("waiting");
    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, a_browser_waits_for_what_is_not_saved_and_then_has_its_page);
    tcase_add_test(tests, a_browser_that_waited_too_long_for_that_is_told_to_come_later);
    tcase_add_test(tests, of_two_that_wait_for_a_page_the_later_one_gets_it);
    tcase_add_test(tests, a_browser_waits_for_the_shard_of_a_worker_that_is_gone);
    tcase_add_test(tests, a_browser_whose_session_is_elsewhere_is_sent_there_at_once);
    tcase_add_test(tests, a_browser_that_waits_for_the_store_is_let_go_when_all_ends);
    suite_add_tcase(suite, tests);
    return suite;
}
