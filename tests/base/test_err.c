#include "troupe/err.h"

#include <check.h>
#include <string.h>

Suite *base_err_suite(void);

#define CODE(name, number, text) name,
static const int codes[] = {TR_ERRORS(CODE)};
enum { CODES = sizeof codes / sizeof *codes };

START_TEST(every_code_is_negative_and_has_a_name_and_a_text)
{
    ck_assert_int_lt(codes[_i], 0);
    ck_assert_int_eq(strncmp(tr_err_name(codes[_i]), "TR_E", 4), 0);
    ck_assert_str_ne(tr_err_name(codes[_i]), "TR_EUNKNOWN");
    ck_assert_str_ne(tr_err_text(codes[_i]), "unknown error");
    for (int other = 0; other < _i; other++) {
        ck_assert_int_ne(codes[other], codes[_i]);
        ck_assert_str_ne(tr_err_name(codes[other]), tr_err_name(codes[_i]));
    }
}
END_TEST

START_TEST(what_is_no_error_says_so)
{
    ck_assert_str_eq(tr_err_name(TR_EFULL), "TR_EFULL");
    ck_assert_str_eq(tr_err_name(0), "TR_OK");
    ck_assert_str_eq(tr_err_name(12), "TR_OK");
    ck_assert_str_eq(tr_err_text(3), "ok");
    ck_assert_str_eq(tr_err_name(-9999), "TR_EUNKNOWN");
    ck_assert_str_eq(tr_err_text(-9999), "unknown error");
}
END_TEST

Suite *base_err_suite(void)
{
    Suite *suite = suite_create("base/err");
    TCase *tests = tcase_create("err");
    tcase_add_loop_test(tests, every_code_is_negative_and_has_a_name_and_a_text, 0, CODES);
    tcase_add_test(tests, what_is_no_error_says_so);
    suite_add_tcase(suite, tests);
    return suite;
}
