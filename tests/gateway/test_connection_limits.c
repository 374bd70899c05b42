// Windows, rates and sizes of a connection.

#include "connection_script.h"

#include <check.h>

#include "base/mem.h"

Suite *gateway_connection_limits_suite(void);

static unsigned count_of(const char *word)
{
    unsigned count = 0;
    for (const char *at = script_done; (at = strstr(at, word)) != NULL; at++)
        count++;
    return count;
}

START_TEST(a_held_connection_keeps_a_backlog_and_then_is_not_read)
{
    script_run(ATTACHED);
    script_on_hold();
    script_done[0] = '\0';
    for (unsigned i = 1; i < TR_CONNECTION_BACKLOG; i++)
        script_on_event();
    ck_assert_str_eq(script_done, "");
    script_on_event();
    ck_assert_str_eq(script_done, "pause ");
    script_done[0] = '\0';
    script_on_moved_with_all();
    // The session said that it has as many as it may have: first these are credited.
    ck_assert_str_eq(script_done, "");
    script_on_much_credit();
    ck_assert_uint_eq(count_of("event"), TR_CONNECTION_BACKLOG);
    ck_assert(strstr(script_done, "read") != NULL);
}
END_TEST

START_TEST(connection_stops_reading_at_its_window_and_goes_on_with_credit)
{
    script_run(ATTACHED);
    for (unsigned i = 0; i < TR_CONNECTION_WINDOW; i++)
        script_run("event");
    ck_assert_uint_eq(count_of("event"), TR_CONNECTION_WINDOW);
    ck_assert_uint_eq(count_of("pause"), 1);
    script_done[0] = '\0';
    script_run("2*event"); // was on its way already
    script_expect_done("");
    script_run("credit");
    script_expect_done("event129");
    script_done[0] = '\0';
    script_run("3*credit");
    script_expect_done("event130 read");
    script_done[0] = '\0';
    script_run("credits 2*event");
    script_expect_done("event131 event132");
}
END_TEST

START_TEST(connection_reads_a_flood_at_its_rate)
{
    script_run(ATTACHED);
    // One token went to the registration; the browser is never behind with its credits.
    unsigned sent = 0;
    while (script_connection.is_reading && sent < 1000) {
        script_run("event credit");
        sent++;
    }
    ck_assert_uint_eq(sent, script_limits.packets_burst - 1);
    for (unsigned ms = 0; ms < 2000; ms++) {
        script_pass(1);
        while (script_connection.is_reading) {
            script_run("stray");
            sent++;
        }
    }
    // 1 000 a second, script_give or take what a pause lets script_pass.
    ck_assert_uint_ge(sent, 1999 - 3 * TR_THROTTLE_MS);
    ck_assert_uint_le(sent, 2199 + TR_THROTTLE_MS);
    ck_assert_int_eq(script_connection.state, TR_CONNECTION_ATTACHED);
}
END_TEST

START_TEST(connection_takes_a_message_of_exactly_the_cap)
{
    script_run(ATTACHED);
    uint8_t *bytes = tr_calloc(1, TR_BROWSER_PACKET_CAP_BYTES);
    bytes[0] = 0x7f; // an unknown type: ignored, with any content
    const size_t step = 1000;
    script_done[0] = '\0';
    for (size_t at = 0; at < TR_BROWSER_PACKET_CAP_BYTES; at += step) {
        size_t left = TR_BROWSER_PACKET_CAP_BYTES - at;
        size_t size = left < step ? left : step;
        script_give(bytes + at, size, at == 0, left == size, 0);
    }
    script_expect_done("");
    ck_assert_uint_eq(script_connection.incoming.cap, 0); // idle connections keep no buffer
    ck_assert_uint_eq(tr_connection_deadline(&script_connection), script_now_ms + TR_PING_MS);
    tr_free(bytes);
}
END_TEST

START_TEST(connection_refuses_a_message_one_byte_over_the_cap)
{
    script_run(ATTACHED);
    uint8_t *bytes = tr_calloc(1, TR_BROWSER_PACKET_CAP_BYTES);
    script_done[0] = '\0';
    script_give(bytes, TR_BROWSER_PACKET_CAP_BYTES, true, false, 0);
    script_expect_done("");
    ck_assert_uint_eq(script_connection.incoming.cap, TR_BROWSER_PACKET_CAP_BYTES);
    script_give(bytes, 1, false, true, 0);
    script_expect_done("detach1009 close1009");
    ck_assert_ptr_null(script_connection.incoming.bytes);
    tr_free(bytes);
}
END_TEST

Suite *gateway_connection_limits_suite(void)
{
    Suite *suite = suite_create("gateway/connection_limits");
    TCase *cases = tcase_create("connection");
    tcase_add_checked_fixture(cases, script_set_up, script_tear_down);
    tcase_add_test(cases, connection_stops_reading_at_its_window_and_goes_on_with_credit);
    tcase_add_test(cases, a_held_connection_keeps_a_backlog_and_then_is_not_read);
    tcase_add_test(cases, connection_reads_a_flood_at_its_rate);
    tcase_add_test(cases, connection_takes_a_message_of_exactly_the_cap);
    tcase_add_test(cases, connection_refuses_a_message_one_byte_over_the_cap);
    suite_add_tcase(suite, cases);
    return suite;
}
