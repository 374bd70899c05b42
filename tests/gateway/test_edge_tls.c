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
    suite_add_tcase(suite, cases);
    return suite;
}
