#include "auth/pkce.h"

#include <check.h>

// RFC 7636, appendix B.
START_TEST(pkce_challenge_is_that_of_the_standard)
{
    char challenge[TR_PKCE_SIZE + 1];
    tr_pkce_challenge(TR_SLICE("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"), challenge);
    ck_assert_str_eq(challenge, "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
}
END_TEST

START_TEST(pkce_verifiers_differ_and_have_the_right_characters)
{
    char one[TR_PKCE_SIZE + 1];
    char two[TR_PKCE_SIZE + 1];
    tr_pkce_verifier_make(one);
    tr_pkce_verifier_make(two);
    ck_assert_str_ne(one, two);
    ck_assert_uint_eq(strlen(one), 43);
    ck_assert_uint_eq(
        strspn(one, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_"), 43);
}
END_TEST

Suite *auth_pkce_suite(void);
Suite *auth_pkce_suite(void)
{
    Suite *suite = suite_create("auth/pkce");
    TCase *tcase = tcase_create("pkce");
    tcase_add_test(tcase, pkce_challenge_is_that_of_the_standard);
    tcase_add_test(tcase, pkce_verifiers_differ_and_have_the_right_characters);
    suite_add_tcase(suite, tcase);
    return suite;
}
