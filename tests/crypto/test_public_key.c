#include "crypto/public_key.h"

#include <check.h>

#include "crypto/base64url.h"
#include "troupe/err.h"

// The examples of RFC 7515, appendices A.2 (RS256) and A.3 (ES256).
#define CLAIMS                                                                                     \
    "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVl" \
    "fQ"

static const char rsa_n[] =
    "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d"
    "4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexM"
    "dbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvU"
    "K-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ";
static const char rsa_signature[] =
    "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5j"
    "ujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L"
    "07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEU"
    "ipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw";
static const char rsa_text[] = "eyJhbGciOiJSUzI1NiJ9." CLAIMS;

static const char ec_x[] = "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU";
static const char ec_y[] = "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0";
static const char ec_signature[] =
    "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";
static const char ec_text[] = "eyJhbGciOiJFUzI1NiJ9." CLAIMS;

typedef struct parts {
    tr_buf first;
    tr_buf second;
    tr_buf signature;
} parts;

static parts decode(const char *first, const char *second, const char *signature)
{
    parts all = {0};
    ck_assert_int_eq(tr_base64url_read(tr_slice_of(first), &all.first), 0);
    ck_assert_int_eq(tr_base64url_read(tr_slice_of(second), &all.second), 0);
    ck_assert_int_eq(tr_base64url_read(tr_slice_of(signature), &all.signature), 0);
    return all;
}

static void parts_done(parts *all)
{
    tr_buf_done(&all->first);
    tr_buf_done(&all->second);
    tr_buf_done(&all->signature);
}

// It fits as it is, and in no other way.
static void fits_alone(const tr_public_key *key, const char *text, tr_buf *signature)
{
    tr_slice all = tr_buf_slice(signature);
    ck_assert(tr_public_key_verify(key, tr_slice_of(text), all));
    ck_assert(!tr_public_key_verify(key, tr_slice_of(text + 1), all));
    ck_assert(!tr_public_key_verify(key, tr_slice_of(text), (tr_slice){all.data, all.size - 1}));
    ck_assert(!tr_public_key_verify(key, tr_slice_of(text), (tr_slice){0}));
    signature->data[5] ^= 1;
    ck_assert(!tr_public_key_verify(key, tr_slice_of(text), all));
    memset(signature->data, 0, signature->size);
    ck_assert(!tr_public_key_verify(key, tr_slice_of(text), all));
}

START_TEST(rs256_is_that_of_the_standard)
{
    parts all = decode(rsa_n, "AQAB", rsa_signature);
    tr_public_key *key;
    ck_assert_int_eq(tr_public_key_rsa(tr_buf_slice(&all.first), tr_buf_slice(&all.second), &key),
                     0);
    fits_alone(key, rsa_text, &all.signature);
    tr_public_key_free(key);
    parts_done(&all);
}
END_TEST

START_TEST(es256_is_that_of_the_standard)
{
    parts all = decode(ec_x, ec_y, ec_signature);
    tr_public_key *key;
    ck_assert_int_eq(tr_public_key_p256(tr_buf_slice(&all.first), tr_buf_slice(&all.second), &key),
                     0);
    fits_alone(key, ec_text, &all.signature);
    tr_public_key_free(key);
    parts_done(&all);
}
END_TEST

START_TEST(what_is_no_key_is_refused)
{
    parts all = decode(rsa_n, ec_y, ec_x);
    tr_slice n = tr_buf_slice(&all.first);
    tr_slice y = tr_buf_slice(&all.second);
    tr_public_key *key;
    ck_assert_int_eq(tr_public_key_rsa((tr_slice){n.data, 128}, TR_SLICE("\1\0\1"), &key),
                     TR_EINVALID); // too small
    ck_assert_int_eq(tr_public_key_rsa(n, TR_SLICE("\1"), &key), TR_EINVALID);
    ck_assert_int_eq(tr_public_key_rsa(n, TR_SLICE("\2"), &key), TR_EINVALID);
    ck_assert_int_eq(tr_public_key_rsa(n, (tr_slice){0}, &key), TR_EINVALID);
    ck_assert_int_eq(tr_public_key_rsa((tr_slice){0}, TR_SLICE("\1\0\1"), &key), TR_EINVALID);
    ck_assert_int_eq(tr_public_key_p256(y, y, &key), TR_EINVALID); // not on the curve
    ck_assert_int_eq(tr_public_key_p256((tr_slice){y.data, 31}, y, &key), TR_EINVALID);
    ck_assert_int_eq(tr_public_key_p256((tr_slice){0}, (tr_slice){0}, &key), TR_EINVALID);
    parts_done(&all);
}
END_TEST

Suite *crypto_public_key_suite(void);
Suite *crypto_public_key_suite(void)
{
    Suite *suite = suite_create("crypto/public_key");
    TCase *tcase = tcase_create("verifying");
    tcase_add_test(tcase, rs256_is_that_of_the_standard);
    tcase_add_test(tcase, es256_is_that_of_the_standard);
    tcase_add_test(tcase, what_is_no_key_is_refused);
    suite_add_tcase(suite, tcase);
    return suite;
}
