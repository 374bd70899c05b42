// WebSocket handshakes at the gateway's socket: origins, mounts, caps.

#include "edge_world.h"

#include <check.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "base/mem.h"
#include "raw_browser.h"

Suite *gateway_edge_handshakes_suite(void);

static const struct {
    const char *path;
    const char *more; // %u is the port
    const char *allowed;
    unsigned status;
} handshakes[] = {
    {"/ws", "", NULL, 101},
    {"/ws?x=1", "", NULL, 101},
    {"/ws", "Origin: http://127.0.0.1:%u\r\n", NULL, 101},
    {"/ws", "Origin: https://app.example\r\n", "https://app.example", 101},
    {"/ws", "Sec-WebSocket-Extensions: permessage-deflate\r\n", NULL, 101},
    {"/", "", NULL, 404},
    {"/wsx", "", NULL, 404},
    {"/ws/", "", NULL, 404},
};

START_TEST(edge_decides_handshakes)
{
    edge_world_down();
    edge_world.options.allowed_origins = handshakes[_i].allowed;
    edge_world_up();
    char more[256];
    const char *mark = strstr(handshakes[_i].more, "%u");
    if (mark != NULL)
        snprintf(more, sizeof more, "%.*s%u%s", (int)(mark - handshakes[_i].more),
                 handshakes[_i].more, edge_world.port, mark + 2);
    else
        snprintf(more, sizeof more, "%s", handshakes[_i].more);
    int peer = raw_dial();
    ck_assert_uint_eq(raw_handshake(peer, handshakes[_i].path, more), handshakes[_i].status);
    ck_assert_uint_eq(edge_stats().refused, handshakes[_i].status != 101);
    close(peer);
    eventually(edge_stats().sockets == 0);
}
END_TEST

static const char *const foreign[] = {"https://evil.example", "null", "http://127.0.0.1:1"};

// A script would see a refused handshake as a connection that failed, and try again for ever.
START_TEST(edge_tells_a_foreign_page_that_it_may_not_connect)
{
    char header[128];
    snprintf(header, sizeof header, "Origin: %s\r\n", foreign[_i]);
    int peer = raw_dial();
    ck_assert_uint_eq(raw_handshake(peer, "/ws", header), 101);
    raw_expect_close(peer, 4403);
    // Not a word of it is heard.
    peer = raw_dial();
    ck_assert_uint_eq(raw_handshake(peer, "/ws", header), 101);
    edge_put_register(peer, "", "\x80");
    close(peer);
    eventually(edge_stats().sockets == 0);
    ck_assert_uint_eq(edge_world.opens, 0);
    ck_assert_uint_eq(edge_stats().opened, 0);
    ck_assert_uint_eq(edge_stats().refused, 2);
}
END_TEST

START_TEST(edge_serves_a_site_below_its_mount)
{
    edge_world_down();
    edge_world.options.site.mount = "/app";
    edge_world.options.site.socket_path = "/app/ws";
    edge_world.options.site.content_security_policy = "default-src 'none'";
    edge_world.options.site.is_isolated = true;
    edge_world.options.site.frame_ancestors = "https://a.example";
    edge_world_up();
    int peer = raw_dial();
    response page = edge_ask(peer, "GET /app/route HTTP/1.1\r\nHost: x\r\n\r\n", true);
    ck_assert_uint_eq(page.status, 200);
    ck_assert_ptr_nonnull(strstr(page.head, "content-security-policy: default-src 'none'\r\n"));
    ck_assert_ptr_nonnull(strstr(page.head, "frame-ancestors https://a.example\r\n"));
    ck_assert_ptr_nonnull(strstr(page.head, "cross-origin-opener-policy: same-origin\r\n"));
    ck_assert_ptr_nonnull(strstr(page.head, "cross-origin-embedder-policy: require-corp\r\n"));
    tr_free(page.body);
    // Without its slash the page would look for everything one level up.
    page = edge_ask(peer, "GET /app HTTP/1.1\r\nHost: x\r\n\r\n", true);
    ck_assert_uint_eq(page.status, 307);
    ck_assert_ptr_nonnull(strstr(page.head, "location: /app/\r\n"));
    tr_free(page.body);
    page = edge_ask(peer, "GET /app?a=1&b=x HTTP/1.1\r\nHost: x\r\n\r\n", true);
    ck_assert_ptr_nonnull(strstr(page.head, "location: /app/?a=1&b=x\r\n"));
    tr_free(page.body);
    page = edge_ask(peer, "GET /app?a=1%22%20set-cookie HTTP/1.1\r\nHost: x\r\n\r\n", true);
    ck_assert_ptr_null(strstr(page.head, "set-cookie"));
    tr_free(page.body);
    page = edge_ask(peer, "GET /app/ HTTP/1.1\r\nHost: x\r\n\r\n", true);
    ck_assert_uint_eq(page.status, 200);
    tr_free(page.body);
    close(peer);
    peer = raw_dial();
    ck_assert_uint_eq(raw_handshake(peer, "/ws", ""), 404);
    close(peer);
    peer = raw_dial();
    ck_assert_uint_eq(raw_handshake(peer, "/app/ws", ""), 101);
    close(peer);
}
END_TEST

START_TEST(edge_refuses_connections_over_its_cap)
{
    edge_world_down();
    edge_world.options.connections_cap = 2;
    edge_world_up();
    int first = edge_browser();
    int second = edge_browser();
    int third = raw_dial();
    ck_assert_uint_eq(raw_handshake(third, "/ws", ""), 503);
    close(third);
    close(first);
    eventually(edge_stats().connections == 1);
    third = edge_browser();
    close(second);
    close(third);
}
END_TEST

START_TEST(edge_tells_the_session_who_comes)
{
    edge_world_down();
    edge_world.options.trusted_proxies = "127.0.0.0/8";
    edge_world_up();
    int peer = raw_dial();
    ck_assert_uint_eq(raw_handshake(peer, "/ws",
                                    "X-Forwarded-For: 6.6.6.6, 192.0.2.7\r\n"
                                    "User-Agent: Brow\xffser/1\r\n"),
                      101);
    edge_put_register(peer, "", "\x81\xa6troupe\x01");
    raw_expect_message(peer, "answer", 6);
    ck_assert_str_eq(edge_world.ip, "192.0.2.7");
    ck_assert_str_eq(edge_world.agent, "Brow?ser/1");
    ck_assert(edge_world.newest_wins);
    close(peer);
}
END_TEST

Suite *gateway_edge_handshakes_suite(void)
{
    Suite *suite = suite_create("gateway/edge_handshakes");
    TCase *cases = tcase_create("edge");
    tcase_set_timeout(cases, 60);
    tcase_add_checked_fixture(cases, edge_set_up, edge_tear_down);
    tcase_add_loop_test(cases, edge_decides_handshakes, 0,
                        (int)(sizeof handshakes / sizeof *handshakes));
    tcase_add_loop_test(cases, edge_tells_a_foreign_page_that_it_may_not_connect, 0, 3);
    tcase_add_test(cases, edge_serves_a_site_below_its_mount);
    tcase_add_test(cases, edge_refuses_connections_over_its_cap);
    tcase_add_test(cases, edge_tells_the_session_who_comes);
    suite_add_tcase(suite, cases);
    return suite;
}
