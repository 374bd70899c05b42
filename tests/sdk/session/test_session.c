#include <check.h>
#include <stdio.h>
#include <string.h>

#include "sdk/session/outgoing_packets.h"
#include "sdk/session/session.h"
#include "testing/lab.h"
#include "tests/support/app.h"
#include "tests/support/browser.h"
#include "troupe/troupe.h"
#include "wire/close_code.h"
#include "wire/flet.h"
#include "wire/limits.h"

// The test app's first controls, in the order its build makes them.
enum { COUNT = 9 };

static lab *here;

static void set_up(void)
{
    here = tr_lab_start(&test_app, 3600000);
    tr_lab_open(here, 0, NULL, true);
}

static void tear_down(void)
{
    tr_lab_stop(&here);
}

// The id of the button with this label, on the page of connection 0.
static uint32_t button(const cm_value *at, const char *label)
{
    uint32_t found = 0;
    if (at == NULL || at->kind == CM_SCALAR)
        return 0;
    if (at->kind == CM_MAP && strcmp(tr_cm_text(tr_cm_get(at, "content")), label) == 0)
        return (uint32_t)tr_cm_integer(tr_cm_get(at, "_i"));
    for (uint32_t i = 0; i < at->count && found == 0; i++)
        found = button(at->kind == CM_MAP ? at->pairs[i].value : at->items[i], label);
    return found;
}

static uint32_t id_of(const char *label)
{
    uint32_t id = button(tr_lab_look(here, 0)->page.page, label);
    ck_assert_uint_ne(id, 0);
    return id;
}

static void count_is(unsigned n, const char *text)
{
    uint32_t first = n == 0 ? COUNT : 0;
    const lab_connection *connection = tr_lab_look(here, n);
    ck_assert_uint_ne(first, 0);
    ck_assert_str_eq(tr_cm_text(tr_cm_get(tr_cm_find(&connection->page, first), "value")), text);
}

static void is_same(unsigned n)
{
    tr_buf why = {0};
    ck_assert_msg(tr_lab_is_same(here, n, &why), "%s", tr_buf_text(&why));
    tr_buf_done(&why);
}

START_TEST(an_update_while_the_page_is_built_does_not_overtake_the_answer)
{
    const lab_connection *c = tr_lab_look(here, 0);
    ck_assert(c->is_attached);
    ck_assert_uint_eq(c->packets, 0);
    is_same(0);
}
END_TEST

START_TEST(many_events_of_one_turn_are_one_patch_at_its_end)
{
    tr_lab_event(here, 0, id_of("add"), "click");
    ck_assert_uint_eq(tr_lab_look(here, 0)->packets, 1);
    count_is(0, "1");
    is_same(0);
}
END_TEST

START_TEST(a_browser_that_takes_nothing_gets_a_window_of_packets_and_then_the_latest)
{
    uint32_t add = id_of("add");
    tr_lab_slow(here, 0, true);
    for (unsigned i = 0; i < 50; i++)
        tr_lab_event(here, 0, add, "click");
    ck_assert_uint_eq(tr_lab_look(here, 0)->packets, TR_PACKET_WINDOW);
    count_is(0, "4");
    tr_lab_written(here, 0);
    ck_assert_uint_eq(tr_lab_look(here, 0)->packets, TR_PACKET_WINDOW + 1);
    count_is(0, "50");
    is_same(0);
}
END_TEST

START_TEST(every_packet_is_credited_sooner_or_later)
{
    uint32_t add = id_of("add");
    for (unsigned i = 0; i < TR_CONNECTION_WINDOW; i++)
        tr_lab_event(here, 0, i % 2 == 0 ? add : 4242, "click");
    ck_assert_uint_ge(tr_lab_look(here, 0)->credits, TR_CONNECTION_WINDOW / 2);
    ck_assert_uint_le(tr_lab_look(here, 0)->credits, TR_CONNECTION_WINDOW);
    count_is(0, "64");
}
END_TEST

START_TEST(the_newest_connection_wins_and_the_old_one_has_nothing_to_say)
{
    char id[32];
    uint32_t add = id_of("add");
    snprintf(id, sizeof id, "%s", tr_lab_look(here, 0)->session_id);
    tr_lab_event(here, 0, add, "click");
    tr_lab_open(here, 1, id, true);
    ck_assert_uint_eq(tr_lab_look(here, 0)->close_code, 4001);
    ck_assert_str_eq(tr_lab_look(here, 1)->session_id, id);
    tr_lab_event(here, 0, add, "click");
    tr_lab_detach(here, 0);
    tr_lab_event(here, 1, add, "click");
    const lab_connection *c = tr_lab_look(here, 1);
    ck_assert_str_eq(tr_cm_text(tr_cm_get(tr_cm_find(&c->page, COUNT), "value")), "2");
    is_same(1);
    ck_assert_uint_eq(tr_lab_session_count(here), 1);
}
END_TEST

START_TEST(without_the_wish_to_win_a_live_session_is_left_alone)
{
    char id[32];
    snprintf(id, sizeof id, "%s", tr_lab_look(here, 0)->session_id);
    tr_lab_open(here, 1, id, false);
    ck_assert_uint_eq(tr_lab_look(here, 0)->close_code, 0);
    ck_assert_str_ne(tr_lab_look(here, 1)->session_id, id);
    ck_assert_uint_eq(tr_lab_session_count(here), 2);
    tr_lab_detach(here, 0);
    tr_lab_open(here, 2, id, false);
    ck_assert_str_eq(tr_lab_look(here, 2)->session_id, id);
    ck_assert_uint_eq(tr_lab_session_count(here), 2);
}
END_TEST

START_TEST(changes_while_nobody_looks_are_on_the_next_page)
{
    char id[32];
    snprintf(id, sizeof id, "%s", tr_lab_look(here, 0)->session_id);
    tr_lab_event(here, 0, id_of("nap"), "click");
    tr_lab_event(here, 0, id_of("add"), "click");
    tr_lab_detach(here, 0);
    tr_lab_open(here, 0, id, true);
    count_is(0, "1");
    is_same(0);
}
END_TEST

START_TEST(an_ended_session_is_found_by_nobody)
{
    char id[32];
    snprintf(id, sizeof id, "%s", tr_lab_look(here, 0)->session_id);
    tr_lab_end_session(here, 0);
    ck_assert_uint_eq(tr_lab_session_count(here), 0);
    tr_lab_open(here, 1, id, true);
    ck_assert_str_ne(tr_lab_look(here, 1)->session_id, id);
    ck_assert_uint_eq(tr_lab_session_count(here), 1);
}
END_TEST

// Stopping with handlers in every kind of wait must not hang, leak or crash.
START_TEST(a_session_ends_with_handlers_in_flight)
{
    static const char *const labels[] = {"nap", "doze",         "many",  "many blocking", "hold",
                                         "add", "add blocking", "outer", "beat",          "tick"};
    enum { LABELS = sizeof labels / sizeof *labels };
    // Looked up before anything is in flight: from then on the page changes by itself.
    uint32_t ids[LABELS];
    for (unsigned i = 0; i < LABELS; i++)
        ids[i] = id_of(labels[i]);
    for (unsigned i = 0; i < LABELS; i++)
        tr_lab_event(here, 0, ids[i], "click");
    if (_i == 0)
        tr_lab_end_session(here, 0);
}
END_TEST

// -- registrations that fail --

static void build_too_much(tr_page *page)
{
    // Over TR_OUTBOX_CAP_BYTES, as a table of 20 000 rows of 15 cells is.
    static char cell[1u << 20];
    memset(cell, 'x', sizeof cell - 1);
    for (unsigned i = 0; i < 17; i++)
        ui_add(page, ui_text(cell));
}

static const tr_app too_big = {.name = "too big", .build = build_too_much};

// Its code says that trying again does not help, and whoever tries leaves nothing behind.
START_TEST(a_page_too_big_to_be_sent_is_refused_for_good_and_leaves_no_session)
{
    tr_lab_stop(&here);
    here = tr_lab_start(&too_big, 3600000);
    for (unsigned tries = 0; tries < 5; tries++) {
        tr_lab_open(here, 0, NULL, true);
        const lab_connection *connection = tr_lab_look(here, 0);
        ck_assert(!connection->is_attached);
        ck_assert_uint_eq(connection->close_code, TR_CLOSE_PAGE_TOO_BIG);
        ck_assert(tr_close_is_permanent(connection->close_code));
        ck_assert_uint_eq(tr_lab_session_count(here), 0);
    }
}
END_TEST

// Room in the connection's mailbox comes later.
static void close_where_there_is_no_room(tr_session *session, void *arg)
{
    (void)arg;
    tr_core *core = session->sessions->core;
    tr_address own = tr_actor_address(session->actor);
    while (tr_send(core, own, session->connection, session_moved, .token = 1) == 0)
        ;
    tr_session_close(session, TR_CLOSE_REPLACED, "opened elsewhere");
    tr_session_end(session);
}

START_TEST(a_connection_hears_that_it_is_to_close_although_its_way_was_full)
{
    tr_lab_do(here, 0, close_where_there_is_no_room, NULL);
    uint64_t deadline = deadline_in_ms(BROWSER_DEADLINE_MS);
    while (tr_lab_look(here, 0)->close_code == 0 && !deadline_passed(deadline))
        ;
    ck_assert_uint_eq(tr_lab_look(here, 0)->close_code, TR_CLOSE_REPLACED);
}
END_TEST

START_TEST(a_session_whose_browser_never_had_its_answer_ends)
{
    ck_assert_uint_eq(tr_lab_session_count(here), 1);
    tr_lab_detach_with(here, 0, TR_CLOSE_NEVER_THERE);
    ck_assert_uint_eq(tr_lab_session_count(here), 0);
    // One that was heard stays: this was another of its connections.
    tr_lab_open(here, 0, NULL, true);
    tr_lab_event(here, 0, id_of("add"), "click");
    tr_lab_detach_with(here, 0, TR_CLOSE_NEVER_THERE);
    ck_assert_uint_eq(tr_lab_session_count(here), 1);
    tr_lab_open(here, 1, NULL, true);
    tr_lab_detach(here, 1);
    ck_assert_uint_eq(tr_lab_session_count(here), 2);
}
END_TEST

static void build_once_in_two(tr_page *page)
{
    static bool is_second;
    if (!is_second)
        tr_fail(page, "not yet");
    is_second = !is_second;
}

// A person who reloads is often sooner than the news that the line of before is closed.
START_TEST(a_page_that_could_not_be_built_gives_its_place_to_the_next_one)
{
    static const tr_app app = {.name = "Sometimes", .build = build_once_in_two};
    tr_lab_stop(&here);
    here = tr_lab_start(&app, 3600000);
    tr_lab_open(here, 0, NULL, true);
    const lab_connection *first = tr_lab_look(here, 0), *second;
    tr_lab_open(here, 1, first->session_id, true);
    second = tr_lab_look(here, 1);
    ck_assert_uint_eq(first->close_code, TR_CLOSE_REPLACED);
    ck_assert(second->is_attached);
    ck_assert_str_ne(first->session_id, second->session_id);
    ck_assert_uint_eq(tr_lab_session_count(here), 1);
}
END_TEST

Suite *sdk_session_suite(void);
Suite *sdk_session_suite(void)
{
    Suite *suite = suite_create("sdk/session/session");
    TCase *tcase = tcase_create("a session on its core thread");
    tcase_set_timeout(tcase, 60);
    tcase_add_checked_fixture(tcase, set_up, tear_down);
    tcase_add_test(tcase, an_update_while_the_page_is_built_does_not_overtake_the_answer);
    tcase_add_test(tcase, many_events_of_one_turn_are_one_patch_at_its_end);
    tcase_add_test(tcase,
                   a_browser_that_takes_nothing_gets_a_window_of_packets_and_then_the_latest);
    tcase_add_test(tcase, every_packet_is_credited_sooner_or_later);
    tcase_add_test(tcase, the_newest_connection_wins_and_the_old_one_has_nothing_to_say);
    tcase_add_test(tcase, without_the_wish_to_win_a_live_session_is_left_alone);
    tcase_add_test(tcase, changes_while_nobody_looks_are_on_the_next_page);
    tcase_add_test(tcase, an_ended_session_is_found_by_nobody);
    tcase_add_test(tcase, a_page_too_big_to_be_sent_is_refused_for_good_and_leaves_no_session);
    tcase_add_test(tcase, a_connection_hears_that_it_is_to_close_although_its_way_was_full);
    tcase_add_test(tcase, a_session_whose_browser_never_had_its_answer_ends);
    tcase_add_test(tcase, a_page_that_could_not_be_built_gives_its_place_to_the_next_one);
    tcase_add_loop_test(tcase, a_session_ends_with_handlers_in_flight, 0, 2);
    suite_add_tcase(suite, tcase);
    return suite;
}
