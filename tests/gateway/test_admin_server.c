// The operators' listener, byte by byte: what is asked of it, and what comes behind that.

#include "gateway/admin_server.h"

#include <check.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/log.h"
#include "raw_browser.h"

Suite *gateway_admin_server_suite(void);

#define HEAD_OF(method, path) method " " path " HTTP/1.1\r\nHost: 127.0.0.1\r\n"
#define GET HEAD_OF("GET", "/first") "\r\n"

#define HOLD HEAD_OF("GET", "/hold") "\r\n"

enum { CONNECTIONS = 64 }; // that the server has at once

static tr_admin_server *server;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static bool is_held; // the server's thread, by who asks for /hold
static bool is_holding;

static void hold(void)
{
    pthread_mutex_lock(&lock);
    is_holding = true;
    pthread_cond_broadcast(&changed);
    while (is_held)
        pthread_cond_wait(&changed, &lock);
    pthread_mutex_unlock(&lock);
}

static void await_hold(void)
{
    pthread_mutex_lock(&lock);
    while (!is_holding)
        pthread_cond_wait(&changed, &lock);
    pthread_mutex_unlock(&lock);
}

static void keep(bool is_wanted)
{
    pthread_mutex_lock(&lock);
    is_held = is_wanted;
    pthread_cond_broadcast(&changed);
    pthread_mutex_unlock(&lock);
}

static void answer(void *arg, const tr_admin_request *request, tr_admin_answer *out)
{
    (void)arg;
    if (tr_slice_is(request->path, "/hold"))
        hold();
    out->status = 200;
    tr_buf_printf(&out->body, "%s %.*s\n", request->is_put ? "put" : "get", (int)request->path.size,
                  request->path.data);
}

static void set_up(void)
{
    tr_log_level_set(TR_LOG_ERROR);
    ck_assert_int_eq(tr_admin_server_start("127.0.0.1", 0, answer, NULL, &server), 0);
    raw_port = tr_admin_server_port(server);
}

static void tear_down(void)
{
    tr_admin_server_stop(&server);
}

static void says(int peer, unsigned status, const char *text)
{
    char got[128] = "";
    ck_assert_uint_eq(raw_status_of(raw_take_head(peer)), status);
    raw_take(peer, got, strlen(text));
    ck_assert_str_eq(got, text);
}

static int ask(const char *request)
{
    int peer = raw_dial();
    ck_assert_int_ge(peer, 0);
    raw_put(peer, request, strlen(request));
    return peer;
}

START_TEST(requests_of_one_connection_are_answered)
{
    int peer = ask(GET);
    says(peer, 200, "get /first\n");
    raw_put(peer, GET, sizeof GET - 1);
    says(peer, 200, "get /first\n");
    close(peer);
}
END_TEST

START_TEST(a_request_with_a_body_is_told_that_it_has_none)
{
    static const char *const requests[] = {
        HEAD_OF("PUT", "/x") "Content-Length: 1\r\n\r\nx",
        HEAD_OF("GET", "/x") "Content-Length: 1\r\n\r\nx",
        HEAD_OF("PUT", "/x") "Transfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n",
        HEAD_OF("PUT", "/x") "Content-Length: 1\r\n\r\n",
    };
    int peer = ask(requests[_i]);
    says(peer, 400, "Requests have no body here.\n");
    raw_expect_end(peer);
}
END_TEST

// libwebsockets takes what comes behind one without a length for its body: it ends the connection.
START_TEST(a_put_without_a_length_ends_its_connection)
{
    static const char *const methods[] = {"PUT", "POST", "PATCH"};
    char request[128];
    snprintf(request, sizeof request, "%s /x HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", methods[_i]);
    int peer = ask(request);
    const char *head = raw_take_head(peer);
    ck_assert_uint_eq(raw_status_of(head), _i == 0 ? 200 : 405);
    ck_assert_ptr_nonnull(strstr(head, "connection: close\r\n"));
    const char *text = _i == 0 ? "put /x\n" : "GET, HEAD or PUT.\n";
    char got[64] = "";
    raw_take(peer, got, strlen(text));
    ck_assert_str_eq(got, text);
    raw_expect_end(peer);
}
END_TEST

START_TEST(a_request_of_no_bytes_keeps_its_connection)
{
    int peer;
    if (_i == 0) {
        peer = ask(HEAD_OF("PUT", "/x") "Content-Length: 0\r\n\r\n");
        says(peer, 200, "put /x\n");
    } else {
        peer = ask(HEAD_OF("POST", "/x") "Content-Length: 0\r\n\r\n");
        says(peer, 405, "GET, HEAD or PUT.\n");
    }
    raw_put(peer, GET, sizeof GET - 1);
    says(peer, 200, "get /first\n");
    close(peer);
}
END_TEST

// In one packet or in two; what libwebsockets would close without a word.
START_TEST(what_cannot_be_a_request_is_told_so)
{
    static const struct {
        const char *line;
        unsigned padding;
        unsigned status;
    } rows[] = {{"GET /first HTTP/1.1\r\n", 17000, 431},
                {"GET /first HTTP/1.1\r\n", 200000, 431},
                {"hello\r\n\r\n", 0, 400},
                {"GET /a%00b HTTP/1.1\r\n", 0, 400},
                {"GET /first HTTP/1.1\r\n", 15000, 200}};
    static char padding[200000];
    memset(padding, 'a', sizeof padding);
    raw_may_be_closed = true;
    int peer = ask(rows[_i].line);
    if (rows[_i].padding != 0) {
        raw_put(peer, "Host: 127.0.0.1\r\nX-More: ", 25);
        raw_put(peer, padding, rows[_i].padding);
    }
    raw_put(peer, "\r\n\r\n", 4);
    ck_assert_uint_eq(raw_status_of(raw_take_head(peer)), rows[_i].status);
    close(peer);
}
END_TEST

static bool is_answered(int peer)
{
    char text[512];
    (void)send(peer, GET, sizeof GET - 1, MSG_NOSIGNAL);
    return recv(peer, text, sizeof text, 0) > 0;
}

// The silent one asks while the one that takes its place is let in, so it is cut with its request unread.
START_TEST(one_more_has_another_one_go_whatever_that_asks)
{
    int others[CONNECTIONS - 1];
    int silent = raw_dial();
    ck_assert_int_ge(silent, 0);
    for (unsigned i = 0; i < CONNECTIONS - 1; i++) {
        others[i] = ask(GET);
        says(others[i], 200, "get /first\n");
    }
    keep(true);
    raw_put(others[0], HOLD, sizeof HOLD - 1);
    await_hold();
    raw_put(silent, GET, sizeof GET - 1);
    int newest = raw_dial();
    ck_assert_int_ge(newest, 0);
    keep(false);
    says(others[0], 200, "get /hold\n");
    unsigned answered = is_answered(newest) + is_answered(silent);
    for (unsigned i = 0; i < CONNECTIONS - 1; i++)
        answered += is_answered(others[i]);
    ck_assert_uint_eq(answered, CONNECTIONS);
    for (unsigned i = 0; i < CONNECTIONS - 1; i++)
        close(others[i]);
    close(silent);
    close(newest);
}
END_TEST

Suite *gateway_admin_server_suite(void)
{
    Suite *suite = suite_create("gateway/admin_server");
    TCase *cases = tcase_create("requests");
    tcase_set_timeout(cases, 60);
    tcase_add_checked_fixture(cases, set_up, tear_down);
    tcase_add_test(cases, requests_of_one_connection_are_answered);
    tcase_add_loop_test(cases, a_request_with_a_body_is_told_that_it_has_none, 0, 4);
    tcase_add_loop_test(cases, a_put_without_a_length_ends_its_connection, 0, 3);
    tcase_add_loop_test(cases, a_request_of_no_bytes_keeps_its_connection, 0, 2);
    tcase_add_loop_test(cases, what_cannot_be_a_request_is_told_so, 0, 5);
    tcase_add_test(cases, one_more_has_another_one_go_whatever_that_asks);
    suite_add_tcase(suite, cases);
    return suite;
}
