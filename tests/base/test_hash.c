#include "base/hash.h"

#include <check.h>

Suite *base_hash_suite(void);

// From the list of test vectors of FNV's authors (draft-eastlake-fnv, test_fnv.c).
START_TEST(hashes_are_those_of_fnv_1a)
{
    ck_assert_uint_eq(tr_hash("", 0), 0xcbf29ce484222325u);
    ck_assert_uint_eq(tr_hash("a", 1), 0xaf63dc4c8601ec8cu);
    ck_assert_uint_eq(tr_hash("foobar", 6), 0x85944171f73967e8u);
}
END_TEST

START_TEST(a_hash_goes_on_where_it_ended)
{
    ck_assert_uint_eq(tr_hash_more(tr_hash("foo", 3), "bar", 3), tr_hash("foobar", 6));
}
END_TEST

Suite *base_hash_suite(void)
{
    Suite *suite = suite_create("base/hash");
    TCase *tcase = tcase_create("hash");
    tcase_add_test(tcase, hashes_are_those_of_fnv_1a);
    tcase_add_test(tcase, a_hash_goes_on_where_it_ended);
    suite_add_tcase(suite, tcase);
    return suite;
}
