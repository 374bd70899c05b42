#include <check.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "sdk/session/client_call.h"
#include "sdk/session/outgoing_packets.h"
#include "testing/lab.h"
#include "tests/support/app.h"
#include "tests/support/system.h"
#include "troupe/err.h"
#include "wire/flet.h"
#include "wire/limits.h"

static lab *here;
// The packets that the browser got since the last look, by action: "2" a patch, "5" a call.
static char actions[256];
static char last_call[32];
static void on_packet(void *arg, unsigned n, const void *bytes, size_t size)
{
    (void)arg;
    (void)n;
    size_t at = strlen(actions);
    cm_value *packet = tr_cm_decode((const char *)bytes + 1, size - 1);
    snprintf(actions + at, sizeof actions - at, "%d", (int)tr_cm_integer(packet->items[0]));
    if (tr_cm_integer(packet->items[0]) == TR_FLET_INVOKE)
        snprintf(last_call, sizeof last_call, "%s",
                 tr_cm_text(tr_cm_get(packet->items[1], "call_id")));
    tr_cm_free(packet);
}

// How the calls ended, in order.
static int results[TR_CLIENT_CALLS_CAP + 1];
static unsigned result_count;
static char answer[64];
static void on_answer(void *arg, int result, tr_slice value, tr_slice error)
{
    (void)arg;
    results[result_count++] = result;
    snprintf(answer, sizeof answer, "%u bytes, error '%.*s'", value.size, (int)error.size,
             error.size != 0 ? error.data : "");
}

static void set_up(void)
{
    result_count = 0;
    actions[0] = last_call[0] = answer[0] = '\0';
    here = tr_lab_start(&test_app, 3600000);
    tr_lab_open(here, 0, NULL, true);
    tr_lab_watch(here, on_packet, NULL);
}

static void tear_down(void)
{
    tr_lab_stop(&here);
}

static int called;
static uint64_t timeout_ms;
static void call_page(tr_session *session, void *arg)
{
    (void)arg;
    called = tr_client_call(session, TR_ID_PAGE, TR_SLICE("get"), (tr_slice){0}, timeout_ms,
                            on_answer, NULL);
}

static int call(uint64_t milliseconds)
{
    timeout_ms = milliseconds;
    tr_lab_do(here, 0, call_page, NULL);
    return called;
}

static void answer_with(uint32_t control, const char *id, const char *error)
{
    tr_buf packet = {0};
    tr_flet_write_client_result(&packet, control, tr_slice_of(id), TR_SLICE("\xa2ok"),
                                tr_slice_of(error));
    ck_assert_int_eq(tr_lab_packet(here, 0, packet.data, packet.size), 0);
    tr_buf_done(&packet);
}

START_TEST(a_call_is_answered_once_by_the_browser)
{
    ck_assert_int_eq(call(UINT64_MAX), 0);
    ck_assert_str_eq(actions, "5");
    ck_assert_uint_eq(result_count, 0);
    answer_with(TR_ID_PAGE, "c99", NULL);
    answer_with(TR_ID_VIEW, last_call, NULL);
    ck_assert_uint_eq(result_count, 0);
    answer_with(TR_ID_PAGE, last_call, NULL);
    answer_with(TR_ID_PAGE, last_call, NULL);
    ck_assert_uint_eq(result_count, 1);
    ck_assert_int_eq(results[0], 0);
    ck_assert_str_eq(answer, "3 bytes, error ''");
}
END_TEST

START_TEST(a_refusal_says_why)
{
    ck_assert_int_eq(call(UINT64_MAX), 0);
    answer_with(TR_ID_PAGE, last_call, "no such thing");
    ck_assert_int_eq(results[0], TR_EREFUSED);
    ck_assert_str_eq(answer, "3 bytes, error 'no such thing'");
}
END_TEST

static void change_and_call(tr_session *session, void *arg)
{
    ck_assert_int_eq(tr_tree_set(session->tree, tr_tree_page(session->tree), TR_PROP_TITLE,
                                 tr_value_text(TR_SLICE("new"))),
                     0);
    call_page(session, arg);
}

START_TEST(a_call_goes_out_behind_the_changes_before_it)
{
    timeout_ms = UINT64_MAX;
    tr_lab_do(here, 0, change_and_call, NULL);
    ck_assert_str_eq(actions, "25");
}
END_TEST

START_TEST(a_slow_browser_gets_its_calls_later_and_no_more_than_a_queue_of_them)
{
    tr_lab_slow(here, 0, true);
    for (unsigned i = 0; i < TR_CLIENT_CALLS_CAP; i++)
        ck_assert_int_eq(call(UINT64_MAX), 0);
    ck_assert_int_eq(call(UINT64_MAX), TR_EFULL);
    ck_assert_uint_eq(strlen(actions), TR_PACKET_WINDOW);
    tr_lab_slow(here, 0, false);
    tr_lab_written(here, 0);
    (void)tr_lab_wait_for_packets(here, 0, TR_CLIENT_CALLS_CAP);
    ck_assert_uint_eq(tr_lab_look(here, 0)->packets, TR_CLIENT_CALLS_CAP);
    ck_assert_uint_eq(result_count, 0);
}
END_TEST

START_TEST(a_call_ends_with_its_browser)
{
    ck_assert_int_eq(call(UINT64_MAX), 0);
    tr_lab_detach(here, 0);
    ck_assert_uint_eq(result_count, 1);
    ck_assert_int_eq(results[0], TR_EGONE);
    ck_assert_int_eq(call(UINT64_MAX), TR_EGONE);
    ck_assert_uint_eq(result_count, 1);
}
END_TEST

START_TEST(a_call_ends_with_its_session)
{
    ck_assert_int_eq(call(UINT64_MAX), 0);
    tr_lab_end_session(here, 0);
    ck_assert_uint_eq(result_count, 1);
    ck_assert_int_eq(results[0], TR_EGONE);
}
END_TEST

static void count_results(tr_session *session, void *arg)
{
    (void)session;
    *(unsigned *)arg = result_count;
}

START_TEST(a_call_ends_with_its_deadline)
{
    unsigned ended = 0;
    uint64_t give_up = tr_clock_ms() + TEST_DEADLINE_MS;
    ck_assert_int_eq(call(1), 0);
    while (ended == 0 && tr_clock_ms() < give_up)
        tr_lab_do(here, 0, count_results, &ended);
    ck_assert_uint_eq(ended, 1);
    ck_assert_int_eq(results[0], TR_ETIMEOUT);
    answer_with(TR_ID_PAGE, last_call, NULL); // too late
    ck_assert_uint_eq(result_count, 1);
}
END_TEST

static void call_nobody(tr_session *session, void *arg)
{
    (void)arg;
    called =
        tr_client_call(session, 4242, TR_SLICE("get"), (tr_slice){0}, UINT64_MAX, on_answer, NULL);
}

START_TEST(a_control_that_is_not_there_is_not_called)
{
    tr_lab_do(here, 0, call_nobody, NULL);
    ck_assert_int_eq(called, TR_ENOTFOUND);
    ck_assert_str_eq(actions, "");
}
END_TEST

static void crash(tr_session *session, void *arg)
{
    (void)arg;
    called = tr_session_send_crash(session, TR_SLICE("it broke"));
}

START_TEST(a_crash_is_told)
{
    tr_lab_do(here, 0, crash, NULL);
    ck_assert_int_eq(called, 0);
    ck_assert_str_eq(actions, "6");
}
END_TEST

Suite *client_call_suite(void);
Suite *client_call_suite(void)
{
    Suite *suite = suite_create("sdk/session/client_call");
    TCase *tcase = tcase_create("call");
    tcase_add_checked_fixture(tcase, set_up, tear_down);
    tcase_add_test(tcase, a_call_is_answered_once_by_the_browser);
    tcase_add_test(tcase, a_refusal_says_why);
    tcase_add_test(tcase, a_call_goes_out_behind_the_changes_before_it);
    tcase_add_test(tcase, a_slow_browser_gets_its_calls_later_and_no_more_than_a_queue_of_them);
    tcase_add_test(tcase, a_call_ends_with_its_browser);
    tcase_add_test(tcase, a_call_ends_with_its_session);
    tcase_add_test(tcase, a_call_ends_with_its_deadline);
    tcase_add_test(tcase, a_control_that_is_not_there_is_not_called);
    tcase_add_test(tcase, a_crash_is_told);
    suite_add_tcase(suite, tcase);
    return suite;
}
