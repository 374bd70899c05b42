#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "host/options.h"
#include "tests/host/command_line.h"
#include "troupe/err.h"

Suite *host_admin_option_suite(void);

static tr_options options;
static tr_buf error;

static int read_two(const char *flag, const char *value)
{
    return command_line_read(&options, (const char *const[]){flag, value, NULL}, &error);
}

static void tear_down(void)
{
    tr_options_done(&options);
    tr_buf_done(&error);
    tr_log_format_set(TR_LOG_TEXT);
}

static const struct {
    const char *text;
    const char *host;
    unsigned port;
} admins[] = {
    {"9100", "127.0.0.1", 9100},
    {"0.0.0.0:0", "0.0.0.0", 0},
    {"localhost:1", "localhost", 1},
    {"[::1]:9100", "::1", 9100},
};

START_TEST(operators_programs_ask_at_loopback_unless_said_otherwise)
{
    ck_assert_int_eq(read_two("--admin", admins[_i].text), 0);
    ck_assert_str_eq(options.admin_host, admins[_i].host);
    ck_assert_uint_eq(options.admin_port, admins[_i].port);
}
END_TEST

START_TEST(without_it_there_is_none)
{
    ck_assert_int_eq(read_two(NULL, NULL), 0);
    ck_assert_ptr_null(options.admin_host);
    setenv("TROUPE_ADMIN", "9100", 1);
    tr_options_done(&options);
    ck_assert_int_eq(read_two(NULL, NULL), 0);
    ck_assert_str_eq(options.admin_host, "127.0.0.1");
}
END_TEST

static const struct {
    const char *flag;
    const char *value;
    const char *says;
} bad[] = {
    {"--admin", "", "--admin  is not valid: expected ADDRESS:PORT"},
    {"--admin", "localhost", "--admin localhost is not valid"},
    {"--admin", "127.0.0.1:99999", "--admin 127.0.0.1:99999 is not valid"},
    {"--admin", "::1:9100", "--admin ::1:9100 is not valid"},
    {"--admin", ":9100", "--admin :9100 is not valid"},
    {"--admin", "http://a:1", "--admin http://a:1 is not valid"},
    {"--log-format", "xml", "--log-format xml is not valid: expected text or json"},
};

START_TEST(what_is_no_address_or_format_is_one_clear_line)
{
    ck_assert_int_eq(read_two(bad[_i].flag, bad[_i].value), TR_EINVALID);
    const char *text = tr_buf_text(&error);
    ck_assert_msg(strstr(text, bad[_i].says) != NULL, "%s", text);
    ck_assert_ptr_null(strchr(text, '\n'));
}
END_TEST

Suite *host_admin_option_suite(void)
{
    Suite *suite = suite_create("host/admin_option");
    TCase *cases = tcase_create("admin_option");
    tcase_add_checked_fixture(cases, command_line_stands_alone, tear_down);
    tcase_add_loop_test(cases, operators_programs_ask_at_loopback_unless_said_otherwise, 0,
                        sizeof admins / sizeof *admins);
    tcase_add_test(cases, without_it_there_is_none);
    tcase_add_loop_test(cases, what_is_no_address_or_format_is_one_clear_line, 0,
                        sizeof bad / sizeof *bad);
    suite_add_tcase(suite, cases);
    return suite;
}
