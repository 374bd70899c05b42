// A session that was sent to a worker which is no more, and may have taken it.

#include <check.h>
#include <stdio.h>

#include "actors/bus/bus.h"
#include "actors/core/core_record.h"
#include "sdk/session/move.h"
#include "testing/lab.h"
#include "troupe/troupe.h"
#include "wire/writer.h"

static int ends;

TR_ASYNC(redirect_add)
{
    int *count = tr_state(ev);
    if (count != NULL)
        ui_set_textf(ev, "count", "%d", ++*count);
}

static void on_end(tr_event *ev)
{
    (void)ev;
    ends++;
}

static void build(tr_page *page)
{
    ui_add(page, ui_text("0", .key = "count"));
    ui_add(page, ui_button("add", .on_click = redirect_add));
}

enum { ADD = TR_ID_FIRST + 1 };

static const tr_app app = {.name = "Redirect", .build = build, .on_end = on_end, TR_STATE(int)};

static lab *here;

static void tear_down(void)
{
    tr_lab_stop(&here);
}

static void advance(uint64_t milliseconds)
{
    ck_assert_int_ge(tr_lab_advance(here, milliseconds), 0);
}

static void ignore(tr_actor *actor, tr_message *message)
{
    (void)actor;
    (void)message;
}

// For somebody who has not said yet that he took it.
static void leave_for_silent(tr_session *session, void *arg)
{
    static const tr_behaviour silent = {.name = "silent", .on_message = ignore};
    tr_address silent_one;
    (void)arg;
    ck_assert_int_eq(tr_spawn(session->sessions->core, &silent, NULL, 0, &silent_one), 0);
    tr_move_begin(session, silent_one, 2);
}

static unsigned files_seen;

static void count_files(tr_actor *actor, tr_message *message)
{
    (void)actor;
    files_seen += TR_TYPE(message) == TR_MSG_session_move;
}

// The second place that it may go to.
static void redirect(tr_session *session, void *arg)
{
    static const tr_behaviour counting = {.name = "counting", .on_message = count_files};
    tr_address another;
    (void)arg;
    ck_assert_int_eq(tr_spawn(session->sessions->core, &counting, NULL, 0, &another), 0);
    tr_move_redirect(session, another, 3);
}

static void set_up_stored(const char *store)
{
    here = tr_lab_start_stored(&app, store);
    tr_lab_open(here, 0, NULL, true);
    tr_lab_event(here, 0, ADD, "click");
}

// Whoever took it may have gone on with it, and written that: the file that was sent is older then.
START_TEST(a_session_that_the_store_has_is_not_sent_again)
{
    char id[32];
    set_up_stored("memory");
    snprintf(id, sizeof id, "%s", tr_lab_look(here, 0)->session_id);
    tr_lab_detach(here, 0);
    advance(2000); // it is in the store
    tr_lab_do(here, 0, leave_for_silent, NULL);
    advance(10);
    tr_lab_do(here, 0, redirect, NULL);
    advance(10);
    ck_assert_uint_eq(files_seen, 0);
    ck_assert_uint_eq(tr_lab_session_count(here), 0);
    ck_assert_int_eq(ends, 0); // it is not over: the store has it
    tr_lab_open(here, 0, id, true);
    advance(1000);
    ck_assert_str_eq(tr_lab_look(here, 0)->session_id, id);
}
END_TEST

START_TEST(a_session_that_no_store_has_is_sent_again)
{
    set_up_stored(_i == 0 ? NULL : "memory"); // it is not in the store yet
    tr_lab_detach(here, 0);
    tr_lab_do(here, 0, leave_for_silent, NULL);
    advance(10);
    tr_lab_do(here, 0, redirect, NULL);
    advance(10);
    ck_assert_uint_eq(files_seen, 1);
    ck_assert_uint_eq(tr_lab_session_count(here), 1); // until it is taken there
}
END_TEST

// Where it went (leave_for_silent) is listed.
static void list_it(tr_session *session, void *unused)
{
    tr_core *core = session->sessions->core;
    tr_buf list = {0};
    (void)unused;
    tr_write_array(&list, 1);
    tr_write_array(&list, 8);
    tr_write_unsigned(&list, tr_core_node(core));
    tr_write_literal(&list, "host:1");
    tr_write_unsigned(&list, TR_ROLE_WORKER);
    tr_write_unsigned(&list, 1);
    tr_write_array(&list, 1);
    tr_write_literal(&list, "tcp://10.0.0.1:5000");
    tr_write_unsigned(&list, 0);
    tr_write_array(&list, 0);
    tr_write_boolean(&list, false);
    ck_assert_int_eq(tr_routes_read(&core->bus->routes, tr_buf_slice(&list)), 0);
    tr_buf_done(&list);
}

static void pass_listed(uint64_t milliseconds)
{
    for (uint64_t ms = 0; ms < milliseconds && tr_lab_session_count(here) != 0; ms += 10) {
        tr_lab_do(here, 0, list_it, NULL); // its own agent says something else
        advance(10);
    }
}

// It may be dead, and the brokers have yet to notice.
START_TEST(a_session_waits_for_who_is_listed)
{
    set_up_stored(NULL);
    tr_lab_detach(here, 0);
    tr_lab_do(here, 0, leave_for_silent, NULL);
    pass_listed(3 * TR_MOVE_ANSWER_MS);
    ck_assert_uint_eq(tr_lab_session_count(here), 1);
    tr_lab_do(here, 0, redirect, NULL);
    advance(10);
    ck_assert_uint_eq(files_seen, 1);
}
END_TEST

START_TEST(a_session_does_not_wait_for_ever)
{
    set_up_stored(NULL);
    tr_lab_detach(here, 0);
    tr_lab_do(here, 0, leave_for_silent, NULL);
    pass_listed(5 * TR_MOVE_ANSWER_MS);
    ck_assert_uint_eq(tr_lab_session_count(here), 0);
}
END_TEST

Suite *move_redirect_suite(void);
Suite *move_redirect_suite(void)
{
    Suite *suite = suite_create("sdk/session/move_redirect");
    TCase *tests = tcase_create("where it went is no more");
    tcase_add_checked_fixture(tests, NULL, tear_down);
    tcase_add_test(tests, a_session_that_the_store_has_is_not_sent_again);
    tcase_add_loop_test(tests, a_session_that_no_store_has_is_sent_again, 0, 2);
    tcase_add_test(tests, a_session_waits_for_who_is_listed);
    tcase_add_test(tests, a_session_does_not_wait_for_ever);
    suite_add_tcase(suite, tests);
    return suite;
}
