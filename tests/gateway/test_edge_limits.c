// What one address may have of a gateway, on its socket.

#include "edge_world.h"

#include <check.h>
#include <poll.h>
#include <stdio.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/client_limits.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/refusals.h"
#include "raw_browser.h"
#include "wire/close_code.h"
#include "wire/limits.h"

static void is_served(int peer)
{
    response page = edge_ask(peer, "GET / HTTP/1.1\r\nHost: x\r\n\r\n", true);
    ck_assert_uint_eq(page.status, 200);
    tr_free(page.body);
}

START_TEST(an_address_has_so_many_connections)
{
    edge_set_up_limited(3, NULL);
    int peers[3];
    for (unsigned i = 0; i < 3; i++) {
        peers[i] = raw_dial();
        if (i != 1) // one has said nothing yet
            is_served(peers[i]);
    }
    int fourth = raw_dial();
    ck_assert_uint_eq(raw_status_of(raw_take_head(fourth)), 429);
    close(fourth);
    close(peers[0]); // by libwebsockets
    close(peers[1]); // by the filter
    eventually(edge_stats().sockets == 1);
    for (unsigned i = 0; i < 2; i++)
        is_served(peers[i] = raw_dial());
    for (unsigned i = 0; i < 3; i++)
        close(peers[i]);
    eventually(edge_stats().sockets == 0);
    edge_tear_down_limited();
}
END_TEST

static int opens(const char *forwarded)
{
    char line[128];
    snprintf(line, sizeof line, "X-Forwarded-For: %s\r\n", forwarded);
    int peer = raw_dial();
    ck_assert_uint_eq(raw_handshake(peer, "/ws", line), 101);
    return peer;
}

// The proxy has as many as it needs; who is behind it has not.
START_TEST(behind_a_proxy_each_address_has_so_many)
{
    edge_set_up_limited(3, "127.0.0.1");
    uint64_t before = tr_refusal_get(TR_REFUSAL_ADDRESS_CONNECTIONS);
    int peers[6];
    for (unsigned i = 0; i < 6; i++)
        peers[i] = opens(i < 3 ? "192.0.2.1" : "192.0.2.2");
    eventually(edge_stats().connections == 6);
    raw_expect_close(opens("192.0.2.1"), TR_CLOSE_TRY_LATER);
    ck_assert_uint_eq(tr_refusal_get(TR_REFUSAL_ADDRESS_CONNECTIONS), before + 1);
    close(peers[0]);
    eventually(edge_stats().connections == 5);
    peers[0] = opens("192.0.2.1");
    eventually(edge_stats().connections == 6);
    for (unsigned i = 0; i < 6; i++)
        close(peers[i]);
    eventually(edge_stats().connections == 0);
    edge_tear_down_limited();
}
END_TEST

static bool is_open(int peer)
{
    struct pollfd state = {.fd = peer, .events = POLLIN | POLLRDHUP};
    return poll(&state, 1, 0) == 0;
}

// The oldest goes; who sends a request at once is served.
START_TEST(an_address_has_so_many_connections_that_say_nothing)
{
    enum { MORE = 4 };
    int silent[TR_HALF_OPEN_ADDRESS_CAP + MORE];
    edge_set_up_limited(0, NULL);
    uint64_t before = tr_refusal_get(TR_REFUSAL_ADDRESS_HALF_OPEN);
    for (unsigned i = 0; i < TR_HALF_OPEN_ADDRESS_CAP + MORE; i++)
        silent[i] = raw_dial();
    eventually(tr_refusal_get(TR_REFUSAL_ADDRESS_HALF_OPEN) == before + MORE);
    for (unsigned i = 0; i < MORE; i++)
        eventually(!is_open(silent[i]));
    ck_assert(is_open(silent[TR_HALF_OPEN_ADDRESS_CAP + MORE - 1]));
    int peer = raw_dial();
    is_served(peer);
    close(peer);
    for (unsigned i = 0; i < TR_HALF_OPEN_ADDRESS_CAP + MORE; i++)
        close(silent[i]);
    eventually(edge_stats().sockets == 0);
    edge_tear_down_limited();
}
END_TEST

Suite *gateway_edge_limits_suite(void);
Suite *gateway_edge_limits_suite(void)
{
    Suite *suite = suite_create("gateway/edge_limits");
    TCase *tests = tcase_create("one address");
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, an_address_has_so_many_connections);
    tcase_add_test(tests, behind_a_proxy_each_address_has_so_many);
    tcase_add_test(tests, an_address_has_so_many_connections_that_say_nothing);
    suite_add_tcase(suite, tests);
    return suite;
}
