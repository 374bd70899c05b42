#include "host/option_lists.h"

#include <check.h>

Suite *host_option_lists_suite(void);

static const struct {
    const char *list;
    bool is_of_origins;
    bool is_of_addresses;
} lists[] = {
    {"*", true, false},
    {"https://app.example", true, false},
    {" https://a.example:8443 , capacitor://localhost,*", true, false},
    {"app.example", false, false},
    {"https://app.example/", false, false},
    {"https://", false, false},
    {"://app", false, false},
    {"https://a.example,", false, false},
    {"10.0.0.1", false, true},
    {"10.0.0.0/8, 172.16.0.0/12 ,::1,fd00::/8", false, true},
    {"10.0.0.0/33", false, false},
    {"10.0.0.0/", false, false},
    {"10.0.0/8", false, false},
    {"proxy", false, false},
    {"10.0.0.1,,10.0.0.2", false, false},
    {"", false, false},
};

START_TEST(a_policy_has_no_second_one_in_it)
{
    ck_assert(tr_list_is_of_sources("https://a.example:9000, http://b"));
    ck_assert(!tr_list_is_of_sources("https://a.example; script-src *"));
    ck_assert(!tr_list_is_of_sources("https://a.example/bucket"));
    ck_assert(!tr_list_is_of_sources("'none'"));
    ck_assert(tr_list_is_of_ancestors("'self' https://a.example"));
    ck_assert(!tr_list_is_of_ancestors("'self'; script-src *"));
    ck_assert(!tr_list_is_of_ancestors("a.example, b"));
    ck_assert(!tr_list_is_of_ancestors(""));
}
END_TEST

START_TEST(a_list_is_of_one_kind_or_none)
{
    ck_assert_int_eq(tr_list_is_of_origins(lists[_i].list), lists[_i].is_of_origins);
    ck_assert_int_eq(tr_list_is_of_addresses(lists[_i].list), lists[_i].is_of_addresses);
}
END_TEST

Suite *host_option_lists_suite(void)
{
    Suite *suite = suite_create("host/option_lists");
    TCase *cases = tcase_create("option_lists");
    tcase_add_loop_test(cases, a_list_is_of_one_kind_or_none, 0, sizeof lists / sizeof *lists);
    tcase_add_test(cases, a_policy_has_no_second_one_in_it);
    suite_add_tcase(suite, cases);
    return suite;
}
