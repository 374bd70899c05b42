#include <check.h>
#include <stdio.h>
#include <string.h>

#include "testing/client_model.h"
#include "testing/json.h"
#include "tests/support/comma.h"
#include "troupe/err.h"

// The text as msgpack, printed again; "malformed" for what is none.
static const char *said(const char *json)
{
    static char text[512];
    tr_buf out = {0};
    tr_buf printed = {0};
    snprintf(text, sizeof text, "malformed");
    if (tr_json_write(json, &out) == 0) {
        cm_value *value = tr_cm_decode((const char *)out.data, out.size);
        tr_cm_print(value, &printed);
        snprintf(text, sizeof text, "%s", tr_buf_text(&printed));
        tr_cm_free(value);
    }
    tr_buf_done(&out);
    tr_buf_done(&printed);
    return text;
}

static const struct {
    const char *json;
    const char *said;
} values[] = {
    {"null", "nil"},    {" true ", "true"},
    {"false", "false"}, {"0", "0"},
    {"-12", "-12"},     {"1.5", "1.5"},
    {"\"\"", "\"\""},   {"\"a\"", "\"a\""},
    {"[]", "[]"},       {"[1, [2], \"x\"]", "[1,[2],\"x\"]"},
    {"{}", "{}"},       {"{\"n\": 1, \"s\" : [true]}", "{n:1,s:[true]}"},
};

// JSON text as msgpack, as JSON text again.
static const char *again(const char *json)
{
    static char text[512];
    tr_buf value = {0};
    tr_buf printed = {0};
    ck_assert_int_eq(tr_json_write(json, &value), 0);
    tr_json_print(tr_buf_slice(&value), NULL, NULL, &printed);
    snprintf(text, sizeof text, "%s", tr_buf_text(&printed));
    tr_buf_done(&value);
    tr_buf_done(&printed);
    return text;
}

static const char *const printed[] = {
    "null",
    "true",
    "false",
    "-12",
    "1.5",
    "2.0",
    "0.1",
    "1e-05",
    "1e+20",
    "\"a\\\"b\\\\ \\n\\r\\t\"",
    "[]",
    "{}",
    "[1, [\"x\", null], {\"n\": 1, \"s\": [true]}]",
    "{\"$bytes\": \"00ff10\"}",
    "{\"$extension\": \"1:00ff\"}",
    "{\"$bytes\": \"no\"}", // a map like any
    "{\"$extension\": \"x:00\"}",
};

START_TEST(values_are_printed_as_they_were_read)
{
    ck_assert_str_eq(again(printed[_i]), printed[_i]);
}
END_TEST

START_TEST(what_is_broken_prints_as_null)
{
    tr_buf out = {0};
    tr_json_print((tr_slice){0}, NULL, NULL, &out);
    tr_json_print((tr_slice){"\x92\x01", 2}, NULL, NULL, &out);
    ck_assert_str_eq(tr_buf_text(&out), "null[]");
    tr_buf_done(&out);
}
END_TEST

START_TEST(values_are_read)
{
    ck_assert_str_eq(said(values[_i].json), values[_i].said);
}
END_TEST

static const char *const wrong[] = {
    "",          " ",
    "nul",       "True",
    "1 2",       "[1",
    "[1,]",      "[1 2]",
    "{\"a\"}",   "{a: 1}",
    "{\"a\": 1", "{\"a\" 1}",
    "\"open",    "\"\\q\"",
    "\"\\",      "- 1",
    "+1",        ".5",
    "0x10",      "-inf",
    "nan",       "[,1]",
    "{,}",       "]",
    "\\",        "[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]",
};

START_TEST(what_is_none_is_refused)
{
    ck_assert_msg(strcmp(said(wrong[_i]), "malformed") == 0, "%s: %s", wrong[_i], said(wrong[_i]));
}
END_TEST

START_TEST(escapes_become_characters)
{
    tr_buf out = {0};
    ck_assert_int_eq(tr_json_write("\"\\\"\\\\\\/\\n\\t\\r\"", &out), 0);
    ck_assert_uint_eq(out.size, 7);
    ck_assert_int_eq(memcmp(out.data, "\xa6\"\\/\n\t\r", 7), 0);
    tr_buf_done(&out);
}
END_TEST

START_TEST(numbers_are_read_and_printed_in_every_locale)
{
    use_comma_locale();
    ck_assert_str_eq(said("[1.5, 2]"), "[1.5,2]");
    ck_assert_str_eq(said("1,5"), "malformed");
}
END_TEST

Suite *testing_json_suite(void);
Suite *testing_json_suite(void)
{
    Suite *suite = suite_create("testing/json");
    TCase *tests = tcase_create("json");
    tcase_add_loop_test(tests, values_are_printed_as_they_were_read, 0,
                        sizeof printed / sizeof *printed);
    tcase_add_test(tests, what_is_broken_prints_as_null);
    tcase_add_loop_test(tests, values_are_read, 0, sizeof values / sizeof *values);
    tcase_add_loop_test(tests, what_is_none_is_refused, 0, sizeof wrong / sizeof *wrong);
    tcase_add_test(tests, escapes_become_characters);
    tcase_add_test(tests, numbers_are_read_and_printed_in_every_locale);
    suite_add_tcase(suite, tests);
    return suite;
}
