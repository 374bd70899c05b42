// What a program says of settings that it cannot take: one line, which shows no secret and moves no
// terminal's cursor; and texts that come from files, as editors and other programs write them.

#include <check.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/log.h"
#include "host/options.h"
#include "tests/host/command_line.h"
#include "troupe/err.h"

enum { WORDS_CAP = 8 };

static tr_options options;
static tr_buf error;

static void set_up(void)
{
    command_line_stands_alone();
}

static void tear_down(void)
{
    tr_options_done(&options);
    tr_buf_done(&error);
}

static int read_line(const char *const *words)
{
    return command_line_read(&options, words, &error);
}

static const struct {
    const char *words[WORDS_CAP];
    const char *says; // the whole of it
} complaints[] = {
    {{"--port", "80\nmore"}, "--port 80\\x0amore is not valid: expected a number from 0 to 65535"},
    {{"--role", "all\x1b[2J"},
     "--role all\\x1b[2J is not valid: expected all, gateway, worker, gateway,worker, broker or "
     "handlers"},
    {{"--role", "\xc2\x9b"
                "2J"},
     "--role \\x9b"
     "2J is not valid: expected all, gateway, worker, gateway,worker, broker or "
     "handlers"},
    {{"--role", "\x9b\xc3\x9b"},
     "--role \\x9b\xc3\x9b is not valid: expected all, gateway, worker, gateway,worker, broker or "
     "handlers"},
    {{"stray\r\nline"}, "'stray\\x0d\\x0aline' is not an option (see --help)"},
    {{"--port"}, "--port needs a value: N (see --help)"},
    {{"--proxy-protocol=false"}, "--proxy-protocol takes no value (see --help)"},
    {{"--colour"}, "--colour is not an option (see --help)"},
    {{"--colour=\x1b"}, "--colour=\\x1b is not an option (see --help)"},
    {{"-px"}, "-p is not an option (see --help)"},
    {{"--store", "mysql://ada:secret@db/app"},
     "--store mysql://ada:***@db/app is not valid: expected memory, lmdb:PATH, "
     "postgres://USER@HOST/DATABASE, or ranges: 0-511=URL 512-1023=URL"},
    {{"--durability", "sync"}, "--durability sync needs --store URL"},
    {{"--store", "memory", "--encrypt-store", "on"},
     "--encrypt-store needs TROUPE_SECRET_KEY: the same in all processes, and after a restart"},
    {{"--encrypt-store", "yes"},
     "--encrypt-store yes is not valid: expected one of off, on, require"},
    {{"--mount", "/health"}, "--mount /health is not valid: health checks are answered there"},
};

START_TEST(a_complaint_is_one_line_without_a_secret)
{
    ck_assert_int_eq(read_line(complaints[_i].words), TR_EINVALID);
    ck_assert_str_eq(tr_buf_text(&error), complaints[_i].says);
}
END_TEST

START_TEST(a_value_is_printed_on_one_line)
{
    tr_buf text = {0};
    ck_assert_int_eq(read_line((const char *const[]){"--upload-dir", "a\nb\x1b[2J", NULL}), 0);
    tr_options_print(&options, &text);
    ck_assert_ptr_nonnull(
        strstr(tr_buf_text(&text), "\nupload-dir=\"a\\x0ab\\x1b[2J\" from=--upload-dir\n"));
    tr_buf_done(&text);
}
END_TEST

// A file that has a byte order mark in front, as some editors write one.
START_TEST(a_mark_at_the_start_of_a_file_is_no_part_of_its_text)
{
    char name[] = "/tmp/troupe-marked-XXXXXX";
    static const char text[] = "\xef\xbb\xbfTROUPE_SERVER_PORT=81\r\n";
    int file = mkstemp(name);
    ck_assert_int_eq(write(file, text, sizeof text - 1), sizeof text - 1);
    close(file);
    ck_assert_int_eq(read_line((const char *const[]){"--env-file", name, NULL}), 0);
    ck_assert_uint_eq(options.port, 81);
    unlink(name);
}
END_TEST

// As of `--env-file <(decrypt …)`: what comes later is a part of it, too.
START_TEST(a_file_that_is_a_pipe_is_read_to_its_end)
{
    static const char first[] = "TROUPE_SERVER_PORT=81\n";
    static const char second[] = "TROUPE_SESSION_TIMEOUT=7\n";
    int ends[2];
    char path[32];
    ck_assert_int_eq(pipe(ends), 0);
    ck_assert_int_eq(write(ends[1], first, sizeof first - 1), sizeof first - 1);
    pid_t writer = fork();
    if (writer == 0) {
        // The second part is there once the first one was taken.
        int left = 1;
        close(ends[0]);
        while (left != 0)
            if (ioctl(ends[1], FIONREAD, &left) != 0 || poll(NULL, 0, 1) != 0)
                _exit(1);
        _exit(write(ends[1], second, sizeof second - 1) == sizeof second - 1 ? 0 : 1);
    }
    close(ends[1]);
    snprintf(path, sizeof path, "/dev/fd/%d", ends[0]);
    ck_assert_int_eq(read_line((const char *const[]){"--env-file", path, NULL}), 0);
    close(ends[0]);
    ck_assert_int_eq(waitpid(writer, NULL, 0), writer);
    ck_assert_uint_eq(options.port, 81);
    ck_assert_uint_eq(options.session_timeout_ms, 7000);
}
END_TEST

// As Flet reads them, and as people write them.
static const struct {
    const char *text;
    int truth; // -1: neither
} truths[] = {{"true", 1}, {"TRUE", 1}, {"1", 1},   {"Yes", 1}, {"on", 1},  {"false", 0},
              {"0", 0},    {"No", 0},   {"off", 0}, {"2", -1},  {"ja", -1}, {"true ", -1}};

START_TEST(what_is_true_is_said_in_any_way)
{
    static const char *const names[] = {"TROUPE_FORCE_WEB_SERVER", "FLET_WEB_USE_COLOR_EMOJI",
                                        "TROUPE_INSECURE_BUS", "TROUPE_PROXY_PROTOCOL"};
    const char *text = truths[_i].text;
    for (unsigned i = 0; i < 4; i++) {
        setenv(names[i], text, 1);
        int result = read_line((const char *const[]){"--trusted-proxies", "::1", NULL});
        ck_assert_msg(result == (truths[_i].truth < 0 ? TR_EINVALID : 0), "%s=%s: %s", names[i],
                      text, tr_buf_text(&error));
        unsetenv(names[i]);
        ck_assert_int_eq(options.insecure_bus, i == 2 && truths[_i].truth == 1);
        ck_assert_int_eq(options.has_proxy_headers, i == 3 && truths[_i].truth == 1);
    }
}
END_TEST

Suite *host_option_complaints_suite(void);
Suite *host_option_complaints_suite(void)
{
    Suite *suite = suite_create("host/option_complaints");
    TCase *cases = tcase_create("option_complaints");
    tcase_add_checked_fixture(cases, set_up, tear_down);
    tcase_add_loop_test(cases, a_complaint_is_one_line_without_a_secret, 0,
                        sizeof complaints / sizeof *complaints);
    tcase_add_loop_test(cases, what_is_true_is_said_in_any_way, 0, sizeof truths / sizeof *truths);
    tcase_add_test(cases, a_value_is_printed_on_one_line);
    tcase_add_test(cases, a_mark_at_the_start_of_a_file_is_no_part_of_its_text);
    tcase_add_test(cases, a_file_that_is_a_pipe_is_read_to_its_end);
    suite_add_tcase(suite, cases);
    return suite;
}
