#include "desk/phone.h"

#include <check.h>
#include <string.h>

Suite *desk_phone_suite(void);

static const struct {
    const char *line;
    const char *host;
    const char *url; // NULL: none
} lines[] = {
    {"listening on http://0.0.0.0:8000", "192.168.1.7", "http://192.168.1.7:8000"},
    {"listening on http://0.0.0.0:8000/app", "192.168.1.7", "http://192.168.1.7:8000/app"},
    {"listening on https://[::]:8443", "[fd00::7]", "https://[fd00::7]:8443"},
    {"listening on http://0.0.0.0", "10.0.0.1", "http://10.0.0.1"},
    {"listening on ipc:", "10.0.0.1", NULL},
    {"http://0.0.0.0:8000", "10.0.0.1", NULL},
    {"", "10.0.0.1", NULL},
};

START_TEST(a_phone_is_told_this_machine_s_address)
{
    char url[TR_PHONE_URL_CAP] = "";
    bool is_told = tr_phone_url(lines[_i].line, lines[_i].host, url);
    ck_assert_int_eq(is_told, lines[_i].url != NULL);
    if (is_told)
        ck_assert_str_eq(url, lines[_i].url);
}
END_TEST

START_TEST(an_address_that_is_too_long_is_none)
{
    char line[256] = "listening on http://0.0.0.0:8000/";
    memset(line + strlen(line), 'x', 200 - strlen(line));
    char url[TR_PHONE_URL_CAP];
    ck_assert(!tr_phone_url(line, "10.0.0.1", url));
}
END_TEST

START_TEST(there_is_always_an_address)
{
    char host[64] = "";
    tr_phone_host(host);
    ck_assert_str_ne(host, "");
    ck_assert_str_ne(host, "0.0.0.0");
}
END_TEST

Suite *desk_phone_suite(void)
{
    Suite *suite = suite_create("desk/phone");
    TCase *tcase = tcase_create("on a phone");
    tcase_add_loop_test(tcase, a_phone_is_told_this_machine_s_address, 0,
                        (int)(sizeof lines / sizeof *lines));
    tcase_add_test(tcase, an_address_that_is_too_long_is_none);
    tcase_add_test(tcase, there_is_always_an_address);
    suite_add_tcase(suite, tcase);
    return suite;
}
