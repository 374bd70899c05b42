#include <check.h>
#include <string.h>

#include "sdk/catalog/nearest_name.h"

static const char *nearest(const char *wanted, char out[64])
{
    static const char *const names[] = {"total", "name", "rows", "row-1", "password", "title"};
    tr_near near = tr_near_to(tr_slice_of(wanted));
    for (unsigned i = 0; i < sizeof names / sizeof *names; i++)
        tr_near_offer(&near, tr_slice_of(names[i]));
    tr_near_print(&near, out, 64);
    return out;
}

START_TEST(slips_and_parts_are_found_best_first)
{
    char out[64];
    ck_assert_str_eq(nearest("totl", out), "total,title");
    ck_assert_str_eq(nearest("pass", out), "password");
    ck_assert_str_eq(nearest("row", out), "rows,row-1");
}
END_TEST

START_TEST(nothing_is_guessed_for_what_is_unlike_all)
{
    char out[64];
    char endless[200];
    memset(endless, 'a', sizeof endless - 1);
    endless[sizeof endless - 1] = '\0';
    ck_assert_str_eq(nearest("qqqqqqqq", out), "");
    ck_assert_str_eq(nearest("", out), "");
    ck_assert_str_eq(nearest(endless, out), "");
}
END_TEST

START_TEST(a_small_buffer_cuts)
{
    char out[5];
    tr_near near = tr_near_to(TR_SLICE("totl"));
    tr_near_offer(&near, TR_SLICE("total"));
    tr_near_print(&near, out, sizeof out);
    ck_assert_str_eq(out, "tota");
}
END_TEST

Suite *sdk_near_suite(void);
Suite *sdk_near_suite(void)
{
    Suite *suite = suite_create("sdk/catalog/nearest_name");
    TCase *tests = tcase_create("near");
    tcase_add_test(tests, slips_and_parts_are_found_best_first);
    tcase_add_test(tests, nothing_is_guessed_for_what_is_unlike_all);
    tcase_add_test(tests, a_small_buffer_cuts);
    suite_add_tcase(suite, tests);
    return suite;
}
