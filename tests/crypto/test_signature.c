#include "crypto/signature.h"

#include <check.h>
#include <string.h>

#include "base/mem.h"

// RFC 4231, test case 2: a key that is shorter than the hash's block.
START_TEST(signature_is_hmac_sha256)
{
    tr_signing_key key;
    tr_signing_key_derive(TR_SLICE("Jefe"), "what do ya want for nothing?", &key);
    static const uint8_t right[] = {0x5b, 0xdc, 0xc1, 0x46, 0xbf, 0x60, 0x75, 0x4e,
                                    0x6a, 0x04, 0x24, 0x26, 0x08, 0x95, 0x75, 0xc7,
                                    0x5a, 0x00, 0x3f, 0x08, 0x9d, 0x27, 0x39, 0x83,
                                    0x9d, 0xec, 0x58, 0xb9, 0x64, 0xec, 0x38, 0x43};
    ck_assert_mem_eq(key.bytes, right, sizeof right);
}
END_TEST

START_TEST(signature_is_of_its_text_and_key_alone)
{
    tr_signing_key key;
    tr_signing_key other;
    char text[TR_SIGNATURE_TEXT_BYTES + 1];
    ck_assert_int_eq(tr_signing_key_random(&key), 0);
    ck_assert_int_eq(tr_signing_key_random(&other), 0);
    tr_sign(&key, TR_SLICE("text"), text);
    tr_slice signature = tr_slice_of(text);
    ck_assert_uint_eq(signature.size, TR_SIGNATURE_TEXT_BYTES);
    ck_assert(tr_signature_is(&key, TR_SLICE("text"), signature));
    ck_assert(!tr_signature_is(&other, TR_SLICE("text"), signature));
    ck_assert(!tr_signature_is(&key, TR_SLICE("texts"), signature));
    ck_assert(!tr_signature_is(&key, TR_SLICE("text"), (tr_slice){text, 63}));
    ck_assert(!tr_signature_is(&key, TR_SLICE("text"), (tr_slice){0}));
    for (unsigned i = 0; i < TR_SIGNATURE_TEXT_BYTES; i++) {
        text[i] ^= 1;
        ck_assert(!tr_signature_is(&key, TR_SLICE("text"), signature));
        text[i] ^= 1;
    }
}
END_TEST

START_TEST(what_an_older_secret_signed_is_still_good)
{
    tr_signing_key key;
    tr_signing_key before;
    char text[TR_SIGNATURE_TEXT_BYTES + 1];
    tr_signing_key_derive(TR_SLICE("new"), "test", &key);
    tr_signing_key_derive(TR_SLICE("old"), "test", &before);
    tr_sign(&before, TR_SLICE("text"), text);
    ck_assert(!tr_signature_is(&key, TR_SLICE("text"), tr_slice_of(text)));
    ck_assert_int_eq(tr_signing_key_add_older(&key, TR_SLICE("older"), "test"), 0);
    ck_assert_int_eq(tr_signing_key_add_older(&key, TR_SLICE("old"), "test"), 0);
    ck_assert(tr_signature_is(&key, TR_SLICE("text"), tr_slice_of(text)));
    ck_assert(!tr_signature_is(&key, TR_SLICE("texts"), tr_slice_of(text)));
    tr_sign(&key, TR_SLICE("text"), text);
    ck_assert(tr_signature_is(&key, TR_SLICE("text"), tr_slice_of(text)));
    ck_assert(!tr_signature_is(&before, TR_SLICE("text"), tr_slice_of(text)));
}
END_TEST

Suite *crypto_signature_suite(void);
Suite *crypto_signature_suite(void)
{
    Suite *suite = suite_create("crypto/signature");
    TCase *tcase = tcase_create("signing");
    tcase_add_test(tcase, signature_is_hmac_sha256);
    tcase_add_test(tcase, signature_is_of_its_text_and_key_alone);
    tcase_add_test(tcase, what_an_older_secret_signed_is_still_good);
    suite_add_tcase(suite, tcase);
    return suite;
}
