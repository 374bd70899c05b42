// The ends of connections: by the session, the browser, a dead node, a drain, a failed allocation.

#include "edge_world.h"

#include <check.h>
#include <pthread.h>
#include <signal.h>
#include <sys/socket.h>

#include "base/mem.h"
#include "raw_browser.h"
#include "wire/close_code.h"
#include "wire/flet.h"
#include "wire/limits.h"
#include "wire/rows.h"
#include "wire/writer.h"

Suite *gateway_edge_ends_suite(void);

static void drain(tr_core *core, void *arg)
{
    (void)arg;
    tr_gateway_drain(core);
}

START_TEST(edge_flushes_before_it_closes_for_the_session)
{
    int peer = edge_attached_browser();
    edge_put_event(peer, "bye", "\xc0");
    raw_expect_message(peer, "last words", 10);
    raw_expect_close(peer, 4001);
    ck_assert(edge_wait_on(&edge_world.detaches, 1));
    eventually(edge_stats().sockets == 0);
}
END_TEST

// A page that nobody serves any more must not look as if it were there.
START_TEST(edge_closes_when_the_session_is_no_more)
{
    int peer = edge_attached_browser();
    edge_put_event(peer, "gone", "\xc0");
    raw_expect_close(peer, TR_CLOSE_RESTART);
    eventually(edge_stats().sockets == 0);
}
END_TEST

// News that a session must hear is sent when there is room again.
START_TEST(edge_tells_of_written_packets_when_the_way_was_full)
{
    int peer = edge_attached_browser();
    edge_put_event(peer, "jam", "\xc0");
    raw_expect_message(peer, "jammed", 6);
    ck_assert_uint_eq(edge_world.written, 0);
    edge_jam(false);
    ck_assert(edge_wait_on(&edge_world.written, 1));
    close(peer);
}
END_TEST

START_TEST(edge_tells_of_a_gone_browser_when_the_way_was_full)
{
    int peer = edge_attached_browser();
    edge_put_event(peer, "jam", "\xc0");
    raw_expect_message(peer, "jammed", 6);
    close(peer);
    eventually(edge_stats().connections == 0);
    ck_assert_uint_eq(edge_world.detaches, 0);
    edge_jam(false);
    ck_assert(edge_wait_on(&edge_world.detaches, 1));
    ck_assert_uint_eq(edge_world.detach_code, 1006);
}
END_TEST

START_TEST(edge_takes_answers_and_packets_without_bytes)
{
    int peer = edge_browser();
    edge_put_register(peer, "blank", "\x80");
    edge_put_event(peer, "empty", "\xc0");
    edge_put_event(peer, "echo", "\xc3");
    raw_expect_message(peer, "\xc3", 1);
    close(peer);
    ck_assert(edge_wait_on(&edge_world.detaches, 1));
}
END_TEST

static void answer_late(tr_core *core, void *arg)
{
    (void)arg;
    tr_packet *answer = tr_packet_of("answer", 6);
    if (tr_send(core, tr_address_of(tr_core_node(core), 0, TR_SLOT_SESSIONS), edge_world.asker,
                session_attached, .answer = answer) < 0)
        tr_packet_unref(answer);
}

// Or the session would believe for ever that its edge_browser is there.
START_TEST(edge_tells_a_session_whose_browser_left_before_its_answer)
{
    int peer = edge_browser();
    edge_put_register(peer, "mute", "\x80");
    ck_assert(edge_wait_on(&edge_world.opens, 1));
    close(peer);
    eventually(edge_stats().connections == 0);
    ck_assert_uint_eq(edge_world.detaches, 0);
    ck_assert_int_eq(tr_system_post(edge_world.system, 0, answer_late, NULL), 0);
    ck_assert(edge_wait_on(&edge_world.detaches, 1));
    ck_assert_uint_eq(edge_world.detach_code, TR_CLOSE_NEVER_THERE);
}
END_TEST

static void fail_an_allocation(tr_core *core, void *arg)
{
    (void)core;
    tr_mem_fail_after(*(unsigned *)arg);
}

// Any failed allocation for a edge_browser costs that edge_browser's connection at most.
START_TEST(edge_lives_through_a_failed_allocation)
{
    static unsigned char text[TR_BROWSER_PACKET_CAP_BYTES / 2];
    unsigned nth = (unsigned)_i + 1;
    memset(text, 'x', sizeof text);
    ck_assert_int_eq(tr_system_post(edge_world.system, 0, fail_an_allocation, &nth), 0);
    int peer = raw_dial();
    raw_may_be_closed = true;
    static const char handshake[] =
        "GET /ws HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
        "User-Agent: somebody\r\n\r\n";
    raw_put(peer, handshake, sizeof handshake - 1);
    edge_put_register(peer, "", "\x80");
    tr_buf packet = {0};
    tr_buf data = {0};
    tr_write_text(&data, (tr_slice){(const char *)text, sizeof text});
    tr_flet_write_client_event(&packet, 1, TR_SLICE("echo"), tr_buf_slice(&data));
    raw_put_buf(peer, &packet);
    tr_buf_done(&data);
    edge_put_event(peer, "bye", "\xc0");
    // It is served, or closed.
    char bytes[4096];
    for (bool is_closed = false; !is_closed;) {
        ssize_t got = recv(peer, bytes, sizeof bytes, 0);
        is_closed =
            got <= 0 || memmem(bytes, (size_t)got, "bye", 3) != NULL || bytes[0] == (char)0x88;
    }
    close(peer);
    raw_may_be_closed = false;
    static unsigned none; // the thread may still look at the other one
    ck_assert_int_eq(tr_system_post(edge_world.system, 0, fail_an_allocation, &none), 0);
    close(edge_attached_browser());
    eventually(edge_stats().connections == 0);
}
END_TEST

START_TEST(edge_answers_a_browsers_close)
{
    int peer = edge_attached_browser();
    raw_put_frame(peer, RAW_FIN | RAW_CLOSE, "\x03\xe9", 2); // 1001, going away
    raw_message message = raw_take_message(peer);
    ck_assert_uint_eq(message.opcode, RAW_CLOSE);
    tr_free(message.bytes);
    raw_expect_end(peer);
    ck_assert(edge_wait_on(&edge_world.detaches, 1));
    ck_assert_uint_eq(edge_world.detach_code, 1001);
    eventually(edge_stats().sockets == 0);
}
END_TEST

START_TEST(edge_closes_when_the_sessions_node_dies)
{
    int peer = edge_attached_browser();
    edge_put_event(peer, "die", "\xc0");
    raw_expect_close(peer, 1012);
}
END_TEST

START_TEST(edge_drains)
{
    int kept = raw_dial();
    response page = edge_ask(kept, "GET / HTTP/1.1\r\nHost: x\r\n\r\n", true);
    tr_free(page.body);
    int peers[20];
    for (unsigned i = 0; i < 20; i++)
        peers[i] = edge_attached_browser();
    ck_assert_int_eq(tr_system_post(edge_world.system, 0, drain, NULL), 0);
    for (unsigned i = 0; i < 20; i++)
        raw_expect_close(peers[i], 1012);
    ck_assert_int_lt(raw_dial(), 0); // nobody listens
    response health = edge_ask(kept, "GET /health HTTP/1.1\r\nHost: x\r\n\r\n", true);
    ck_assert_uint_eq(health.status, 503);
    tr_free(health.body);
    ck_assert_uint_eq(raw_handshake(kept, "/ws", ""), 503);
    close(kept);
    eventually(edge_stats().connections == 0);
    ck_assert_uint_eq(edge_stats().attached, 0);
    ck_assert(edge_wait_on(&edge_world.detaches, 20));
}
END_TEST

START_TEST(edge_takes_what_a_browser_said_before_its_own_close_frame)
{
    int peer = edge_attached_browser();
    ck_assert_int_eq(tr_system_post(edge_world.system, 0, drain, NULL), 0);
    raw_message message = raw_take_message(peer);
    ck_assert_uint_eq(message.opcode, RAW_CLOSE);
    for (unsigned i = 0; i < 20; i++) {
        tr_buf event = {0};
        tr_flet_write_client_event(&event, 1, TR_SLICE("silent"), (tr_slice){0});
        raw_put_buf(peer, &event);
    }
    raw_put_frame(peer, RAW_FIN | RAW_CLOSE, message.bytes, message.size);
    tr_free(message.bytes);
    raw_expect_end(peer);
    ck_assert(edge_wait_on(&edge_world.detaches, 1));
    ck_assert_uint_eq(edge_world.events, 20);
}
END_TEST

// Owned by its core thread: nobody else may touch it.
static void remember_core(tr_core *core, void *arg)
{
    pthread_mutex_lock(&edge_world.lock);
    *(tr_core **)arg = core;
    edge_world.has_stats = true;
    edge_changed();
}

START_TEST(edge_dies_when_another_thread_touches_it)
{
    tr_core *core = NULL;
    ck_assert_int_eq(tr_system_post(edge_world.system, 0, remember_core, &core), 0);
    pthread_mutex_lock(&edge_world.lock);
    while (!edge_world.has_stats)
        pthread_cond_wait(&edge_world.changed, &edge_world.lock);
    pthread_mutex_unlock(&edge_world.lock);
    tr_gateway_drain(core);
}
END_TEST

// Several core threads on one port.
static unsigned shared_port;

static int set_up_sharing_core(tr_core *core, void *arg)
{
    (void)arg;
    // The host does it in turns; here the lock keeps the order.
    pthread_mutex_lock(&edge_world.lock);
    tr_gateway_options options = {.port = shared_port,
                                  .share_listen = true,
                                  .join_listen = shared_port != 0,
                                  .site = {.files = {{edge_assets, 1, true}}}};
    int result = tr_gateway_start(core, &options, &shared_port);
    pthread_mutex_unlock(&edge_world.lock);
    return result;
}

START_TEST(edge_shares_a_port_between_core_threads)
{
    edge_world_down();
    pthread_mutex_init(&edge_world.lock, NULL);
    pthread_cond_init(&edge_world.changed, NULL);
    tr_system_options options = {
        .core_count = 3, .setup = set_up_sharing_core, .teardown = edge_tear_down_core};
    ck_assert_int_eq(tr_system_start(&options, &edge_world.system), 0);
    raw_port = shared_port;
    for (unsigned i = 0; i < 50; i++) {
        int peer = raw_dial();
        ck_assert_int_ge(peer, 0);
        response page = edge_ask(peer, "GET / HTTP/1.1\r\nHost: x\r\n\r\n", true);
        ck_assert_uint_eq(page.status, 200);
        tr_free(page.body);
        close(peer);
    }
    ck_assert_uint_le(edge_stats().requests, 49); // the kernel spreads them
}
END_TEST

START_TEST(edge_stops_with_everything_open)
{
    // In every state; the fixture's teardown stops the gateway under them, ASan looks for what is
    // left.
    (void)raw_dial();
    int half = raw_dial();
    raw_put(half, "GET / HT", 8);
    (void)edge_browser();
    edge_put_register(edge_browser(), "mute", "\x80");
    int peer = edge_attached_browser();
    edge_put_event(peer, "big", "\xc0");
    ck_assert(edge_wait_on(&edge_world.opens, 2));
    ck_assert(edge_wait_on(&edge_world.events, 1));
}
END_TEST

Suite *gateway_edge_ends_suite(void)
{
    Suite *suite = suite_create("gateway/edge_ends");
    TCase *cases = tcase_create("edge");
    tcase_set_timeout(cases, 60);
    tcase_add_checked_fixture(cases, edge_set_up, edge_tear_down);
    tcase_add_test(cases, edge_flushes_before_it_closes_for_the_session);
    tcase_add_test(cases, edge_closes_when_the_session_is_no_more);
    tcase_add_test(cases, edge_answers_a_browsers_close);
    tcase_add_loop_test(cases, edge_lives_through_a_failed_allocation, 0, 12);
    tcase_add_test(cases, edge_tells_of_written_packets_when_the_way_was_full);
    tcase_add_test(cases, edge_tells_of_a_gone_browser_when_the_way_was_full);
    tcase_add_test(cases, edge_tells_a_session_whose_browser_left_before_its_answer);
    tcase_add_test(cases, edge_takes_answers_and_packets_without_bytes);
    tcase_add_test(cases, edge_closes_when_the_sessions_node_dies);
    tcase_add_test(cases, edge_drains);
    tcase_add_test(cases, edge_takes_what_a_browser_said_before_its_own_close_frame);
    tcase_add_test(cases, edge_stops_with_everything_open);
    tcase_add_test(cases, edge_shares_a_port_between_core_threads);
    suite_add_tcase(suite, cases);
    TCase *death = tcase_create("death");
    tcase_set_tags(death, "death");
    tcase_add_checked_fixture(death, edge_set_up, edge_tear_down);
    tcase_add_test_raise_signal(death, edge_dies_when_another_thread_touches_it, SIGABRT);
    suite_add_tcase(suite, death);
    return suite;
}
