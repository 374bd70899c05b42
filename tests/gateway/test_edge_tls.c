// The gateway's own TLS listener: what cannot be looked at before it is read.

#include "edge_world.h"

#include <check.h>
#include <pthread.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/mem.h"
#include "raw_browser.h"
#include "raw_tls.h"
#include "tests/support/system.h"
#include "wire/limits.h"

Suite *gateway_edge_tls_suite(void);

#define HEALTH "GET /health HTTP/1.1\r\nHost: x\r\n\r\n"
#define POST "POST /app HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello"

enum { BUSY = 8, BUSY_REQUESTS = 400, POSTS = 30 };

static const tr_http_route routes[] = {{.pattern = "POST /app"}, {.pattern = NULL}};
static unsigned posts; // that came to the app
static unsigned whole; // with the body that was sent

static void on_question(const tr_message *message)
{
    const tr_msg_http_request *request = TR_BODY(message, http_request);
    pthread_mutex_lock(&edge_world.lock);
    posts++;
    whole += request->body.size == 5 && memcmp(request->body.data, "hello", 5) == 0;
    edge_changed();
}

static void is_heard(unsigned count)
{
    ck_assert(edge_wait_on(&posts, count));
    ck_assert_uint_eq(whole, count);
}

static void set_up(void)
{
    edge_world.options.routes = routes;
    edge_world.on_question = on_question;
    edge_encrypt();
    edge_set_up();
}

static void put(int peer, const char *text)
{
    raw_put(peer, text, strlen(text));
}

static void is_answered(int peer, unsigned status)
{
    response got = edge_ask(peer, "", true);
    ck_assert_uint_eq(got.status, status);
    tr_free(got.body);
}

// -- the tests --

START_TEST(tls_serves_one_request_after_the_other)
{
    int peer = raw_dial();
    for (unsigned i = 0; i < 3; i++) {
        put(peer, HEALTH);
        is_answered(peer, 200);
    }
    put(peer, POST);
    is_heard(1);
    close(peer);
}
END_TEST

START_TEST(tls_takes_a_body_whatever_others_have_sent)
{
    int busy[BUSY];
    for (unsigned i = 0; i < BUSY; i++) {
        busy[i] = raw_dial();
        raw_tls_gather();
        for (unsigned n = 0; n < BUSY_REQUESTS; n++)
            put(busy[i], HEALTH);
        raw_tls_put_gathered(busy[i]);
    }
    for (unsigned i = 0; i < POSTS; i++) {
        int peer = raw_dial();
        if (_i == 1) {
            put(peer, HEALTH);
            is_answered(peer, 200);
        }
        put(peer, POST);
        is_heard(i + 1);
        close(peer);
    }
    for (unsigned i = 0; i < BUSY; i++)
        close(busy[i]);
}
END_TEST

START_TEST(tls_takes_a_body_beside_a_browser_that_is_not_read)
{
    int paused = edge_attached_browser();
    raw_tls_gather();
    for (unsigned i = 0; i < TR_CONNECTION_WINDOW + 100; i++)
        edge_put_event(paused, "hold", "\xc0");
    raw_tls_put_gathered(paused);
    eventually(edge_stats().pauses == 1);
    int peer = raw_dial();
    put(peer, POST);
    is_heard(1);
    close(peer);
    close(paused);
}
END_TEST

START_TEST(tls_goes_on_reading_what_came_together)
{
    int peer = edge_attached_browser();
    raw_tls_gather();
    for (unsigned i = 0; i < TR_CONNECTION_WINDOW - 1; i++)
        edge_put_event(peer, "hold", "\xc0");
    edge_put_event(peer, "credit", "\xc0");
    for (unsigned i = 0; i < 100; i++)
        edge_put_event(peer, "echo", "\xc3");
    raw_tls_put_gathered(peer);
    for (unsigned i = 0; i < 100; i++)
        raw_expect_message(peer, "\xc3", 1);
    ck_assert_uint_ge(edge_stats().pauses, 1);
    close(peer);
}
END_TEST

// libwebsockets would take the head of the second one for its body.
START_TEST(tls_does_not_take_a_body_together_with_the_request_before)
{
    int peer = raw_dial();
    put(peer, HEALTH HEALTH POST);
    is_answered(peer, 200);
    is_answered(peer, 200);
    is_answered(peer, 400);
    raw_expect_end(peer);
    ck_assert_uint_eq(posts, 0);
}
END_TEST

START_TEST(tls_takes_a_body_behind_a_head_that_came_in_parts)
{
    static const char *const parts[][2] = {
        {HEALTH "POST /app HT", "TP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello"},
        {HEALTH "POST /app HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r", "\nhello"},
    };
    int peer = raw_dial();
    put(peer, parts[_i][0]);
    is_answered(peer, 200);
    put(peer, parts[_i][1]);
    is_heard(1);
    close(peer);
}
END_TEST

// A record for each call.
static void put_in_records(int peer, const char *bytes, size_t size, size_t record)
{
    for (size_t at = 0; at < size; at += record)
        raw_put(peer, bytes + at, size - at < record ? size - at : record);
}

// Never with the app, nor with libwebsockets' own words.
static void is_refused(int peer, unsigned status)
{
    uint64_t before = edge_stats().requests;
    response got = edge_ask(peer, "", true);
    ck_assert_uint_eq(got.status, status);
    ck_assert_ptr_null(strstr(got.body, "<html>"));
    tr_free(got.body);
    raw_expect_end(peer);
    ck_assert_uint_eq(edge_stats().requests, before);
    eventually(edge_stats().sockets == 0);
}

// In one record, in several, and byte by byte.
START_TEST(tls_says_what_is_wrong_with_a_head)
{
    static const struct {
        const char *head;
        unsigned status;
    } bad[] = {
        {"GET /%zz HTTP/1.1\r\nHost: x\r\n\r\n", 400},
        {"GET /%00 HTTP/1.1\r\nHost: x\r\n\r\n", 400},
        {"GET nowhere HTTP/1.1\r\nHost: x\r\n\r\n", 400},
        {"GET / HTTP/2.0\r\nHost: x\r\n\r\n", 505},
        {"GET /\r\n\r\n", 400},
        {"GET / HTTP/1.1\r\nHost: x\r\nX: 1\r\n\r\n", 400},
        {"GET / HTTP/1.1\r\nHost: x\r\n folded\r\n\r\n", 400},
        {"BREW /pot HTTP/1.1\r\nHost: x\r\n\r\n", 405},
        {"\x16\x03\x01 what is this", 400},
    };
    static const size_t records[] = {1000, 9, 1};
    for (unsigned i = 0; i < sizeof bad / sizeof *bad; i++) {
        int peer = raw_dial();
        raw_may_be_closed = true;
        put_in_records(peer, bad[i].head, strlen(bad[i].head), records[_i]);
        is_refused(peer, bad[i].status);
    }
}
END_TEST

START_TEST(tls_says_that_a_head_is_too_large)
{
    static char large[40000];
    static const size_t records[] = {40000, 16384, 1000};
    memset(large, 'x', sizeof large);
    memcpy(large, "GET / HTTP/1.1\r\nHost: x\r\nCookie: ", 33);
    int peer = raw_dial();
    raw_may_be_closed = true;
    put_in_records(peer, large, sizeof large, records[_i]);
    is_refused(peer, 431);
}
END_TEST

// Who sends a whole one is answered beside many that never end theirs, and so is who ends his in time: all that happens
// to the later half of them happens within TR_HEAD_DEADLINE_MS, on a slow machine as well.
START_TEST(tls_answers_beside_heads_that_never_end)
{
    enum { SILENT = TEST_UNDER_SANITIZER ? 60 : 300, LATER = SILENT / 2 };
    static int silent[SILENT];
    for (unsigned i = 0; i < SILENT; i++) {
        silent[i] = raw_dial();
        put(silent[i], "GET /health HT");
    }
    int peer = raw_dial();
    put(peer, HEALTH);
    is_answered(peer, 200);
    close(peer);
    put(silent[LATER], "TP/1.1\r\nHost: x\r\n\r\n");
    is_answered(silent[LATER], 200);
    for (unsigned i = 0; i < SILENT; i++)
        close(silent[i]);
}
END_TEST

static void set_up_proxied(void)
{
    edge_world.options.trusted_proxies = "127.0.0.1";
    set_up();
}

START_TEST(tls_keeps_the_connection_of_a_proxy)
{
    int peer = raw_dial();
    for (unsigned i = 0; i < 3; i++) {
        put(peer, HEALTH);
        is_answered(peer, 200);
    }
    put(peer, "GET /health HTTP/1.1\r\nHost: x\r\nX: 1\r\n\r\n");
    is_answered(peer, 400);
    raw_expect_end(peer);
}
END_TEST

Suite *gateway_edge_tls_suite(void)
{
    Suite *suite = suite_create("gateway/edge_tls");
    TCase *cases = tcase_create("tls");
    tcase_set_timeout(cases, 60);
    tcase_add_checked_fixture(cases, set_up, edge_tear_down);
    tcase_add_test(cases, tls_serves_one_request_after_the_other);
    tcase_add_loop_test(cases, tls_takes_a_body_whatever_others_have_sent, 0, 2);
    tcase_add_test(cases, tls_takes_a_body_beside_a_browser_that_is_not_read);
    tcase_add_test(cases, tls_goes_on_reading_what_came_together);
    tcase_add_test(cases, tls_does_not_take_a_body_together_with_the_request_before);
    tcase_add_loop_test(cases, tls_takes_a_body_behind_a_head_that_came_in_parts, 0, 2);
    tcase_add_loop_test(cases, tls_says_what_is_wrong_with_a_head, 0, 3);
    tcase_add_loop_test(cases, tls_says_that_a_head_is_too_large, 0, 3);
    tcase_add_test(cases, tls_answers_beside_heads_that_never_end);
    suite_add_tcase(suite, cases);
    TCase *proxied = tcase_create("proxied");
    tcase_set_timeout(proxied, 60);
    tcase_add_checked_fixture(proxied, set_up_proxied, edge_tear_down);
    tcase_add_test(proxied, tls_keeps_the_connection_of_a_proxy);
    suite_add_tcase(suite, proxied);
    return suite;
}
