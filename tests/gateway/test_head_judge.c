// Heads of requests that are taken, and those that somebody could read in another way.

#include "gateway/head_judge.h"

#include <check.h>
#include <string.h>

#include "base/buf.h"
#include "wire/limits.h"

Suite *gateway_head_judge_suite(void);

static unsigned judge(const char *head, size_t size)
{
    const tr_first_refusal *why = tr_head_judge(head, size);
    ck_assert(why == NULL || (strlen(why->text) > 1 && why->text[strlen(why->text) - 1] == '\n'));
    return why != NULL ? why->status : 0;
}

#define LINE "GET /a?b=c HTTP/1.1\r\n"

static const char *const taken[] = {
    LINE "\r\n",
    "GET / HTTP/1.0\r\n\r\n",
    "GET /%e2%82%AC?a=%41 HTTP/1.1\r\n\r\n",
    "OPTIONS /x HTTP/1.1\r\nHost: a\r\n\r\n",
    // As browsers and proxies send them.
    LINE
    "Host: a\r\nConnection: keep-alive\r\nsec-ch-ua: \"a\";v=\"1\"\r\nDNT: 1\r\nTE: trailers\r\n"
    "Upgrade-Insecure-Requests: 1\r\nUser-Agent: Mozilla/5.0 (X11; Linux)\r\nAccept: */*\r\n"
    "Sec-Fetch-Site: none\r\nAccept-Encoding: gzip, br, zstd\r\nAccept-Language: de\r\n"
    "Priority: u=0, i\r\nPragma: no-cache\r\nCache-Control: no-cache\r\nReferer: http://a/\r\n"
    "If-None-Match: \"i\"\r\nIf-Modified-Since: x\r\nCookie: a=b; c=d\r\nOrigin: http://a\r\n"
    "X-Forwarded-For: ::1\r\nX-Forwarded-Proto: https\r\nX-Forwarded-Host: a\r\n"
    "X-Forwarded-Port: 80\r\nX-Forwarded-Server: a\r\nX-Forwarded-Prefix: /a\r\nVia: 1.1 a\r\n"
    "X-Real-IP: ::1\r\nX-Request-Id: 1\r\nForwarded: for=a\r\ntraceparent: 00-1\r\nDate: x\r\n"
    "X-Requested-With: x\r\nAuthorization: Basic x\r\nRange: bytes=0-\r\nKeep-Alive: 5\r\n\r\n",
    LINE
    "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
    "Sec-WebSocket-Key: x\r\nSec-WebSocket-Protocol: troupe\r\nSec-WebSocket-Extensions: x\r\n\r\n",
    LINE "Content-Type: a/b\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\nExpect: "
         "100-continue\r\n"
         "Tus-Resumable: 1.0.0\r\nUpload-Offset: 0\r\nUpload-Length: 3\r\n\r\n",
    LINE "Empty:\r\nTab:\tx\r\nz:a:b : c\r\nodd!#$%&'*+-.^_`|~: \x01\xff\r\n\r\n",
    "GET / HTTP/1.1\nHost: a\n\n",
    LINE "Upgrade: WebSocket\r\n\r\n",
    LINE "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n\r\n",
    // What is behind a head is no part of it.
    LINE "Host: a\r\n\r\nX: 1\r\nno colon\r\n",
};

START_TEST(judge_takes_what_is_well_formed)
{
    ck_assert_uint_eq(judge(taken[_i], strlen(taken[_i])), 0);
}
END_TEST

static const struct {
    const char *head;
    unsigned status;
} refused[] = {
    // Beginnings of names that libwebsockets knows.
    {LINE "Host: a\r\nX: 1\r\nContent-Length: 39\r\n\r\n", 400},
    {LINE "If: 1\r\n\r\n", 400},
    {LINE "transfer-Encoding: \t\r\n\r\n", 400},
    {LINE "Content-length:\r\n\r\n", 400},
    {LINE "Upgrade: TLS/1.3\r\n\r\n", 400},
    {LINE "Upgrade: websocket, h2c\r\n\r\n", 400},
    {LINE "sEC: 1\r\n\r\n", 400},
    {LINE "Cook: 1\r\n\r\n", 400},
    {LINE "X-Re: 1\r\n\r\n", 400},
    {LINE "X-FORWARDED: 1\r\n\r\n", 400},
    {LINE "Content-Lengt: 1\r\n\r\n", 400},
    {LINE "Get: 1\r\n\r\n", 400}, // methods are in that table, too
    // What is asked for.
    {"GET /a%00b HTTP/1.1\r\n\r\n", 400},
    {"GET /?a=%00 HTTP/1.1\r\n\r\n", 400},
    {"GET /%00 HTTP/1.0\r\n\r\n", 400},
    {"GET /%zz HTTP/1.1\r\n\r\n", 400},
    {"GET /a%2 HTTP/1.1\r\n\r\n", 400},
    {"GET /?q=100% HTTP/1.1\r\n\r\n", 400},
    // Names.
    {LINE ": a\r\n\r\n", 400},
    {LINE "Host : a\r\n\r\n", 400},
    {LINE "Host\t: a\r\n\r\n", 400},
    {LINE "a b: c\r\n\r\n", 400},
    {LINE "a\xc3\xa4: c\r\n\r\n", 400},
    {LINE "a(b): c\r\n\r\n", 400},
    {LINE "nothing\r\n\r\n", 400},
    // Lines.
    {LINE "Host: a\r\n b\r\n\r\n", 400},
    {LINE "Host: a\r\n\tb: c\r\n\r\n", 400},
    {LINE " Host: a\r\n\r\n", 400},
    {LINE "Host: a\rContent-Length: 3\r\n\r\n", 400},
    {LINE "Host: a\r\r\n\r\n", 400},
    // The first line.
    {"GET /\r\n\r\n", 400},
    {"GET  / HTTP/1.1\r\n\r\n", 400},
    {"GET / HTTP/1.1 \r\n\r\n", 400},
    {"GET /a b HTTP/1.1\r\n\r\n", 400},
    {"GET /\ta HTTP/1.1\r\n\r\n", 400},
    {"GET /\ra HTTP/1.1\r\n\r\n", 400},
    // libwebsockets takes what is behind these for headers.
    {"GET /a%0AX-Forwarded-User:ada HTTP/1.1\r\n\r\n", 400},
    {"GET /a%0dX-Forwarded-User:ada HTTP/1.1\r\n\r\n", 400},
    {"GET /?a=%0d%0aX-Forwarded-User:ada HTTP/1.1\r\n\r\n", 400},
    {"GET http://a/ HTTP/1.1\r\n\r\n", 400},
    {"GET a HTTP/1.1\r\n\r\n", 400},
    {"GET / http/1.1\r\n\r\n", 400},
    {"GET / HTTP/1.10\r\n\r\n", 400},
    {"GET / HTTP/1.2\r\n\r\n", 505},
    {"GET / HTTP/0.9\r\n\r\n", 505},
    {"GET / HTTP/2.0\r\n\r\n", 505},
    {"GET / HTTP/3.0\r\n\r\n", 505},
};

START_TEST(judge_refuses_what_can_be_read_in_two_ways)
{
    ck_assert_uint_eq(judge(refused[_i].head, strlen(refused[_i].head)), refused[_i].status);
}
END_TEST

START_TEST(judge_refuses_zero_bytes)
{
    static const char in_value[] = LINE "Host: a\0b\r\n\r\n";
    static const char in_name[] = LINE "Ho\0st: a\r\n\r\n";
    static const char in_path[] = "GET /\0 HTTP/1.1\r\n\r\n";
    ck_assert_uint_eq(judge(in_value, sizeof in_value - 1), 400);
    ck_assert_uint_eq(judge(in_name, sizeof in_name - 1), 400);
    ck_assert_uint_eq(judge(in_path, sizeof in_path - 1), 400);
}
END_TEST

static unsigned judge_many(const char *line, const char *what, unsigned times)
{
    tr_buf head = {0};
    tr_buf_append(&head, line, strlen(line));
    for (unsigned i = 0; i < times; i++)
        tr_buf_append(&head, what, strlen(what));
    const char *end = *line == 'G' && strchr(line, '\n') != NULL ? "\r\n" : " HTTP/1.1\r\n\r\n";
    tr_buf_append(&head, end, strlen(end));
    unsigned status = judge((const char *)head.data, head.size);
    tr_buf_done(&head);
    return status;
}

START_TEST(judge_refuses_more_than_libwebsockets_has_room_for)
{
    ck_assert_uint_eq(judge_many(LINE, "z: b\r\n", TR_HEAD_LINES_CAP), 0);
    ck_assert_uint_eq(judge_many(LINE, "z: b\r\n", TR_HEAD_LINES_CAP + 1), 431);
    ck_assert_uint_eq(judge_many(LINE, "cOOKIE: b\r\n", TR_HEAD_FIELDS_CAP), 0);
    ck_assert_uint_eq(judge_many(LINE, "cOOKIE: b\r\n", TR_HEAD_FIELDS_CAP + 1), 431);
    ck_assert_uint_eq(judge_many("GET /?a=b", "&c=d", TR_HEAD_FIELDS_CAP), 0);
    ck_assert_uint_eq(judge_many("GET /?a=b", "&c=d", TR_HEAD_FIELDS_CAP + 1), 431);
    ck_assert_uint_eq(judge_many("GET /a", ";b", TR_HEAD_FIELDS_CAP + 1), 431);
}
END_TEST

Suite *gateway_head_judge_suite(void)
{
    Suite *suite = suite_create("gateway/head_judge");
    TCase *cases = tcase_create("heads");
    tcase_add_loop_test(cases, judge_takes_what_is_well_formed, 0,
                        (int)(sizeof taken / sizeof *taken));
    tcase_add_loop_test(cases, judge_refuses_what_can_be_read_in_two_ways, 0,
                        (int)(sizeof refused / sizeof *refused));
    tcase_add_test(cases, judge_refuses_zero_bytes);
    tcase_add_test(cases, judge_refuses_more_than_libwebsockets_has_room_for);
    suite_add_tcase(suite, cases);
    return suite;
}
