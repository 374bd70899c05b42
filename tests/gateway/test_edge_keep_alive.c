// Several requests on one connection: each head is judged before libwebsockets reads it.

#include "edge_world.h"

#include <check.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/mem.h"
#include "raw_browser.h"

Suite *gateway_edge_keep_alive_suite(void);

#define HEALTH "GET /health HTTP/1.1\r\nHost: x\r\n\r\n"
#define SMUGGLED "GET /smuggled.png HTTP/1.1\r\nHost: x\r\n\r\n"
// The body of one request to those who see its length, and a request of its own to others.
#define SMUGGLING "GET /health HTTP/1.1\r\nHost: x\r\nX: 1\r\nContent-Length: 39\r\n\r\n" SMUGGLED

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

static void is_refused(int peer, unsigned status)
{
    uint64_t before = edge_stats().requests;
    is_answered(peer, status);
    raw_expect_end(peer);
    eventually(edge_stats().sockets == 0);
    ck_assert_uint_eq(edge_stats().requests, before);
}

START_TEST(keep_alive_serves_one_request_after_the_other)
{
    int peer = raw_dial();
    for (unsigned i = 0; i < 5; i++) {
        put(peer, HEALTH);
        is_answered(peer, 200);
        response page =
            edge_ask(peer, "GET /assets/big-1a2b.bin HTTP/1.1\r\nHost: x\r\n\r\n", true);
        ck_assert_uint_eq(page.size, sizeof edge_big_file);
        tr_free(page.body);
    }
    close(peer);
    eventually(edge_stats().sockets == 0);
}
END_TEST

START_TEST(keep_alive_ends_with_a_request_that_smuggles)
{
    int peer = raw_dial();
    for (int i = 0; i < _i; i++) {
        put(peer, HEALTH);
        is_answered(peer, 200);
    }
    put(peer, SMUGGLING);
    is_refused(peer, 400);
}
END_TEST

// A piece is seen before the next one comes, as a question to the core thread is answered between.
static void drip(int peer, const char *text)
{
    for (; *text != '\0'; text++) {
        raw_put(peer, text, 1);
        (void)edge_stats();
    }
}

START_TEST(keep_alive_takes_a_head_that_drips)
{
    int peer = raw_dial();
    for (unsigned i = 0; i < 3; i++) {
        put(peer, HEALTH);
        is_answered(peer, 200);
        drip(peer, HEALTH);
        is_answered(peer, 200);
    }
    drip(peer, "GET /health HTTP/1.1\r\nHost: x\r\nCook: 1\r\n\r\n");
    is_refused(peer, 400);
}
END_TEST

START_TEST(keep_alive_ends_with_a_head_that_is_too_large)
{
    static char large[20000];
    memset(large, 'x', sizeof large);
    memcpy(large, "GET / HTTP/1.1\r\nHost: x\r\nCookie: ", 33);
    int peer = raw_dial();
    put(peer, HEALTH);
    is_answered(peer, 200);
    raw_put(peer, large, sizeof large);
    is_refused(peer, 431);
}
END_TEST

// Requests that are sent without waiting for answers.
START_TEST(keep_alive_answers_requests_that_come_together)
{
    int peer = raw_dial();
    for (unsigned i = 0; i < 3; i++) {
        put(peer, HEALTH HEALTH "GET /heal");
        is_answered(peer, 200);
        is_answered(peer, 200);
        put(peer, "th HTTP/1.1\r\nHost: x\r\n\r\n");
        is_answered(peer, 200);
    }
    close(peer);
    eventually(edge_stats().sockets == 0);
}
END_TEST

// Each keeps the others from telling whether it has put bytes aside.
START_TEST(keep_alive_answers_requests_that_come_together_on_many_connections)
{
    enum { PEERS = 24, REQUESTS = 3 };
    int peers[PEERS];
    for (unsigned i = 0; i < PEERS; i++)
        peers[i] = raw_dial();
    for (unsigned i = 0; i < PEERS; i++)
        put(peers[i], HEALTH HEALTH HEALTH);
    for (unsigned i = 0; i < PEERS; i++) {
        for (unsigned request = 0; request < REQUESTS; request++)
            is_answered(peers[i], 200);
        close(peers[i]);
    }
    eventually(edge_stats().sockets == 0);
}
END_TEST

START_TEST(keep_alive_ends_with_its_client)
{
    static const char *const parts[] = {"", "GET /hea"};
    int peer = raw_dial();
    put(peer, HEALTH);
    is_answered(peer, 200);
    put(peer, parts[_i]);
    ck_assert_int_eq(shutdown(peer, SHUT_WR), 0);
    raw_expect_end(peer);
    eventually(edge_stats().sockets == 0);
}
END_TEST

static void set_up_encrypted(void)
{
    edge_encrypt();
    edge_set_up();
}

static void set_up_short(void)
{
    edge_world.options.keep_alive_s = 1;
    edge_set_up();
}

static void set_up_short_encrypted(void)
{
    edge_encrypt();
    set_up_short();
}

// Idle, or with a part of a head: closed in time, and next to nothing is done until then.
START_TEST(keep_alive_has_an_end_and_costs_nothing)
{
    static const char *const parts[] = {"", "GET /hea"};
    int peer = raw_dial();
    put(peer, HEALTH);
    is_answered(peer, 200);
    put(peer, parts[_i]);
    edge_costs_nothing();
    struct pollfd ended = {.fd = peer, .events = POLLIN};
    ck_assert_int_eq(poll(&ended, 1, WAIT_S * 1000), 1);
    raw_expect_end(peer);
    eventually(edge_stats().sockets == 0);
}
END_TEST

static void add_kept(Suite *suite, const char *name, SFun set_up)
{
    TCase *cases = tcase_create(name);
    tcase_set_timeout(cases, 60);
    tcase_add_checked_fixture(cases, set_up, edge_tear_down);
    tcase_add_test(cases, keep_alive_serves_one_request_after_the_other);
    tcase_add_loop_test(cases, keep_alive_ends_with_a_request_that_smuggles, 0, 3);
    tcase_add_test(cases, keep_alive_takes_a_head_that_drips);
    tcase_add_test(cases, keep_alive_ends_with_a_head_that_is_too_large);
    tcase_add_test(cases, keep_alive_answers_requests_that_come_together);
    tcase_add_test(cases, keep_alive_answers_requests_that_come_together_on_many_connections);
    tcase_add_loop_test(cases, keep_alive_ends_with_its_client, 0, 2);
    suite_add_tcase(suite, cases);
}

static void add_ends(Suite *suite, const char *name, SFun set_up)
{
    TCase *cases = tcase_create(name);
    tcase_set_timeout(cases, 60);
    tcase_add_checked_fixture(cases, set_up, edge_tear_down);
    tcase_add_loop_test(cases, keep_alive_has_an_end_and_costs_nothing, 0, 2);
    suite_add_tcase(suite, cases);
}

Suite *gateway_edge_keep_alive_suite(void)
{
    Suite *suite = suite_create("gateway/edge_keep_alive");
    add_kept(suite, "kept", edge_set_up);
    add_kept(suite, "kept_encrypted", set_up_encrypted);
    add_ends(suite, "ends", set_up_short);
    add_ends(suite, "ends_encrypted", set_up_short_encrypted);
    return suite;
}
