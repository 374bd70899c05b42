#include "base/percent.h"

#include <check.h>

Suite *base_percent_suite(void);

static void is(tr_slice text, const char *plain, const char *encoded)
{
    tr_buf out = {0};
    tr_percent_encode(&out, text, plain);
    ck_assert_str_eq(tr_buf_text(&out), encoded);
    tr_buf_done(&out);
}

START_TEST(letters_digits_and_what_is_plain_stand_as_they_are)
{
    is(tr_slice_of("azAZ09-._~"), TR_PERCENT_UNRESERVED, "azAZ09-._~");
    is(tr_slice_of("a/b?c"), "/", "a/b%3Fc");
    is(tr_slice_of("a/b"), "", "a%2Fb");
}
END_TEST

START_TEST(every_other_byte_is_two_digits)
{
    is(tr_slice_of(" %+@[`{"), "", "%20%25%2B%40%5B%60%7B");
    is(tr_slice_of("caf\xc3\xa9\xff"), TR_PERCENT_UNRESERVED, "caf%C3%A9%FF");
    is((tr_slice){"a\0b\x01", 4}, "x", "a%00b%01");
    is((tr_slice){NULL, 0}, "", "");
}
END_TEST

Suite *base_percent_suite(void)
{
    Suite *suite = suite_create("base/percent");
    TCase *tests = tcase_create("encoding");
    tcase_add_test(tests, letters_digits_and_what_is_plain_stand_as_they_are);
    tcase_add_test(tests, every_other_byte_is_two_digits);
    suite_add_tcase(suite, tests);
    return suite;
}
