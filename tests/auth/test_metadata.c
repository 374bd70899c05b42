#include "auth/metadata.h"

#include <check.h>

#include "auth/form.h"
#include "auth/token_answer.h"
#include "troupe/err.h"

#define ISSUER "https://issuer.example"
#define DOCUMENT(issuer, token, more)                                                              \
    "{\"issuer\":\"" issuer "\",\"authorization_endpoint\":\"https://a.example/a\","               \
    "\"token_endpoint\":\"" token "\",\"jwks_uri\":\"https://a.example/k\"" more "}"

static tr_metadata metadata;
static const char *reason;

START_TEST(document_says_where_what_is)
{
    static const char text[] =
        DOCUMENT(ISSUER, "https://a.example/t",
                 ",\"token_endpoint_auth_methods_supported\":[\"client_secret_post\"],"
                 "\"authorization_response_iss_parameter_supported\":true");
    ck_assert_int_eq(tr_metadata_read(tr_slice_of(text), ISSUER, &metadata, &reason), 0);
    ck_assert_str_eq(metadata.token_url, "https://a.example/t");
    ck_assert_ptr_null(metadata.user_url);
    ck_assert_ptr_null(metadata.logout_url);
    ck_assert(!metadata.has_basic && metadata.has_issuer_in_answers);
    tr_metadata_done(&metadata);
    static const char silent[] = DOCUMENT(ISSUER, "https://a.example/t", "");
    ck_assert_int_eq(tr_metadata_read(tr_slice_of(silent), ISSUER, &metadata, &reason), 0);
    ck_assert(metadata.has_basic && !metadata.has_issuer_in_answers);
    tr_metadata_done(&metadata);
}
END_TEST

START_TEST(nobody_is_sent_to_an_unsafe_address_to_sign_out)
{
    static const char safe[] = DOCUMENT(ISSUER, "https://a.example/t",
                                        ",\"end_session_endpoint\":\"https://a.example/l\"");
    ck_assert_int_eq(tr_metadata_read(tr_slice_of(safe), ISSUER, &metadata, &reason), 0);
    ck_assert_str_eq(metadata.logout_url, "https://a.example/l");
    tr_metadata_done(&metadata);
    static const char unsafe[] =
        DOCUMENT(ISSUER, "https://a.example/t", ",\"end_session_endpoint\":\"http://a.example/l\"");
    ck_assert_int_eq(tr_metadata_read(tr_slice_of(unsafe), ISSUER, &metadata, &reason), 0);
    ck_assert_ptr_null(metadata.logout_url);
    tr_metadata_done(&metadata);
}
END_TEST

static const char *const bad_documents[] = {
    "",
    "{}",
    DOCUMENT("https://issuer.example.evil", "https://a.example/t", ""),
    DOCUMENT(ISSUER, "http://a.example/t", ""),
    DOCUMENT(ISSUER, "", ""),
    DOCUMENT(ISSUER, "https://a.example/t", ",\"userinfo_endpoint\":\"ftp://a\""),
};

START_TEST(document_that_misleads_is_refused)
{
    ck_assert_int_lt(tr_metadata_read(tr_slice_of(bad_documents[_i]), ISSUER, &metadata, &reason),
                     0);
    ck_assert_ptr_nonnull(reason);
    ck_assert_ptr_null(metadata.token_url);
}
END_TEST

static const struct {
    const char *url;
    bool is_safe;
} urls[] = {
    {"https://a.example", true},
    {"https://a.example:8443/x?y=z", true},
    {"http://127.0.0.1:80/x", true},
    {"http://localhost/x", true},
    {"http://[::1]:1/", true},
    {"https://a.example/@x", true},
    {"http://a.example/", false},
    {"http://127.0.0.1.evil/", false},
    {"http://localhost@evil.example/", false},
    {"http://localhost:80@evil.example/", false},
    {"https://a@evil.example", false},
    {"https://", false},
    {"https:///x", false},
    {"ftp://a.example", false},
    {"https://a.example/ x", false},
    {"https://a.example/\r\nX: y", false},
    {"", false},
};

START_TEST(secrets_go_to_safe_addresses_alone)
{
    ck_assert(tr_auth_url_is_safe(tr_slice_of(urls[_i].url)) == urls[_i].is_safe);
}
END_TEST

START_TEST(form_is_encoded)
{
    tr_buf form = {0};
    tr_form_add(&form, "a", TR_SLICE("x y&z=\xc3\xa4%"));
    tr_form_add(&form, "b", TR_SLICE("-._~"));
    ck_assert_str_eq(tr_buf_text(&form), "a=x%20y%26z%3D%C3%A4%25&b=-._~");
    form.size = 0;
    tr_form_add_basic(&form, TR_SLICE("Aladdin"), TR_SLICE("open sesame"));
    ck_assert_str_eq(tr_buf_text(&form), "Basic QWxhZGRpbjpvcGVuJTIwc2VzYW1l");
    form.size = 0;
    tr_form_add_basic(&form, TR_SLICE("a"), TR_SLICE("~~>"));
    ck_assert_str_eq(tr_buf_text(&form), "Basic YTp+fiUzRQ==");
    tr_buf_done(&form);
}
END_TEST

START_TEST(answer_has_tokens_or_an_error)
{
    tr_token_answer answer;
    ck_assert_int_eq(tr_token_answer_read(TR_SLICE("{\"access_token\":\"t\",\"token_type\":"
                                                   "\"bearer\",\"expires_in\":60}"),
                                          &answer),
                     0);
    ck_assert_str_eq(answer.access_token, "t");
    ck_assert_uint_eq(answer.expires_in_s, 60);
    ck_assert_ptr_null(answer.refresh_token);
    tr_token_answer_done(&answer);
    ck_assert_int_eq(tr_token_answer_read(
                         TR_SLICE("{\"error\":\"invalid_grant\",\"access_token\":\"t\"}"), &answer),
                     0);
    ck_assert_str_eq(answer.error, "invalid_grant");
    ck_assert_ptr_null(answer.access_token);
    tr_token_answer_done(&answer);
}
END_TEST

static const char *const bad_answers[] = {
    "",
    "[]",
    "{}",
    "{\"access_token\":\"t\"}",
    "{\"access_token\":\"t\",\"token_type\":\"mac\"}",
    "{\"access_token\":\"t\\r\\nX: y\",\"token_type\":\"Bearer\"}",
    "{\"access_token\":7,\"token_type\":\"Bearer\"}",
};

START_TEST(answer_that_is_neither_is_malformed)
{
    tr_token_answer answer;
    ck_assert_int_eq(tr_token_answer_read(tr_slice_of(bad_answers[_i]), &answer), TR_EMALFORMED);
    ck_assert_ptr_null(answer.access_token);
}
END_TEST

Suite *auth_metadata_suite(void);
Suite *auth_metadata_suite(void)
{
    Suite *suite = suite_create("auth/metadata");
    TCase *tcase = tcase_create("provider");
    tcase_add_test(tcase, document_says_where_what_is);
    tcase_add_test(tcase, nobody_is_sent_to_an_unsafe_address_to_sign_out);
    tcase_add_loop_test(tcase, document_that_misleads_is_refused, 0,
                        sizeof bad_documents / sizeof *bad_documents);
    tcase_add_loop_test(tcase, secrets_go_to_safe_addresses_alone, 0, sizeof urls / sizeof *urls);
    tcase_add_test(tcase, form_is_encoded);
    tcase_add_test(tcase, answer_has_tokens_or_an_error);
    tcase_add_loop_test(tcase, answer_that_is_neither_is_malformed, 0,
                        sizeof bad_answers / sizeof *bad_answers);
    suite_add_tcase(suite, tcase);
    return suite;
}
