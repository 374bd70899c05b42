// Requests that an app answers itself, from the running program and from a cluster.

#include <check.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "tests/gateway/raw_browser.h"
#include "tests/support/browser.h"
#include "tests/support/operator.h"
#include "tests/support/receiver.h"
#include "tests/support/world.h"

static world running;

static void set_up(void)
{
    setenv("TROUPE_LOG", "error", 1);
    raw_may_be_closed = true;
}

static void start(unsigned gateways)
{
    world_start(&running, &(world_options){.program = "./answerer",
                                           .gateways = gateways,
                                           .workers = gateways,
                                           .bus = gateways != 0 ? "ipc" : NULL});
    for (unsigned i = 0; i < gateways; i++)
        world_await_sessions(&running, i);
    raw_port = world_port(&running, 0);
}

static void tear_down(void)
{
    world_stop(&running);
    operator_done();
}

// With a body.
static received send_with(const char *method, const char *url, const char *more, const void *body,
                          size_t size)
{
    char head[2048];
    received answer = {0};
    int peer = raw_dial();
    ck_assert_int_ge(peer, 0);
    int length =
        snprintf(head, sizeof head, "%s %s HTTP/1.1\r\nHost: a\r\n%s\r\n", method, url, more);
    raw_put(peer, head, (size_t)length);
    raw_put(peer, body, size);
    snprintf(answer.head, sizeof answer.head, "%s", raw_take_head(peer));
    answer.status = raw_status_of(answer.head);
    receiver_take(peer, UINT64_MAX, &answer);
    return answer;
}

static received post(const char *url, const char *body)
{
    char more[64];
    snprintf(more, sizeof more, "Content-Length: %zu\r\n", strlen(body));
    return send_with("POST", url, more, body, strlen(body));
}

START_TEST(a_handler_is_told_all_of_the_request)
{
    static const char *const urls[] = {"/api/async/x%20y?p=1&q=%22a%2Bb",
                                       "/api/sync/x%20y?q=%22a%2Bb"};
    start(0);
    for (unsigned i = 0; i < 2; i++) {
        received answer = receiver_get(urls[i], "User-Agent: me\r\nX-Own: \xc3\xa4\r\n");
        char expected[256];
        snprintf(expected, sizeof expected,
                 "{\"method\":\"GET\",\"path\":\"/api/%s/x y\",\"a\":\"x y\",\"q\":\"\\\"a+b\","
                 "\"agent\":\"me\",\"own\":%s,\"client\":\"127.0.0.1\",\"size\":0,\"sum\":0}",
                 i == 0 ? "async" : "sync", i == 0 ? "\"\xc3\xa4\"" : "null");
        ck_assert_uint_eq(answer.status, 200);
        ck_assert_str_eq(answer.body, expected);
        ck_assert_str_eq(received_header(&answer, "content-type"), "application/json");
        ck_assert_str_eq(received_header(&answer, "cache-control"), "private, no-store");
        ck_assert_str_eq(received_header(&answer, "x-content-type-options"), "nosniff");
    }
}
END_TEST

// As Java's client and curl --http2 ask for with each first request.
START_TEST(an_upgrade_to_another_http_is_passed_over)
{
    static const char more[] = "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: "
                               "h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n";
    char lines[256];
    start(0);
    received answer = receiver_get("/api/async/a", more);
    ck_assert_uint_eq(answer.status, 200);
    ck_assert_int_eq(strncmp(answer.head, "HTTP/1.1 ", 9), 0);
    snprintf(lines, sizeof lines, "%sContent-Length: 5\r\n", more);
    answer = send_with("POST", "/api/async/a", lines, "hello", 5);
    ck_assert_msg(strstr(answer.body, "\"size\":5,") != NULL, "%s", answer.body);
}
END_TEST

static void begin_with(int peer, const char *lines)
{
    char head[256];
    snprintf(head, sizeof head, "POST /api/async/a HTTP/1.1\r\nHost: a \t\r\n%s\r\n", lines);
    raw_put(peer, head, strlen(head));
}

// curl waits a second for it.
START_TEST(who_waits_for_it_is_told_that_a_body_is_wanted)
{
    start(0);
    int peer = raw_dial();
    for (unsigned i = 0; i < 2; i++) {
        received answer = {0};
        begin_with(peer, "Content-Length: 5 \r\nExpect: 100-Continue\r\n");
        ck_assert_uint_eq(raw_status_of(raw_take_head(peer)), 100);
        raw_put(peer, "hello", 5);
        snprintf(answer.head, sizeof answer.head, "%s", raw_take_head(peer));
        ck_assert_uint_eq(raw_status_of(answer.head), 200);
        raw_take(peer, answer.body, strtoul(received_header(&answer, "content-length"), NULL, 10));
        ck_assert_ptr_nonnull(strstr(answer.body, "\"size\":5,"));
    }
    begin_with(peer, "Content-Length: 100001\r\nExpect: 100-continue\r\n");
    ck_assert_uint_eq(raw_status_of(raw_take_head(peer)), 413); // it is not
    close(peer);
}
END_TEST

// What libwebsockets takes for a space, an end of the path, and one of a part.
START_TEST(an_address_is_read_as_everybody_reads_it)
{
    static const struct {
        const char *url;
        const char *told;
    } rows[] = {
        {"/api/async/a+b%2B?q=c+d", "\"a\":\"a+b+\",\"q\":\"c d\""},
        {"/api/async/AT&T?q=1", "\"a\":\"AT&T\",\"q\":\"1\""},
        {"/api/async/a;v=1?q=1", "\"a\":\"a;v=1\",\"q\":\"1\""},
        {"/api/async/a?q=b;c&d", "\"a\":\"a\",\"q\":\"b;c\""},
        {"/api/./zz/..//async/a+b", "\"path\":\"/api/async/a+b\""},
    };
    start(0);
    for (unsigned i = 0; i < sizeof rows / sizeof *rows; i++) {
        received answer = receiver_get(rows[i].url, "");
        ck_assert_msg(strstr(answer.body, rows[i].told) != NULL, "%s", answer.body);
    }
    ck_assert_uint_eq(receiver_get("/company/AT&T", "Accept: text/html\r\n").status, 200); // a page
}
END_TEST

START_TEST(bodies_come_whole_or_are_refused)
{
    start(0);
    received answer = post("/api/async/a", "hello");
    ck_assert_msg(strstr(answer.body, "\"size\":5,\"sum\":111") != NULL, "%s", answer.body);
    // As a browser sends a POST that has none.
    answer = post("/api/async/a", "");
    ck_assert_msg(strstr(answer.body, "\"size\":0,\"sum\":0") != NULL, "%s", answer.body);
    answer = send_with("PUT", "/api/async/a", "Transfer-Encoding: chunked\r\n",
                       "3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n", 20);
    ck_assert_msg(strstr(answer.body, "\"size\":5,\"sum\":101") != NULL, "%s", answer.body);
    answer = send_with("POST", "/api/async/a", "Content-Length: 100001\r\n", "x", 1);
    ck_assert_uint_eq(answer.status, 413);
    static char chunk[0x20000 + 32] = "20000\r\n";
    answer =
        send_with("POST", "/api/async/a", "Transfer-Encoding: chunked\r\n", chunk, sizeof chunk);
    ck_assert_uint_eq(answer.status, 413);
    answer = send_with("POST", "/api/async/a", "Transfer-Encoding: chunked\r\n", "x\r\n", 3);
    ck_assert_uint_eq(answer.status, 400);
    answer = send_with("POST", "/api/async/a",
                       "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n", 5);
    ck_assert_uint_eq(answer.status, 400);
    // The room for bodies is given back.
    for (unsigned i = 0; i < 100; i++)
        ck_assert_uint_eq(
            send_with("PUT", "/api/async/a", "Transfer-Encoding: chunked\r\n", "0\r\n\r\n", 5)
                .status,
            200);
}
END_TEST

START_TEST(other_methods_are_told_which_there_are)
{
    start(0);
    received answer = receiver_ask("PATCH", "/api/async/a", "Content-Length: 0\r\n");
    ck_assert_uint_eq(answer.status, 405);
    ck_assert_str_eq(received_header(&answer, "allow"), "GET, POST, PUT, DELETE, HEAD, OPTIONS");
    answer = receiver_ask("OPTIONS", "/api/publish", "");
    ck_assert_uint_eq(answer.status, 204);
    ck_assert_str_eq(received_header(&answer, "allow"), "POST, OPTIONS");
    ck_assert_uint_eq(receiver_get("/api/publish", "Accept: application/json\r\n").status, 405);
    // A person goes there: it may be a page.
    ck_assert_uint_eq(receiver_get("/api/publish", "Accept: text/html\r\n").status, 200);
    answer = receiver_ask("HEAD", "/api/async/a", "");
    ck_assert_uint_eq(answer.status, 200);
    ck_assert_str_ne(received_header(&answer, "content-length"), "");
    ck_assert_uint_eq(receiver_ask("DELETE", "/api/async/a", "").status, 200);
    ck_assert_uint_eq(receiver_ask("DELETE", "/api/file", "").status, 405);
    ck_assert_uint_eq(receiver_ask("POST", "/elsewhere", "Content-Length: 0\r\n").status, 405);
}
END_TEST

START_TEST(an_answer_is_what_may_be_one)
{
    start(0);
    received answer = receiver_get("/api/headers", "");
    ck_assert_uint_eq(answer.status, 202);
    ck_assert_str_eq(answer.body, "1 1 1 0 1 1 1");
    ck_assert_str_eq(received_header(&answer, "x-good"), "yes");
    ck_assert_str_eq(received_header(&answer, "cache-control"), "max-age=60");
    ck_assert_ptr_null(strcasestr(answer.head, "x-bad"));
    ck_assert_ptr_null(strstr(answer.head, "b=c"));
    ck_assert_ptr_nonnull(strstr(answer.head, "a=1"));
    ck_assert_ptr_nonnull(strstr(answer.head, "b=2"));
    answer = receiver_get("/api/nothing", "");
    ck_assert_uint_eq(answer.status, 204);
    ck_assert_uint_eq(answer.size, 0);
    answer = receiver_get("/api/large", "");
    ck_assert(answer.is_whole && answer.is_pattern && answer.size == 3000000);
    answer = receiver_get("/api/file?path=/proc/self/exe", "");
    ck_assert(answer.is_whole && answer.size > 100000);
    ck_assert_str_eq(received_header(&answer, "content-disposition"),
                     "attachment; filename=\"given.bin\"");
    ck_assert_uint_eq(receiver_ask("HEAD", "/api/file?path=/proc/self/exe", "").status, 200);
    ck_assert_uint_eq(receiver_get("/api/file?path=/nowhere", "").status, 404);
}
END_TEST

START_TEST(who_does_not_answer_is_answered_for)
{
    start(0);
    ck_assert_uint_eq(receiver_get("/api/silent", "").status, 500);
    ck_assert_uint_eq(receiver_get("/api/slow", "").status, 504);
    ck_assert_uint_eq(receiver_get("/api/slow-sync", "").status, 504);
    ck_assert_uint_eq(receiver_get("/api/async/a", "").status, 200);
}
END_TEST

// One more than there is room for, whichever that is.
START_TEST(too_many_at_once_are_told_to_come_again_until_some_leave)
{
    enum { CALLS = 257 };
    setenv("TROUPE_ADDRESS_REQUESTS", "0", 1);
    static struct pollfd peers[CALLS];
    static const char head[] = "GET /api/patient HTTP/1.1\r\nHost: a\r\n\r\n";
    start(0);
    for (unsigned i = 0; i < CALLS; i++) {
        peers[i] = (struct pollfd){.fd = raw_dial(), .events = POLLIN};
        raw_put(peers[i].fd, head, sizeof head - 1);
    }
    ck_assert_int_eq(poll(peers, CALLS, BROWSER_DEADLINE_MS), 1);
    for (unsigned i = 0; i < CALLS; i++) {
        if (peers[i].revents != 0)
            ck_assert_uint_eq(raw_status_of(raw_take_head(peers[i].fd)), 503);
        close(peers[i].fd);
    }
    ck_assert_uint_eq(receiver_get("/health", "").status, 200);
    // Nobody waits for them any more: their room is free, and their handlers end.
    eventually(receiver_get("/api/async/a", "").status == 200);
    eventually(strtoul(receiver_get("/api/given-up", "").body, NULL, 10) == CALLS - 1);
}
END_TEST

START_TEST(one_address_has_so_many_requests_under_way)
{
    enum { CALLS = 3 };
    static const char head[] = "GET /api/patient HTTP/1.1\r\nHost: a\r\n\r\n";
    struct pollfd peers[CALLS];
    setenv("TROUPE_ADDRESS_REQUESTS", "2", 1);
    start(0);
    for (unsigned i = 0; i < CALLS; i++) {
        peers[i] = (struct pollfd){.fd = raw_dial(), .events = POLLIN};
        raw_put(peers[i].fd, head, sizeof head - 1);
    }
    ck_assert_int_eq(poll(peers, CALLS, BROWSER_DEADLINE_MS), 1); // whichever it is
    ck_assert_uint_eq(receiver_get("/api/async/a", "").status, 429);
    received answer = post("/api/async/a", "hello");
    ck_assert_uint_eq(answer.status, 429);
    ck_assert_str_eq(answer.body, "Too many requests at once from your address.\n");
    ck_assert_uint_eq(receiver_get("/health", "").status, 200);
    for (unsigned i = 0; i < CALLS; i++)
        close(peers[i].fd);
    eventually(receiver_get("/api/async/a", "").status == 200);
}
END_TEST

static int ask_without_reading(const char *requests)
{
    int peer = raw_dial_slow();
    raw_put(peer, requests, strlen(requests));
    return peer;
}

static uint64_t now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

// Of the program's loop, so far.
static double turns(unsigned admin)
{
    unsigned port = raw_port;
    double count = operator_metric(admin, "troupe_turns_total");
    raw_port = port;
    return count;
}

#define GET(path) "GET " path " HTTP/1.1\r\nHost: a\r\n\r\n"

START_TEST(what_is_behind_a_request_costs_nothing_while_it_is_answered)
{
    enum { PEERS = 6, ROUNDS = 5, OF_REQUESTS = 1000 };
    setenv("TROUPE_ADMIN", "0", 1);
    start(0);
    unsigned admin = operator_port(&running.gateways[0]);
    int peers[PEERS] = {
        ask_without_reading("POST /api/patient HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nxG"),
        ask_without_reading(GET("/api/patient") GET("/health")), // in one packet
        ask_without_reading(GET("/api/patient")),                // and later
        ask_without_reading(GET("/api/large") GET("/health")),
        ask_without_reading(GET("/api/large")),
        ask_without_reading(GET("/api/large")),
    };
    ck_assert_uint_eq(receiver_get("/health", "").status, 200);
    raw_put(peers[2], "G", 1);
    raw_put(peers[4], "G", 1);
    ck_assert_int_eq(shutdown(peers[5], SHUT_WR), 0);
    for (unsigned i = 3; i < PEERS; i++) { // what it costs to make an answer is not meant
        struct pollfd answered = {.fd = peers[i], .events = POLLIN};
        ck_assert_int_eq(poll(&answered, 1, BROWSER_DEADLINE_MS), 1);
    }
    ck_assert_uint_eq(receiver_get("/health", "").status, 200);
    uint64_t begun_ms = now_ms();
    double before = turns(admin);
    for (unsigned i = 0; i < ROUNDS; i++) // 200 ms each
        ck_assert_uint_eq(receiver_get("/api/slow", "").status, 504);
    double turned = turns(admin) - before;
    uint64_t took_ms = now_ms() - begun_ms;
    // One that spins turns dozens of times in each millisecond.
    ck_assert_msg(turned < (double)(took_ms + OF_REQUESTS), "%g turns in %u ms", turned,
                  (unsigned)took_ms);
    for (unsigned i = 0; i < PEERS; i++)
        close(peers[i]);
}
END_TEST

static unsigned answers_in(int peer, size_t *out_size)
{
    static const char head[] = "HTTP/1.1 200";
    enum { KEPT = sizeof head - 2 };
    char bytes[65536] = {0};
    unsigned count = 0;
    ssize_t got;
    *out_size = 0;
    // The end of what came before stands in front: a head may come in two pieces.
    while ((got = recv(peer, bytes + KEPT, sizeof bytes - KEPT, 0)) > 0) {
        *out_size += (size_t)got;
        for (ssize_t i = 0; i < got; i++)
            count += memcmp(bytes + i, head, sizeof head - 1) == 0;
        memmove(bytes, bytes + got, KEPT);
    }
    ck_assert_int_eq(got, 0);
    close(peer);
    return count;
}

START_TEST(what_is_behind_a_request_is_answered_after_it)
{
    static const char next[] = GET("/api/large") "GET /health HTTP/1.1\r\nHost: a\r\n"
                                                 "Connection: close\r\n\r\n";
    size_t size;
    start(0);
    int early = ask_without_reading(GET("/api/large"));
    int whole = ask_without_reading(next);
    ck_assert_uint_eq(receiver_get("/health", "").status, 200);
    raw_put(early, next, sizeof next - 1);
    ck_assert_uint_eq(answers_in(whole, &size), 2);
    ck_assert_uint_gt(size, 3000000);
    ck_assert_uint_eq(answers_in(early, &size), 3);
    ck_assert_uint_gt(size, 6000000);
    // A client that has closed its own side gets a page.
    int half = ask_without_reading(GET("/"));
    ck_assert_int_eq(shutdown(half, SHUT_WR), 0);
    ck_assert_uint_eq(answers_in(half, &size), 1);
}
END_TEST

// A page of another process hears what is published once word of its subscription has spread.
static bool hears_of(browser *page, const char *body)
{
    char text[32];
    ck_assert_uint_eq(post("/api/publish", body).status, 200);
    snprintf(text, sizeof text, "heard %s", body);
    return browser_sees(page, text);
}

START_TEST(a_cluster_answers_through_any_gateway)
{
    start(2);
    browser *pages[2] = {browser_open(world_port(&running, 0)),
                         browser_open(world_port(&running, 1))};
    for (unsigned i = 0; i < 2; i++) {
        char body[16];
        raw_port = world_port(&running, i);
        snprintf(body, sizeof body, "from %u", i);
        for (unsigned page = 0; page < 2; page++)
            eventually(hears_of(pages[page], body));
        received answer = receiver_get("/api/sync/a", "");
        ck_assert_uint_eq(answer.status, 200);
        long pid = strtol(received_header(&answer, "x-pid"), NULL, 10);
        ck_assert(pid == running.workers[0].pid || pid == running.workers[1].pid);
        answer = receiver_get("/api/file?path=/proc/self/exe", "");
        ck_assert(answer.is_whole && answer.size > 100000);
    }
    // Whoever works on a request when it is killed: 502, and the other one goes on.
    int peers[16];
    static const char head[] = "GET /api/patient HTTP/1.1\r\nHost: a\r\n\r\n";
    for (unsigned i = 0; i < 16; i++) {
        peers[i] = raw_dial();
        raw_put(peers[i], head, sizeof head - 1);
    }
    browsers_wait();
    process_kill(&running.workers[0]);
    process_kill(&running.workers[1]);
    for (unsigned i = 0; i < 16; i++) {
        unsigned status = raw_status_of(raw_take_head(peers[i]));
        ck_assert_msg(status == 502 || status == 503, "%u", status);
        close(peers[i]);
    }
    eventually(receiver_get("/api/async/a", "").status == 503);
    world_start_worker(&running, 0);
    eventually(receiver_get("/api/async/a", "").status == 200);
    browser_free(pages[0]);
    browser_free(pages[1]);
}
END_TEST

Suite *http_routes_suite(void);
Suite *http_routes_suite(void)
{
    Suite *suite = suite_create("http_routes");
    TCase *all = tcase_create("all");
    tcase_add_checked_fixture(all, set_up, tear_down);
    tcase_set_timeout(all, 60);
    tcase_add_test(all, a_handler_is_told_all_of_the_request);
    tcase_add_test(all, an_upgrade_to_another_http_is_passed_over);
    tcase_add_test(all, who_waits_for_it_is_told_that_a_body_is_wanted);
    tcase_add_test(all, an_address_is_read_as_everybody_reads_it);
    tcase_add_test(all, bodies_come_whole_or_are_refused);
    tcase_add_test(all, other_methods_are_told_which_there_are);
    tcase_add_test(all, an_answer_is_what_may_be_one);
    tcase_add_test(all, who_does_not_answer_is_answered_for);
    tcase_add_test(all, too_many_at_once_are_told_to_come_again_until_some_leave);
    tcase_add_test(all, one_address_has_so_many_requests_under_way);
    tcase_add_test(all, what_is_behind_a_request_costs_nothing_while_it_is_answered);
    tcase_add_test(all, what_is_behind_a_request_is_answered_after_it);
    tcase_add_test(all, a_cluster_answers_through_any_gateway);
    suite_add_tcase(suite, all);
    return suite;
}
