#include "auth/id_token.h"

#include <check.h>

#include "tests/support/token_signer.h"
#include "troupe/err.h"

#define NOW_S 1700000000ull
#define HEADER "{\"alg\":\"ES256\",\"kid\":\"k1\"}"
#define CLAIMS(iss, aud, nonce, times)                                                             \
    "{\"iss\":\"" iss "\",\"aud\":" aud ",\"sub\":\"ada\",\"nonce\":\"" nonce "\"" times "}"
#define TIMES ",\"iat\":1699999990,\"exp\":1700000600"
#define GOOD CLAIMS("https://issuer.example", "\"me\"", "n", TIMES)

static token_signer *signer;
static tr_buf keys;
static tr_buf token;
static tr_jwt read_token;
static const char *reason;
static tr_id_token_terms terms;

static void use_key(const char *kid)
{
    keys.size = 0;
    tr_buf_printf(&keys, "{\"keys\":[");
    token_signer_write_key(signer, kid, &keys);
    tr_buf_printf(&keys, "]}");
    terms.keys = tr_buf_slice(&keys);
}

static void set_up(void)
{
    signer = token_signer_new();
    keys = token = (tr_buf){0};
    read_token = (tr_jwt){0};
    terms = (tr_id_token_terms){
        .issuer = "https://issuer.example", .client_id = "me", .nonce = "n", .now_s = NOW_S};
    use_key("k1");
}

static void tear_down(void)
{
    tr_jwt_done(&read_token);
    tr_buf_done(&keys);
    tr_buf_done(&token);
    token_signer_free(&signer);
}

static int verify_text(tr_slice text)
{
    tr_jwt_done(&read_token);
    return tr_id_token_verify(text, &terms, &read_token, &reason);
}

static int verify(const char *header, const char *claims)
{
    token.size = 0;
    token_signer_sign(signer, header, claims, &token);
    return verify_text(tr_buf_slice(&token));
}

START_TEST(token_that_fits_is_believed)
{
    ck_assert_int_eq(verify(HEADER, GOOD), 0);
    ck_assert_ptr_null(reason);
    ck_assert(tr_slice_is(tr_json_text(read_token.claims, "sub"), "ada"));
    ck_assert_int_eq(verify("{\"alg\":\"ES256\"}", GOOD), 0); // names no key: any of them
    ck_assert_int_eq(verify(HEADER, CLAIMS("https://issuer.example", "[\"me\"]", "n", TIMES)), 0);
    ck_assert_int_eq(verify(HEADER, CLAIMS("https://issuer.example", "[\"x\",\"me\"]", "n",
                                           TIMES ",\"azp\":\"me\"")),
                     0);
    ck_assert_int_eq(verify(HEADER, CLAIMS("https://issuer.example", "\"me\"", "n",
                                           ",\"iat\":1700000050,\"exp\":1699999950.0")),
                     0); // clocks differ
}
END_TEST

static const struct {
    const char *header;
    const char *claims;
    int result;
    const char *reason;
} bad[] = {
    {"{\"alg\":\"none\"}", GOOD, TR_EREFUSED, "signed in a way"},
    {"{\"alg\":\"HS256\",\"kid\":\"k1\"}", GOOD, TR_EREFUSED, "signed in a way"},
    {"{\"alg\":\"es256\",\"kid\":\"k1\"}", GOOD, TR_EREFUSED, "signed in a way"},
    {"{\"kid\":\"k1\"}", GOOD, TR_EREFUSED, "signed in a way"},
    {"{\"alg\":\"ES256\",\"kid\":\"k1\",\"crit\":[\"b64\"]}", GOOD, TR_EREFUSED, "signed in a way"},
    {"{\"alg\":\"ES256\",\"alg\":\"ES256\"}", GOOD, TR_EMALFORMED, "cannot be read"},
    {"[]", GOOD, TR_EMALFORMED, "cannot be read"},
    {"{\"alg\":\"RS256\",\"kid\":\"k1\"}", GOOD, TR_ENOTFOUND, "key is none"},
    {"{\"alg\":\"ES256\",\"kid\":\"k2\"}", GOOD, TR_ENOTFOUND, "key is none"},
    {"{\"alg\":\"ES256\",\"kid\":1}", GOOD, TR_ENOTFOUND, "key is none"},
    {HEADER, "[]", TR_EMALFORMED, "cannot be read"},
    {HEADER, "{}", TR_EREFUSED, "another issuer"},
    {HEADER, CLAIMS("https://issuer.example/", "\"me\"", "n", TIMES), TR_EREFUSED,
     "another issuer"},
    {HEADER, CLAIMS("https://issuer.example", "\"\"", "n", TIMES), TR_EREFUSED, "another client"},
    {HEADER, CLAIMS("https://issuer.example", "[]", "n", TIMES), TR_EREFUSED, "another client"},
    {HEADER, CLAIMS("https://issuer.example", "[\"me\",\"x\"]", "n", TIMES), TR_EREFUSED,
     "another client"},
    {HEADER, CLAIMS("https://issuer.example", "\"me\"", "n", TIMES ",\"azp\":\"x\""), TR_EREFUSED,
     "another client"},
    {HEADER, CLAIMS("https://issuer.example", "\"me\"", "m", TIMES), TR_EREFUSED,
     "another sign-in"},
    {HEADER, CLAIMS("https://issuer.example", "\"me\"", "", TIMES), TR_EREFUSED, "another sign-in"},
    {HEADER, CLAIMS("https://issuer.example", "\"me\"", "n", ",\"iat\":1700000000"), TR_EREFUSED,
     "does not say when it expires"},
    {HEADER, CLAIMS("https://issuer.example", "\"me\"", "n", ",\"exp\":1700000600"), TR_EREFUSED,
     "does not say when it was made"},
    {HEADER,
     CLAIMS("https://issuer.example", "\"me\"", "n", ",\"iat\":1699990000,\"exp\":1699999940"),
     TR_EREFUSED, "has expired"},
    {HEADER,
     CLAIMS("https://issuer.example", "\"me\"", "n", ",\"iat\":1700000061,\"exp\":1700000600"),
     TR_EREFUSED, "of the future"},
    {HEADER, CLAIMS("https://issuer.example", "\"me\"", "n", TIMES ",\"nbf\":1700000061"),
     TR_EREFUSED, "not valid yet"},
    {HEADER, CLAIMS("https://issuer.example", "\"me\"", "n", TIMES ",\"nbf\":\"soon\""),
     TR_EREFUSED, "not valid yet"},
};

START_TEST(token_with_one_thing_wrong_is_not)
{
    ck_assert_int_eq(verify(bad[_i].header, bad[_i].claims), bad[_i].result);
    ck_assert_msg(strstr(reason, bad[_i].reason) != NULL, "%s", reason);
}
END_TEST

START_TEST(token_that_was_changed_or_cut_is_not)
{
    ck_assert_int_eq(verify(HEADER, GOOD), 0);
    for (uint32_t i = 0; i < token.size; i++) {
        token.data[i] ^= 1;
        ck_assert_int_lt(verify_text(tr_buf_slice(&token)), 0);
        token.data[i] ^= 1;
        ck_assert_int_lt(verify_text((tr_slice){(char *)token.data, i}), 0);
    }
    ck_assert_int_eq(verify_text(tr_buf_slice(&token)), 0);
}
END_TEST

START_TEST(token_of_somebody_else_is_not)
{
    token_signer *other = token_signer_new();
    token_signer_sign(other, HEADER, GOOD, &token);
    ck_assert_int_eq(verify_text(tr_buf_slice(&token)), TR_ENOTFOUND);
    ck_assert_str_eq(reason, "the signature of the ID token is wrong");
    token_signer_free(&other);
}
END_TEST

START_TEST(issuer_may_have_a_tenant_in_its_name)
{
    terms.issuer = "https://login.example/{tenantid}/v2.0";
    ck_assert_int_eq(verify(HEADER, CLAIMS("https://login.example/t1/v2.0", "\"me\"", "n",
                                           TIMES ",\"tid\":\"t1\"")),
                     0);
    ck_assert_int_eq(verify(HEADER, CLAIMS("https://login.example/t1/v2.0", "\"me\"", "n",
                                           TIMES ",\"tid\":\"t2\"")),
                     TR_EREFUSED);
    ck_assert_int_eq(verify(HEADER, CLAIMS("https://login.example//v2.0", "\"me\"", "n", TIMES)),
                     TR_EREFUSED);
}
END_TEST

static const char *const key_sets[] = {
    "",
    "{}",
    "[]",
    "{\"keys\":{}}",
    "{\"keys\":[1,null,{}]}",
    "{\"keys\":[{\"kty\":\"EC\",\"crv\":\"P-256\",\"kid\":\"k1\"}]}",
    "{\"keys\":[{\"kty\":\"EC\",\"crv\":\"P-256\",\"kid\":\"k1\",\"x\":\"AA\",\"y\":\"AA\"}]}",
    "{\"keys\":[{\"kty\":\"oct\",\"kid\":\"k1\",\"k\":\"AA\"}]}",
    "{\"keys\":[{\"kty\":\"EC\",\"crv\":\"P-256\",\"kid\":\"k1\",\"use\":\"enc\"}]}",
};

START_TEST(key_set_may_be_anything)
{
    terms.keys = tr_slice_of(key_sets[_i]);
    ck_assert_int_lt(verify(HEADER, GOOD), 0);
}
END_TEST

START_TEST(token_that_is_too_long_is_not_read)
{
    tr_buf long_one = {0};
    memset(tr_buf_reserve(&long_one, TR_JWT_CAP_BYTES + 1), 'a', TR_JWT_CAP_BYTES + 1);
    long_one.size = TR_JWT_CAP_BYTES + 1;
    ck_assert_int_eq(verify_text(tr_buf_slice(&long_one)), TR_ETOOBIG);
    tr_buf_done(&long_one);
}
END_TEST

Suite *auth_id_token_suite(void);
Suite *auth_id_token_suite(void)
{
    Suite *suite = suite_create("auth/id_token");
    TCase *tcase = tcase_create("token");
    tcase_add_checked_fixture(tcase, set_up, tear_down);
    tcase_add_test(tcase, token_that_fits_is_believed);
    tcase_add_loop_test(tcase, token_with_one_thing_wrong_is_not, 0, sizeof bad / sizeof *bad);
    tcase_add_test(tcase, token_that_was_changed_or_cut_is_not);
    tcase_add_test(tcase, token_of_somebody_else_is_not);
    tcase_add_test(tcase, issuer_may_have_a_tenant_in_its_name);
    tcase_add_loop_test(tcase, key_set_may_be_anything, 0, sizeof key_sets / sizeof *key_sets);
    tcase_add_test(tcase, token_that_is_too_long_is_not_read);
    suite_add_tcase(suite, tcase);
    return suite;
}
