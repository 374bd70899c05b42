// An app inside a server of somebody else's, which is this test.

#include <check.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/mem.h"
#include "testing/client_model.h"
#include "tests/support/browser.h"
#include "tests/support/embedding.h"
#include "troupe/troupe.h"
#include "wire/flet.h"

enum { LARGE_BYTES = 3000000, LONG_BYTES = 100000, CLICKS = 100 };

static tr_embed *here;
static atomic_uint clicks;

TR_HTTP_ASYNC(embed_story_echo)
{
    size_t size;
    const char *body = tr_request_body(request, &size);
    const char *own = tr_request_header(request, "x-own");
    tr_respond_header(request, "X-Given", "yes");
    tr_respond_text(request, 200,
                    ui_format("%zu %c %s %s", size, size != 0 ? body[size - 1] : '-',
                              tr_request_client(request), own != NULL ? own : "none"));
}

TR_HTTP_ASYNC(embed_story_large)
{
    char *bytes = tr_alloc(LARGE_BYTES);
    memset(bytes, 'l', LARGE_BYTES);
    tr_respond_bytes(request, 200, "application/octet-stream", bytes, LARGE_BYTES);
    tr_free(bytes);
}

// A long text each time, so that packets are large.
TR_ASYNC(embed_story_clicked)
{
    unsigned count = atomic_fetch_add(&clicks, 1) + 1;
    char *text = tr_alloc(LONG_BYTES + 1);
    memset(text, 'a' + (int)(count % 26), LONG_BYTES);
    text[LONG_BYTES] = '\0';
    ui_set_textf(ev, "count", "%u", count);
    ui_set_text(ev, "long", text);
    tr_free(text);
}

static void build(tr_page *page)
{
    ui_add(page, ui_text("0", .key = "count", .semantics_label = "count"));
    ui_add(page, ui_text("", .key = "long"));
    ui_add(page, ui_button("Add", .on_click = embed_story_clicked));
}

static const tr_app app = {
    .name = "Embedded",
    .build = build,
    TR_HTTP_ROUTES(TR_HTTP("POST /echo", embed_story_echo, .body_max = 500000,
                           .headers = TR_HTTP_HEADERS("x-own")),
                   TR_HTTP("GET /large", embed_story_large))};

static void start(const char *const *arguments)
{
    atomic_store(&clicks, 0);
    here = embedding_start(&app, arguments);
}

static void set_up(void)
{
    setenv("TROUPE_LOG", "error", 1);
}

static void tear_down(void)
{
    ck_assert_int_eq(tr_embed_stop(&here), 0);
}

static embedding_answer get(const char *method, const char *target)
{
    tr_embed_request request = embedding_request(method, target);
    return embedding_ask(here, &request, "", 0);
}

static void expect(const char *method, const char *target, unsigned status, const char *header,
                   bool has_body)
{
    embedding_answer answer = get(method, target);
    ck_assert_msg(answer.status == status, "%s %s: %u", method, target, answer.status);
    ck_assert_msg(strstr(answer.headers, header) != NULL, "%s: %s", target, answer.headers);
    ck_assert_msg(strstr(answer.headers, "connection:") == NULL, "%s", answer.headers);
    ck_assert_msg(answer.is_whole && (answer.body.size != 0) == has_body, "%s %s: %zu bytes",
                  method, target, answer.body.size);
    tr_buf_done(&answer.body);
}

START_TEST(pages_files_and_refusals_are_those_of_the_listener)
{
    start((const char *const[]){"--threads", "2", NULL});
    expect("GET", "/", 200, "content-type: text/html", true);
    expect("GET", "/health", 200, "content-type: ", true);
    expect("HEAD", "/", 200, "content-length: ", false);
    expect("GET", "/a/route", 200, "content-security-policy: ", true);
    expect("GET", "/assets/none.js", 404, "content-length: ", true);
    expect("POST", "/", 405, "allow: GET, HEAD", true);
    expect("GET", "/ws", 426, "sec-websocket-version: 13", true);
    embedding_answer large = get("GET", "/large");
    ck_assert_uint_eq(large.body.size, LARGE_BYTES);
    ck_assert(large.is_whole);
    tr_buf_done(&large.body);
}
END_TEST

static const struct {
    const char *method;
    const char *target;
    const char *name;
    const char *value;
    const char *client;
} bad[] = {
    {"GET", "/a b", "X", "y", EMBEDDING_CLIENT},
    {"GET", "/a\r\nX: y", "X", "y", EMBEDDING_CLIENT},
    {"GET", "a", "X", "y", EMBEDDING_CLIENT},
    {"GET", "", "X", "y", EMBEDDING_CLIENT},
    {"GE T", "/", "X", "y", EMBEDDING_CLIENT},
    {"", "/", "X", "y", EMBEDDING_CLIENT},
    {"GET", "/", "X Y", "y", EMBEDDING_CLIENT},
    {"GET", "/", "X", "y\r\nContent-Length: 9", EMBEDDING_CLIENT},
    {"GET", "/", "X", "y\x7f", EMBEDDING_CLIENT},
    {"GET", "/", "X", "y", "somebody"},
};

START_TEST(what_cannot_stand_in_a_request_is_refused)
{
    start(NULL);
    tr_exchange *exchange = NULL;
    for (unsigned i = 0; i < sizeof bad / sizeof *bad; i++) {
        tr_embed_request request = embedding_request(bad[i].method, bad[i].target);
        tr_embed_header header = {tr_slice_of(bad[i].name), tr_slice_of(bad[i].value)};
        request.headers = &header;
        request.client = bad[i].client;
        ck_assert_msg(tr_embed_open(here, &request, &exchange) == TR_EINVALID, "%u", i);
        ck_assert_ptr_null(exchange);
    }
    char *value = tr_calloc(1, 70001);
    memset(value, 'v', 70000);
    tr_embed_header long_one[] = {{TR_SLICE("host"), TR_SLICE("a")},
                                  {TR_SLICE("x-long"), tr_slice_of(value)}};
    tr_embed_request request = embedding_request("GET", "/");
    request.headers = long_one;
    request.header_count = 2;
    embedding_answer answer = embedding_ask(here, &request, "", 0);
    ck_assert_uint_eq(answer.status, 431);
    tr_buf_done(&answer.body);
    tr_free(value);
}
END_TEST

// Of the connection's headers that somebody has sent, none is believed.
static embedding_answer echo(uint64_t body_size, const char *body, size_t piece)
{
    const tr_embed_header headers[] = {{TR_SLICE("Host"), TR_SLICE("a")},
                                       {TR_SLICE("Content-Length"), TR_SLICE("3")},
                                       {TR_SLICE("Transfer-Encoding"), TR_SLICE("gzip")},
                                       {TR_SLICE("Connection"), TR_SLICE("keep-alive")},
                                       {TR_SLICE("Expect"), TR_SLICE("100-continue")},
                                       {TR_SLICE("X-Own"), TR_SLICE("it")}};
    tr_embed_request request = embedding_request("POST", "/echo");
    request.headers = headers;
    request.header_count = sizeof headers / sizeof *headers;
    request.body_size = body_size;
    return embedding_ask(here, &request, body, piece);
}

static void expect_echo(embedding_answer answer, const char *text)
{
    ck_assert_msg(answer.status == 200, "%u %s", answer.status, tr_buf_text(&answer.body));
    ck_assert_ptr_nonnull(strstr(answer.headers, "x-given: yes\n"));
    ck_assert_str_eq(tr_buf_text(&answer.body), text);
    tr_buf_done(&answer.body);
}

START_TEST(bodies_come_with_their_size_or_without)
{
    start(NULL);
    char *body = tr_calloc(1, 400001);
    memset(body, 'b', 400000);
    expect_echo(echo(0, "", 0), "0 - " EMBEDDING_CLIENT " it");
    expect_echo(echo(2, "ab", 1), "2 b " EMBEDDING_CLIENT " it");
    expect_echo(echo(TR_EMBED_BODY_UNKNOWN, "abc", 1), "3 c " EMBEDDING_CLIENT " it");
    expect_echo(echo(400000, body, 0), "400000 b " EMBEDDING_CLIENT " it");
    expect_echo(echo(TR_EMBED_BODY_UNKNOWN, body, 0), "400000 b " EMBEDDING_CLIENT " it");
    embedding_answer refused = echo(600000, body, 0);
    ck_assert_uint_eq(refused.status, 413);
    tr_buf_done(&refused.body);
    tr_exchange *exchange;
    tr_embed_request request = embedding_request("POST", "/echo");
    request.body_size = 2;
    ck_assert_int_eq(tr_embed_open(here, &request, &exchange), 0);
    ck_assert_int_eq(tr_exchange_body(exchange, "abc", 3), TR_EINVALID);
    tr_exchange_free(&exchange);
    tr_free(body);
}
END_TEST

static tr_exchange *open_websocket(void)
{
    tr_exchange *exchange = embedding_websocket(here, EMBEDDING_CLIENT);
    ck_assert_int_eq(tr_exchange_message(exchange, "x", 1, false), TR_EUNAVAILABLE);
    tr_exchange_event event = embedding_next(exchange);
    ck_assert_int_eq(event.kind, TR_EXCHANGE_HEAD);
    ck_assert_uint_eq(event.status, 101);
    return exchange;
}

// Of our client, with the page that its answer has.
static tr_exchange *open_page(cm_client *page, uint32_t *button)
{
    tr_buf packet = {0};
    tr_exchange *exchange = open_websocket();
    tr_exchange_event event;
    tr_flet_write_client_register(&packet, (tr_slice){0}, TR_SLICE(""), TR_SLICE("\x80"));
    embedding_message(exchange, packet.data, packet.size, false);
    tr_buf_done(&packet);
    while (page->page == NULL) {
        event = embedding_next(exchange);
        ck_assert_int_eq(event.kind, TR_EXCHANGE_MESSAGE);
        ck_assert(!event.is_text);
        ck_assert_int_eq(tr_cm_take(page, event.bytes, event.size), 0);
    }
    for (*button = 1; *button < 100; ++*button) {
        cm_value *control = tr_cm_find(page, *button);
        if (control != NULL && strstr(tr_cm_text(tr_cm_get(control, "_c")), "Button") != NULL)
            return exchange;
    }
    ck_abort_msg("no button");
}

static void click(tr_exchange *exchange, uint32_t button)
{
    tr_buf packet = {0};
    tr_flet_write_client_event(&packet, button, TR_SLICE("click"), TR_SLICE("\xc0"));
    embedding_message(exchange, packet.data, packet.size, false);
    tr_buf_done(&packet);
}

static bool shows(const cm_client *page, const char *count)
{
    for (uint32_t id = 1; id < 100; id++) {
        cm_value *control = tr_cm_find(page, id);
        cm_value *value = control != NULL ? tr_cm_get(control, "value") : NULL;
        if (value != NULL && strcmp(tr_cm_text(value), count) == 0)
            return true;
    }
    return false;
}

START_TEST(who_does_not_read_is_not_flooded)
{
    cm_client page = {0};
    uint32_t button;
    char last[16];
    start((const char *const[]){"--threads", "1", NULL});
    tr_exchange *exchange = open_page(&page, &button);
    for (unsigned i = 0; i < CLICKS; i++)
        click(exchange, button);
    eventually(atomic_load(&clicks) == CLICKS);
    snprintf(last, sizeof last, "%u", CLICKS);
    size_t bytes = 0;
    unsigned messages = 0;
    while (!shows(&page, last)) {
        tr_exchange_event event = embedding_next(exchange);
        ck_assert_int_eq(event.kind, TR_EXCHANGE_MESSAGE);
        ck_assert_int_eq(tr_cm_take(&page, event.bytes, event.size), 0);
        bytes += event.size;
        messages++;
    }
    ck_assert_msg(bytes < CLICKS * LONG_BYTES / 2, "%zu bytes in %u messages", bytes, messages);
    tr_exchange_free(&exchange);
    tr_cm_done(&page);
}
END_TEST

static void expect_closed(tr_exchange *exchange, unsigned code)
{
    tr_exchange_event event;
    do
        event = embedding_next(exchange);
    while (event.kind != TR_EXCHANGE_CLOSED);
    ck_assert_msg(event.status == code, "%u %.*s", event.status, (int)event.size, event.bytes);
    ck_assert_int_eq(tr_exchange_read(exchange, &event), TR_EGONE);
    ck_assert_int_eq(tr_exchange_message(exchange, "x", 1, false), TR_EGONE);
    tr_exchange_free(&exchange);
}

START_TEST(a_websocket_ends_with_the_code_that_it_has_anywhere)
{
    cm_client page = {0};
    uint32_t button;
    start(NULL);
    tr_exchange *exchange = open_websocket();
    embedding_message(exchange, "text", 4, true);
    expect_closed(exchange, 1003);
    exchange = open_websocket();
    embedding_message(exchange, "\x00\xc1", 2, false);
    expect_closed(exchange, 1007);
    char *large = tr_calloc(1, 1000000);
    exchange = open_websocket();
    embedding_message(exchange, large, 1000000, false);
    expect_closed(exchange, 1009);
    tr_free(large);
    exchange = open_page(&page, &button);
    tr_exchange_close(exchange, 1000);
    tr_exchange_free(&exchange);
    exchange = open_websocket();
    ck_assert_int_eq(tr_embed_stop(&here), 0);
    expect_closed(exchange, 1012);
    tr_cm_done(&page);
}
END_TEST

static unsigned status_of_websocket(tr_exchange *exchange)
{
    tr_exchange_event event = embedding_next(exchange);
    ck_assert_int_eq(event.kind, TR_EXCHANGE_HEAD);
    return event.status;
}

START_TEST(each_client_has_its_own_limits)
{
    tr_exchange *all[3];
    start((const char *const[]){"--address-connections", "2", NULL});
    for (unsigned i = 0; i < 3; i++) {
        all[i] = embedding_websocket(here, i < 2 ? "192.0.2.1" : "192.0.2.2");
        ck_assert_uint_eq(status_of_websocket(all[i]), 101);
    }
    tr_exchange *third = embedding_websocket(here, "192.0.2.1");
    ck_assert_uint_eq(status_of_websocket(third), 429);
    tr_exchange_free(&third);
    // Who leaves makes room.
    tr_exchange_free(&all[0]);
    unsigned status;
    do {
        all[0] = embedding_websocket(here, "192.0.2.1");
        status = status_of_websocket(all[0]);
        if (status != 101)
            tr_exchange_free(&all[0]);
    } while (status != 101);
    for (unsigned i = 0; i < 3; i++)
        tr_exchange_free(&all[i]);
}
END_TEST

START_TEST(a_proxy_in_front_of_the_server_is_believed_as_the_settings_say)
{
    const tr_embed_header headers[] = {{TR_SLICE("host"), TR_SLICE("a")},
                                       {TR_SLICE("x-forwarded-for"), TR_SLICE("203.0.113.9")}};
    static const char *const trusted[] = {"--trusted-proxies", "192.0.2.7", NULL};
    static const char *const unix_socket[] = {"--trusted-proxies", "unix,0.0.0.0/0,::/0", NULL};
    const struct {
        const char *const *arguments;
        const char *client;
        const char *seen;
    } cases[] = {{NULL, EMBEDDING_CLIENT, "0 - 192.0.2.7 none"},
                 {trusted, EMBEDDING_CLIENT, "0 - 203.0.113.9 none"},
                 {unix_socket, NULL, "0 - 203.0.113.9 none"},
                 {unix_socket, TR_EMBED_CLIENT_UNKNOWN, "0 - unknown none"}};
    for (unsigned i = 0; i < sizeof cases / sizeof *cases; i++) {
        start(cases[i].arguments);
        tr_embed_request request = embedding_request("POST", "/echo");
        request.headers = headers;
        request.header_count = 2;
        request.client = cases[i].client;
        expect_echo(embedding_ask(here, &request, "", 0), cases[i].seen);
        ck_assert_int_eq(tr_embed_stop(&here), 0);
    }
}
END_TEST

static atomic_int ended_with = -1;

static int whole_main(int argc, char **argv)
{
    sigset_t blocked;
    pthread_sigmask(SIG_SETMASK, NULL, &blocked);
    ck_assert(sigismember(&blocked, SIGTERM) == 1);
    atomic_store(&ended_with, tr_run(argc, argv, &app));
    return 0;
}

START_TEST(a_program_is_served_as_it_is)
{
    static const char *const arguments[] = {"--mount", "/shop", NULL};
    tr_embed_options options = {.main = whole_main, .arguments = arguments};
    struct sigaction before;
    struct sigaction now;
    sigaction(SIGTERM, NULL, &before);
    ck_assert_int_eq(tr_embed_start(&options, &here), 0);
    sigaction(SIGTERM, NULL, &now);
    ck_assert(before.sa_handler == now.sa_handler);
    expect("GET", "/shop/", 200, "content-type: text/html", true);
    expect("GET", "/shop", 307, "location: /shop/", true);
    expect("GET", "/", 404, "content-length: ", true);
    ck_assert_int_eq(tr_embed_stop(&here), 0);
    ck_assert_int_eq(atomic_load(&ended_with), 0);
    // And once more, in the same process.
    ck_assert_int_eq(tr_embed_start(&options, &here), 0);
    expect("GET", "/shop/", 200, "content-type: text/html", true);
}
END_TEST

START_TEST(a_child_of_a_fork_has_no_app)
{
    start(NULL);
    pid_t child = fork();
    if (child == 0) {
        tr_exchange *exchange;
        tr_embed_request request = embedding_request("GET", "/");
        bool has_none = tr_embed_open(here, &request, &exchange) == TR_EGONE &&
                        tr_embed_stop(&here) == TR_EGONE;
        _exit(has_none ? 0 : 1);
    }
    int status;
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert_int_eq(status, 0);
    expect("GET", "/", 200, "content-type: text/html", true);
}
END_TEST

Suite *embed_story_suite(void);
Suite *embed_story_suite(void)
{
    Suite *suite = suite_create("embed");
    TCase *all = tcase_create("all");
    tcase_add_checked_fixture(all, set_up, tear_down);
    tcase_set_timeout(all, 60);
    tcase_add_test(all, pages_files_and_refusals_are_those_of_the_listener);
    tcase_add_test(all, what_cannot_stand_in_a_request_is_refused);
    tcase_add_test(all, bodies_come_with_their_size_or_without);
    tcase_add_test(all, who_does_not_read_is_not_flooded);
    tcase_add_test(all, a_websocket_ends_with_the_code_that_it_has_anywhere);
    tcase_add_test(all, each_client_has_its_own_limits);
    tcase_add_test(all, a_proxy_in_front_of_the_server_is_believed_as_the_settings_say);
    tcase_add_test(all, a_program_is_served_as_it_is);
    tcase_add_test(all, a_child_of_a_fork_has_no_app);
    suite_add_tcase(suite, all);
    return suite;
}
