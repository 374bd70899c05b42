#include "base/json_text.h"

#include <check.h>

Suite *base_json_text_suite(void);

static const char *quoted(const char *text)
{
    static tr_buf out;
    out.size = 0;
    tr_json_text_quote(&out, text);
    return tr_buf_text(&out);
}

START_TEST(what_json_has_other_signs_for_is_escaped)
{
    ck_assert_str_eq(quoted(""), "\"\"");
    ck_assert_str_eq(quoted("a \"b\" \\ c/"), "\"a \\\"b\\\" \\\\ c/\"");
    ck_assert_str_eq(quoted("a\tb\nc\x7f"), "\"a\\u0009b\\u000ac\\u007f\"");
    ck_assert_str_eq(quoted("caf\xc3\xa9 \xe2\x82\xac"), "\"caf\xc3\xa9 \xe2\x82\xac\"");
}
END_TEST

START_TEST(what_a_terminal_obeys_is_escaped_and_what_is_no_text_is_told)
{
    ck_assert_str_eq(quoted("\x1b[2J\xc2\x9b"), "\"\\u001b[2J\\u009b\"");
    ck_assert_str_eq(quoted("caf\xe9 \xf0\x9f"), "\"caf\\ufffd \\ufffd\\ufffd\"");
}
END_TEST

Suite *base_json_text_suite(void)
{
    Suite *suite = suite_create("base/json_text");
    TCase *tcase = tcase_create("texts");
    tcase_add_test(tcase, what_json_has_other_signs_for_is_escaped);
    tcase_add_test(tcase, what_a_terminal_obeys_is_escaped_and_what_is_no_text_is_told);
    suite_add_tcase(suite, tcase);
    return suite;
}
