#include "gateway/chunked.h"

#include <check.h>
#include <string.h>

#include "base/buf.h"
#include "troupe/err.h"

static int result;
static tr_buf body;
static uint32_t rest; // bytes behind the last chunk

// In pieces of that size; the body in `body`.
static void take_apart(const char *text, uint32_t piece)
{
    tr_chunked chunked = {0};
    uint32_t size = (uint32_t)strlen(text);
    body.size = 0;
    result = TR_CHUNKED_MORE;
    for (uint32_t at = 0; at < size && result == TR_CHUNKED_MORE; at += piece) {
        tr_slice in = {text + at, size - at < piece ? size - at : piece};
        tr_slice out;
        while ((result = tr_chunked_next(&chunked, &in, &out)) == TR_CHUNKED_PIECE)
            tr_buf_append(&body, out.data, out.size);
        rest = in.size + (size - at - (size - at < piece ? size - at : piece));
    }
}

static void tear_down(void)
{
    tr_buf_done(&body);
}

static const struct {
    const char *text;
    const char *body;
    uint32_t rest;
} good[] = {
    {"0\r\n\r\n", "", 0},
    {"5\r\nhello\r\n0\r\n\r\n", "hello", 0},
    {"5\r\nhello\r\n00007\r\n, world\r\n000\r\n\r\n", "hello, world", 0},
    {"A\r\n0123456789\r\n0\r\n\r\nGET", "0123456789", 3},
    {"a;name=\"value\"\r\n0123456789\r\n0;x\r\nTrailer: 1\r\nOther: 2\r\n\r\n", "0123456789", 0},
    {"2 \t\r\n\r\n\r\n0\r\n\r\n", "\r\n", 0},
};

START_TEST(chunked_body_comes_in_whatever_pieces)
{
    for (uint32_t piece = 1; piece < 40; piece++) {
        take_apart(good[_i].text, piece);
        ck_assert_int_eq(result, TR_CHUNKED_END);
        ck_assert_str_eq(tr_buf_text(&body), good[_i].body);
        ck_assert_uint_eq(rest, good[_i].rest);
    }
}
END_TEST

static const char *const bad[] = {
    "\r\n",        "x\r\n",
    "-5\r\nhello", "5\nhello",
    "5\r\nhelloX", "5\r\nhello\rX",
    " 5\r\nhello", ";x\r\n",
    "0\r\nA: b\n", "0\r\n\rX",
    "5x\r\nhello", "5\r\rhello",
    "5;\nhello",   "1000000000000000\r\n",
};

START_TEST(chunked_body_that_is_none_is_malformed)
{
    for (uint32_t piece = 1; piece < 20; piece++) {
        take_apart(bad[_i], piece);
        ck_assert_msg(result == TR_EMALFORMED, "%s", bad[_i]);
    }
}
END_TEST

START_TEST(chunked_body_has_a_bound_on_what_is_no_body)
{
    tr_chunked chunked = {0};
    tr_slice out;
    char text[5000];
    memset(text, 'x', sizeof text);
    tr_slice in = TR_SLICE("0\r\n");
    ck_assert_int_eq(tr_chunked_next(&chunked, &in, &out), TR_CHUNKED_MORE);
    in = (tr_slice){text, sizeof text};
    ck_assert_int_eq(tr_chunked_next(&chunked, &in, &out), TR_EMALFORMED);
}
END_TEST

Suite *gateway_chunked_suite(void);
Suite *gateway_chunked_suite(void)
{
    Suite *suite = suite_create("gateway/chunked");
    TCase *tcase = tcase_create("chunks");
    tcase_add_checked_fixture(tcase, NULL, tear_down);
    tcase_add_loop_test(tcase, chunked_body_comes_in_whatever_pieces, 0,
                        sizeof good / sizeof *good);
    tcase_add_loop_test(tcase, chunked_body_that_is_none_is_malformed, 0, sizeof bad / sizeof *bad);
    tcase_add_test(tcase, chunked_body_has_a_bound_on_what_is_no_body);
    suite_add_tcase(suite, tcase);
    return suite;
}
