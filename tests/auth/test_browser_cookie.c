#include "auth/browser_cookie.h"

#include <check.h>

static tr_auth_settings settings;
static tr_browser_cookie made;
static tr_browser_cookie found;
static tr_buf header;

static void set_up(void)
{
    header = (tr_buf){0};
    settings = (tr_auth_settings){.cookie_path = "/app"};
    tr_auth_keys_derive(TR_SLICE("of this test"), &settings);
    tr_browser_cookie_make(&settings, &made);
}

static void tear_down(void)
{
    tr_buf_done(&header);
}

#define FINDS(is_secure_, ...)                                                                     \
    (header.size = 0, tr_buf_printf(&header, __VA_ARGS__),                                         \
     tr_browser_cookie_find(tr_buf_slice(&header), &settings, (is_secure_), &found))

START_TEST(cookie_is_found_among_others)
{
    ck_assert_uint_eq(strlen(made.key), TR_BROWSER_KEY_SIZE);
    ck_assert(FINDS(false, "troupe_browser=%s", made.value));
    ck_assert_str_eq(found.value, made.value);
    ck_assert_str_eq(found.key, made.key);
    ck_assert(FINDS(false, "a=b; troupe_browser=x; c ;; troupe_browser=%s ; d=", made.value));
    ck_assert_str_eq(found.key, made.key);
    ck_assert(!FINDS(false, "xtroupe_browser=%s", made.value));
    ck_assert(!FINDS(false, "troupe_browser = %s", made.value));
    ck_assert(!FINDS(false, "troupe_browser"));
    ck_assert(!tr_browser_cookie_find((tr_slice){0}, &settings, false, &found));
}
END_TEST

START_TEST(cookie_of_https_has_a_name_that_neighbours_cannot_set)
{
    ck_assert(!FINDS(true, "troupe_browser=%s", made.value));
    ck_assert(FINDS(true, "__Host-troupe_browser=%s", made.value));
    tr_browser_cookie other;
    tr_browser_cookie_make(&settings, &other);
    ck_assert_str_ne(other.key, made.key);
    ck_assert(FINDS(false, "troupe_browser=%s; __Host-troupe_browser=%s", other.value, made.value));
    ck_assert_str_eq(found.key, made.key);
}
END_TEST

START_TEST(cookie_that_was_changed_is_none)
{
    size_t size = strlen(made.value);
    for (size_t i = 0; i < size; i++) {
        made.value[i] ^= 1;
        ck_assert(!FINDS(false, "troupe_browser=%s", made.value));
        made.value[i] ^= 1;
    }
    ck_assert(!FINDS(false, "troupe_browser=%.*s", (int)size - 1, made.value));
    settings.cookie_key.bytes[0] ^= 1;
    ck_assert(!FINDS(false, "troupe_browser=%s", made.value));
}
END_TEST

START_TEST(cookie_is_for_http_alone)
{
    tr_buf text = {0};
    tr_browser_cookie_write(&made, &settings, false, &text);
    tr_buf_printf(&header, "troupe_browser=%s; Path=/app; Max-Age=2592000; HttpOnly; SameSite=Lax",
                  made.value);
    ck_assert_str_eq(tr_buf_text(&text), tr_buf_text(&header));
    text.size = header.size = 0;
    tr_browser_cookie_write(&made, &settings, true, &text);
    tr_buf_printf(
        &header,
        "__Host-troupe_browser=%s; Path=/; Max-Age=2592000; HttpOnly; SameSite=Lax; Secure",
        made.value);
    ck_assert_str_eq(tr_buf_text(&text), tr_buf_text(&header));
    tr_buf_done(&text);
}
END_TEST

Suite *auth_browser_cookie_suite(void);
Suite *auth_browser_cookie_suite(void)
{
    Suite *suite = suite_create("auth/browser_cookie");
    TCase *tcase = tcase_create("cookie");
    tcase_add_checked_fixture(tcase, set_up, tear_down);
    tcase_add_test(tcase, cookie_is_found_among_others);
    tcase_add_test(tcase, cookie_of_https_has_a_name_that_neighbours_cannot_set);
    tcase_add_test(tcase, cookie_that_was_changed_is_none);
    tcase_add_test(tcase, cookie_is_for_http_alone);
    suite_add_tcase(suite, tcase);
    return suite;
}
