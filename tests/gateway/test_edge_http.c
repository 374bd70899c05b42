// HTTP at the gateway's socket: files, refusals, limits of time and size.

#include "edge_world.h"

#include <check.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/mem.h"
#include "raw_browser.h"
#include "wire/flet.h"
#include "wire/limits.h"
#include "wire/writer.h"

Suite *gateway_edge_http_suite(void);

static void announce(tr_core *core, void *arg)
{
    (void)arg;
    edge_announce_worker(core);
}

START_TEST(edge_serves_files_on_one_kept_connection)
{
    int peer = raw_dial();
    response page = edge_ask(peer, "GET / HTTP/1.1\r\nHost: x\r\n\r\n", true);
    ck_assert_uint_eq(page.status, 200);
    ck_assert_str_eq(page.body, "<!doctype html>hello");
    ck_assert_ptr_nonnull(strstr(page.head, "content-security-policy: default-src 'self'"));
    ck_assert_ptr_nonnull(strstr(page.head, "content-security-policy: frame-ancestors 'self'\r\n"));
    ck_assert_ptr_nonnull(
        strstr(page.head, "cross-origin-opener-policy: same-origin-allow-popups\r\n"));
    ck_assert_ptr_null(strstr(page.head, "cross-origin-embedder-policy"));
    ck_assert_ptr_nonnull(strstr(page.head, "x-content-type-options: nosniff"));
    ck_assert_ptr_nonnull(strstr(page.head, "cache-control: no-cache"));
    ck_assert_ptr_nonnull(strstr(page.head, "etag: \"i1\""));
    tr_free(page.body);

    response zipped = edge_ask(
        peer, "GET /a/route?q=1 HTTP/1.1\r\nHost: x\r\nAccept-Encoding: gzip\r\n\r\n", true);
    ck_assert_str_eq(zipped.body, "GZ");
    ck_assert_ptr_nonnull(strstr(zipped.head, "content-encoding: gzip"));
    tr_free(zipped.body);

    response same =
        edge_ask(peer, "GET / HTTP/1.1\r\nHost: x\r\nIf-None-Match: W/\"i1\"\r\n\r\n", false);
    ck_assert_uint_eq(same.status, 304);

    response head = edge_ask(peer, "HEAD / HTTP/1.1\r\nHost: x\r\n\r\n", false);
    ck_assert_uint_eq(head.status, 200);
    ck_assert_ptr_nonnull(strstr(head.head, "content-length: 20"));

    response big = edge_ask(peer, "GET /assets/big-1a2b.bin HTTP/1.1\r\nHost: x\r\n\r\n", true);
    ck_assert_uint_eq(big.size, sizeof edge_big_file);
    ck_assert_mem_eq(big.body, edge_big_file, sizeof edge_big_file);
    ck_assert_ptr_nonnull(strstr(big.head, "immutable"));
    ck_assert_ptr_null(strstr(big.head, "content-security-policy"));
    tr_free(big.body);

    response worker =
        edge_ask(peer, "GET /assets/worker-1a2b.js HTTP/1.1\r\nHost: x\r\n\r\n", true);
    ck_assert_ptr_nonnull(
        strstr(worker.head, "content-security-policy: " TR_HTTP_WORKER_POLICY "\r\n"));
    ck_assert_ptr_null(strstr(worker.head, "frame-ancestors"));
    tr_free(worker.body);

    response gone = edge_ask(peer, "GET /../secret.txt HTTP/1.1\r\nHost: x\r\n\r\n", true);
    ck_assert_uint_eq(gone.status, 404);
    tr_free(gone.body);

    response health = edge_ask(peer, "GET /health HTTP/1.1\r\nHost: x\r\n\r\n", true);
    ck_assert_uint_eq(health.status, 200);
    ck_assert_str_eq(health.body, "{\"status\":\"ok\"}\n");
    tr_free(health.body);
    close(peer);
}
END_TEST

static const struct {
    const char *request;
    unsigned status;
} requests[] = {
    {"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nbody", 405},
    {"DELETE / HTTP/1.1\r\nHost: x\r\n\r\n", 405},
    {"GET /ws HTTP/1.1\r\nHost: x\r\n\r\n", 426},
    {"GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: h3\r\n\r\n", 400},
    {"CONNECT a.example:443 HTTP/1.1\r\nHost: x\r\n\r\n", 405},
    {"PUT /x HTTP/1.1\r\nHost: x\r\n\r\n", 405},
    {"OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n", 405},
    {"BREW / HTTP/1.1\r\nHost: x\r\n\r\n", 405},
    {"\x16\x03\x01 a TLS hello", 400},
    {"hello\r\n\r\n", 400},
    {"GET /a%00b HTTP/1.1\r\nHost: x\r\n\r\n", 400},
    {"GET /%zz HTTP/1.1\r\nHost: x\r\n\r\n", 400},
    {"GET /gone.png HTTP/1.1\r\nHost: x\r\n\r\n", 404},
    // One host, and one that is one.
    {"GET / HTTP/1.1\r\n\r\n", 400},
    {"GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n", 400},
    {"GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", 400},
    // Requests that a proxy in front could read in another way.
    {"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: "
     "chunked\r\n\r\n0\r\n\r\n",
     400},
    {"GET / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400},
    {"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello", 400},
    {"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: +5\r\n\r\nhello", 400},
    {"GET /health HTTP/1.1\r\nHost: x\r\nX: 1\r\nContent-Length: 39\r\n\r\n"
     "GET /smuggled.png HTTP/1.1\r\nHost: x\r\n\r\n",
     400},
    {"GET / HTTP/1.1\r\nHost: x\r\nX: 1\r\n\r\n", 400},
    {"GET / HTTP/1.1\r\nHost: x\r\n y\r\n\r\n", 400},
    {"GET / HTTP/1.1\r\n: x\r\nHost: x\r\n\r\n", 400},
    {"GET http://x/ HTTP/1.1\r\nHost: x\r\n\r\n", 400},
    {"GET / HTTP/2.0\r\nHost: x\r\n\r\n", 505},
    // Handshakes that are none (RFC 6455 section 4.2.1).
    {"GET /ws HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: close\r\n"
     "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
     400},
    {"GET /ws HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\n"
     "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
     400},
    {"GET /ws HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
     "Sec-WebSocket-Version: 8\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
     426},
    {"GET /ws HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
     "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
     426},
    {"GET /ws HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
     "Sec-WebSocket-Version: 13\r\n\r\n",
     400},
    {"GET /ws HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
     "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: abc\r\n\r\n",
     400},
    {"GET /ws HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
     "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZ!==\r\n\r\n",
     400},
    {"GET /ws HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
     "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
     "Sec-WebSocket-Protocol: chat\r\n\r\n",
     400},
    {"GET /ws HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
     "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
     "Sec-WebSocket-Extensions: "
     "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
     "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
     "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
     "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\r\n\r\n",
     431},
};

START_TEST(edge_refuses_requests)
{
    int peer = raw_dial();
    raw_put(peer, requests[_i].request, strlen(requests[_i].request));
    const char *head = raw_take_head(peer);
    ck_assert_uint_eq(raw_status_of(head), requests[_i].status);
    ck_assert_ptr_nonnull(strstr(head, "text/plain"));
    if (requests[_i].status == 405)
        ck_assert_ptr_nonnull(strstr(head, "allow: GET, HEAD"));
    if (requests[_i].status == 426)
        ck_assert_ptr_nonnull(strstr(head, "upgrade: websocket"));
    close(peer);
    eventually(edge_stats().sockets == 0);
}
END_TEST

// A body that nobody asked for is not read as the next request.
START_TEST(edge_believes_nothing_behind_a_body)
{
    static const char request[] = "GET /health HTTP/1.1\r\nHost: x\r\nContent-Length: 39\r\n\r\n"
                                  "GET /smuggled.png HTTP/1.1\r\nHost: x\r\n\r\n";
    uint64_t before = edge_stats().requests;
    int peer = raw_dial();
    response first = edge_ask(peer, request, true);
    ck_assert_uint_eq(first.status, 200);
    ck_assert_ptr_nonnull(strstr(first.head, "connection: close"));
    tr_free(first.body);
    raw_expect_end(peer);
    eventually(edge_stats().sockets == 0);
    ck_assert_uint_eq(edge_stats().requests, before + 1);
}
END_TEST

// libwebsockets tells of that body before the file is written.
START_TEST(edge_sends_a_file_to_who_sends_a_body)
{
    static const char request[] =
        "GET /assets/big-1a2b.bin HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc";
    int peer = raw_dial();
    response file = edge_ask(peer, request, true);
    ck_assert_uint_eq(file.status, 200);
    ck_assert_uint_eq(file.size, sizeof edge_big_file);
    ck_assert_ptr_nonnull(strstr(file.head, "connection: close"));
    tr_free(file.body);
    raw_expect_end(peer);
}
END_TEST

START_TEST(edge_ends_a_connection_of_http_1_0_with_its_answer)
{
    static const char *const paths[] = {"/health", "/assets/big-1a2b.bin", "/gone.png"};
    char request[128];
    snprintf(request, sizeof request, "GET %s HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
             paths[_i]);
    int peer = raw_dial();
    response answer = edge_ask(peer, request, true);
    ck_assert_int_eq(strncmp(answer.head, "HTTP/1.1 ", 9), 0);
    ck_assert_ptr_nonnull(strstr(answer.head, "connection: close"));
    tr_free(answer.body);
    raw_expect_end(peer);
}
END_TEST

static const struct {
    size_t size;
    unsigned status;
} heads[] = {{15000, 200}, {16200, 200}, {16500, 431}, {100000, 431}};

START_TEST(edge_takes_sixteen_kibibytes_of_headers_and_says_so)
{
    static const char begin[] = "GET / HTTP/1.1\r\nHost: x\r\nCookie: ";
    tr_buf request = {0};
    tr_buf_append(&request, begin, sizeof begin - 1);
    memset(tr_buf_reserve(&request, heads[_i].size), 'x', heads[_i].size);
    request.size += heads[_i].size;
    tr_buf_append(&request, "\r\n\r\n", 4);
    int peer = raw_dial();
    raw_may_be_closed = true;
    raw_put(peer, request.data, request.size);
    ck_assert_uint_eq(raw_status_of(raw_take_head(peer)), heads[_i].status);
    close(peer);
    tr_buf_done(&request);
}
END_TEST

static const struct {
    const char *line; // of the request, as far as it is said once
    const char *more;
    unsigned times;
    unsigned status;
} crowds[] = {
    {"GET /health HTTP/1.1\r\nHost: x\r\n", "Cookie: a=b\r\n", TR_HEAD_FIELDS_CAP - 1, 200},
    {"GET /health HTTP/1.1\r\nHost: x\r\n", "Cookie: a=b\r\n", TR_HEAD_FIELDS_CAP, 431},
    {"GET /health HTTP/1.1\r\nHost: x\r\n", "z:d\r\n", TR_HEAD_LINES_CAP - 1, 200},
    {"GET /health HTTP/1.1\r\nHost: x\r\n", "z:d\r\n", TR_HEAD_LINES_CAP, 431},
    {"GET /health?a=b", "&c=d", TR_HEAD_FIELDS_CAP - 1, 200},
    {"GET /health?a=b", "&c=d", TR_HEAD_FIELDS_CAP, 431},
};

// More of them libwebsockets would have no room for, and close without a word.
START_TEST(edge_takes_many_headers_and_parameters_and_says_how_many)
{
    tr_buf request = {0};
    tr_buf_printf(&request, "%s", crowds[_i].line);
    for (unsigned i = 0; i < crowds[_i].times; i++)
        tr_buf_printf(&request, "%s", crowds[_i].more);
    bool is_address = crowds[_i].more[0] == '&';
    tr_buf_printf(&request, "%s", is_address ? " HTTP/1.1\r\nHost: x\r\n\r\n" : "\r\n");
    int peer = raw_dial();
    raw_put(peer, request.data, request.size);
    ck_assert_uint_eq(raw_status_of(raw_take_head(peer)), crowds[_i].status);
    close(peer);
    tr_buf_done(&request);
}
END_TEST

// Each would be a header that the proxy in front has not seen.
START_TEST(edge_takes_no_header_out_of_an_address)
{
    static const char *const breaks[] = {"%0a", "%0D", "%0d%0A"};
    static const char *const places[] = {"/health", "/health?a=b"};
    for (unsigned i = 0; i < 6; i++) {
        char request[200];
        snprintf(request, sizeof request, "GET %s%sRange:bytes=0-0%sz: HTTP/1.1\r\nHost: x\r\n\r\n",
                 places[i / 3], breaks[i % 3], breaks[i % 3]);
        int peer = raw_dial();
        raw_put(peer, request, strlen(request));
        ck_assert_uint_eq(raw_status_of(raw_take_head(peer)), 400);
        close(peer);
    }
}
END_TEST

START_TEST(edge_sends_parts_of_files)
{
    int peer = raw_dial();
    response part = edge_ask(
        peer, "GET /assets/big-1a2b.bin HTTP/1.1\r\nHost: x\r\nRange: bytes=99990-\r\n\r\n", true);
    ck_assert_uint_eq(part.status, 206);
    ck_assert_ptr_nonnull(strstr(part.head, "content-range: bytes 99990-99999/100000"));
    ck_assert_uint_eq(part.size, 10);
    tr_free(part.body);
    part = edge_ask(
        peer, "GET /assets/big-1a2b.bin HTTP/1.1\r\nHost: x\r\nRange: bytes=100000-\r\n\r\n", true);
    ck_assert_uint_eq(part.status, 416);
    ck_assert_ptr_nonnull(strstr(part.head, "content-range: bytes */100000"));
    tr_free(part.body);
    part = edge_ask(peer, "HEAD /assets/big-1a2b.bin HTTP/1.1\r\nHost: x\r\n\r\n", false);
    ck_assert_uint_eq(part.status, 200);
    ck_assert_ptr_nonnull(strstr(part.head, "accept-ranges: bytes"));
    close(peer);
}
END_TEST

// More than are held, none of which says a whole request: the oldest make room, and a edge_browser gets
// its page.
START_TEST(edge_serves_while_hundreds_of_connections_are_silent)
{
    enum { SILENT = 400 };
    static int peers[SILENT];
    for (unsigned i = 0; i < SILENT; i++) {
        ck_assert_int_ge(peers[i] = raw_dial(), 0);
        if (i % 2 == 0)
            raw_put(peers[i], "GET / HTTP/1.1\r\nHost: x\r\nY: ", 28);
    }
    eventually(edge_stats().sockets == SILENT);
    int peer = edge_attached_browser();
    close(peer);
    // It did not wait for their time to be over: one that goes on is served.
    raw_put(peers[SILENT - 2], "y\r\n\r\n", 5);
    ck_assert_uint_eq(raw_status_of(raw_take_head(peers[SILENT - 2])), 200);
    for (unsigned i = 0; i < SILENT; i++)
        close(peers[i]);
    eventually(edge_stats().sockets == 0);
}
END_TEST

// Longer than any time-out of libwebsockets, and less than a socket's buffers hold at a time.
START_TEST(edge_never_cuts_a_slow_download)
{
    enum { FILE_BYTES = 24 * 1024 * 1024, SECONDS = 12 };
    static tr_asset huge[] = {{"huge.bin", NULL, FILE_BYTES, NULL, 0, "\"h\""}};
    unsigned char *bytes = tr_calloc(1, FILE_BYTES);
    edge_world_down();
    huge[0].data = bytes;
    edge_world.options.site.files[1] = (tr_http_files){huge, 1, false};
    edge_world_up();
    int peer = raw_dial();
    static const char request[] = "GET /huge.bin HTTP/1.1\r\nHost: x\r\n\r\n";
    raw_put(peer, request, sizeof request - 1);
    ck_assert_uint_eq(raw_status_of(raw_take_head(peer)), 200);
    static char piece[4096];
    size_t left = FILE_BYTES;
    for (unsigned i = 0; i < 10 * SECONDS; i++) {
        raw_take(peer, piece, sizeof piece);
        left -= sizeof piece;
        nanosleep(&(struct timespec){.tv_nsec = 100000000}, NULL); // the slowness itself
    }
    for (; left >= sizeof piece; left -= sizeof piece)
        raw_take(peer, piece, sizeof piece);
    close(peer);
    edge_world_down();
    edge_world_up();
    tr_free(bytes);
}
END_TEST

START_TEST(edge_refuses_a_client_that_does_not_mask)
{
    static const char *const packets[] = {"\x82\x02hi", "\x89\x02hi", "\x88\x02\x03\xe8"};
    int peer = edge_browser();
    raw_put(peer, packets[_i], 4);
    raw_expect_close(peer, 1002);
    eventually(edge_stats().connections == 0);
    close(edge_attached_browser());
}
END_TEST

static const struct {
    const char *bytes;
    size_t size;
    unsigned answer;
} farewells[] = {
    {"\x03\xe8", 2, 1000},
    {"\x0b\xb8", 2, 3000},
    {"\x13\x87", 2, 4999},
    {"\x13\x88", 2, 1002}, // 5000
    {"\xff\xff", 2, 1002},
    {"\x03\xec", 2, 1002}, // 1004
    {"\x03\xee", 2, 1002},
    {"\x00\x00", 2, 1002},
    {"\x04\x4c", 2, 1002},
    {"\x03", 1, 1002},
    {"\x03\xe8hello", 7, 1000},
    {"\x03\xe8\xed\xa0\x80", 5, 1007},
    {"\x13\x88\xed\xa0\x80", 5, 1002},
};

START_TEST(edge_answers_a_farewell_as_the_standard_says)
{
    int peer = edge_browser();
    raw_put_frame(peer, RAW_FIN | RAW_CLOSE, farewells[_i].bytes, farewells[_i].size);
    raw_message message = raw_take_message(peer);
    ck_assert_uint_eq(message.opcode, RAW_CLOSE);
    ck_assert_uint_ge(message.size, 2);
    ck_assert_uint_eq((unsigned)message.bytes[0] << 8 | message.bytes[1], farewells[_i].answer);
    tr_free(message.bytes);
    close(peer);
    eventually(edge_stats().connections == 0);
}
END_TEST

START_TEST(edge_is_unwell_without_a_worker)
{
    edge_world_down();
    edge_world.without_worker = true;
    edge_world_up();
    int peer = raw_dial();
    response health = edge_ask(peer, "GET /health HTTP/1.1\r\nHost: x\r\n\r\n", true);
    ck_assert_uint_eq(health.status, 503);
    tr_free(health.body);
    close(peer);
    // A edge_browser that comes is not sent away, but waits.
    peer = edge_browser();
    edge_put_register(peer, "", "\x80");
    ck_assert_uint_eq(edge_stats().attached, 0);
    ck_assert_int_eq(tr_system_post(edge_world.system, 0, announce, NULL), 0);
    raw_expect_message(peer, "answer", 6);
    close(peer);
}
END_TEST

// Waiting costs memory, so it is for so many, and for so many bytes.
START_TEST(edge_lets_no_more_wait_than_there_is_room_for)
{
    edge_world_down();
    edge_world.without_worker = true;
    edge_world.held_clock = true; // nobody has waited for too long
    edge_world_up();
    tr_buf page = {0};
    tr_write_map(&page, 1);
    tr_write_literal(&page, "x");
    enum { PAGE_BYTES = 240 * 1024, ROOM = TR_PLACING_CAP_BYTES / PAGE_BYTES };
    tr_buf text = {0};
    memset(tr_buf_reserve(&text, PAGE_BYTES), 'x', PAGE_BYTES);
    tr_write_text(&page, (tr_slice){(const char *)text.data, PAGE_BYTES});
    int peers[ROOM + 1];
    for (unsigned i = 0; i <= ROOM; i++) {
        peers[i] = edge_browser();
        tr_buf packet = {0};
        tr_flet_write_client_register(&packet, (tr_slice){0}, TR_SLICE(""), tr_buf_slice(&page));
        raw_put_buf(peers[i], &packet);
        uint64_t wanted = 16 * (uint64_t)(i + 1); // pieces
        eventually(edge_stats().packets_in > wanted);
    }
    raw_expect_close(peers[ROOM], 1013);
    ck_assert_uint_eq(edge_stats().connections, ROOM);
    ck_assert_int_eq(tr_system_post(edge_world.system, 0, announce, NULL), 0);
    for (unsigned i = 0; i < ROOM; i++) {
        raw_expect_message(peers[i], "answer", 6);
        close(peers[i]);
    }
    tr_buf_done(&text);
    tr_buf_done(&page);
}
END_TEST

Suite *gateway_edge_http_suite(void)
{
    Suite *suite = suite_create("gateway/edge_http");
    TCase *cases = tcase_create("edge");
    tcase_set_timeout(cases, 60);
    tcase_add_checked_fixture(cases, edge_set_up, edge_tear_down);
    tcase_add_test(cases, edge_serves_files_on_one_kept_connection);
    tcase_add_loop_test(cases, edge_refuses_requests, 0, (int)(sizeof requests / sizeof *requests));
    tcase_add_test(cases, edge_believes_nothing_behind_a_body);
    tcase_add_loop_test(cases, edge_takes_sixteen_kibibytes_of_headers_and_says_so, 0,
                        (int)(sizeof heads / sizeof *heads));
    tcase_add_loop_test(cases, edge_takes_many_headers_and_parameters_and_says_how_many, 0,
                        (int)(sizeof crowds / sizeof *crowds));
    tcase_add_test(cases, edge_sends_a_file_to_who_sends_a_body);
    tcase_add_loop_test(cases, edge_ends_a_connection_of_http_1_0_with_its_answer, 0, 3);
    tcase_add_test(cases, edge_takes_no_header_out_of_an_address);
    tcase_add_test(cases, edge_sends_parts_of_files);
    tcase_add_test(cases, edge_serves_while_hundreds_of_connections_are_silent);
    tcase_add_test(cases, edge_never_cuts_a_slow_download);
    tcase_add_loop_test(cases, edge_refuses_a_client_that_does_not_mask, 0, 3);
    tcase_add_loop_test(cases, edge_answers_a_farewell_as_the_standard_says, 0,
                        (int)(sizeof farewells / sizeof *farewells));
    tcase_add_test(cases, edge_is_unwell_without_a_worker);
    tcase_add_test(cases, edge_lets_no_more_wait_than_there_is_room_for);
    suite_add_tcase(suite, cases);
    return suite;
}
