#include <check.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/websocket.h"

Suite *bench_websocket_suite(void);

enum { SEEN_MAX = 8 };

// The messages that the reader handed over.
static struct {
    unsigned count;
    uint8_t opcodes[SEEN_MAX];
    size_t lens[SEEN_MAX];
    uint8_t first_bytes[SEEN_MAX], last_bytes[SEEN_MAX];
    char text[64]; // the last payload
    int answer;    // the callback's result
} seen;

static struct ws_reader reader;

static int note(void *context, uint8_t opcode, const uint8_t *payload, size_t len)
{
    (void)context;
    ck_assert_uint_lt(seen.count, SEEN_MAX);
    seen.opcodes[seen.count] = opcode;
    seen.lens[seen.count] = len;
    if (len > 0) {
        seen.first_bytes[seen.count] = payload[0];
        seen.last_bytes[seen.count] = payload[len - 1];
    }
    snprintf(seen.text, sizeof seen.text, "%.*s", (int)(len < 60 ? len : 60),
             (const char *)payload);
    seen.count++;
    return seen.answer;
}

static void start_empty(void)
{
    memset(&seen, 0, sizeof seen);
    reader = (struct ws_reader){0};
}

static void release_reader(void)
{
    ws_reader_done(&reader);
}

static int feed(const void *bytes, size_t len)
{
    return ws_reader_feed(&reader, bytes, len, note, NULL);
}

#define FEED(literal) feed(literal, sizeof(literal) - 1)

START_TEST(client_frame_is_the_masked_hello_of_rfc_6455)
{
    static const uint8_t mask[4] = {0x37, 0xfa, 0x21, 0x3d};
    static const uint8_t expected[] = {0x81, 0x85, 0x37, 0xfa, 0x21, 0x3d,
                                       0x7f, 0x9f, 0x4d, 0x51, 0x58};
    uint8_t frame[5 + WS_FRAME_HEAD_MAX];
    ck_assert_uint_eq(ws_client_frame(frame, WS_TEXT, mask, "Hello", 5), sizeof expected);
    ck_assert_mem_eq(frame, expected, sizeof expected);
}
END_TEST

START_TEST(client_frame_takes_the_shortest_length_form)
{
    static const struct {
        size_t len;
        uint8_t head[10];
        size_t head_len;
    } rows[] = {
        {0, {0x82, 0x80}, 2},
        {125, {0x82, 0xfd}, 2},
        {126, {0x82, 0xfe, 0, 126}, 4},
        {65535, {0x82, 0xfe, 0xff, 0xff}, 4},
        {65536, {0x82, 0xff, 0, 0, 0, 0, 0, 1, 0, 0}, 10},
    };
    static const uint8_t mask[4] = {0};
    uint8_t *payload = calloc(1, rows[_i].len + 1);
    uint8_t *frame = malloc(rows[_i].len + WS_FRAME_HEAD_MAX);
    size_t frame_len = ws_client_frame(frame, WS_BINARY, mask, payload, rows[_i].len);
    ck_assert_uint_eq(frame_len, rows[_i].head_len + 4 + rows[_i].len);
    ck_assert_mem_eq(frame, rows[_i].head, rows[_i].head_len);
    free(payload);
    free(frame);
}
END_TEST

START_TEST(whole_messages_arrive_in_order)
{
    ck_assert_int_eq(FEED("\x82\x02"
                          "ab"
                          "\x81\x01"
                          "c"
                          "\x82\x00"),
                     0);
    ck_assert_uint_eq(seen.count, 3);
    ck_assert_uint_eq(seen.opcodes[0], WS_BINARY);
    ck_assert_uint_eq(seen.lens[0], 2);
    ck_assert_uint_eq(seen.opcodes[1], WS_TEXT);
    ck_assert_uint_eq(seen.lens[2], 0);
}
END_TEST

// A fragmented message with a ping inside, then a whole one; cut after every possible byte.
START_TEST(a_cut_anywhere_changes_nothing)
{
    static const char bytes[] = "\x02\x03"
                                "abc"
                                "\x89\x02"
                                "hi"
                                "\x00\x01"
                                "d"
                                "\x80\x02"
                                "ef"
                                "\x82\x02"
                                "gh";
    size_t cut = (size_t)_i;
    ck_assert_int_eq(feed(bytes, cut), 0);
    ck_assert_int_eq(feed(bytes + cut, sizeof bytes - 1 - cut), 0);
    ck_assert_uint_eq(seen.count, 3);
    ck_assert_uint_eq(seen.opcodes[0], WS_PING);
    ck_assert_uint_eq(seen.opcodes[1], WS_BINARY);
    ck_assert_uint_eq(seen.lens[1], 6);
    ck_assert_uint_eq(seen.first_bytes[1], 'a');
    ck_assert_uint_eq(seen.last_bytes[1], 'f');
    ck_assert_str_eq(seen.text, "gh");
}
END_TEST

START_TEST(single_bytes_make_whole_messages)
{
    static const char bytes[] = "\x82\x7e\x00\x80";
    for (size_t i = 0; i < sizeof bytes - 1; i++)
        ck_assert_int_eq(feed(bytes + i, 1), 0);
    for (unsigned i = 0; i < 128; i++) {
        ck_assert_uint_eq(seen.count, 0);
        ck_assert_int_eq(feed(i == 127 ? "z" : "a", 1), 0);
    }
    ck_assert_uint_eq(seen.count, 1);
    ck_assert_uint_eq(seen.lens[0], 128);
    ck_assert_uint_eq(seen.last_bytes[0], 'z');
}
END_TEST

START_TEST(long_frame_with_64_bit_length)
{
    enum { LEN = 70000 };
    uint8_t *frame = calloc(1, LEN + 10);
    memcpy(frame, "\x82\x7f\0\0\0\0\0\x01\x11\x70", 10);
    frame[10 + LEN - 1] = 'z';
    ck_assert_int_eq(feed(frame, 1000), 0);
    ck_assert_int_eq(feed(frame + 1000, LEN + 10 - 1000), 0);
    free(frame);
    ck_assert_uint_eq(seen.count, 1);
    ck_assert_uint_eq(seen.lens[0], LEN);
    ck_assert_uint_eq(seen.last_bytes[0], 'z');
}
END_TEST

START_TEST(broken_frames_are_refused)
{
    static const struct {
        const char *bytes;
        size_t len;
        int expected;
    } rows[] = {
        {"\x82\x81\0\0\0\0a", 7, WS_E_PROTOCOL}, // masked by the server
        {"\xc2\x01"
         "a",
         3, WS_E_PROTOCOL},                                   // reserved bit
        {"\x83\x00", 2, WS_E_PROTOCOL},                       // reserved opcode
        {"\x80\x00", 2, WS_E_PROTOCOL},                       // nothing to continue
        {"\x02\x00\x82\x00", 4, WS_E_PROTOCOL},               // a message inside a message
        {"\x09\x00", 2, WS_E_PROTOCOL},                       // fragmented ping
        {"\x89\x7e\x00\x7e", 4, WS_E_PROTOCOL},               // long ping
        {"\x82\x7f\x00\0\0\0\x7f\0\0\0", 10, WS_E_TOO_LARGE}, // nonsense length
    };
    ck_assert_int_eq(feed(rows[_i].bytes, rows[_i].len), rows[_i].expected);
    ck_assert_uint_eq(seen.count, 0);
}
END_TEST

START_TEST(callback_can_stop_the_reader)
{
    seen.answer = 7;
    ck_assert_int_eq(FEED("\x82\x01"
                          "a"
                          "\x82\x01"
                          "b"),
                     7);
    ck_assert_uint_eq(seen.count, 1);
}
END_TEST

static const char good_answer[] = "HTTP/1.1 101 Switching Protocols\r\n"
                                  "upgrade: websocket\r\n"
                                  "sec-websocket-accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";

START_TEST(handshake_answer_is_taken_only_when_whole)
{
    int status = 0;
    size_t whole = sizeof good_answer - 1;
    for (size_t len = 0; len < whole; len++)
        ck_assert_int_eq(ws_read_answer(good_answer, len, &status), 0);
    ck_assert_int_eq(status, 0);
    char with_more[sizeof good_answer + 2];
    snprintf(with_more, sizeof with_more, "%s%s", good_answer, "\x82");
    ck_assert_int_eq(ws_read_answer(with_more, whole + 1, &status), (ssize_t)whole);
    ck_assert_int_eq(status, 101);
}
END_TEST

START_TEST(handshake_for_another_key_is_refused)
{
    static const char answer[] = "HTTP/1.1 101 Switching Protocols\r\n"
                                 "Sec-WebSocket-Accept: AAAALMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";
    int status = 0;
    ck_assert_int_eq(ws_read_answer(answer, sizeof answer - 1, &status), WS_E_PROTOCOL);
}
END_TEST

START_TEST(handshake_refusal_tells_its_status)
{
    static const char answer[] = "HTTP/1.1 503 Service Unavailable\r\n\r\n";
    int status = 0;
    ck_assert_int_gt(ws_read_answer(answer, sizeof answer - 1, &status), 0);
    ck_assert_int_eq(status, 503);
    ck_assert_int_eq(ws_read_answer("SSH-2.0-x", 9, &status), WS_E_PROTOCOL);
}
END_TEST

START_TEST(request_names_path_and_host)
{
    char request[512];
    int len = ws_request(request, sizeof request, "127.0.0.1", 8550, "/ws");
    ck_assert_int_eq(len, (int)strlen(request));
    ck_assert_ptr_eq(strstr(request, "GET /ws HTTP/1.1\r\nHost: 127.0.0.1:8550\r\n"), request);
    ck_assert_str_eq(request + len - 4, "\r\n\r\n");
    ck_assert_int_eq(ws_request(request, 40, "127.0.0.1", 8550, "/ws"), WS_E_TOO_LARGE);
}
END_TEST

Suite *bench_websocket_suite(void)
{
    Suite *suite = suite_create("bench/websocket");
    TCase *tests = tcase_create("websocket");
    tcase_add_checked_fixture(tests, start_empty, release_reader);
    tcase_add_test(tests, client_frame_is_the_masked_hello_of_rfc_6455);
    tcase_add_loop_test(tests, client_frame_takes_the_shortest_length_form, 0, 5);
    tcase_add_test(tests, whole_messages_arrive_in_order);
    tcase_add_loop_test(tests, a_cut_anywhere_changes_nothing, 0, 21);
    tcase_add_test(tests, single_bytes_make_whole_messages);
    tcase_add_test(tests, long_frame_with_64_bit_length);
    tcase_add_loop_test(tests, broken_frames_are_refused, 0, 8);
    tcase_add_test(tests, callback_can_stop_the_reader);
    tcase_add_test(tests, handshake_answer_is_taken_only_when_whole);
    tcase_add_test(tests, handshake_for_another_key_is_refused);
    tcase_add_test(tests, handshake_refusal_tells_its_status);
    tcase_add_test(tests, request_names_path_and_host);
    suite_add_tcase(suite, tests);
    return suite;
}
