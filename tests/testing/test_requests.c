// The author's test driver plays a gateway: what other programs ask an app, and the files that its pages have
// browsers fetch (troupe/test.h).

#include <check.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "tests/support/kept_report.h"
#include "troupe/actors/coroutine.h"
#include "troupe/actors/pool.h"
#include "troupe/err.h"
#include "troupe/test.h"
#include "troupe/troupe.h"

TR_HTTP_ASYNC(requests_get)
{
    const char *extra = tr_request_header(request, "x-extra");
    const char *unnamed = tr_request_header(request, "x-unnamed");
    tr_respond_header(request, "X-Seen", tr_request_client(request));
    tr_respond_json(request, 200, "[%s,%s,%s,%s]",
                    tr_request_json(request, tr_request_part(request, "id")),
                    tr_request_json(request, tr_request_query(request, "note")),
                    tr_request_json(request, extra), tr_request_json(request, unnamed));
}

TR_HTTP_SYNC(requests_add)
{
    size_t size;
    const void *body = tr_request_body(request, &size);
    nanosleep(&(struct timespec){.tv_nsec = 20000000}, NULL);
    tr_request_publish(request, "added", body, size);
    tr_respond_bytes(request, 201, "application/octet-stream", body, size);
}

TR_HTTP_ASYNC(requests_later)
{
    if (tr_coroutine_sleep(3000) == 0)
        tr_respond_text(request, 200, "later");
}

TR_HTTP_ASYNC(requests_never)
{
    (void)tr_coroutine_sleep(60000);
}

static int64_t in_pool(tr_pool_thread *thread, const void *input, size_t size)
{
    (void)thread;
    (void)input;
    (void)size;
    nanosleep(&(struct timespec){.tv_nsec = 20000000}, NULL);
    return 42;
}

TR_HTTP_ASYNC(requests_pooled)
{
    tr_respond_json(request, 200, "%d", (int)tr_pool_run(in_pool, NULL, 0, 1000, NULL, NULL));
}

TR_HTTP_ASYNC(requests_file)
{
    tr_respond_file(request, "text/plain", "/proc/self/exe", "program");
}

TR_HTTP_ASYNC(requests_lost)
{
    tr_respond_file(request, "text/plain", "/nowhere", NULL);
}

TR_ASYNC(requests_heard)
{
    size_t size;
    const char *payload = tr_event_payload(ev, &size);
    ui_set_textf(ev, "heard", "%.*s", (int)size, payload);
}

struct count {
    uint64_t left;
};

TR_SOURCE(requests_lines)
{
    struct count *count = tr_piece_state(piece, sizeof *count);
    if (count->left == 0)
        return 0;
    count->left--;
    return snprintf(piece->bytes, piece->cap, "line %llu\n", (unsigned long long)count->left);
}

TR_SOURCE(requests_breaks)
{
    return piece->offset < 5 ? snprintf(piece->bytes, piece->cap, "fine\n") : TR_ESYSTEM;
}

TR_ASYNC(requests_gives)
{
    struct count count = {3};
    ui_set_text(ev, "heard", "gives");
    (void)tr_download(ev, "a note.txt", "text/plain", .bytes = "one", .size = 3);
    (void)tr_download(ev, "a note.txt", "text/plain", .bytes = "two", .size = 3);
    (void)tr_download(ev, "lines", "text/x", .source = requests_lines, TR_SOURCE_STATE(&count));
    (void)tr_download(ev, "program", NULL, .file = "/proc/self/exe");
    (void)tr_download(ev, "broken", NULL, .source = requests_breaks);
    char url[TR_DOWNLOAD_URL_CAP_BYTES];
    if (tr_download_url(ev, url, "link", "text/plain", .bytes = "by hand", .size = 7) == 0)
        ui_set_text(ev, "url", url);
}

static void build(tr_page *page)
{
    ui_add(page, ui_text("nothing", .key = "heard"));
    ui_add(page, ui_text("", .key = "url"));
    ui_add(page, ui_button("Give", .key = "give", .on_click = requests_gives));
    tr_subscribe(page, "added", requests_heard);
}

static const tr_app app = {
    .name = "Requests",
    .build = build,
    TR_HTTP_ROUTES(
        TR_HTTP("GET /api/things/:id", requests_get, .headers = TR_HTTP_HEADERS("x-extra")),
        TR_HTTP("POST /api/things", requests_add, .body_max = 10),
        TR_HTTP("GET /api/later", requests_later),
        TR_HTTP("GET /api/never", requests_never, .timeout_ms = 500),
        TR_HTTP("GET /api/pooled", requests_pooled), TR_HTTP("GET /api/file", requests_file),
        TR_HTTP("GET /api/lost", requests_lost))};

static tr_test_page *page;

static void set_up(void)
{
    page = tr_test_open(&app, &(tr_test_options){.on_fail = kept_report_take});
}

static void tear_down(void)
{
    tr_test_close(&page);
}

START_TEST(a_request_is_answered_as_by_a_gateway)
{
    const tr_test_answer *answer = tr_test_request(
        page, "GET", "/api/things/a%20b?x=1&note=two+cups",
        .headers = TR_TEST_HEADERS("x-extra", "e", "x-unnamed", "u"), .client = "192.0.2.1");
    ck_assert_uint_eq(answer->status, 200);
    ck_assert_str_eq(answer->type, "application/json");
    // The route names one of the two headers alone.
    ck_assert_str_eq(answer->body, "[\"a b\",\"two cups\",\"e\",null]");
    ck_assert_str_eq(tr_test_header(page, "x-seen"), "192.0.2.1");
    ck_assert_ptr_null(tr_test_header(page, "x-other"));
    answer = tr_test_request(page, "HEAD", "/api/things/7");
    ck_assert_uint_eq(answer->status, 200);
    ck_assert_uint_eq(answer->size, 0);
}
END_TEST

START_TEST(a_gateways_own_answers_are_the_drivers)
{
    ck_assert_uint_eq(tr_test_request(page, "GET", "/api/nothing")->status, 404);
    ck_assert_uint_eq(tr_test_request(page, "DELETE", "/api/things")->status, 405);
    ck_assert_str_eq(tr_test_header(page, "allow"), "POST, OPTIONS");
    ck_assert_uint_eq(tr_test_request(page, "OPTIONS", "/api/things")->status, 204);
    ck_assert_uint_eq(tr_test_request(page, "POST", "/api/things", .body = "eleven byte")->status,
                      413);
    ck_assert_uint_eq(tr_test_request(page, "GET", "/api/lost")->status, 404);
    ck_assert_uint_eq(tr_test_request(page, "GET", "/download?f=a&e=1&t=x&s=y")->status, 400);
}
END_TEST

START_TEST(a_sync_handler_is_waited_for_and_pages_hear_of_it)
{
    const tr_test_answer *answer =
        tr_test_request(page, "POST", "/api/things", .body = "a\0b", .size = 3);
    ck_assert_uint_eq(answer->status, 201);
    ck_assert_uint_eq(answer->size, 3);
    ck_assert_mem_eq(answer->body, "a\0b", 4);
    tr_test_request(page, "POST", "/api/things", .body = "tea");
    tr_test_expect(page, .key = "heard", .text = "tea");
    ck_assert_str_eq(tr_test_request(page, "GET", "/api/pooled")->body, "42");
}
END_TEST

START_TEST(time_passes_while_a_handler_waits)
{
    ck_assert_str_eq(tr_test_request(page, "GET", "/api/later")->body, "later");
    ck_assert_uint_eq(tr_test_request(page, "GET", "/api/never")->status, 504);
}
END_TEST

static bool is_program(const tr_test_answer *answer)
{
    return answer->status == 200 && !answer->is_broken && answer->size > 200000 &&
           memcmp(answer->body,
                  "\x7f"
                  "ELF",
                  4) == 0;
}

START_TEST(a_file_comes_whole)
{
    const tr_test_answer *answer = tr_test_request(page, "GET", "/api/file");
    ck_assert(is_program(answer));
    ck_assert_str_eq(answer->name, "program");
    ck_assert_uint_eq(tr_test_request(page, "HEAD", "/api/file")->status, 200);
}
END_TEST

START_TEST(what_a_page_gives_is_taken_once)
{
    tr_test_click(page, .key = "give");
    const tr_test_answer *answer = tr_test_download(page, "a note.txt");
    ck_assert_uint_eq(answer->status, 200);
    ck_assert_str_eq(answer->body, "two");
    ck_assert_str_eq(answer->name, "a note.txt");
    ck_assert_uint_eq(tr_test_download(page, "a note.txt")->status, 410);
    ck_assert_str_eq(tr_test_download(page, "lines")->body, "line 2\nline 1\nline 0\n");
    ck_assert(is_program(tr_test_download(page, "program")));
    answer = tr_test_download(page, "broken");
    ck_assert(answer->is_broken);
    ck_assert_str_eq(answer->body, "fine\n");
}
END_TEST

START_TEST(a_url_of_a_download_is_an_address_like_others)
{
    char url[TR_DOWNLOAD_URL_CAP_BYTES];
    tr_test_click(page, .key = "give");
    snprintf(url, sizeof url, "%s", tr_test_text(page, .key = "url"));
    ck_assert_uint_eq(tr_test_request(page, "HEAD", url)->status, 200);
    ck_assert_str_eq(tr_test_request(page, "GET", url)->body, "by hand");
    ck_assert_uint_eq(tr_test_request(page, "GET", url)->status, 410);
    *strstr(url, "link") = 'L';
    ck_assert_uint_eq(tr_test_request(page, "GET", url)->status, 403);
}
END_TEST

START_TEST(a_download_that_is_not_offered_fails_the_test)
{
    fails_with(tr_test_download(page, "nothing"),
               "test_requests.c:", "nothing downloaded as \"nothing\"");
}
END_TEST

Suite *testing_requests_suite(void);
Suite *testing_requests_suite(void)
{
    Suite *suite = suite_create("testing/requests");
    TCase *tests = tcase_create("requests");
    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_set_timeout(tests, 30);
    tcase_add_test(tests, a_request_is_answered_as_by_a_gateway);
    tcase_add_test(tests, a_gateways_own_answers_are_the_drivers);
    tcase_add_test(tests, a_sync_handler_is_waited_for_and_pages_hear_of_it);
    tcase_add_test(tests, time_passes_while_a_handler_waits);
    tcase_add_test(tests, a_file_comes_whole);
    tcase_add_test(tests, what_a_page_gives_is_taken_once);
    tcase_add_test(tests, a_url_of_a_download_is_an_address_like_others);
    tcase_add_test(tests, a_download_that_is_not_offered_fails_the_test);
    suite_add_tcase(suite, tests);
    return suite;
}
