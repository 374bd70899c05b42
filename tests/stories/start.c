// Each obstacle to a start is one line that says how to remove it, and exit code 1; on real
// processes.

#include <arpa/inet.h>
#include <check.h>
#include <linux/capability.h>
#include <netinet/in.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "host/start_check.h"
#include "tests/support/browser.h"
#include "tests/support/scratch.h"
#include "tests/support/world.h"

static char folder[64];
static char port[16];     // somebody listens on it
static char abstract[64]; // and on this
static world_process running;

static int listen_at(int family, const void *place, socklen_t size)
{
    int listening = socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    ck_assert_int_eq(bind(listening, place, size), 0);
    ck_assert_int_eq(listen(listening, 1), 0);
    return listening;
}

static void listen_at_path(const char *path, size_t size)
{
    struct sockaddr_un place = {.sun_family = AF_UNIX};
    memcpy(place.sun_path, path, size);
    listen_at(AF_UNIX, &place, (socklen_t)(offsetof(struct sockaddr_un, sun_path) + size));
}

static void set_up(void)
{
    scratch_make(folder, sizeof folder, "start");
    char programs[4096];
    const char *told = getenv("TROUPE_BIN");
    ck_assert_ptr_nonnull(realpath(told != NULL ? told : "build/bin", programs));
    setenv("TROUPE_BIN", programs, 1);
    ck_assert_int_eq(chdir(folder), 0);
    struct sockaddr_in place = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof place;
    int listening = listen_at(AF_INET, &place, size);
    getsockname(listening, (struct sockaddr *)&place, &size);
    snprintf(port, sizeof port, "%u", ntohs(place.sin_port));
    listen_at_path("taken", sizeof "taken");
    abstract[0] = '\0';
    snprintf(abstract + 1, sizeof abstract - 1, "troupe-start-%d", (int)getpid());
    listen_at_path(abstract, 1 + strlen(abstract + 1));
    ck_assert_int_eq(mkdir("closed", 0500), 0);
    FILE *file = fopen("file", "w");
    ck_assert_ptr_nonnull(file);
    fclose(file);
    // Rights that root would have; a program that is started gets no more than these.
    static const int rights[] = {CAP_NET_BIND_SERVICE, CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH};
    for (unsigned i = 0; i < 3; i++)
        (void)prctl(PR_CAPBSET_DROP, rights[i], 0, 0, 0);
}

static void tear_down(void)
{
    process_kill(&running);
    scratch_remove(folder);
}

#define LONG_NAME "0123456789012345678901234567890123456789012345678901234567890123456789"

// PORT and NAME stand for what is taken.
static const struct {
    const char *arguments[7];
    const char *says[3];
} stops[] = {
    {{"--port", "PORT"}, {"cannot listen on 127.0.0.1:PORT: port PORT is in use", "with --port"}},
    {{"--port", "PORT", "--threads", "2"}, {"port PORT is in use"}},
    {{"--port", "80"}, {"no permission for port 80", "CAP_NET_BIND_SERVICE", "--port"}},
    {{"--host", "192.0.2.7"}, {"192.0.2.7", "this machine has no such address", "with --host"}},
    {{"--host", "no-such-host.invalid"}, {"no-such-host.invalid", "with --host"}},
    {{"--assets", "nowhere"}, {"--assets nowhere: No such file or directory: name a folder"}},
    {{"--assets", "file"}, {"--assets file: Not a directory: name a folder"}},
    {{"--tls-cert", "file", "--tls-key", "file"},
     {"--tls-cert: file cannot be read as a certificate (PEM)"}},
    {{"--tls-cert", "nowhere", "--tls-key", "a"},
     {"--tls-cert: nowhere: No such file or directory"}},
    {{"--client", "flutter", "--flutter-path", "nowhere"},
     {"--flutter-path nowhere", "name a folder"}},
    {{"--role", "broker", "--broker", "tcp://127.0.0.1:PORT"}, {"port PORT is in use", "--broker"}},
    {{"--role", "broker", "--broker", "tcp://192.0.2.7:0", "--insecure-bus"},
     {"no such address", "--broker"}},
    {{"--role", "broker", "--broker", "tcp://127.0.0.1:80"}, {"no permission for port 80"}},
    {{"--role", "broker", "--broker", "ipc://taken"}, {"ipc://taken: a running process has it"}},
    {{"--role", "broker", "--broker", "ipc://@NAME"}, {"a running process has it"}},
    {{"--role", "broker", "--broker", "ipc://file"},
     {"ipc://file: there is something that is no socket"}},
    {{"--role", "broker", "--broker", "ipc://nowhere/broker"},
     {"its folder is not there: make it"}},
    {{"--role", "broker", "--broker", "ipc://closed/broker"},
     {"no permission to write in its folder"}},
    {{"--role", "broker", "--broker", "ipc://" LONG_NAME LONG_NAME}, {"the path is too long"}},
    {{"--store", "ranges: 0-511=lmdb:a 520-1023=lmdb:b"}, {"no range has shards 512-519"}},
    {{"--store", "ranges: 0-511=lmdb:a 500-1023=lmdb:b"}, {"two ranges have shards 500-511"}},
    {{"--bus", "tcp://127.0.0.1:PORT"}, {"port PORT is in use", "with --bus"}},
    {{"--bus", "tcp://192.0.2.7", "--insecure-bus"}, {"no such address", "with --bus"}},
    {{"--bus", "ipc://nowhere/bus"}, {"its folder is not there"}},
    {{"--bus", "ipc://" LONG_NAME LONG_NAME}, {"the path is too long"}},
};

static const char *filled_in(const char *text, char *out, size_t cap)
{
    const char *place = strstr(text, "PORT");
    const char *value = port;
    if (place == NULL) {
        place = strstr(text, "NAME");
        value = abstract + 1;
    }
    if (place == NULL)
        return text;
    char rest[128];
    snprintf(out, cap, "%.*s%s%s", (int)(place - text), text, value,
             filled_in(place + 4, rest, sizeof rest));
    return out;
}

static unsigned lines_in(const char *text)
{
    unsigned count = 0;
    for (; *text != '\0'; text++)
        count += *text == '\n';
    return count;
}

// Standard error is one line, which begins with the program's name and says `says`.
static void expect_refusal(const char *const *arguments, const char *const *says, unsigned count)
{
    tr_buf out = {0};
    tr_buf err = {0};
    char storage[256];
    ck_assert_int_eq(program_run("counter", arguments, &out, &err), 1);
    const char *text = tr_buf_text(&err);
    ck_assert_msg(lines_in(text) == 1 && strncmp(text, "counter: ", 9) == 0, "%s", text);
    ck_assert_uint_eq(out.size, 0);
    for (unsigned i = 0; i < count && says[i] != NULL; i++)
        ck_assert_msg(strstr(text, filled_in(says[i], storage, sizeof storage)) != NULL,
                      "no '%s' in %s", says[i], text);
    tr_buf_done(&out);
    tr_buf_done(&err);
}

// In a container ports below 1 024 may be anybody's.
static bool is_port_80_free_for_all(void)
{
    int first = 1024;
    FILE *file = fopen("/proc/sys/net/ipv4/ip_unprivileged_port_start", "r");
    if (file != NULL && fscanf(file, "%d", &first) != 1)
        first = 1024;
    if (file != NULL)
        fclose(file);
    return first <= 80;
}

START_TEST(what_stops_a_start_is_one_line_that_says_what_to_do)
{
    if (strstr(stops[_i].says[0], "no permission for port 80") != NULL && is_port_80_free_for_all())
        return;
    char storage[6][256];
    const char *arguments[9] = {NULL};
    unsigned count = 0;
    for (; stops[_i].arguments[count] != NULL; count++)
        arguments[count] = filled_in(stops[_i].arguments[count], storage[count], 256);
    // Where the test is about something else, any free port.
    if (strcmp(stops[_i].arguments[0], "--port") != 0) {
        arguments[count++] = "--port";
        arguments[count] = "0";
    }
    expect_refusal(arguments, stops[_i].says, 3);
    struct stat facts;
    ck_assert(stat("file", &facts) == 0 && S_ISREG(facts.st_mode));
}
END_TEST

static void limit_files(unsigned count)
{
    struct rlimit limit = {count, count};
    ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &limit), 0);
}

START_TEST(too_few_file_descriptors_are_said_to_be)
{
    static const char *const arguments[] = {"--port", "0", "--threads", "2", NULL};
    static const char *const says[] = {"the limit on open files is 20", "ulimit -n", NULL};
    limit_files(20);
    expect_refusal(arguments, says, 2);
}
END_TEST

static const char *const thread_counts[] = {"1", "2", "8", "32"};

START_TEST(as_many_as_are_asked_for_are_enough)
{
    char *end;
    unsigned threads = (unsigned)strtoul(thread_counts[_i], &end, 10);
    limit_files(tr_start_descriptors(threads, &(tr_pool_options){0}));
    program_start(&running, "counter",
                  (const char *const[]){"--port", "0", "--threads", thread_counts[_i], "--log",
                                        "error", NULL},
                  -1);
    const char *colon = strrchr(running.line, ':');
    browser *b = browser_open((unsigned)strtoul(colon + 1, NULL, 10));
    browser_click(b, "Add one");
    eventually(browser_sees(b, "1"));
    browser_free(b);
}
END_TEST

// A dead process's socket is no obstacle.
START_TEST(a_path_that_nobody_has_any_more_is_taken_over)
{
    struct sockaddr_un place = {.sun_family = AF_UNIX, .sun_path = "left"};
    close(listen_at(AF_UNIX, &place, sizeof place));
    program_start(&running, "counter",
                  (const char *const[]){"--role", "broker", "--broker", "ipc://left", NULL}, -1);
    ck_assert_str_eq(running.line, "listening on ipc://left");
}
END_TEST

// What the running program has written to `log` once `text` is in it.
static void await_text(int log, const char *text, char *out, size_t size)
{
    uint64_t deadline = deadline_in_ms(BROWSER_DEADLINE_MS);
    ssize_t got;
    do {
        browsers_wait();
        got = pread(log, out, size - 1, 0);
        out[got > 0 ? got : 0] = '\0';
    } while (strstr(out, text) == NULL && !deadline_passed(deadline));
    ck_assert_msg(strstr(out, text) != NULL, "no %s in: %s", text, out);
}

static int log_file(void)
{
    char name[] = "/tmp/troupe-start-log-XXXXXX";
    int log = mkstemp(name);
    unlink(name);
    return log;
}

START_TEST(a_store_that_does_not_answer_is_said_at_once_and_stops_nobody)
{
    static const int signals[] = {SIGTERM, SIGINT};
    char text[4096];
    int log = log_file();
    program_begin(&running, "counter",
                  (const char *const[]){"--port", "0", "--store", "postgres://127.0.0.1:1/x", NULL},
                  log);
    await_text(log, "event=store_awaited", text, sizeof text);
    ck_assert_ptr_nonnull(strstr(text, "port 1 failed: Connection refused Is the server running"));
    ck_assert_ptr_nonnull(strstr(text, "seconds=30"));
    ck_assert_int_eq(kill(running.pid, signals[_i]), 0);
    ck_assert_int_eq(process_wait(&running), 128 + signals[_i]);
    close(log);
}
END_TEST

START_TEST(a_broker_whose_name_nobody_knows_stops_nobody)
{
    static const int signals[] = {SIGTERM, SIGINT};
    char text[4096];
    int log = log_file();
    setenv("TROUPE_INSECURE_BUS", "1", 1);
    setenv("TROUPE_LOG", "info", 1);
    program_begin(
        &running, "counter",
        (const char *const[]){"--role", "worker", "--broker", "tcp://broker.invalid:7000", NULL},
        log);
    await_text(log, "event=broker_host_unknown", text, sizeof text);
    ck_assert_int_eq(kill(running.pid, signals[_i]), 0);
    ck_assert_int_eq(process_wait(&running), 128 + signals[_i]);
    close(log);
}
END_TEST

START_TEST(a_broker_that_does_not_answer_is_named_after_a_while)
{
    char text[4096];
    int log = log_file();
    program_start(&running, "counter",
                  (const char *const[]){"--role", "worker", "--broker", "tcp://127.0.0.1:1", NULL},
                  log);
    await_text(log, "event=no_broker", text, sizeof text);
    ck_assert_msg(strstr(text, "endpoint=tcp://127.0.0.1:1") != NULL, "%s", text);
    ck_assert_ptr_nonnull(strstr(text, "--role broker"));
    close(log);
}
END_TEST

Suite *start_suite(void);
Suite *start_suite(void)
{
    Suite *suite = suite_create("start");
    TCase *tcase = tcase_create("what stops it");
    tcase_set_timeout(tcase, 120);
    tcase_add_checked_fixture(tcase, set_up, tear_down);
    tcase_add_loop_test(tcase, what_stops_a_start_is_one_line_that_says_what_to_do, 0,
                        sizeof stops / sizeof *stops);
    tcase_add_test(tcase, too_few_file_descriptors_are_said_to_be);
    tcase_add_loop_test(tcase, as_many_as_are_asked_for_are_enough, 0,
                        sizeof thread_counts / sizeof *thread_counts);
    tcase_add_test(tcase, a_path_that_nobody_has_any_more_is_taken_over);
    tcase_add_loop_test(tcase, a_store_that_does_not_answer_is_said_at_once_and_stops_nobody, 0, 2);
    tcase_add_loop_test(tcase, a_broker_whose_name_nobody_knows_stops_nobody, 0, 2);
    tcase_add_test(tcase, a_broker_that_does_not_answer_is_named_after_a_while);
    suite_add_tcase(suite, tcase);
    return suite;
}
