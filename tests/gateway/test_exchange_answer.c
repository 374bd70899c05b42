#include "gateway/exchange_answer.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

static tr_buf body;
static tr_buf headers;
static unsigned status;
static bool is_whole;
static int result;

static void note(const tr_exchange_event *event)
{
    status = event->kind == TR_EXCHANGE_HEAD ? event->status : status;
    is_whole = event->kind == TR_EXCHANGE_END;
    for (size_t i = 0; i < event->header_count; i++)
        tr_buf_printf(&headers, "%.*s=%.*s;", (int)event->headers[i].name.size,
                      event->headers[i].name.data, (int)event->headers[i].value.size,
                      event->headers[i].value.data);
    tr_buf_append(&body, event->bytes, event->size);
}

// In pieces of that size, each of which finds what was left of those before.
static uint32_t take_apart(const char *text, uint32_t piece, bool is_head)
{
    tr_answer_reader reader = {.is_head = is_head};
    tr_exchange_event event = {0};
    char *copy = strdup(text);
    tr_slice in = {copy, 0};
    body.size = headers.size = 0;
    status = 0;
    is_whole = false;
    result = 0;
    for (size_t size = strlen(text), at = 0; at < size && result >= 0;) {
        uint32_t more = size - at < piece ? (uint32_t)(size - at) : piece;
        in.size += more;
        at += more;
        while ((result = tr_answer_read(&reader, &in, &event)) == 1)
            note(&event);
    }
    if (result == 0 && tr_answer_ends_here(&reader))
        is_whole = true;
    tr_answer_reader_done(&reader);
    free(copy);
    return in.size;
}

static const struct {
    const char *text;
    unsigned status;
    const char *headers;
    const char *body;
    uint32_t rest;
} good[] = {
    {"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\ncontent-length: 5\r\nconnection: "
     "close\r\n\r\nhello",
     200, "content-type=text/html;content-length=5;", "hello", 0},
    {"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n1\r\n!\r\n0\r\n\r\n", 200,
     "", "hello!", 0},
    {"HTTP/1.1 200 OK\r\nx:\r\n\r\nuntil the end", 200, "x=;", "until the end", 0},
    {"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n", 404, "content-length=0;", "", 0},
    {"HTTP/1.1 304 Not Modified\r\netag: \"a\"\r\n\r\n", 304, "etag=\"a\";", "", 0},
    {"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n", 204, "", "", 0},
    {"HTTP/1.1 101 Switching Protocols\r\nUpgrade: WebSocket\r\nSec-WebSocket-Accept: "
     "x\r\nSec-WebSocket-Protocol: troupe\r\n\r\n\x82\x01x",
     101, "sec-websocket-protocol=troupe;", "", 3},
};

START_TEST(answer_comes_in_whatever_pieces)
{
    for (uint32_t piece = 1; piece < 90; piece++) {
        uint32_t rest = take_apart(good[_i].text, piece, false);
        ck_assert_uint_eq(status, good[_i].status);
        ck_assert_str_eq(tr_buf_text(&headers), good[_i].headers);
        ck_assert_str_eq(tr_buf_text(&body), good[_i].body);
        ck_assert(is_whole == (good[_i].status != 101));
        ck_assert_uint_eq(rest, good[_i].rest);
    }
}
END_TEST

START_TEST(answer_to_head_has_a_length_and_no_body)
{
    take_apart(good[0].text, 1000, true);
    ck_assert(is_whole);
    ck_assert_uint_eq(body.size, 0);
    ck_assert_ptr_nonnull(strstr(tr_buf_text(&headers), "content-length=5"));
}
END_TEST

static const char *const bad[] = {"SMTP ready\r\n\r\n", "HTTP/1.1\r\n\r\n",
                                  "HTTP/1.1 abc no\r\n\r\n", "HTTP/1.1 200 OK\r\nno colon\r\n\r\n",
                                  "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nx\r\n"};

START_TEST(answer_that_is_none_is_told)
{
    take_apart(bad[_i], 7, false);
    ck_assert_int_eq(result, TR_EMALFORMED);
    take_apart("HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhell", 7, false);
    ck_assert(!is_whole);
}
END_TEST

static void tear_down(void)
{
    tr_buf_done(&body);
    tr_buf_done(&headers);
}

Suite *exchange_answer_suite(void);
Suite *exchange_answer_suite(void)
{
    Suite *suite = suite_create("gateway/exchange_answer");
    TCase *all = tcase_create("all");
    tcase_add_checked_fixture(all, NULL, tear_down);
    tcase_add_loop_test(all, answer_comes_in_whatever_pieces, 0, sizeof good / sizeof *good);
    tcase_add_test(all, answer_to_head_has_a_length_and_no_body);
    tcase_add_loop_test(all, answer_that_is_none_is_told, 0, sizeof bad / sizeof *bad);
    suite_add_tcase(suite, all);
    return suite;
}
