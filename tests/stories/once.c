// What a handler does outside its page, while its process is killed in the middle of it: the other side gets the same
// number for the same event, and can tell.

#include <arpa/inet.h>
#include <check.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/support/browser.h"
#include "tests/support/scratch.h"
#include "tests/support/world.h"

enum { KEY_BYTES = 80, REQUEST_BYTES = 4096 };

static world here;
static int service; // where the handlers' requests come
static pid_t asked_by;
static char folder[64];
static char store[128];

static void set_up(const char *program)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof at;
    char url[128];
    service = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    ck_assert_int_eq(bind(service, (struct sockaddr *)&at, size), 0);
    ck_assert_int_eq(listen(service, 8), 0);
    ck_assert_int_eq(getsockname(service, (struct sockaddr *)&at, &size), 0);
    (void)snprintf(url, sizeof url, "http://127.0.0.1:%u/", ntohs(at.sin_port));
    setenv("ONCE_URL", url, 1);
    setenv("PAYMENTS_URL", url, 1);
    scratch_make(folder, sizeof folder, "once");
    (void)snprintf(store, sizeof store, "lmdb:%s/sessions", folder);
    world_start(&here, &(world_options){.program = program,
                                        .gateways = 1,
                                        .workers = 1,
                                        .bus = "tcp",
                                        .store = store,
                                        .durability = "sync"});
    world_await_sessions(&here, 0);
}

static void tear_down(void)
{
    world_stop(&here);
    (void)close(service);
    scratch_remove(folder);
}

static bool is_asked(void)
{
    return poll(&(struct pollfd){.fd = service, .events = POLLIN}, 1, 0) > 0;
}

// Waits for a request, and says which number it came with. The answer is still to come.
static int take_request(char key[KEY_BYTES])
{
    char request[REQUEST_BYTES] = "";
    size_t size = 0;
    eventually(is_asked());
    int peer = accept(service, NULL, NULL);
    ck_assert_int_ge(peer, 0);
    while (strstr(request, "\r\n\r\n") == NULL) {
        ck_assert_int_eq(
            poll(&(struct pollfd){.fd = peer, .events = POLLIN}, 1, BROWSER_DEADLINE_MS), 1);
        ssize_t got = recv(peer, request + size, sizeof request - 1 - size, 0);
        ck_assert_int_gt(got, 0);
        size += (size_t)got;
        request[size] = '\0';
    }
    const char *from = strcasestr(request, "\r\nFrom: ");
    asked_by = from != NULL ? (pid_t)strtol(strchr(from, ':') + 1, NULL, 10) : 0;
    const char *header = strcasestr(request, "\r\nIdempotency-Key: ");
    ck_assert_ptr_nonnull(header);
    ck_assert_int_eq(sscanf(strchr(header, ':') + 1, "%79s", key), 1);
    return peer;
}

static void answer(int peer)
{
    static const char text[] =
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}";
    ck_assert_int_eq(send(peer, text, sizeof text - 1, MSG_NOSIGNAL), sizeof text - 1);
    (void)close(peer);
}

// Calls of before whose end was not written yet run again, too, by their own key.
static bool is_shown(browser *b, const char *seen, const char *before)
{
    char key[KEY_BYTES];
    if (before != NULL && is_asked()) {
        answer(take_request(key));
        ck_assert_str_eq(key, before);
    }
    return browser_sees(b, seen) || (before != NULL && browser_sees(b, before));
}

// The service has taken what the first run told it; the worker is killed before the page hears of that.
// At the end the page shows `seen`; NULL: the key. `before`: that of the call before; NULL: there was none.
static void is_told_twice_the_same(browser *b, const char *seen, const char *before)
{
    char first[KEY_BYTES], again[KEY_BYTES];
    int peer = take_request(first);
    process_kill(&here.workers[0]);
    (void)close(peer);
    world_start_worker(&here, 0);
    browser_reconnect(b, world_port(&here, 0));
    peer = take_request(again);
    while (before != NULL && strcmp(again, before) == 0) {
        answer(peer);
        peer = take_request(again);
    }
    ck_assert_msg(strcmp(again, first) == 0, "%s behind %s, before it %s", again, first,
                  before != NULL ? before : "nothing");
    answer(peer);
    eventually(is_shown(b, seen != NULL ? seen : again, before));
    ck_assert(before != NULL || !is_asked());
}

START_TEST(an_order_is_paid_once)
{
    char other[KEY_BYTES];
    set_up("checkout");
    browser *b = browser_open_as(world_port(&here, 0), BROWSER_COUNTS, NULL);
    browser_click(b, "One more");
    eventually(browser_sees(b, "2 tickets"));
    browser_click(b, "To the till");
    eventually(browser_sees(b, "2 tickets, 24.00 €"));
    browser_click(b, "Pay");
    is_told_twice_the_same(b, "Paid: 24.00 €", NULL);
    // The next order is another one.
    browser_click(b, "Buy more");
    eventually(browser_id(b, "To the till") != 0);
    browser_click(b, "To the till");
    eventually(browser_id(b, "Pay") != 0);
    browser_click(b, "Pay");
    int peer = take_request(other);
    eventually(browser_sees(b, "Paying…"));
    browser_click(b, "Paying…");
    answer(peer);
    eventually(browser_sees(b, "Paid: 12.00 €"));
    ck_assert(!is_asked());
    browser_free(b);
    tear_down();
}
END_TEST

static const struct {
    const char *button;
    bool has_handlers;
} ways[] = {{"Async", false}, {"Sync", false}, {"Sync", true}};

// Until its sync handlers run there.
static void await_handlers(browser *b)
{
    char key[KEY_BYTES];
    world_start_handlers(&here, 0);
    do {
        browser_click(b, "Sync");
        answer(take_request(key));
        eventually(browser_sees(b, key)); // calls are not in order: the next may be done before
    } while (asked_by != here.handlers[0].pid);
}

START_TEST(a_handler_that_runs_again_has_the_key_of_before)
{
    char first[KEY_BYTES], next[KEY_BYTES];
    set_up("./once");
    browser *b = browser_open_as(world_port(&here, 0), BROWSER_COUNTS, NULL);
    if (ways[_i].has_handlers)
        await_handlers(b);
    browser_click(b, ways[_i].button);
    answer(take_request(first));
    eventually(browser_sees(b, first));
    browser_click(b, ways[_i].button);
    answer(take_request(next));
    ck_assert_str_ne(next, first);
    ck_assert_uint_eq(strlen(next), 64);
    eventually(browser_sees(b, next));
    browser_click(b, ways[_i].button);
    is_told_twice_the_same(b, NULL, next);
    browser_free(b);
    tear_down();
}
END_TEST

Suite *once_suite(void);
Suite *once_suite(void)
{
    Suite *suite = suite_create("once");
    TCase *tests = tcase_create("outside the page");
    tcase_set_timeout(tests, 180);
    tcase_add_test(tests, an_order_is_paid_once);
    tcase_add_loop_test(tests, a_handler_that_runs_again_has_the_key_of_before, 0,
                        sizeof ways / sizeof *ways);
    suite_add_tcase(suite, tests);
    return suite;
}
