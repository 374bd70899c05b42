#include <arpa/inet.h>
#include <check.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "gateway/http.h"
#include "gateway/origin.h"
#include "tests/support/comma.h"
#include "wire/limits.h"

Suite *gateway_http_suite(void);

#define BYTES(text) (const unsigned char *)(text), sizeof(text) - 1

static const tr_asset assets[] = {
    {"index.html", BYTES("<!doctype html>"), BYTES("GZ-index"), "\"i1\""},
    {"assets/app-1a2b.js", BYTES("let a;"), BYTES("GZ-app"), "\"a1\""},
    {"assets/engine.wasm", BYTES("wasm"), NULL, 0, "\"w1\""},
    {"assets/worker-1a2b.js", BYTES("let b;"), NULL, 0, "\"k1\""},
    {"favicon.svg", BYTES("<svg/>"), NULL, 0, "\"f1\""},
    {"about.html", BYTES("<p>about"), NULL, 0, "\"b1\""},
    {"robots.txt", BYTES("none"), NULL, 0, "\"r1\""},
};

static const tr_http_site site = {.files = {{assets, sizeof assets / sizeof *assets, true}}};

static const char immutable[] = "public, max-age=31536000, immutable";

static tr_http_answer get(const char *path)
{
    return tr_http_answer_to(&site, &(tr_http_request){.path = tr_slice_of(path)});
}

static void check_body(const tr_http_answer *answer, const char *body)
{
    ck_assert_uint_eq(answer->body_size, strlen(body));
    ck_assert_mem_eq(answer->body, body, strlen(body));
}

static const struct {
    const char *path;
    unsigned status;
    const char *type;
    const char *cache;
    const char *body;
} pages[] = {
    {"/", 200, "text/html; charset=utf-8", "no-cache", "<!doctype html>"},
    {"/index.html", 200, "text/html; charset=utf-8", "no-cache", "<!doctype html>"},
    {"/store/shoes", 200, "text/html; charset=utf-8", "no-cache", "<!doctype html>"},
    {"/v1.2/shoes", 200, "text/html; charset=utf-8", "no-cache", "<!doctype html>"},
    {"/nowhere.html", 200, "text/html; charset=utf-8", "no-cache", "<!doctype html>"},
    {"/about.html", 200, "text/html; charset=utf-8", "no-cache", "<p>about"},
    {"/assets/app-1a2b.js", 200, "text/javascript; charset=utf-8", immutable, "let a;"},
    {"/assets/engine.wasm", 200, "application/wasm", immutable, "wasm"},
    {"/favicon.svg", 200, "image/svg+xml", "no-cache", "<svg/>"},
    {"/robots.txt", 200, "text/plain; charset=utf-8", "no-cache", "none"},
    {"/assets/gone-ffff.js", 404, "text/plain; charset=utf-8", "no-store",
     "There is nothing at this address.\n"},
    // Routes with dots: no file ends so.
    {"/a.b", 200, "text/html; charset=utf-8", "no-cache", "<!doctype html>"},
    {"/note/1.5", 200, "text/html; charset=utf-8", "no-cache", "<!doctype html>"},
    {"/user/ada@example.org", 200, "text/html; charset=utf-8", "no-cache", "<!doctype html>"},
    {"/assets/1.5", 404, "text/plain; charset=utf-8", "no-store",
     "There is nothing at this address.\n"},
    {"/gone.png", 404, "text/plain; charset=utf-8", "no-store",
     "There is nothing at this address.\n"},
    {"/../../etc/passwd.txt", 404, "text/plain; charset=utf-8", "no-store",
     "There is nothing at this address.\n"},
    {"/assets/../favicon.svg", 404, "text/plain; charset=utf-8", "no-store",
     "There is nothing at this address.\n"},
    {"//favicon.svg", 404, "text/plain; charset=utf-8", "no-store",
     "There is nothing at this address.\n"},
    {"/FAVICON.SVG", 404, "text/plain; charset=utf-8", "no-store",
     "There is nothing at this address.\n"},
    {"", 400, "text/plain; charset=utf-8", "no-store", "A path begins with a slash.\n"},
    {"index.html", 400, "text/plain; charset=utf-8", "no-store", "A path begins with a slash.\n"},
    {"*", 400, "text/plain; charset=utf-8", "no-store", "A path begins with a slash.\n"},
};

START_TEST(http_maps_paths_to_files)
{
    tr_http_answer answer = get(pages[_i].path);
    ck_assert_uint_eq(answer.status, pages[_i].status);
    ck_assert_str_eq(answer.content_type, pages[_i].type);
    ck_assert_str_eq(answer.cache_control, pages[_i].cache);
    check_body(&answer, pages[_i].body);
    ck_assert_int_eq(answer.is_page, strstr(pages[_i].type, "html") != NULL);
    ck_assert_int_eq(answer.etag[0] != '\0', pages[_i].status == 200);
}
END_TEST

// A browser that goes to an address says that it wants a page; a script's or a picture's does not.
START_TEST(http_answers_whoever_goes_somewhere_with_the_page)
{
    tr_http_request request = {.path = TR_SLICE("/files/report.txt"),
                               .accept = TR_SLICE("text/html,application/xhtml+xml,*/*;q=0.8")};
    ck_assert_uint_eq(tr_http_answer_to(&site, &request).status, 200);
    ck_assert(tr_http_answer_to(&site, &request).is_page);
    request.accept = TR_SLICE("*/*");
    ck_assert_uint_eq(tr_http_answer_to(&site, &request).status, 404);
    request.accept = TR_SLICE("text/html");
    request.path = TR_SLICE("/assets/gone.js");
    ck_assert_uint_eq(tr_http_answer_to(&site, &request).status, 404);
}
END_TEST

static const struct {
    const char *range;
    const char *if_range;
    unsigned status;
    size_t first;
    size_t size;
} ranges[] = {
    {"bytes=0-2", "", 206, 0, 3},
    {"bytes=3-", "", 206, 3, 12},
    {"bytes=-5", "", 206, 10, 5},
    {"bytes=-500", "", 206, 0, 15},
    {"bytes=0-99999", "", 206, 0, 15},
    {"BYTES=14-14", "", 206, 14, 1},
    {"bytes=0-99999999999999999999999999", "", 206, 0, 15},
    {"bytes=15-", "", 416, 0, 0},
    {"bytes=99999999999999999999999999-", "", 416, 0, 0},
    {"bytes=-0", "", 416, 0, 0},
    // Not honoured, which is allowed: the whole.
    {"bytes=0-1,4-5", "", 200, 0, 15},
    {"bytes=5-2", "", 200, 0, 15},
    {"bytes=", "", 200, 0, 15},
    {"bytes=-", "", 200, 0, 15},
    {"bytes=a-b", "", 200, 0, 15},
    {"bytes=1-2x", "", 200, 0, 15},
    {"lines=1-2", "", 200, 0, 15},
    {"0-2", "", 200, 0, 15},
    // A part of what it is now, or the whole of it.
    {"bytes=0-2", "\"i1\"", 206, 0, 3},
    {"bytes=0-2", "\"i0\"", 200, 0, 15},
    {"bytes=0-2", "W/\"i1\"", 200, 0, 15},
    {"bytes=0-2", "Sat, 29 Oct 1994 19:43:31 GMT", 200, 0, 15},
    {"bytes=99-", "\"i0\"", 200, 0, 15},
};

START_TEST(http_serves_parts_of_files)
{
    tr_http_request request = {.path = TR_SLICE("/"),
                               .accept_encoding = TR_SLICE("gzip"),
                               .range = tr_slice_of(ranges[_i].range),
                               .if_range = tr_slice_of(ranges[_i].if_range)};
    tr_http_answer answer = tr_http_answer_to(&site, &request);
    ck_assert_uint_eq(answer.status, ranges[_i].status);
    ck_assert(answer.has_ranges);
    ck_assert(!answer.is_gzip); // a part is of the bytes as they are
    if (answer.status == 416) {
        ck_assert_uint_eq(answer.file_size, 15);
        return;
    }
    ck_assert_uint_eq(answer.body_size, ranges[_i].size);
    ck_assert_mem_eq(answer.body, &"<!doctype html>"[ranges[_i].first], ranges[_i].size);
    ck_assert_uint_eq(answer.first, ranges[_i].first);
    ck_assert_uint_eq(answer.file_size, answer.status == 206 ? 15 : 0);
    request.method = TR_HTTP_HEAD;
    ck_assert_uint_eq(tr_http_answer_to(&site, &request).status, 200);
}
END_TEST

// The compressed form in a cache is another entry than the plain one.
START_TEST(http_tells_the_compressed_form_by_its_etag)
{
    tr_http_request request = {.path = TR_SLICE("/"), .accept_encoding = TR_SLICE("gzip")};
    ck_assert_str_eq(tr_http_answer_to(&site, &request).etag, "\"i1-gzip\"");
    request.if_none_match = TR_SLICE("\"i1-gzip\"");
    ck_assert_uint_eq(tr_http_answer_to(&site, &request).status, 304);
    request.accept_encoding = (tr_slice){0};
    ck_assert_uint_eq(tr_http_answer_to(&site, &request).status, 200);
}
END_TEST

// Of ours: an app may name its files as it likes.
START_TEST(http_gives_workers_a_policy_of_their_own)
{
    tr_http_answer worker = get("/assets/worker-1a2b.js");
    ck_assert_str_eq(worker.policy, TR_HTTP_WORKER_POLICY);
    ck_assert(!worker.is_page);
    ck_assert_ptr_null(get("/assets/app-1a2b.js").policy);
    ck_assert_ptr_null(get("/").policy);
    const tr_http_site own = {.files = {{assets, sizeof assets / sizeof *assets, false}}};
    const tr_http_request request = {.path = TR_SLICE("/assets/worker-1a2b.js")};
    ck_assert_ptr_null(tr_http_answer_to(&own, &request).policy);
}
END_TEST

START_TEST(http_refuses_a_path_over_its_cap)
{
    char *path = malloc(TR_HTTP_PATH_CAP_BYTES + 2);
    memset(path, 'a', TR_HTTP_PATH_CAP_BYTES + 1);
    path[0] = '/';
    path[TR_HTTP_PATH_CAP_BYTES + 1] = '\0';
    ck_assert_uint_eq(get(path).status, 414);
    path[TR_HTTP_PATH_CAP_BYTES] = '\0';
    ck_assert_uint_eq(get(path).status, 200);
    free(path);
}
END_TEST

START_TEST(http_knows_get_and_head_only)
{
    tr_http_request request = {.method = TR_HTTP_OTHER, .path = TR_SLICE("/")};
    ck_assert_uint_eq(tr_http_answer_to(&site, &request).status, 405);
    request.method = TR_HTTP_HEAD;
    ck_assert_uint_eq(tr_http_answer_to(&site, &request).status, 200);
}
END_TEST

START_TEST(http_serves_no_page_where_websockets_go)
{
    ck_assert_uint_eq(get("/ws").status, 426);
    ck_assert_uint_eq(get("/wsx").status, 200);
}
END_TEST

START_TEST(http_without_a_client_finds_nothing)
{
    tr_http_site empty = {0};
    tr_http_request request = {.path = TR_SLICE("/")};
    ck_assert_uint_eq(tr_http_answer_to(&empty, &request).status, 404);
}
END_TEST

static const struct {
    const char *accept;
    bool is_gzip;
} encodings[] = {
    {"", false},
    {"gzip", true},
    {"GZIP", true},
    {"deflate, gzip;q=0.5, br", true},
    {"br , gzip", true},
    {"gzip;q=0", false},
    {"gzip; q=0.0", false},
    {"gzip;q=0.01", true},
    {"x-gzip", false},
    {"gzipp", false},
    {"br", false},
    {",,;,", false},
};

START_TEST(http_compresses_for_who_accepts_it)
{
    tr_http_request request = {.path = TR_SLICE("/"),
                               .accept_encoding = tr_slice_of(encodings[_i].accept)};
    tr_http_answer answer = tr_http_answer_to(&site, &request);
    ck_assert_int_eq(answer.is_gzip, encodings[_i].is_gzip);
    ck_assert(answer.varies_by_encoding);
    check_body(&answer, encodings[_i].is_gzip ? "GZ-index" : "<!doctype html>");
}
END_TEST

START_TEST(http_sends_what_has_no_compressed_form_as_it_is)
{
    tr_http_request request = {.path = TR_SLICE("/favicon.svg"),
                               .accept_encoding = TR_SLICE("gzip")};
    tr_http_answer answer = tr_http_answer_to(&site, &request);
    ck_assert(!answer.is_gzip);
    ck_assert(!answer.varies_by_encoding);
    check_body(&answer, "<svg/>");
}
END_TEST

static const struct {
    const char *if_none_match;
    unsigned status;
} etags[] = {
    {"W/\"i1\"", 304}, {"\"i1\"", 304}, {"\"x\", W/\"i1\"", 304},
    {"*", 304},        {"\"i2\"", 200}, {"i1", 200},
    {"W/", 200},       {",", 200},
};

START_TEST(http_spares_a_file_the_browser_has)
{
    tr_http_request request = {.path = TR_SLICE("/"),
                               .if_none_match = tr_slice_of(etags[_i].if_none_match)};
    tr_http_answer answer = tr_http_answer_to(&site, &request);
    ck_assert_uint_eq(answer.status, etags[_i].status);
    ck_assert_str_eq(answer.etag, "\"i1\"");
    ck_assert_int_eq(answer.body_size == 0, etags[_i].status == 304);
}
END_TEST

static const struct {
    tr_http_health_facts facts;
    unsigned status;
    const char *text;
} healths[] = {
    {{false, true, false}, 200, "{\"status\":\"ok\"}\n"},
    {{true, true, false}, 503, "{\"status\":\"unavailable\"}\n"},
    {{false, false, false}, 503, "{\"status\":\"unavailable\"}\n"},
    {{false, true, true}, 200, "{\"status\":\"degraded\"}\n"},
    {{false, false, true}, 503, "{\"status\":\"unavailable\"}\n"},
};

START_TEST(http_reports_health)
{
    ck_assert(get("/health").is_health);
    char out[TR_HTTP_HEALTH_CAP_BYTES];
    ck_assert_uint_eq(tr_http_health(&healths[_i].facts, out), healths[_i].status);
    ck_assert_str_eq(out, healths[_i].text);
}
END_TEST

static const struct {
    const char *origin;
    const char *host;
    const char *allowed;
    bool is_allowed;
} origins[] = {
    {"", "a.example", NULL, true},
    {"https://a.example", "a.example", NULL, true},
    {"https://A.example", "a.EXAMPLE", NULL, true},
    {"http://127.0.0.1:8000", "127.0.0.1:8000", NULL, true},
    {"https://a.example", "a.example:443", NULL, true},
    {"http://a.example", "a.example:80", NULL, true},
    {"http://a.example", "a.example:443", NULL, false},
    {"http://a.example:8000", "a.example", NULL, false},
    {"http://127.0.0.1:8001", "127.0.0.1:8000", NULL, false},
    {"https://evil.example", "a.example", NULL, false},
    {"https://a.example.evil.example", "a.example", NULL, false},
    {"https://eviLa.example", "a.example", NULL, false},
    {"null", "a.example", NULL, false},
    {"null", "null", NULL, false},
    {"https://", "", NULL, false},
    {"file://a.example", "a.example", NULL, false},
    {"https://b.example", "a.example", "https://c.example, https://b.example", true},
    {"http://b.example", "a.example", "https://b.example", false},
    {"https://b.example", "a.example", "", false},
    {"https://b.example", "a.example", ",,", false},
    {"https://b.example", "a.example", "*", true},
};

START_TEST(origin_must_be_our_own_or_listed)
{
    ck_assert_int_eq(tr_origin_is_allowed(tr_slice_of(origins[_i].origin),
                                          tr_slice_of(origins[_i].host), origins[_i].allowed),
                     origins[_i].is_allowed);
}
END_TEST

static const struct {
    const char *ip;
    const char *list;
    bool is_listed;
} blocks[] = {
    {"127.0.0.1", "127.0.0.1", true},
    {"127.0.0.1", NULL, false},
    {"127.0.0.1", "", false},
    {"10.1.2.3", "192.168.0.0/16, 10.0.0.0/8", true},
    {"11.1.2.3", "192.168.0.0/16, 10.0.0.0/8", false},
    {"10.0.0.129", "10.0.0.128/25", true},
    {"10.0.0.127", "10.0.0.128/25", false},
    {"::ffff:10.0.0.1", "10.0.0.0/8", true},
    {"::1", "::1/128", true},
    {"fd00::5", "fd00::/8", true},
    {"fe00::5", "fd00::/8", false},
    {"1.2.3.4", "0.0.0.0/0", true},
    {"fd00::1", "0.0.0.0/0", false},
    {"1.2.3.4", "1.2.3.4/33", false},
    {"1.2.3.4", "1.2.3.4/x", false},
    {"1.2.3.4", "1.2.3.4/", false},
    {"nobody", "0.0.0.0/0", false},
};

START_TEST(origin_finds_addresses_in_lists)
{
    ck_assert_int_eq(tr_ip_is_listed(blocks[_i].ip, blocks[_i].list), blocks[_i].is_listed);
}
END_TEST

static int connect_to(int listening)
{
    struct sockaddr_in place = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof place;
    ck_assert_int_eq(bind(listening, (struct sockaddr *)&place, size), 0);
    ck_assert_int_eq(listen(listening, 1), 0);
    ck_assert_int_eq(getsockname(listening, (struct sockaddr *)&place, &size), 0);
    int client = socket(AF_INET, SOCK_STREAM, 0);
    ck_assert_int_eq(connect(client, (struct sockaddr *)&place, size), 0);
    return client;
}

static void reset(int client)
{
    ck_assert_int_eq(
        setsockopt(client, SOL_SOCKET, SO_LINGER, &(struct linger){1, 0}, sizeof(struct linger)),
        0);
    close(client);
}

START_TEST(origin_takes_nobody_who_is_gone_for_a_unix_socket)
{
    char ip[TR_CLIENT_IP_CAP_BYTES] = "x";
    int pair[2];
    ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
    ck_assert(tr_peer_ip(pair[0], ip));
    ck_assert_str_eq(ip, "");
    int listening = socket(AF_INET, SOCK_STREAM, 0);
    int client = connect_to(listening);
    int accepted = accept(listening, NULL, NULL);
    ck_assert(tr_peer_ip(accepted, ip));
    ck_assert_str_eq(ip, "127.0.0.1");
    reset(client);
    ck_assert_int_eq(poll(&(struct pollfd){.fd = accepted}, 1, -1), 1);
    ck_assert(!tr_peer_ip(accepted, ip));
    close(accepted);
    close(listening);
    close(pair[0]);
    close(pair[1]);
}
END_TEST

#define LOOP(cases, test, table)                                                                   \
    tcase_add_loop_test(cases, test, 0, (int)(sizeof(table) / sizeof *(table)))

START_TEST(names_are_compared_without_case_in_every_locale)
{
    use_turkish_locale();
    tr_http_request request = {.path = TR_SLICE("/"), .accept_encoding = TR_SLICE("GZIP")};
    ck_assert(tr_http_answer_to(&site, &request).is_gzip);
}
END_TEST

Suite *gateway_http_suite(void)
{
    Suite *suite = suite_create("gateway/http");
    TCase *cases = tcase_create("http");
    LOOP(cases, http_maps_paths_to_files, pages);
    tcase_add_test(cases, http_gives_workers_a_policy_of_their_own);
    tcase_add_test(cases, http_refuses_a_path_over_its_cap);
    tcase_add_test(cases, http_answers_whoever_goes_somewhere_with_the_page);
    tcase_add_loop_test(cases, http_serves_parts_of_files, 0, sizeof ranges / sizeof *ranges);
    tcase_add_test(cases, http_tells_the_compressed_form_by_its_etag);
    tcase_add_test(cases, http_knows_get_and_head_only);
    tcase_add_test(cases, http_serves_no_page_where_websockets_go);
    tcase_add_test(cases, http_without_a_client_finds_nothing);
    LOOP(cases, http_compresses_for_who_accepts_it, encodings);
    tcase_add_test(cases, http_sends_what_has_no_compressed_form_as_it_is);
    tcase_add_test(cases, names_are_compared_without_case_in_every_locale);
    LOOP(cases, http_spares_a_file_the_browser_has, etags);
    LOOP(cases, http_reports_health, healths);
    LOOP(cases, origin_must_be_our_own_or_listed, origins);
    LOOP(cases, origin_finds_addresses_in_lists, blocks);
    tcase_add_test(cases, origin_takes_nobody_who_is_gone_for_a_unix_socket);
    suite_add_tcase(suite, cases);
    return suite;
}
