// What a proxy in front says, on the gateway's socket.

#include "edge_world.h"

#include <check.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/mem.h"
#include "raw_browser.h"

static unsigned status_of(const char *path, const char *lines)
{
    char request[512];
    snprintf(request, sizeof request, "GET %s HTTP/1.1\r\nHost: x\r\n%s\r\n", path, lines);
    int peer = raw_dial();
    response answer = edge_ask(peer, request, true);
    tr_free(answer.body);
    close(peer);
    return answer.status;
}

static unsigned handshake(const char *path, const char *lines)
{
    int peer = raw_dial();
    unsigned status = raw_handshake(peer, path, lines);
    close(peer);
    return status;
}

static void up(const char *trusted_proxies)
{
    edge_world.options.site.mount = "/app";
    edge_world.options.site.socket_path = "/app/ws";
    edge_world.options.trusted_proxies = trusted_proxies;
    edge_set_up();
}

// One setting, the mount, for both kinds of proxy.
START_TEST(a_mount_that_a_proxy_has_cut_off_is_put_back)
{
    up("127.0.0.1");
    const char *cut = "X-Forwarded-Prefix: /app\r\n";
    ck_assert_uint_eq(status_of("/app/", ""), 200);
    ck_assert_uint_eq(status_of("/app/", cut), 200);
    ck_assert_uint_eq(status_of("/", ""), 404);
    ck_assert_uint_eq(status_of("/", cut), 200);
    ck_assert_uint_eq(status_of("/", "X-Forwarded-Prefix: /app/\r\n"), 200);
    ck_assert_uint_eq(status_of("/a/route", cut), 200);
    ck_assert_uint_eq(status_of("/", "X-Forwarded-Prefix: /other\r\n"), 404);
    ck_assert_uint_eq(status_of("/health", cut), 200);
    ck_assert_uint_eq(handshake("/app/ws", ""), 101);
    ck_assert_uint_eq(handshake("/ws", cut), 101);
    ck_assert_uint_eq(handshake("/ws", ""), 404);
    edge_tear_down();
}
END_TEST

START_TEST(nobody_else_may_say_that_a_mount_was_cut_off)
{
    up("192.0.2.1");
    ck_assert_uint_eq(status_of("/", "X-Forwarded-Prefix: /app\r\n"), 404);
    ck_assert_uint_eq(handshake("/ws", "X-Forwarded-Prefix: /app\r\n"), 404);
    edge_tear_down();
}
END_TEST

// DNS rebinding: a page of evil.example makes that name point here.
START_TEST(a_host_that_is_not_allowed_gets_nothing)
{
    edge_world.options.allowed_hosts = "app.example, 127.0.0.1";
    edge_set_up();
    ck_assert_uint_eq(status_of("/", ""), 421);
    ck_assert_uint_eq(status_of("/health", ""), 200);
    int peer = raw_dial();
    response page = edge_ask(peer, "GET / HTTP/1.1\r\nHost: APP.example:8000\r\n\r\n", true);
    ck_assert_uint_eq(page.status, 200);
    tr_free(page.body);
    close(peer);
    ck_assert_uint_eq(handshake("/ws", ""), 101); // of 127.0.0.1
    edge_tear_down();
    edge_world.options.allowed_hosts = "app.example";
    edge_set_up();
    ck_assert_uint_eq(handshake("/ws", ""), 421);
    edge_tear_down();
}
END_TEST

// Sooner than a proxy cuts it; each time, and not the first time only.
START_TEST(an_idle_browser_is_asked_again_and_again)
{
    edge_world.options.ping_ms = 50;
    edge_set_up();
    int peer = edge_attached_browser();
    for (unsigned i = 0; i < 4; i++) {
        raw_message asked = raw_take_message(peer);
        ck_assert_uint_eq(asked.opcode, RAW_PING);
        raw_put_frame(peer, RAW_FIN | RAW_PONG, asked.bytes, asked.size);
        tr_free(asked.bytes);
    }
    close(peer);
    edge_tear_down();
}
END_TEST

Suite *gateway_edge_proxy_suite(void);
Suite *gateway_edge_proxy_suite(void)
{
    Suite *suite = suite_create("gateway/edge_proxy");
    TCase *tests = tcase_create("behind a proxy");
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, a_mount_that_a_proxy_has_cut_off_is_put_back);
    tcase_add_test(tests, nobody_else_may_say_that_a_mount_was_cut_off);
    tcase_add_test(tests, a_host_that_is_not_allowed_gets_nothing);
    tcase_add_test(tests, an_idle_browser_is_asked_again_and_again);
    suite_add_tcase(suite, tests);
    return suite;
}
