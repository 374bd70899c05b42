#include <check.h>
#include <string.h>

#include "sdk/catalog/catalog.h"
#include "sdk/catalog/icon_names.h"

static const char *guesses[TR_ICON_GUESSES];

static const char *first_guess(const char *name)
{
    return tr_icon_guess(tr_slice_of(name), guesses) != 0 ? guesses[0] : "";
}

START_TEST(a_slip_is_found)
{
    ck_assert_str_eq(first_guess("alram"), "alarm");
    ck_assert_str_eq(first_guess("delete_outlinedd"), "delete_outlined");
    ck_assert_str_eq(first_guess("cupertino:alrm"), "cupertino:alarm");
}
END_TEST

START_TEST(a_part_of_a_name_is_found)
{
    ck_assert_ptr_nonnull(strstr(first_guess("thumb"), "thumb"));
}
END_TEST

START_TEST(every_guess_is_an_icon)
{
    static const char *const wrong[] = {"ad", "hoome", "arow_back", "cupertino:hart", "favorit"};
    for (unsigned i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        unsigned count = tr_icon_guess(tr_slice_of(wrong[i]), guesses);
        ck_assert_uint_ge(count, 1);
        for (unsigned j = 0; j < count; j++)
            ck_assert_int_ge(tr_catalog_find_icon(tr_slice_of(guesses[j])), 0);
    }
}
END_TEST

START_TEST(nonsense_has_no_neighbours)
{
    char endless[200];
    memset(endless, 'a', sizeof endless);
    ck_assert_uint_eq(tr_icon_guess((tr_slice){endless, sizeof endless}, guesses), 0);
    ck_assert_uint_eq(tr_icon_guess(TR_SLICE(""), guesses), 0);
    ck_assert_uint_eq(tr_icon_guess(TR_SLICE("qqqqqqqqqqqqqq"), guesses), 0);
}
END_TEST

START_TEST(both_sets_are_found_by_name)
{
    int32_t material = tr_catalog_find_icon(TR_SLICE("alarm"));
    int32_t cupertino = tr_catalog_find_icon(TR_SLICE("cupertino:alarm"));
    ck_assert_int_ge(material, 0);
    ck_assert_int_ge(cupertino, 0);
    ck_assert_int_ne(material >> 16, cupertino >> 16);
}
END_TEST

Suite *sdk_icon_names_suite(void);
Suite *sdk_icon_names_suite(void)
{
    Suite *suite = suite_create("sdk/catalog/icon_names");
    TCase *tcase = tcase_create("guess");
    tcase_add_test(tcase, a_slip_is_found);
    tcase_add_test(tcase, a_part_of_a_name_is_found);
    tcase_add_test(tcase, every_guess_is_an_icon);
    tcase_add_test(tcase, nonsense_has_no_neighbours);
    tcase_add_test(tcase, both_sets_are_found_by_name);
    suite_add_tcase(suite, tcase);
    return suite;
}
