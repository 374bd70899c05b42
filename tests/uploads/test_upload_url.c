#include "uploads/upload_url.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "troupe/err.h"

enum { PARTS_CAP = 8 };

static tr_upload_settings settings;
static tr_upload_grant grant;
static char *query; // decoded
static tr_slice parts[PARTS_CAP];
static unsigned count;

static void decode(char *text)
{
    char *out = text;
    for (; *text != '\0'; out++)
        if (*text == '%') {
            char digits[3] = {text[1], text[2], '\0'};
            *out = (char)strtoul(digits, NULL, 16);
            text += 3;
        } else {
            *out = *text++;
        }
    *out = '\0';
}

static void split(const char *url)
{
    tr_free(query);
    const char *mark = strchr(url, '?');
    query = tr_copy_text(mark + 1, strlen(mark + 1));
    count = 0;
    char *rest = query;
    for (char *one; (one = strsep(&rest, "&")) != NULL;) {
        decode(one);
        parts[count++] = tr_slice_of(one);
    }
}

static void write(void)
{
    tr_buf url = {0};
    tr_upload_url_write(&grant, &settings, &url);
    split(tr_buf_text(&url));
    tr_buf_done(&url);
}

static void set_up(void)
{
    settings = (tr_upload_settings){.folder = "/f", .path = "/app/upload", .size_max = 10};
    tr_signing_key_derive(TR_SLICE("secret"), "test", &settings.key);
    grant = (tr_upload_grant){.name = "a b&c=d%25+\xc3\xbc.txt",
                              .expires_s = 1700000000,
                              .size_max = 4711,
                              .replaces = true};
    tr_session_id_make(grant.token, 77);
    write();
}

static void tear_down(void)
{
    tr_free(query);
    query = NULL;
}

static int read_it(tr_upload_grant *out)
{
    return tr_upload_url_read(parts, count, &settings, out);
}

START_TEST(upload_url_says_all_of_its_grant)
{
    tr_upload_grant read;
    ck_assert_int_eq(read_it(&read), 0);
    ck_assert_str_eq(read.name, grant.name);
    ck_assert_str_eq(read.token, grant.token);
    ck_assert_uint_eq(read.expires_s, grant.expires_s);
    ck_assert_uint_eq(read.size_max, grant.size_max);
    ck_assert(read.replaces);
    grant.size_max = TR_UPLOAD_NO_LIMIT;
    grant.replaces = false;
    write();
    ck_assert_int_eq(read_it(&read), 0);
    ck_assert_uint_eq(read.size_max, TR_UPLOAD_NO_LIMIT);
    ck_assert(!read.replaces);
}
END_TEST

START_TEST(upload_url_takes_no_other_key_and_no_other_path)
{
    tr_upload_grant read;
    settings.path = "/upload";
    ck_assert_int_eq(read_it(&read), TR_EREFUSED);
    settings.path = "/app/upload";
    tr_signing_key_derive(TR_SLICE("secret"), "another purpose", &settings.key);
    ck_assert_int_eq(read_it(&read), TR_EREFUSED);
}
END_TEST

START_TEST(upload_url_is_signed_to_its_last_bit)
{
    tr_upload_grant read = {.expires_s = 5};
    for (unsigned i = 0; i < count; i++)
        for (uint32_t at = 2; at < parts[i].size; at++) {
            char *byte = (char *)(uintptr_t)parts[i].data + at;
            for (unsigned bit = 0; bit < 8; bit++) {
                *byte = (char)(*byte ^ (1 << bit));
                ck_assert_int_lt(read_it(&read), 0);
                *byte = (char)(*byte ^ (1 << bit));
            }
        }
    ck_assert_uint_eq(read.expires_s, 5); // untouched
    ck_assert_int_eq(read_it(&read), 0);
}
END_TEST

START_TEST(upload_url_misses_no_part_and_has_none_twice)
{
    tr_upload_grant read;
    for (unsigned i = 0; i < count; i++) {
        tr_slice part = parts[i];
        parts[i] = TR_SLICE("x=1");
        ck_assert_int_lt(read_it(&read), 0);
        parts[i] = part;
        parts[count++] = part;
        ck_assert_int_eq(read_it(&read), TR_EMALFORMED);
        count--;
    }
    parts[count++] = TR_SLICE("utm_source=x"); // of a proxy, or of somebody who counts
    ck_assert_int_eq(read_it(&read), 0);
}
END_TEST

static const char *const broken[] = {
    "e=",     "e=-1",      "e=1x",    "e=99999999999999999999",
    "m=",     "t=",        "t=short", "f=",
    "f=../x", "f=.hidden", "r=2",     "r=",
    "s=",
};

START_TEST(upload_url_with_a_broken_part_is_none)
{
    tr_upload_grant read;
    for (unsigned i = 0; i < count; i++)
        if (parts[i].data[0] == broken[_i][0])
            parts[i] = tr_slice_of(broken[_i]);
    ck_assert_int_lt(read_it(&read), 0);
}
END_TEST

START_TEST(upload_url_has_its_token_in_it)
{
    tr_buf url = {0};
    tr_upload_url_write(&grant, &settings, &url);
    ck_assert(tr_slice_is(tr_upload_url_token(tr_buf_slice(&url)), grant.token));
    tr_buf_done(&url);
    ck_assert_uint_eq(tr_upload_url_token(TR_SLICE("/upload?a=1&t=abc")).size, 0);
    ck_assert_uint_eq(tr_upload_url_token((tr_slice){0}).size, 0);
}
END_TEST

Suite *uploads_upload_url_suite(void);
Suite *uploads_upload_url_suite(void)
{
    Suite *suite = suite_create("uploads/upload_url");
    TCase *tcase = tcase_create("URLs");
    tcase_add_checked_fixture(tcase, set_up, tear_down);
    tcase_add_test(tcase, upload_url_says_all_of_its_grant);
    tcase_add_test(tcase, upload_url_takes_no_other_key_and_no_other_path);
    tcase_add_test(tcase, upload_url_is_signed_to_its_last_bit);
    tcase_add_test(tcase, upload_url_misses_no_part_and_has_none_twice);
    tcase_add_loop_test(tcase, upload_url_with_a_broken_part_is_none, 0,
                        sizeof broken / sizeof *broken);
    tcase_add_test(tcase, upload_url_has_its_token_in_it);
    suite_add_tcase(suite, tcase);
    return suite;
}
