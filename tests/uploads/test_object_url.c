// Presigned addresses, against the example of AWS's own documentation ("Authenticating Requests: Using Query
// Parameters").

#include "uploads/object_url.h"

#include <check.h>
#include <stdio.h>
#include <string.h>

#include "troupe/err.h"
#include "troupe/pages/object_store.h"

static tr_object_request request;
static tr_buf url;

static void set_up(void)
{
    url = (tr_buf){0};
    request = (tr_object_request){.endpoint = "https://examplebucket.s3.amazonaws.com",
                                  .region = "us-east-1",
                                  .access_key = "AKIAIOSFODNN7EXAMPLE",
                                  .secret_key = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
                                  .method = "GET",
                                  .key = "test.txt",
                                  .expires_s = 86400,
                                  .now_s = 1369353600};
}

static void tear_down(void)
{
    tr_buf_done(&url);
}

static const char *made(void)
{
    url.size = 0;
    ck_assert_int_eq(tr_object_url_write(&request, &url), 0);
    return tr_buf_text(&url);
}

START_TEST(object_url_is_the_one_of_the_documentation)
{
    ck_assert_str_eq(
        made(), "https://examplebucket.s3.amazonaws.com/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256"
                "&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request"
                "&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host"
                "&X-Amz-Signature="
                "aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404");
}
END_TEST

START_TEST(object_url_encodes_what_a_name_may_have)
{
    request.endpoint = "http://127.0.0.1:9000/bucket/";
    request.key = "a b/\xc3\xa4+?&.txt";
    request.size = 7;
    const char *text = made();
    ck_assert_ptr_eq(strstr(text, "http://127.0.0.1:9000/bucket/a%20b/%C3%A4%2B%3F%26.txt?X-Amz-"),
                     text);
    ck_assert_ptr_nonnull(strstr(text, "&X-Amz-SignedHeaders=content-length%3Bhost&"));
}
END_TEST

// As browsers write it into Host, which is signed.
START_TEST(object_url_names_the_host_as_browsers_do)
{
    static const char *const hosts[][2] = {
        {"https://ExampleBucket.S3.amazonaws.com:443", "https://examplebucket.s3.amazonaws.com/"},
        {"https://examplebucket.s3.amazonaws.com:", "https://examplebucket.s3.amazonaws.com/"},
        {"http://A.example:80", "http://a.example/"},
        {"http://A.example:443", "http://a.example:443/"},
        {"https://a.example:80", "https://a.example:80/"},
        {"http://[::AB]:80", "http://[::ab]/"},
        {"http://[::80]", "http://[::80]/"},
    };
    const char *usual = strstr(made(), "&X-Amz-Signature=");
    char signature[128];
    (void)snprintf(signature, sizeof signature, "%s", usual);
    for (unsigned i = 0; i < sizeof hosts / sizeof *hosts; i++) {
        request.endpoint = hosts[i][0];
        const char *text = made();
        ck_assert_msg(strncmp(text, hosts[i][1], strlen(hosts[i][1])) == 0, "%s", text);
        ck_assert_int_eq(strstr(text, signature) != NULL, i < 2);
    }
}
END_TEST

static const char *const keys[] = {"", "/a", "a/", "a//b", ".", "..", "a/../b", "./a"};
static const char *const endpoints[] = {
    "",           "ftp://a",      "https://",      "a.example",
    "https://a?", "https://a@b/", "https:///path", "https://:443"};

START_TEST(object_url_is_of_no_key_that_a_browser_changes)
{
    request.key = keys[_i];
    ck_assert_int_eq(tr_object_url_write(&request, &url), TR_EINVALID);
    ck_assert_uint_eq(url.size, 0);
}
END_TEST

START_TEST(object_url_needs_an_address)
{
    request.endpoint = endpoints[_i];
    ck_assert_int_eq(tr_object_url_write(&request, &url), TR_EINVALID);
}
END_TEST

START_TEST(object_url_lasts_a_week_at_most)
{
    request.expires_s = TR_OBJECT_EXPIRES_CAP_S + 1;
    ck_assert_int_eq(tr_object_url_write(&request, &url), TR_EINVALID);
    request.expires_s = 0;
    ck_assert_int_eq(tr_object_url_write(&request, &url), TR_EINVALID);
}
END_TEST

START_TEST(apps_are_told_what_cannot_be)
{
    char out[TR_OBJECT_URL_CAP_BYTES];
    char key[TR_OBJECT_KEY_CAP_BYTES + 2];
    const tr_object_store store = {
        .url = "https://a.example/b", .access_key = "a", .secret_key = "s"};
    ck_assert_int_eq(tr_object_url(out, &store, .key = "k"), 0);
    ck_assert_ptr_nonnull(strstr(out, "us-east-1"));
    ck_assert_ptr_nonnull(strstr(out, "X-Amz-Expires=600&"));
    ck_assert_int_eq(tr_object_url(out, &store, .key = "k", .method = "POST"), TR_EINVALID);
    ck_assert_int_eq(tr_object_url(out, &store, .key = "k", .size = 7), TR_EINVALID);
    ck_assert_int_eq(tr_object_url(out, &(tr_object_store){0}, .key = "k"), TR_EINVALID);
    ck_assert_str_eq(out, "");
    memset(key, 'x', sizeof key - 1);
    key[sizeof key - 1] = '\0';
    ck_assert_int_eq(tr_object_url(out, &store, .key = key), TR_EINVALID);
    memset(key, ' ', sizeof key - 2); // three bytes each, encoded
    key[sizeof key - 2] = '\0';
    ck_assert_int_eq(tr_object_url(out, &store, .key = key), 0);
}
END_TEST

Suite *uploads_object_url_suite(void);
Suite *uploads_object_url_suite(void)
{
    Suite *suite = suite_create("uploads/object_url");
    TCase *tcase = tcase_create("URLs");
    tcase_add_checked_fixture(tcase, set_up, tear_down);
    tcase_add_test(tcase, object_url_is_the_one_of_the_documentation);
    tcase_add_test(tcase, object_url_names_the_host_as_browsers_do);
    tcase_add_test(tcase, object_url_encodes_what_a_name_may_have);
    tcase_add_loop_test(tcase, object_url_is_of_no_key_that_a_browser_changes, 0,
                        sizeof keys / sizeof *keys);
    tcase_add_loop_test(tcase, object_url_needs_an_address, 0,
                        sizeof endpoints / sizeof *endpoints);
    tcase_add_test(tcase, object_url_lasts_a_week_at_most);
    tcase_add_test(tcase, apps_are_told_what_cannot_be);
    suite_add_tcase(suite, tcase);
    return suite;
}
