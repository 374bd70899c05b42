#include "crypto/seal.h"

#include <check.h>

#include "troupe/err.h"

static tr_signing_key key;

static void make_key(void)
{
    ck_assert_int_eq(tr_signing_key_random(&key), 0);
}

START_TEST(sealed_bytes_are_opened_by_their_key_for_their_purpose)
{
    tr_buf sealed = {0};
    tr_buf plain = {0};
    tr_signing_key other;
    tr_seal(&key, "test", TR_SLICE("secret"), &sealed);
    ck_assert_uint_eq(sealed.size, 6 + TR_SEAL_EXTRA_BYTES);
    ck_assert_ptr_null(memmem(sealed.data, sealed.size, "secret", 6));
    ck_assert_int_eq(tr_unseal(&key, "test", tr_buf_slice(&sealed), &plain), 0);
    ck_assert_str_eq(tr_buf_text(&plain), "secret");
    plain.size = 0;
    ck_assert_int_eq(tr_signing_key_random(&other), 0);
    ck_assert_int_eq(tr_unseal(&other, "test", tr_buf_slice(&sealed), &plain), TR_EREFUSED);
    ck_assert_int_eq(tr_unseal(&key, "toast", tr_buf_slice(&sealed), &plain), TR_EREFUSED);
    ck_assert_uint_eq(plain.size, 0);
    tr_buf_done(&plain);
    // What is refused is not left in memory either.
    ck_assert_int_eq(tr_unseal(&key, "toast", tr_buf_slice(&sealed), &plain), TR_EREFUSED);
    ck_assert_ptr_null(memmem(plain.data, plain.cap, "secret", 6));
    tr_buf_done(&sealed);
    tr_buf_done(&plain);
}
END_TEST

START_TEST(sealed_bytes_that_were_changed_are_refused)
{
    tr_buf sealed = {0};
    tr_buf plain = {0};
    tr_seal(&key, "test", TR_SLICE("x"), &sealed);
    for (size_t i = 0; i < sealed.size; i++) {
        sealed.data[i] ^= 1;
        ck_assert_int_eq(tr_unseal(&key, "test", tr_buf_slice(&sealed), &plain), TR_EREFUSED);
        sealed.data[i] ^= 1;
        ck_assert_int_eq(
            tr_unseal(&key, "test", (tr_slice){(char *)sealed.data, (uint32_t)i}, &plain),
            TR_EREFUSED);
    }
    ck_assert_uint_eq(plain.size, 0);
    tr_buf_done(&sealed);
    tr_buf_done(&plain);
}
END_TEST

START_TEST(nothing_and_the_same_twice_can_be_sealed)
{
    tr_buf one = {0};
    tr_buf two = {0};
    tr_buf plain = {0};
    tr_seal(&key, "test", (tr_slice){0}, &one);
    ck_assert_int_eq(tr_unseal(&key, "test", tr_buf_slice(&one), &plain), 0);
    ck_assert_uint_eq(plain.size, 0);
    tr_seal(&key, "test", (tr_slice){0}, &two);
    ck_assert(!tr_slice_equal(tr_buf_slice(&one), tr_buf_slice(&two)));
    tr_buf_done(&one);
    tr_buf_done(&two);
    tr_buf_done(&plain);
}
END_TEST

START_TEST(what_an_older_key_sealed_is_opened_and_not_the_other_way_round)
{
    tr_buf sealed = {0};
    tr_buf plain = {0};
    tr_signing_key before;
    tr_signing_key_derive(TR_SLICE("the secret of before"), "test", &before);
    ck_assert_int_eq(tr_signing_key_add_older(&key, TR_SLICE("the secret of before"), "test"), 0);
    tr_seal(&before, "test", TR_SLICE("secret"), &sealed);
    ck_assert_int_eq(tr_unseal(&key, "test", tr_buf_slice(&sealed), &plain), 0);
    ck_assert_str_eq(tr_buf_text(&plain), "secret");
    sealed.size = plain.size = 0;
    tr_seal(&key, "test", TR_SLICE("secret"), &sealed);
    ck_assert_int_eq(tr_unseal(&before, "test", tr_buf_slice(&sealed), &plain), TR_EREFUSED);
    ck_assert_uint_eq(plain.size, 0);
    tr_buf_done(&sealed);
    tr_buf_done(&plain);
}
END_TEST

Suite *crypto_seal_suite(void);
Suite *crypto_seal_suite(void)
{
    Suite *suite = suite_create("crypto/seal");
    TCase *tcase = tcase_create("sealing");
    tcase_add_checked_fixture(tcase, make_key, NULL);
    tcase_add_test(tcase, sealed_bytes_are_opened_by_their_key_for_their_purpose);
    tcase_add_test(tcase, sealed_bytes_that_were_changed_are_refused);
    tcase_add_test(tcase, nothing_and_the_same_twice_can_be_sealed);
    tcase_add_test(tcase, what_an_older_key_sealed_is_opened_and_not_the_other_way_round);
    suite_add_tcase(suite, tcase);
    return suite;
}
