// Numbers and letters in a process that called setlocale.

#include "base/number.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/log.h"
#include "tests/support/comma.h"

Suite *base_number_suite(void);

START_TEST(the_tests_own_printf_has_a_comma)
{
    char text[16];
    use_comma_locale();
    snprintf(text, sizeof text, "%.1f", 0.5);
    ck_assert_str_eq(text, "0,5");
    ck_assert_double_eq(strtod("0.5", NULL), 0);
}
END_TEST

START_TEST(digits_are_a_number_in_range_or_none)
{
    static const char *const bad[] = {"",   "-1", "+1",  " 1",
                                      "1 ", "1a", "0x1", "10000000000000000000"};
    uint64_t number = 7;
    for (unsigned i = 0; i < sizeof bad / sizeof *bad; i++)
        ck_assert_msg(!tr_digits_parse(tr_slice_of(bad[i]), &number), "%s", bad[i]);
    ck_assert_uint_eq(number, 7);
    ck_assert(tr_digits_parse(TR_SLICE("9999999999999999999"), &number));
    ck_assert_uint_eq(number, 9999999999999999999u);
    ck_assert(tr_digits_parse(TR_SLICE("007"), &number));
    ck_assert_uint_eq(number, 7);
}
END_TEST

static void numbers_have_points(void)
{
    char text[16];
    char *end;
    ck_assert_int_eq(tr_format(text, sizeof text, "%.2f %d", 0.25, 7), 6);
    ck_assert_str_eq(text, "0.25 7");
    ck_assert_int_eq(tr_format(text, 3, "%g", 0.25), 4);
    ck_assert_str_eq(text, "0.");
    ck_assert_double_eq(tr_number_parse("-1.5e3x", &end), -1500);
    ck_assert_str_eq(end, "x");
    tr_buf buf = {0};
    tr_buf_printf(&buf, "%g", 1.5);
    ck_assert_str_eq(tr_buf_text(&buf), "1.5");
    tr_buf_done(&buf);
}

static char logged[512];
static void hear(const char *line, size_t size)
{
    snprintf(logged, sizeof logged, "%.*s", (int)size, line);
}

START_TEST(numbers_have_points_in_every_locale)
{
    numbers_have_points();
    use_comma_locale();
    numbers_have_points();
    tr_log_listen(hear);
    tr_log(TR_LOG_INFO, "event=number value=%.1f", 0.5);
    tr_log_listen(NULL);
    ck_assert_ptr_nonnull(strstr(logged, "value=0.5"));
    char text[16];
    snprintf(text, sizeof text, "%.1f", 0.5);
    ck_assert_str_eq(text, "0,5"); // the app's own go on as it wants
}
END_TEST

static void letters_are_of_ascii(void)
{
    ck_assert_int_eq(tr_compare_caseless("GZIP", "gzip"), 0);
    ck_assert_int_eq(tr_compare_caseless_n("gzIp;q=1", "GZiP", 4), 0);
    ck_assert_int_lt(tr_compare_caseless("a", "B"), 0);
    ck_assert(tr_slice_begins_caseless(tr_slice_of("Host: a"), "host:"));
    ck_assert(!tr_slice_begins_caseless(tr_slice_of("hos"), "host"));
    ck_assert(tr_slice_begins(tr_slice_of("assets/a"), "assets/"));
    ck_assert(!tr_slice_begins(tr_slice_of("Assets/a"), "assets/"));
    ck_assert(!tr_slice_begins(tr_slice_of("as"), "assets/"));
    ck_assert(tr_slice_begins((tr_slice){NULL, 0}, ""));
    ck_assert_int_ne(tr_compare_caseless("\xc4", "\xe4"), 0); // letters of Latin 1
    ck_assert(tr_is_space(' ') && tr_is_space('\t') && tr_is_space('\n') && tr_is_space('\r'));
    ck_assert(!tr_is_space('\xa0') && !tr_is_space('\0') && !tr_is_space('x'));
}

START_TEST(letters_are_of_ascii_in_every_locale)
{
    letters_are_of_ascii();
    use_turkish_locale();
    letters_are_of_ascii();
}
END_TEST

Suite *base_number_suite(void)
{
    Suite *suite = suite_create("base/number");
    TCase *tcase = tcase_create("number");
    tcase_set_timeout(tcase, 30);
    tcase_add_test(tcase, the_tests_own_printf_has_a_comma);
    tcase_add_test(tcase, numbers_have_points_in_every_locale);
    tcase_add_test(tcase, digits_are_a_number_in_range_or_none);
    tcase_add_test(tcase, letters_are_of_ascii_in_every_locale);
    suite_add_tcase(suite, tcase);
    return suite;
}
