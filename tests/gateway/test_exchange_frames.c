#include "gateway/exchange_frames.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

static tr_buf seen;
static int result;

static void note(const tr_exchange_event *event)
{
    if (result == TR_FRAMES_PING)
        tr_buf_printf(&seen, "ping");
    else if (event->kind == TR_EXCHANGE_CLOSED)
        tr_buf_printf(&seen, "closed %u", event->status);
    else
        tr_buf_printf(&seen, event->is_text ? "text" : "binary");
    tr_buf_printf(&seen, " %.*s;", (int)event->size, event->bytes);
}

static void take_apart(const char *bytes, size_t size, uint32_t piece)
{
    tr_frame_reader reader = {0};
    tr_exchange_event event = {0};
    char *copy = malloc(size);
    memcpy(copy, bytes, size);
    tr_slice in = {copy, 0};
    seen.size = 0;
    result = TR_FRAMES_MORE;
    for (size_t at = 0; at < size && result >= 0;) {
        uint32_t more = size - at < piece ? (uint32_t)(size - at) : piece;
        in.size += more;
        at += more;
        while ((result = tr_frames_read(&reader, &in, &event)) > 0)
            note(&event);
    }
    tr_frame_reader_done(&reader);
    free(copy);
}

static const struct {
    const char *bytes;
    size_t size;
    const char *seen;
} good[] = {
    {"\x82\x02hi", 4, "binary hi;"},
    {"\x81\x00\x82\x01"
     "a",
     5, "text ;binary a;"},
    {"\x02\x01"
     "a\x00\x00\x80\x02"
     "bc",
     9, "binary abc;"},
    {"\x01\x01"
     "a\x89\x01!\x80\x01"
     "b\x8a\x00\x82\x01"
     "c",
     14, "ping !;text ab;binary c;"},
    {"\x88\x05\x03\xf4"
     "bye",
     7, "closed 1012 bye;"},
    {"\x88\x00", 2, "closed 1005 ;"},
    {"\x82\x7e\x00\x03xyz", 7, "binary xyz;"},
    {"\x82\x7f\x00\x00\x00\x00\x00\x00\x00\x03xyz", 13, "binary xyz;"},
};

START_TEST(frames_come_in_whatever_pieces)
{
    for (uint32_t piece = 1; piece < 15; piece++) {
        take_apart(good[_i].bytes, good[_i].size, piece);
        ck_assert_int_eq(result, TR_FRAMES_MORE);
        ck_assert_str_eq(tr_buf_text(&seen), good[_i].seen);
    }
}
END_TEST

START_TEST(frames_of_control_are_short_and_whole)
{
    take_apart("\x09\x01!", 3, 3);
    ck_assert_int_eq(result, TR_EMALFORMED);
    take_apart("\x89\x7e\x00\x80", 4, 4);
    ck_assert_int_eq(result, TR_EMALFORMED);
}
END_TEST

// Masked with zeros, so that they read as they are.
START_TEST(frame_heads_have_the_three_lengths_there_are)
{
    unsigned char head[TR_FRAME_HEAD_CAP_BYTES];
    ck_assert_uint_eq(tr_frame_head_write(head, TR_FRAME_TEXT, 125), 6);
    ck_assert_mem_eq(head, "\x81\xfd\0\0\0\0", 6);
    ck_assert_uint_eq(tr_frame_head_write(head, TR_FRAME_BINARY, 126), 8);
    ck_assert_mem_eq(head, "\x82\xfe\x00\x7e\0\0\0\0", 8);
    ck_assert_uint_eq(tr_frame_head_write(head, TR_FRAME_BINARY, 65536), 14);
    ck_assert_mem_eq(head, "\x82\xff\0\0\0\0\0\x01\0\0\0\0\0\0", 14);
}
END_TEST

static void tear_down(void)
{
    tr_buf_done(&seen);
}

Suite *exchange_frames_suite(void);
Suite *exchange_frames_suite(void)
{
    Suite *suite = suite_create("gateway/exchange_frames");
    TCase *all = tcase_create("all");
    tcase_add_checked_fixture(all, NULL, tear_down);
    tcase_add_loop_test(all, frames_come_in_whatever_pieces, 0, sizeof good / sizeof *good);
    tcase_add_test(all, frames_of_control_are_short_and_whole);
    tcase_add_test(all, frame_heads_have_the_three_lengths_there_are);
    suite_add_tcase(suite, all);
    return suite;
}
