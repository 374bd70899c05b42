#include "wire/header_text.h"

#include <check.h>

START_TEST(media_types_are_told_from_others)
{
    static const char *const good[] = {"text/plain", "text/csv; charset=utf-8",
                                       "application/vnd.a+json", "a/b;c=\"d e\""};
    static const char *const bad[] = {"",        "text",       "text/",          "/plain",
                                      "text/ a", "te xt/a",    "text/plain\r\n", " text/plain",
                                      "a/b\tc",  "\xc3\xa4/b", "a/;b",           "a/b/c"};
    for (unsigned i = 0; i < sizeof good / sizeof *good; i++)
        ck_assert_msg(tr_media_type_is(tr_slice_of(good[i])), "%s", good[i]);
    for (unsigned i = 0; i < sizeof bad / sizeof *bad; i++)
        ck_assert_msg(!tr_media_type_is(tr_slice_of(bad[i])), "%s", bad[i]);
}
END_TEST

START_TEST(values_have_no_line_ends_and_nothing_around_them)
{
    ck_assert(tr_header_value_is(TR_SLICE("")));
    ck_assert(tr_header_value_is(TR_SLICE("a\tb c")));
    ck_assert(!tr_header_value_is(TR_SLICE(" a")));
    ck_assert(!tr_header_value_is(TR_SLICE("a ")));
    ck_assert(!tr_header_value_is(TR_SLICE("a\nb")));
    ck_assert(!tr_header_value_is(TR_SLICE("a\rb")));
    ck_assert(!tr_header_value_is(TR_SLICE("a\0b")));
    ck_assert(!tr_header_value_is(TR_SLICE("\x7f")));
    ck_assert(!tr_header_value_is(TR_SLICE("\xc3\xa4")));
}
END_TEST

START_TEST(names_are_tokens)
{
    ck_assert(tr_header_name_is(TR_SLICE("X-My_Header.1")));
    ck_assert(!tr_header_name_is(TR_SLICE("")));
    ck_assert(!tr_header_name_is(TR_SLICE("a:")));
    ck_assert(!tr_header_name_is(TR_SLICE("a b")));
    ck_assert(!tr_header_name_is(TR_SLICE("a\r\n")));
    ck_assert(!tr_header_name_is(TR_SLICE("a\0")));
}
END_TEST

Suite *header_text_suite(void);
Suite *header_text_suite(void)
{
    Suite *suite = suite_create("wire/header_text");
    TCase *all = tcase_create("all");
    tcase_add_test(all, media_types_are_told_from_others);
    tcase_add_test(all, values_have_no_line_ends_and_nothing_around_them);
    tcase_add_test(all, names_are_tokens);
    suite_add_tcase(suite, all);
    return suite;
}
