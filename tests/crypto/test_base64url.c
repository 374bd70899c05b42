#include "crypto/base64url.h"

#include <check.h>

#include "troupe/err.h"

static const struct {
    const char *plain;
    const char *text;
} pairs[] = {
    // RFC 4648 section 10, without its padding; and the two characters that URLs need.
    {"", ""},           {"f", "Zg"},          {"fo", "Zm8"},          {"foo", "Zm9v"},
    {"foob", "Zm9vYg"}, {"fooba", "Zm9vYmE"}, {"foobar", "Zm9vYmFy"}, {"\xfb\xff\xbf", "-_-_"},
};

START_TEST(base64url_goes_there_and_back)
{
    tr_buf text = {0};
    tr_buf plain = {0};
    tr_base64url_write(&text, pairs[_i].plain, strlen(pairs[_i].plain));
    ck_assert_str_eq(tr_buf_text(&text), pairs[_i].text);
    ck_assert_uint_eq(text.size, TR_BASE64URL_SIZE(strlen(pairs[_i].plain)));
    ck_assert_int_eq(tr_base64url_read(tr_slice_of(pairs[_i].text), &plain), 0);
    ck_assert_str_eq(tr_buf_text(&plain), pairs[_i].plain);
    tr_buf_done(&text);
    tr_buf_done(&plain);
}
END_TEST

static const char *const bad[] = {"Z",   "Zg==", "Zm9vY",           "Zm+v", "Zm/v", "Zm9v\n",
                                  "Zh", // bits that stand for nothing
                                  "Zm9", "Zm v", "\xc3\xa4\xc3\xa4"};

START_TEST(base64url_is_read_strictly)
{
    tr_buf plain = {0};
    ck_assert_int_eq(tr_base64url_read(tr_slice_of(bad[_i]), &plain), TR_EMALFORMED);
    tr_buf_done(&plain);
}
END_TEST

Suite *crypto_base64url_suite(void);
Suite *crypto_base64url_suite(void)
{
    Suite *suite = suite_create("crypto/base64url");
    TCase *tcase = tcase_create("text");
    tcase_add_loop_test(tcase, base64url_goes_there_and_back, 0, sizeof pairs / sizeof *pairs);
    tcase_add_loop_test(tcase, base64url_is_read_strictly, 0, sizeof bad / sizeof *bad);
    suite_add_tcase(suite, tcase);
    return suite;
}
