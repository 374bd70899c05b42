// Settings that say where a process listens, and the sockets that it may have been started with.

#include <check.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "host/inherited.h"
#include "host/option_listen.h"
#include "host/options.h"
#include "tests/host/command_line.h"
#include "troupe/err.h"

static tr_options options;
static tr_buf error;

enum { WORDS_CAP = 11 }; // with the NULL behind them

static int read_all(const char *const words[WORDS_CAP])
{
    return command_line_read(&options, words, &error);
}

static void tear_down(void)
{
    tr_options_done(&options);
    tr_buf_done(&error);
}

#define TLS "--tls-cert", "c.pem", "--tls-key", "k.pem"
#define NAME "0123456789012345678901234567890123456789012345678901234567890123456789"

START_TEST(a_unix_socket_has_its_mode_and_owner)
{
    ck_assert_int_eq(read_all((const char *const[WORDS_CAP]){"--host", "unix:/run/app.sock"}), 0);
    ck_assert_str_eq(tr_host_unix_path(options.host), "/run/app.sock");
    ck_assert_uint_eq(options.socket_mode, 0660);
    ck_assert_ptr_null(options.socket_owner);
    tr_options_done(&options);
    ck_assert_int_eq(read_all((const char *const[WORDS_CAP]){"--host", "unix:a", "--socket-mode",
                                                             "0600", "--socket-owner", ":web"}),
                     0);
    ck_assert_uint_eq(options.socket_mode, 0600);
    ck_assert_str_eq(options.socket_owner, ":web");
    ck_assert_ptr_null(tr_host_unix_path("127.0.0.1"));
}
END_TEST

static const struct {
    const char *words[WORDS_CAP];
    const char *host;
    unsigned port;
} redirects[] = {
    {{TLS, "--http-redirect", "80"}, "127.0.0.1", 80},
    {{TLS, "--http-redirect", "80", "--host", "0.0.0.0"}, "0.0.0.0", 80},
    {{TLS, "--http-redirect", "[::]:80"}, "::", 80},
    {{TLS, "--http-redirect", "10.0.0.1:8080", "--host", "::"}, "10.0.0.1", 8080},
};

START_TEST(a_redirect_listens_beside_unless_it_says_where)
{
    ck_assert_int_eq(read_all(redirects[_i].words), 0);
    ck_assert_str_eq(options.redirect_host, redirects[_i].host);
    ck_assert_uint_eq(options.redirect_port, redirects[_i].port);
    ck_assert_uint_eq(options.https_port, 0);
}
END_TEST

START_TEST(without_words_there_is_none_of_it)
{
    ck_assert_int_eq(read_all((const char *const[WORDS_CAP]){NULL}), 0);
    ck_assert_ptr_null(options.redirect_host);
    ck_assert(!options.has_proxy_headers);
    tr_options_done(&options);
    ck_assert_int_eq(read_all((const char *const[WORDS_CAP]){"--proxy-protocol",
                                                             "--trusted-proxies", "10.0.0.1"}),
                     0);
    ck_assert(options.has_proxy_headers);
}
END_TEST

static const struct {
    const char *words[WORDS_CAP];
    const char *says;
} bad[] = {
    {{"--host", "unix:"}, "--host unix: is not valid: expected an address, a name, or unix:PATH"},
    {{"--host", "unix:@name"}, "--host unix:@name is not valid"},
    {{"--host", "unix:/" NAME NAME}, "is not valid"},
    {{"--host", ""}, "is not valid"},
    {{"--socket-mode", "0888"}, "--socket-mode 0888 is not valid: expected an octal mode"},
    {{"--socket-mode", "01777"}, "is not valid"},
    {{"--socket-mode", "rw"}, "is not valid"},
    {{"--socket-owner", "a:"}, "--socket-owner a: is not valid: expected USER, USER:GROUP"},
    {{"--socket-owner", "a:b:c"}, "is not valid"},
    {{TLS, "--http-redirect", "localhost"}, "--http-redirect localhost is not valid"},
    {{TLS, "--http-redirect", "80000"}, "is not valid"},
    {{TLS, "--https-port", "0"}, "--https-port 0 is not valid"},
    {{"--http-redirect", "80"}, "--http-redirect sends to HTTPS, and needs --tls-cert"},
    {{TLS, "--http-redirect", "80", "--host", "unix:a"}, "needs ADDRESS:PORT beside --host unix"},
    {{TLS, "--http-redirect", "[::]:80", "--host", "unix:a"}, "needs --https-port"},
    {{"--proxy-protocol"}, "--proxy-protocol needs --trusted-proxies"},
};

START_TEST(what_cannot_be_is_one_clear_line)
{
    ck_assert_int_eq(read_all(bad[_i].words), TR_EINVALID);
    const char *text = tr_buf_text(&error);
    ck_assert_msg(strstr(text, bad[_i].says) != NULL, "%s", text);
    ck_assert_ptr_null(strchr(text, '\n'));
}
END_TEST

// Real ones are handed over in tests/stories/listeners.c.
START_TEST(sockets_of_another_process_are_not_ours)
{
    char why[256];
    char own[16];
    tr_inherited found;
    snprintf(own, sizeof own, "%d", (int)getpid());
    const char *const foreign[][3] = {{NULL, NULL, NULL}, {"1", "1", "web"}, {own, NULL, NULL},
                                      {own, "0", NULL},   {NULL, "1", NULL}, {own, "x", NULL},
                                      {"", "1", NULL}};
    for (unsigned i = 0; i < sizeof foreign / sizeof *foreign; i++) {
        ck_assert_int_eq(
            tr_inherited_read(foreign[i][0], foreign[i][1], foreign[i][2], &found, why, sizeof why),
            0);
        ck_assert_uint_eq(found.count, 0);
    }
    ck_assert_int_eq(tr_inherited_read(own, "9", NULL, &found, why, sizeof why), TR_EINVALID);
    ck_assert_ptr_nonnull(strstr(why, "8 sockets are taken at most"));
}
END_TEST

Suite *host_listen_options_suite(void);
Suite *host_listen_options_suite(void)
{
    Suite *suite = suite_create("host/listen_options");
    TCase *cases = tcase_create("listen_options");
    tcase_add_checked_fixture(cases, command_line_stands_alone, tear_down);
    tcase_add_test(cases, a_unix_socket_has_its_mode_and_owner);
    tcase_add_loop_test(cases, a_redirect_listens_beside_unless_it_says_where, 0,
                        sizeof redirects / sizeof *redirects);
    tcase_add_test(cases, without_words_there_is_none_of_it);
    tcase_add_loop_test(cases, what_cannot_be_is_one_clear_line, 0, sizeof bad / sizeof *bad);
    tcase_add_test(cases, sockets_of_another_process_are_not_ours);
    suite_add_tcase(suite, cases);
    return suite;
}
