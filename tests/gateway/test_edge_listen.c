// Other ways to the gateway than a TCP port of its own: headers of the PROXY protocol in front, a
// unix socket, a plain port beside HTTPS; byte by byte.

#include "edge_world.h"

#include <check.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "base/client_limits.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/refusals.h"
#include "gateway/listener.h"
#include "gateway/unix_socket.h"
#include "raw_browser.h"
#include "tests/support/scratch.h"

#define REQUEST "GET / HTTP/1.1\r\nHost: x\r\n\r\n"
#define SIGNATURE "\r\n\r\n\0\r\nQUIT\n"
#define BYTES_OF(text) text, sizeof(text) - 1
#define LINE "PROXY TCP4 192.0.2.7 127.0.0.1 40000 443\r\n"

static void is_closed(int peer)
{
    char byte;
    ssize_t got = recv(peer, &byte, 1, 0);
    ck_assert(got == 0 || (got < 0 && errno == ECONNRESET));
    close(peer);
}

static void is_served(int peer)
{
    response page = edge_ask(peer, REQUEST, true);
    ck_assert_uint_eq(page.status, 200);
    tr_free(page.body);
}

static unsigned long long refused(enum tr_refusal reason)
{
    return tr_refusal_get(reason);
}

static void announce(tr_core *core, void *arg)
{
    (void)arg;
    edge_announce_worker(core);
}

// -- headers of the PROXY protocol --

// The health check of the world below would lack one: its worker is asked for after the start.
static void up_with_headers(const char *trusted_proxies)
{
    edge_world.options.has_proxy_headers = true;
    edge_world.without_worker = true;
    edge_set_up_limited(2, trusted_proxies);
}

static int dial_with(const char *header, size_t size)
{
    int peer = raw_dial();
    ck_assert_int_ge(peer, 0);
    raw_put(peer, header, size);
    return peer;
}

static const struct {
    const char *bytes;
    size_t size;
} headers[] = {
    {BYTES_OF(LINE)},
    {BYTES_OF("PROXY TCP6 2001:db8::9 ::1 40000 443\r\n")},
    {BYTES_OF("PROXY UNKNOWN\r\n")},
    {BYTES_OF(SIGNATURE "\x21\x11\x00\x0c\xc0\x00\x02\x07\x7f\x00\x00\x01\x9c\x40\x01\xbb")},
    {BYTES_OF(SIGNATURE "\x20\x00\x00\x00")},
};

START_TEST(a_header_is_taken_off_whole_and_byte_by_byte)
{
    up_with_headers("127.0.0.1");
    int peer = dial_with(headers[_i].bytes, headers[_i].size);
    is_served(peer);
    is_served(peer); // one header a connection
    close(peer);
    peer = raw_dial();
    int on = 1;
    setsockopt(peer, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    for (size_t i = 0; i < headers[_i].size; i++)
        raw_put(peer, headers[_i].bytes + i, 1);
    is_served(peer);
    close(peer);
    peer = raw_dial(); // with the request, in one piece
    char both[256];
    memcpy(both, headers[_i].bytes, headers[_i].size);
    memcpy(both + headers[_i].size, REQUEST, sizeof REQUEST - 1);
    raw_put(peer, both, headers[_i].size + sizeof REQUEST - 1);
    ck_assert_uint_eq(raw_status_of(raw_take_head(peer)), 200);
    close(peer);
    eventually(edge_stats().sockets == 0);
    edge_tear_down_limited();
}
END_TEST

START_TEST(a_trusted_proxy_without_a_header_is_closed_and_counted)
{
    up_with_headers("127.0.0.1");
    unsigned long long before = refused(TR_REFUSAL_PROXY_HEADER);
    raw_may_be_closed = true;
    is_closed(dial_with(REQUEST, sizeof REQUEST - 1));
    is_closed(dial_with("PROXY TCP4 192.0.2.300 127.0.0.1 1 2\r\n", 38));
    is_closed(dial_with("PROXY TCP4 192.0.2.7 127.0.0.1 1\r\n" REQUEST, 61));
    ck_assert_uint_eq(refused(TR_REFUSAL_PROXY_HEADER), before + 3);
    edge_tear_down_limited();
}
END_TEST

START_TEST(nobody_but_a_trusted_proxy_is_heard)
{
    up_with_headers("192.0.2.1");
    unsigned long long before = refused(TR_REFUSAL_PROXY_STRANGER);
    raw_may_be_closed = true;
    is_closed(dial_with(LINE REQUEST, sizeof LINE REQUEST - 1));
    ck_assert_uint_eq(refused(TR_REFUSAL_PROXY_STRANGER), before + 1);
    edge_tear_down_limited();
}
END_TEST

START_TEST(a_header_that_stays_half_is_closed_in_time)
{
    edge_world.options.head_deadline_ms = 300;
    up_with_headers("127.0.0.1");
    unsigned long long before = refused(TR_REFUSAL_SLOW_HEAD);
    int silent = raw_dial();
    int half = dial_with(LINE, 12);
    int headless = dial_with(LINE, sizeof LINE - 1);
    is_closed(silent);
    is_closed(half);
    is_closed(headless);
    ck_assert_uint_eq(refused(TR_REFUSAL_SLOW_HEAD), before + 3);
    eventually(edge_stats().sockets == 0);
    edge_tear_down_limited();
}
END_TEST

// Limits are those of the client's address; the proxy's own checks have none.
START_TEST(the_address_of_the_header_has_the_limits)
{
    up_with_headers("127.0.0.1");
    unsigned long long before = refused(TR_REFUSAL_ADDRESS_CONNECTIONS);
    int peers[6];
    for (unsigned i = 0; i < 6; i++) {
        peers[i] = i < 2   ? dial_with(LINE, sizeof LINE - 1)
                   : i < 4 ? dial_with("PROXY TCP4 192.0.2.8 127.0.0.1 1 2\r\n", 36)
                           : dial_with("PROXY UNKNOWN\r\n", 15);
        is_served(peers[i]);
    }
    int third = dial_with(LINE, sizeof LINE - 1);
    ck_assert_uint_eq(raw_status_of(raw_take_head(third)), 429);
    close(third);
    ck_assert_uint_eq(refused(TR_REFUSAL_ADDRESS_CONNECTIONS), before + 1);
    for (unsigned i = 0; i < 6; i++)
        close(peers[i]);
    eventually(edge_stats().sockets == 0);
    edge_tear_down_limited();
}
END_TEST

// The page's address; and a client's own X-Forwarded-For is not believed for coming through a proxy,
// not even where that does not know its address.
START_TEST(the_address_of_the_header_is_the_pages)
{
    edge_world.options.has_proxy_headers = true;
    edge_world.without_worker = true;
    edge_world.options.trusted_proxies = "127.0.0.1, 192.0.2.9";
    edge_set_up();
    ck_assert_int_eq(tr_system_post(edge_world.system, 0, announce, NULL), 0);
    static const struct {
        const char *header;
        const char *ip;
    } cases[] = {{LINE, "192.0.2.7"},
                 {"PROXY TCP4 192.0.2.9 127.0.0.1 1 2\r\n", "198.51.100.5"},
                 {"PROXY UNKNOWN\r\n", "0.0.0.0"}};
    for (unsigned i = 0; i < 3; i++) {
        int peer = dial_with(cases[i].header, strlen(cases[i].header));
        ck_assert_uint_eq(raw_handshake(peer, "/ws", "X-Forwarded-For: 198.51.100.5\r\n"), 101);
        edge_put_register(peer, "", "\x80");
        raw_expect_message(peer, "answer", 6);
        ck_assert(edge_wait_on(&edge_world.opens, i + 1));
        ck_assert_str_eq(edge_world.ip, cases[i].ip);
        close(peer);
        eventually(edge_stats().connections == 0);
    }
    edge_tear_down();
}
END_TEST

// -- sockets from outside --

static char folder[64];
static char path[80];
static tr_unix_socket *local;
static tr_gateway_socket given;

static void up_on_unix(const char *trusted_proxies)
{
    char why[512];
    scratch_make(folder, sizeof folder, "edge");
    snprintf(path, sizeof path, "%s/app.sock", folder);
    ck_assert_int_eq(
        tr_unix_socket_open(&(tr_unix_place){.path = path, .mode = 0600}, why, sizeof why, &local),
        0);
    given = (tr_gateway_socket){.socket = tr_unix_socket_get(local)};
    edge_world.options.sockets = &given;
    edge_world.options.socket_count = 1;
    edge_world.without_worker = true;
    edge_world.is_portless = true;
    edge_set_up_limited(2, trusted_proxies);
    ck_assert_int_eq(tr_system_post(edge_world.system, 0, announce, NULL), 0);
}

static void down_on_unix(void)
{
    edge_tear_down_limited();
    tr_unix_socket_close(&local);
    ck_assert_int_eq(rmdir(folder), 0); // nothing is left
}

static int dial_unix(void)
{
    struct sockaddr_un place = {.sun_family = AF_UNIX};
    struct timeval wait = {.tv_sec = WAIT_S};
    snprintf(place.sun_path, sizeof place.sun_path, "%s", path);
    int peer = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    setsockopt(peer, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait);
    ck_assert_int_eq(connect(peer, (struct sockaddr *)&place, sizeof place), 0);
    return peer;
}

static void page_comes_from(const char *lines, const char *ip)
{
    unsigned before = edge_world.opens;
    int peer = dial_unix();
    ck_assert_uint_eq(raw_handshake(peer, "/ws", lines), 101);
    edge_put_register(peer, "", "\x80");
    raw_expect_message(peer, "answer", 6);
    ck_assert(edge_wait_on(&edge_world.opens, before + 1));
    ck_assert_str_eq(edge_world.ip, ip);
    close(peer);
    eventually(edge_stats().connections == 0);
}

START_TEST(a_unix_socket_serves_and_its_proxy_is_believed_where_it_is_trusted)
{
    up_on_unix("unix");
    int peer = dial_unix();
    is_served(peer);
    is_served(peer);
    close(peer);
    page_comes_from("X-Forwarded-For: 198.51.100.5\r\n", "198.51.100.5");
    page_comes_from("", "");
    down_on_unix();
}
END_TEST

START_TEST(a_unix_socket_is_not_believed_where_addresses_are_trusted_alone)
{
    up_on_unix("127.0.0.0/8, ::1");
    page_comes_from("X-Forwarded-For: 198.51.100.5\r\n", "");
    down_on_unix();
}
END_TEST

// Poll on a unix socket knows no low-water mark: a head that comes in pieces must neither be lost
// nor keep the core thread busy.
START_TEST(a_head_that_drips_on_a_unix_socket_costs_no_turns)
{
    up_on_unix(NULL);
    int peer = dial_unix();
    for (unsigned round = 0; round < 2; round++) { // of a first request, and of one behind it
        raw_put(peer, REQUEST, 5);
        eventually(edge_stats().arriving == 1 - round);
        edge_costs_nothing();
        for (size_t i = 5; i < sizeof REQUEST - 2; i++)
            raw_put(peer, &REQUEST[i], 1);
        response got = edge_ask(peer, &REQUEST[sizeof REQUEST - 2], true);
        ck_assert_uint_eq(got.status, 200);
        tr_free(got.body);
    }
    close(peer);
    down_on_unix();
}
END_TEST

START_TEST(a_plain_port_beside_sends_to_https_and_does_nothing_else)
{
    int plain;
    ck_assert_int_eq(tr_listener_socket("127.0.0.1", 0, TR_LISTEN_ALONE, &plain), 0);
    given = (tr_gateway_socket){.socket = plain, .is_redirect = true};
    edge_world.options.sockets = &given;
    edge_world.options.socket_count = 1;
    edge_world.options.https_port = 8443;
    edge_world.options.allowed_hosts = "app.example, 127.0.0.1, x";
    edge_set_up_limited(2, NULL);
    unsigned main_port = raw_port;
    struct sockaddr_in place;
    socklen_t size = sizeof place;
    ck_assert_int_eq(getsockname(plain, (struct sockaddr *)&place, &size), 0);
    uint64_t requests = edge_stats().requests;
    raw_port = ntohs(place.sin_port);
    static const struct {
        const char *request;
        unsigned status;
    } cases[] = {
        {"GET /a?b HTTP/1.1\r\nHost: app.example\r\n\r\n", 308},
        {"GET /health HTTP/1.1\r\nHost: app.example\r\n\r\n", 308},
        {"POST / HTTP/1.1\r\nHost: app.example\r\nContent-Length: 3\r\n\r\nabc", 308},
        {"GET /ws HTTP/1.1\r\nHost: app.example\r\nUpgrade: websocket\r\n\r\n", 308},
        {"GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n", 421},
        {"GET / HTTP/1.1\r\n\r\n", 400},
        {"CONNECT / HTTP/1.1\r\nHost: app.example\r\n\r\n", 405},
        {"\x16\x03\x01\x02\x00", 400},
    };
    for (unsigned i = 0; i < sizeof cases / sizeof *cases; i++) {
        int peer = raw_dial();
        response got = edge_ask(peer, cases[i].request, true);
        ck_assert_msg(got.status == cases[i].status, "%s: %s", cases[i].request, got.head);
        ck_assert(got.status != 308 || strstr(got.head, "location: https://app.example:8443/"));
        tr_free(got.body);
        is_closed(peer);
    }
    ck_assert_uint_eq(edge_stats().requests,
                      requests + 6); // with the two that name no host of ours
    raw_port = main_port;
    int peer = raw_dial();
    is_served(peer);
    close(peer);
    eventually(edge_stats().sockets == 0);
    edge_tear_down_limited();
    close(plain);
}
END_TEST

Suite *gateway_edge_listen_suite(void);
Suite *gateway_edge_listen_suite(void)
{
    Suite *suite = suite_create("gateway/edge_listen");
    TCase *tests = tcase_create("listeners");
    tcase_set_timeout(tests, 60);
    tcase_add_loop_test(tests, a_header_is_taken_off_whole_and_byte_by_byte, 0,
                        sizeof headers / sizeof *headers);
    tcase_add_test(tests, a_trusted_proxy_without_a_header_is_closed_and_counted);
    tcase_add_test(tests, nobody_but_a_trusted_proxy_is_heard);
    tcase_add_test(tests, a_header_that_stays_half_is_closed_in_time);
    tcase_add_test(tests, the_address_of_the_header_has_the_limits);
    tcase_add_test(tests, the_address_of_the_header_is_the_pages);
    tcase_add_test(tests, a_unix_socket_serves_and_its_proxy_is_believed_where_it_is_trusted);
    tcase_add_test(tests, a_unix_socket_is_not_believed_where_addresses_are_trusted_alone);
    tcase_add_test(tests, a_head_that_drips_on_a_unix_socket_costs_no_turns);
    tcase_add_test(tests, a_plain_port_beside_sends_to_https_and_does_nothing_else);
    suite_add_tcase(suite, tests);
    return suite;
}
