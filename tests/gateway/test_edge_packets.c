// Packets between browsers and sessions through the gateway: shapes, windows, big ones.

#include "edge_world.h"

#include <check.h>
#include <time.h>
#include <unistd.h>

#include "base/mem.h"
#include "raw_browser.h"
#include "wire/flet.h"
#include "wire/limits.h"
#include "wire/writer.h"

Suite *gateway_edge_packets_suite(void);

START_TEST(edge_echoes_events_of_any_shape)
{
    int peer = edge_attached_browser();
    edge_put_event(peer, "echo", "\xa2hi");
    raw_expect_message(peer, "\xa2hi", 3);
    ck_assert(edge_wait_on(&edge_world.written, 1));

    // In fragments, a ping between them, one byte at a time.
    tr_buf packet = {0};
    tr_flet_write_client_event(&packet, 1, TR_SLICE("echo"), TR_SLICE("\xc3"));
    raw_put_frame(peer, RAW_BINARY, packet.data, 1);
    raw_put_frame(peer, RAW_FIN | RAW_PING, "abc", 3);
    for (size_t i = 1; i < packet.size; i++)
        raw_put_frame(peer, (i + 1 == packet.size ? RAW_FIN : 0) | RAW_CONTINUATION,
                      packet.data + i, 1);
    tr_buf_done(&packet);
    // The pong and the echo may come in any order.
    for (unsigned i = 0; i < 2; i++) {
        raw_message message = raw_take_message(peer);
        ck_assert(message.opcode == RAW_PONG || message.opcode == RAW_BINARY);
        ck_assert_uint_eq(message.size, message.opcode == RAW_PONG ? 3 : 1);
        tr_free(message.bytes);
    }

    // Bigger than any buffer of the edge.
    tr_buf data = {0};
    static char text[200000];
    memset(text, 't', sizeof text);
    tr_write_text(&data, (tr_slice){text, sizeof text});
    tr_flet_write_client_event(&packet, 1, TR_SLICE("echo"),
                               (tr_slice){(const char *)data.data, (uint32_t)data.size});
    raw_put_buf(peer, &packet);
    raw_expect_message(peer, data.data, data.size);
    tr_buf_done(&data);

    // Nothing at all, data channels and unknown types are ignored.
    raw_put_frame(peer, RAW_FIN | RAW_BINARY, "", 0);
    raw_put_frame(peer, RAW_FIN | RAW_BINARY, "\x01\x01\x00\x00\x00xyz", 8);
    raw_put_frame(peer, RAW_FIN | RAW_BINARY, "\x7f", 1);
    edge_put_event(peer, "echo", "\xc0");
    raw_expect_message(peer, "\xc0", 1);
    close(peer);
    ck_assert(edge_wait_on(&edge_world.detaches, 1));
}
END_TEST

START_TEST(edge_speaks_with_sessions_by_pointer_and_over_the_bus)
{
    edge_world_down();
    edge_world.transport = (enum tr_transport)_i;
    edge_world_up();
    int peer = edge_attached_browser();
    for (unsigned i = 0; i < 3 * TR_CONNECTION_WINDOW; i++)
        edge_put_event(peer, "count", "\xc0");
    edge_put_event(peer, "bye", "\xc0");
    raw_expect_message(peer, "last words", 10);
    raw_expect_close(peer, 4001);
    ck_assert(edge_wait_on(&edge_world.detaches, 1));
    ck_assert_uint_eq(edge_world.events, 3 * TR_CONNECTION_WINDOW + 1);
    ck_assert_uint_eq(edge_world.written, 1);
}
END_TEST

START_TEST(edge_handles_many_events_in_one_read)
{
    int peer = edge_attached_browser();
    enum { EVENTS = 1000 };
    for (unsigned i = 0; i < EVENTS; i++)
        edge_put_event(peer, "count", "\xc0");
    edge_put_event(peer, "echo", "\xc2");
    raw_expect_message(peer, "\xc2", 1);
    ck_assert_uint_eq(edge_world.events, EVENTS + 1);
    close(peer);
}
END_TEST

static const struct {
    unsigned head;
    const char *bytes;
    size_t size;
    unsigned code;
} violations[] = {
    {RAW_FIN | RAW_TEXT, "hello", 5, 1003},
    {RAW_FIN | RAW_BINARY, "\x00\xc1", 2, 1007},
    {RAW_FIN | RAW_BINARY, "\x00\x92\x03\x83\xa6target", 11, 1007},
    {RAW_FIN | RAW_BINARY, "\x00\x92\x09\x80", 4, 1002},
    {RAW_FIN | RAW_BINARY, "\x00\x92\x01\x80", 4, 1002},
    {RAW_FIN | RAW_BINARY, "\x92\x03\x80", 3, 1002},
    {RAW_FIN | RAW_CONTINUATION, "x", 1, 1002},
    {RAW_FIN | 0x70 | RAW_BINARY, "x", 1, 1002},
    {RAW_FIN | 3, "x", 1, 1002},
};

START_TEST(edge_closes_violators_and_disturbs_nobody_else)
{
    int other = edge_attached_browser();
    int peer = edge_attached_browser();
    raw_put_frame(peer, violations[_i].head, violations[_i].bytes, violations[_i].size);
    raw_expect_close(peer, violations[_i].code);
    ck_assert(edge_wait_on(&edge_world.detaches, 1));
    edge_put_event(other, "echo", "\xc0");
    raw_expect_message(other, "\xc0", 1);
    eventually(edge_stats().connections == 1);
    close(other);
}
END_TEST

START_TEST(edge_closes_who_sends_before_registering)
{
    int peer = edge_browser();
    edge_put_event(peer, "echo", "\xc0");
    raw_expect_close(peer, 4400);
    peer = edge_attached_browser();
    edge_put_register(peer, "", "\x80");
    raw_expect_close(peer, 4400);
    ck_assert_uint_eq(edge_world.opens, 1);
    ck_assert_uint_eq(edge_stats().violations, 2);
}
END_TEST

START_TEST(edge_refuses_oversize_from_its_head_alone)
{
    int peer = edge_attached_browser();
    // 16 MiB announced, one byte sent.
    const unsigned char head[] = {
        RAW_FIN | RAW_BINARY, 0xff, 0, 0, 0, 0, 1, 0, 0, 0, 1, 2, 3, 4, 'x'};
    raw_put(peer, head, sizeof head);
    raw_message message = raw_take_message(peer);
    ck_assert_uint_eq(message.opcode, RAW_CLOSE);
    ck_assert_uint_eq((unsigned)message.bytes[0] << 8 | message.bytes[1], 1009);
    tr_free(message.bytes);
    close(peer);
    ck_assert(edge_wait_on(&edge_world.detaches, 1));
    ck_assert_uint_eq(edge_world.detach_code, 1009);
    eventually(edge_stats().sockets == 0);
}
END_TEST

START_TEST(edge_keeps_early_packets_until_the_session_is_there)
{
    int peer = edge_browser();
    edge_put_register(peer, "", "\x80");
    for (unsigned i = 0; i < 3 * TR_CONNECTION_BACKLOG; i++)
        edge_put_event(peer, "count", "\xc0");
    edge_put_event(peer, "echo", "\xc3");
    raw_expect_message(peer, "answer", 6);
    raw_expect_message(peer, "\xc3", 1);
    ck_assert_uint_eq(edge_world.events, 3 * TR_CONNECTION_BACKLOG + 1);
    close(peer);
}
END_TEST

START_TEST(edge_stops_reading_at_the_window)
{
    int peer = edge_attached_browser();
    for (unsigned i = 0; i < TR_CONNECTION_WINDOW; i++)
        edge_put_event(peer, "hold", "\xc0");
    ck_assert(edge_wait_on(&edge_world.events, TR_CONNECTION_WINDOW));
    eventually(edge_stats().pauses == 1);
    // Nobody reads these, so nobody answers; another edge_browser is served all the same.
    edge_put_event(peer, "echo", "\xc0");
    int other = edge_attached_browser();
    edge_put_event(other, "echo", "\xc3");
    raw_expect_message(other, "\xc3", 1);
    ck_assert_uint_eq(edge_world.events, TR_CONNECTION_WINDOW + 1);
    close(other);
    close(peer);
}
END_TEST

START_TEST(edge_goes_on_reading_after_credit)
{
    int peer = edge_attached_browser();
    // The credit comes from the session while reading is paused, not from anything the socket does.
    for (unsigned i = 0; i < TR_CONNECTION_WINDOW - 1; i++)
        edge_put_event(peer, "hold", "\xc0");
    edge_put_event(peer, "credit", "\xc0");
    for (unsigned i = 0; i < 3; i++) {
        edge_put_event(peer, "echo", "\xc3");
        raw_expect_message(peer, "\xc3", 1);
    }
    ck_assert_uint_ge(edge_stats().pauses, 1);
    close(peer);
}
END_TEST

START_TEST(edge_sends_big_packets_to_slow_readers)
{
    int peer = edge_attached_browser();
    edge_put_event(peer, "big", "\xc0");
    edge_put_event(peer, "big", "\xc0");
    edge_put_event(peer, "echo", "\xc3");
    ck_assert(edge_wait_on(&edge_world.events, 3));
    ck_assert_uint_eq(edge_world.written, 0);
    int other = edge_attached_browser();
    edge_put_event(other, "echo", "\xc2");
    raw_expect_message(other, "\xc2", 1);
    for (unsigned i = 0; i < 2; i++) {
        raw_message message = raw_take_message(peer);
        ck_assert_uint_eq(message.opcode, RAW_BINARY);
        ck_assert_uint_eq(message.size, BIG_PACKET_BYTES);
        for (size_t k = 0; k < message.size; k++)
            if (message.bytes[k] != 'x')
                ck_abort_msg("byte %zu is %02x", k, message.bytes[k]);
        tr_free(message.bytes);
    }
    raw_expect_message(peer, "\xc3", 1);
    ck_assert(edge_wait_on(&edge_world.written, 4));
    close(peer);
    close(other);
}
END_TEST

START_TEST(edge_lets_a_browser_go_that_reads_nothing)
{
    int peer = edge_attached_browser();
    for (unsigned i = 0; i < TR_PACKET_WINDOW; i++)
        edge_put_event(peer, "big", "\xc0");
    ck_assert(edge_wait_on(&edge_world.events, TR_PACKET_WINDOW));
    close(peer);
    ck_assert(edge_wait_on(&edge_world.detaches, 1));
    eventually(edge_stats().sockets == 0);
}
END_TEST

START_TEST(edge_closes_a_session_that_overruns_its_window)
{
    int peer = edge_attached_browser();
    for (unsigned i = 0; i < TR_PACKET_WINDOW + 1; i++)
        edge_put_event(peer, "big", "\xc0");
    ck_assert(edge_wait_on(&edge_world.detaches, 1));
    ck_assert_uint_eq(edge_world.detach_code, 1011);
    close(peer);
}
END_TEST

Suite *gateway_edge_packets_suite(void)
{
    Suite *suite = suite_create("gateway/edge_packets");
    TCase *cases = tcase_create("edge");
    tcase_set_timeout(cases, 60);
    tcase_add_checked_fixture(cases, edge_set_up, edge_tear_down);
    tcase_add_test(cases, edge_echoes_events_of_any_shape);
    tcase_add_loop_test(cases, edge_speaks_with_sessions_by_pointer_and_over_the_bus,
                        TR_TRANSPORT_LOCAL, TR_TRANSPORT_INPROC + 1);
    tcase_add_test(cases, edge_handles_many_events_in_one_read);
    tcase_add_loop_test(cases, edge_closes_violators_and_disturbs_nobody_else, 0,
                        (int)(sizeof violations / sizeof *violations));
    tcase_add_test(cases, edge_closes_who_sends_before_registering);
    tcase_add_test(cases, edge_refuses_oversize_from_its_head_alone);
    tcase_add_test(cases, edge_keeps_early_packets_until_the_session_is_there);
    tcase_add_test(cases, edge_stops_reading_at_the_window);
    tcase_add_test(cases, edge_goes_on_reading_after_credit);
    tcase_add_test(cases, edge_sends_big_packets_to_slow_readers);
    tcase_add_test(cases, edge_lets_a_browser_go_that_reads_nothing);
    tcase_add_test(cases, edge_closes_a_session_that_overruns_its_window);
    suite_add_tcase(suite, cases);
    return suite;
}
