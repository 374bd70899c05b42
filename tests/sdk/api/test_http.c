// The HTTP client (troupe/pages/http.h), from async and from sync handlers, against a server that means
// no good.

#include <check.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#include "sdk/session/call.h"
#include "sdk/session/session_record.h"
#include "testing/lab.h"
#include "tests/support/web.h"
#include "troupe/err.h"
#include "troupe/troupe.h"

static web *server;
static lab *here;
static tr_http_request asked;

static struct result {
    int code;
    int status;
    size_t size;
    char body[2048];
    char kind[64];
    char error[256];
} got;
static atomic_int many_done;
static int many_good;

static void ask(tr_event *ev)
{
    tr_http_response response;
    got = (struct result){.code = tr_http(ev, &asked, &response)};
    got.status = response.status;
    got.size = response.size;
    snprintf(got.body, sizeof got.body, "%s", response.body);
    const char *kind = tr_http_header(ev, &response, "x-kind");
    snprintf(got.kind, sizeof got.kind, "%s", kind != NULL ? kind : "(none)");
    snprintf(got.error, sizeof got.error, "%s", response.error);
    static int times;
    ui_set_textf(ev, "said", "done %d", ++times);
}

TR_ASYNC(http_ask)
{
    ask(ev);
}

TR_SYNC(http_ask_sync)
{
    ask(ev);
}

TR_ASYNC(http_one_of_many)
{
    tr_http_response response;
    many_good += tr_http_get(ev, asked.url, &response) == 0 && response.status == 200;
    if (atomic_fetch_add(&many_done, 1) + 1 == 200)
        ui_set_text(ev, "said", "all");
}

TR_ASYNC(http_ask_many)
{
    for (unsigned i = 0; i < 200; i++)
        if (tr_run_task(ev, http_one_of_many) < 0)
            many_good = -1000;
}

static int64_t task;
TR_ASYNC(http_start)
{
    task = tr_run_task(ev, http_ask);
}

TR_ASYNC(http_cancel)
{
    (void)tr_task_cancel(ev, task);
}

static void build(tr_page *page)
{
    ui_add(page, ui_text("", .key = "said"));
    ui_add(page, ui_button("ask", .key = "ask", .on_click = http_ask));
    ui_add(page, ui_button("sync", .key = "sync", .on_click = http_ask_sync));
    ui_add(page, ui_button("many", .key = "many", .on_click = http_ask_many));
    ui_add(page, ui_button("start", .key = "start", .on_click = http_start));
    ui_add(page, ui_button("cancel", .key = "cancel", .on_click = http_cancel));
}

static const tr_app app = {.name = "Http", .build = build};

static void find_key(tr_session *session, void *arg)
{
    struct {
        const char *key;
        uint32_t id;
    } *wanted = arg;
    wanted->id = tr_tree_find_key(session->tree, tr_slice_of(wanted->key))->id;
}

static void click(const char *key)
{
    struct {
        const char *key;
        uint32_t id;
    } wanted = {key, 0};
    tr_lab_do(here, 0, find_key, &wanted);
    tr_lab_event(here, 0, wanted.id, "click");
}

// `how` 0: an async handler, 1: a sync one.
static void run(int how)
{
    unsigned packets = tr_lab_look(here, 0)->packets;
    click(how == 0 ? "ask" : "sync");
    ck_assert(tr_lab_wait_for_packets(here, 0, packets + 1));
}

static void ask_for(int how, const char *path)
{
    asked = (tr_http_request){.url = web_url(server, path)};
    run(how);
}

static void set_up(void)
{
    server = web_start();
    here = tr_lab_start(&app, 3600000);
    tr_lab_open(here, 0, NULL, true);
}

static void tear_down(void)
{
    tr_lab_stop(&here);
    web_stop(&server);
}

START_TEST(an_answer_is_an_answer)
{
    ask_for(_i, "/ok");
    ck_assert_int_eq(got.code, 0);
    ck_assert_int_eq(got.status, 200);
    ck_assert_str_eq(got.body, "hello");
    ck_assert_uint_eq(got.size, 5);
    ck_assert_str_eq(got.error, "");
    ask_for(_i, "/missing");
    ck_assert_int_eq(got.code, 0);
    ck_assert_int_eq(got.status, 404);
    ck_assert_str_eq(got.body, "none");
    ck_assert_str_eq(got.kind, "(none)");
}
END_TEST

START_TEST(what_is_sent_arrives)
{
    asked = (tr_http_request){.url = web_url(server, "/echo"),
                              .method = "PUT",
                              .headers = UI_TEXTS("X-Own: yes", "Content-Type: text/plain"),
                              .body = "a body",
                              .size = 6};
    run(_i);
    ck_assert_int_eq(got.code, 0);
    ck_assert_ptr_nonnull(strstr(got.body, "PUT /echo HTTP/1.1"));
    ck_assert_ptr_nonnull(strstr(got.body, "X-Own: yes"));
    ck_assert_ptr_nonnull(strstr(got.body, "Content-Type: text/plain"));
    ck_assert_ptr_nonnull(strstr(got.body, "\r\n\r\na body"));
}
END_TEST

#define TRACE "00-4bf92f3577b34da6a3ce929d0e0e4736-"
#define SPAN "00f067aa0ba902b7"

// As an event does that came with a trace.
static void start_traced(tr_session *session, void *arg)
{
    tr_calls_trace(TR_SLICE(TRACE SPAN "-01"));
    ck_assert_int_eq(tr_call_start(session, arg, 0, "click", (tr_slice){0}, false, NULL), 0);
    tr_calls_trace((tr_slice){0});
}

START_TEST(a_trace_goes_on_with_the_request)
{
    tr_handler *handler = (tr_handler *)(uintptr_t)(_i == 0 ? http_ask : http_ask_sync);
    static const char *const own[] = {"Traceparent: of the author's own", NULL};
    for (unsigned round = 0; round < 2; round++) {
        asked = (tr_http_request){.url = web_url(server, "/echo")};
        if (round == 1)
            asked.headers = own;
        unsigned packets = tr_lab_look(here, 0)->packets;
        tr_lab_do(here, 0, start_traced, handler);
        ck_assert(tr_lab_wait_for_packets(here, 0, packets + 1));
        ck_assert_int_eq(got.code, 0);
        const char *line = strstr(got.body, "traceparent: ");
        if (round == 1) {
            ck_assert_ptr_null(line);
            continue;
        }
        ck_assert_ptr_nonnull(line);
        ck_assert_int_eq(strncmp(line + 13, TRACE, strlen(TRACE)), 0);
        ck_assert_int_ne(strncmp(line + 13 + strlen(TRACE), SPAN, strlen(SPAN)), 0);
        ck_assert_int_eq(strncmp(line + 13 + strlen(TRACE SPAN), "-01\r\n", 5), 0);
    }
    // Whose event had none sends none.
    asked = (tr_http_request){.url = web_url(server, "/echo")};
    run(_i);
    ck_assert_ptr_null(strstr(got.body, "traceparent"));
}
END_TEST

START_TEST(redirects_are_followed_so_far)
{
    ask_for(_i, "/twice");
    ck_assert_int_eq(got.status, 200);
    ck_assert_str_eq(got.body, "hello");
    ask_for(_i, "/loop");
    ck_assert_int_eq(got.code, TR_EPROTOCOL);
    ck_assert_ptr_nonnull(strstr(got.error, "redirects"));
    ask_for(_i, "/away");
    ck_assert_int_eq(got.code, TR_EPROTOCOL);
    ck_assert_str_eq(got.body, "");
    asked = (tr_http_request){.url = web_url(server, "/twice"), .redirects = -1};
    run(_i);
    ck_assert_int_eq(got.status, 302);
    ck_assert_str_eq(got.kind, "way");
}
END_TEST

START_TEST(too_much_is_refused)
{
    ask_for(_i, "/huge");
    ck_assert_int_eq(got.code, TR_ETOOBIG);
    ask_for(_i, "/headers");
    ck_assert_int_eq(got.code, TR_ETOOBIG);
    asked = (tr_http_request){.url = web_url(server, "/ok"), .body_cap_bytes = 4};
    run(_i);
    ck_assert_int_eq(got.code, TR_ETOOBIG);
    ck_assert_int_eq(got.status, 0);
}
END_TEST

START_TEST(a_bad_server_is_told_from_a_good_one)
{
    ask_for(_i, "/broken");
    ck_assert_int_eq(got.code, TR_EPROTOCOL);
    ask_for(_i, "/short");
    ck_assert_int_eq(got.code, TR_EPROTOCOL);
    ask_for(_i, "/close");
    ck_assert_int_eq(got.code, TR_EPROTOCOL);
    ck_assert_str_ne(got.error, "");
    asked = (tr_http_request){.url = web_url(server, "/slow"), .timeout_ms = 50};
    run(_i);
    ck_assert_int_eq(got.code, TR_ETIMEOUT);
    const char *url = web_url(server, "/ok");
    char copy[64];
    snprintf(copy, sizeof copy, "%s", url);
    web_stop(&server);
    asked = (tr_http_request){.url = copy};
    run(_i);
    ck_assert_int_eq(got.code, TR_EUNAVAILABLE);
}
END_TEST

START_TEST(what_cannot_be_asked_is_not)
{
    static const char *const bad_headers[] = {"X: a\r\nY: b", NULL};
    const tr_http_request bad[] = {{.url = NULL},
                                   {.url = "file:///etc/passwd"},
                                   {.url = "http://"},
                                   {.url = "http://127.0.0.1/\r\nX: y"},
                                   {.url = "http://127.0.0.1/", .method = "get"},
                                   {.url = "http://127.0.0.1/", .headers = bad_headers},
                                   {.url = "http://127.0.0.1/", .size = 3},
                                   {.url = "http://127.0.0.1/", .redirects = 21},
                                   {.url = "http://127.0.0.1/", .body_cap_bytes = 1u << 30}};
    for (unsigned i = 0; i < sizeof bad / sizeof *bad; i++) {
        asked = bad[i];
        run(_i);
        ck_assert_int_eq(got.code, TR_EINVALID);
        ck_assert_str_ne(got.error, "");
    }
}
END_TEST

START_TEST(two_hundred_at_once_share_the_connections)
{
    char url[64];
    snprintf(url, sizeof url, "%s", web_url(server, "/ok"));
    asked = (tr_http_request){.url = url};
    unsigned packets = tr_lab_look(here, 0)->packets;
    click("many");
    ck_assert(tr_lab_wait_for_packets(here, 0, packets + 1));
    ck_assert_int_eq(many_good, 200);
    ck_assert_int_le(web_most(server), TR_HTTP_HOST_CONNECTIONS_CAP);
}
END_TEST

START_TEST(a_request_ends_with_its_handler)
{
    asked = (tr_http_request){.url = web_url(server, "/slow")};
    click("start");
    click("cancel");
    ck_assert_int_eq(got.code, TR_ECANCELLED);
    click("start");
    tr_lab_end_session(here, 0);
    ck_assert_int_eq(got.code, TR_ECANCELLED);
    tr_lab_open(here, 0, NULL, true);
    click("start"); // and with the process: see the fixture
}
END_TEST

Suite *sdk_http_suite(void);
Suite *sdk_http_suite(void)
{
    Suite *suite = suite_create("sdk/api/http");
    TCase *tests = tcase_create("tests");
    tcase_set_timeout(tests, 60);
    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_add_loop_test(tests, an_answer_is_an_answer, 0, 2);
    tcase_add_loop_test(tests, what_is_sent_arrives, 0, 2);
    tcase_add_loop_test(tests, a_trace_goes_on_with_the_request, 0, 2);
    tcase_add_loop_test(tests, redirects_are_followed_so_far, 0, 2);
    tcase_add_loop_test(tests, too_much_is_refused, 0, 2);
    tcase_add_loop_test(tests, a_bad_server_is_told_from_a_good_one, 0, 2);
    tcase_add_loop_test(tests, what_cannot_be_asked_is_not, 0, 2);
    tcase_add_test(tests, two_hundred_at_once_share_the_connections);
    tcase_add_test(tests, a_request_ends_with_its_handler);
    suite_add_tcase(suite, tests);
    return suite;
}
