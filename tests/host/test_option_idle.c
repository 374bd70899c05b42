// Settings that are given and have nothing to do. What systemd hands over is in tests/stories/listeners.c.

#include <check.h>
#include <string.h>

#include "host/option_idle.h"
#include "host/option_rows.h"
#include "tests/host/command_line.h"

enum { WORDS_CAP = 9 };

static tr_options options;
static tr_buf text;

static void tear_down(void)
{
    tr_options_done(&options);
    tr_buf_done(&text);
}

static void read_words(const char *const *words)
{
    ck_assert_msg(command_line_read(&options, words, &text) == 0, "%s", tr_buf_text(&text));
}

static const struct {
    const char *words[WORDS_CAP];
    const char *says; // the whole of it
} idle[] = {
    {{"--port", "0", "--host", "::1"}, ""},
    {{"--https-port", "443"},
     "--https-port has no effect: there is no plain port (--http-redirect)\n"},
    {{"--acme-dir", "/tmp"},
     "--acme-dir has no effect: there is no plain port (--http-redirect)\n"},
    {{"--socket-mode", "0600"},
     "--socket-mode has no effect: there is no unix socket (--host unix:PATH)\n"},
    {{"--forwarded-header", "forwarded"},
     "--forwarded-header has no effect: nobody is believed (--trusted-proxies)\n"},
    {{"--forwarded-header", "forwarded", "--trusted-proxies", "::1"}, ""},
    {{"--bus-key", "file"}, "--bus-key has no effect: there is no cluster (--broker)\n"},
    {{"--bus-key", "file", "--broker", "ipc://a"}, ""},
    {{"--max-upload-size", "5MB"},
     "--max-upload-size has no effect: nothing is uploaded here (--upload-dir)\n"},
    {{"--upload-endpoint", "/up", "--upload-dir", "/tmp"}, ""},
    {{"--flutter-path", "/tmp"},
     "--flutter-path has no effect: Flet's client is not served (--client flutter)\n"},
    {{"--encrypt-store", "on"}, "--encrypt-store has no effect: there is no store (--store)\n"},
    // Processes of a cluster may share their environment.
    {{"--role", "gateway", "--broker", "ipc://a", "--store", "memory", "--encrypt-store", "on"},
     ""},
    {{"--role", "worker", "--broker", "ipc://a", "--max-upload-size", "5MB"}, ""},
};

START_TEST(what_lacks_what_it_needs_is_said)
{
    tr_listeners *none;
    read_words(idle[_i].words);
    ck_assert_int_eq(tr_listeners_open(&options, &none, &text), 0);
    tr_options_list_idle(&options, none, &text);
    ck_assert_str_eq(tr_buf_text(&text), idle[_i].says);
    tr_listeners_close(&none);
}
END_TEST

START_TEST(a_server_of_somebody_elses_listens_itself)
{
    read_words((const char *const[]){"--port", "81", "--host", "unix:a", "--socket-mode", "0600",
                                     "--upload-endpoint", "/up", NULL});
    tr_options_list_idle(&options, NULL, &text);
    ck_assert_str_eq(tr_buf_text(&text),
                     "--port has no effect: the server that the app is in listens\n"
                     "--host has no effect: the server that the app is in listens\n"
                     "--socket-mode has no effect: the server that the app is in listens\n"
                     "--upload-endpoint has no effect: nothing is uploaded here (--upload-dir)\n");
}
END_TEST

Suite *host_option_idle_suite(void);
Suite *host_option_idle_suite(void)
{
    Suite *suite = suite_create("host/option_idle");
    TCase *cases = tcase_create("option_idle");
    tcase_add_checked_fixture(cases, command_line_stands_alone, tear_down);
    tcase_add_loop_test(cases, what_lacks_what_it_needs_is_said, 0, sizeof idle / sizeof *idle);
    tcase_add_test(cases, a_server_of_somebody_elses_listens_itself);
    suite_add_tcase(suite, cases);
    return suite;
}
