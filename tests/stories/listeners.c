// Other ways to a process than a port that it opens itself: a unix socket, and sockets that it was
// started with. On real processes.

#include <arpa/inet.h>
#include <check.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "tests/support/browser.h"
#include "tests/support/scratch.h"
#include "tests/support/world.h"

#define REQUEST "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"

enum { BACKLOG = 128, RESTARTS = 3, CALLERS = 2 };

static char folder[64];
static char path[96];
static char counter[4096];
static tr_buf told; // by a program that did not start
static world_process process;
static struct sockaddr_storage place;
static socklen_t place_size;

static void set_up(void)
{
    scratch_make(folder, sizeof folder, "listeners");
    snprintf(path, sizeof path, "unix:%s/app.sock", folder);
    const char *place_told = getenv("TROUPE_BIN");
    snprintf(counter, sizeof counter, "%s/counter", place_told != NULL ? place_told : "build/bin");
}

static void tear_down(void)
{
    process_kill(&process);
    tr_buf_done(&told);
    scratch_remove(folder);
}

// -- a client --

static int dial(void)
{
    struct timeval wait = {.tv_sec = 20};
    int peer = socket(place.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    setsockopt(peer, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait);
    if (connect(peer, (const struct sockaddr *)&place, place_size) == 0)
        return peer;
    close(peer);
    return -1;
}

static bool asks(int peer)
{
    return send(peer, REQUEST, sizeof REQUEST - 1, MSG_NOSIGNAL) == sizeof REQUEST - 1;
}

// The whole page, to the end of its connection, which this closes.
static bool is_answered(int peer)
{
    char bytes[16384];
    char head[17] = "";
    size_t size = 0;
    ssize_t got;
    while ((got = recv(peer, bytes, sizeof bytes, 0)) > 0) {
        if (size == 0)
            memcpy(head, bytes, got < 16 ? (size_t)got : 16);
        size += (size_t)got;
    }
    close(peer);
    return got == 0 && strncmp(head, "HTTP/1.1 200", 12) == 0;
}

static bool is_served(void)
{
    int peer = dial();
    return peer >= 0 && asks(peer) && is_answered(peer);
}

static void place_at_path(void)
{
    struct sockaddr_un local = {.sun_family = AF_UNIX};
    snprintf(local.sun_path, sizeof local.sun_path, "%s", path + 5);
    memcpy(&place, &local, sizeof local);
    place_size = sizeof local;
}

// -- a unix socket --

static bool has_line(FILE *log, const char *end)
{
    char bytes[8192];
    ssize_t size = pread(fileno(log), bytes, sizeof bytes, 0);
    return size > 0 && memmem(bytes, (size_t)size, end, strlen(end)) != NULL;
}

static void start_at_path(int err)
{
    char line[128];
    const char *const arguments[] = {"--host",        path,   "--threads", "2",
                                     "--socket-mode", "0600", NULL};
    program_start(&process, "counter", arguments, err);
    snprintf(line, sizeof line, "listening on %s", path);
    ck_assert_str_eq(process.line, line);
}

START_TEST(a_unix_socket_is_there_from_the_start_to_the_end)
{
    struct stat facts;
    char line[256];
    FILE *log = tmpfile();
    place_at_path();
    start_at_path(fileno(log));
    snprintf(line, sizeof line, "event=gateway_listening socket=\"%s\" core=1\n", path);
    eventually(has_line(log, line));
    fclose(log);
    ck_assert_int_eq(stat(path + 5, &facts), 0);
    ck_assert_uint_eq(facts.st_mode & 07777u, 0600);
    ck_assert(is_served());

    tr_buf out = {0};
    tr_buf err = {0};
    const char *const again[] = {"--host", path, NULL};
    ck_assert_int_eq(program_run("counter", again, &out, &err), 1);
    ck_assert_msg(strstr(tr_buf_text(&err), "a running process listens there") != NULL, "%s",
                  tr_buf_text(&err));
    ck_assert(is_served());

    process_kill(&process); // with no time to clean up
    ck_assert_int_eq(stat(path + 5, &facts), 0);
    start_at_path(-1);
    ck_assert(is_served());
    kill(process.pid, SIGTERM);
    ck_assert_int_eq(process_wait(&process), 0);
    ck_assert_int_eq(rmdir(folder), 0); // nothing is left in it
    ck_assert_int_eq(mkdir(folder, 0700), 0);
    tr_buf_done(&out);
    tr_buf_done(&err);
}
END_TEST

// -- sockets that were handed over --

// Inherited by what is started.
static int listen_on_loopback(void)
{
    struct sockaddr_in here = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int listening = socket(AF_INET, SOCK_STREAM, 0);
    ck_assert_int_eq(bind(listening, (struct sockaddr *)&here, sizeof here), 0);
    ck_assert_int_eq(listen(listening, BACKLOG), 0);
    place_size = sizeof place;
    ck_assert_int_eq(getsockname(listening, (struct sockaddr *)&place, &place_size), 0);
    return listening;
}

static unsigned port_of_place(void)
{
    return ntohs(((struct sockaddr_in *)(void *)&place)->sin_port);
}

static void start_with(int listening)
{
    char descriptor[16];
    char line[128];
    snprintf(descriptor, sizeof descriptor, "%d", listening);
    const char *const arguments[] = {"web", descriptor, "--", counter, "--threads", "2", NULL};
    program_start(&process, "./activate", arguments, -1);
    snprintf(line, sizeof line, "listening on http://127.0.0.1:%u", port_of_place());
    ck_assert_str_eq(process.line, line);
}

static void end(void)
{
    ck_assert_int_eq(process_wait(&process), 0);
}

START_TEST(a_socket_that_was_handed_over_outlives_its_process)
{
    int listening = listen_on_loopback();
    int early = dial(); // before there is anybody
    ck_assert(asks(early));
    start_with(listening);
    ck_assert(is_answered(early));
    browser *b = browser_open(port_of_place());
    browser_click(b, "Add one");
    eventually(browser_sees(b, "1"));
    browser_free(b);

    int silent = dial(); // has said nothing when its process is told to end
    ck_assert(is_served());
    kill(process.pid, SIGTERM);
    struct pollfd closed = {.fd = silent, .events = POLLIN | POLLRDHUP};
    ck_assert_int_eq(poll(&closed, 1, 100), 0); // by then it would have ended
    ck_assert(asks(silent));
    ck_assert(is_answered(silent));
    end();

    int between = dial();
    ck_assert(asks(between));
    start_with(listening);
    ck_assert(is_answered(between));
    kill(process.pid, SIGTERM);
    end();
    close(listening);
}
END_TEST

static atomic_bool is_over;
static atomic_uint served;
static atomic_uint lost;

static void *call(void *arg)
{
    (void)arg;
    while (!is_over)
        atomic_fetch_add(is_served() ? &served : &lost, 1);
    return NULL;
}

START_TEST(restarts_lose_nobody_who_connects)
{
    pthread_t callers[CALLERS];
    int listening = listen_on_loopback();
    start_with(listening);
    for (unsigned i = 0; i < CALLERS; i++)
        ck_assert_int_eq(pthread_create(&callers[i], NULL, call, NULL), 0);
    for (unsigned i = 0; i < RESTARTS; i++) {
        unsigned before = served;
        eventually(served > before + CALLERS);
        kill(process.pid, SIGTERM);
        end();
        start_with(listening);
    }
    unsigned before = served;
    eventually(served > before + CALLERS);
    is_over = true;
    for (unsigned i = 0; i < CALLERS; i++)
        pthread_join(callers[i], NULL);
    ck_assert_msg(lost == 0, "%u of %u are lost", lost, lost + served);
    process_kill(&process);
    close(listening);
}
END_TEST

// What a program says that does not start with these arguments.
static const char *says(const char *program, const char *const *arguments, int code)
{
    tr_buf out = {0};
    told.size = 0;
    int ended_with = program_run(program, arguments, &out, &told);
    ck_assert_msg(ended_with == code, "%d: %s", ended_with, tr_buf_text(&told));
    ck_assert_uint_eq(out.size, 0);
    tr_buf_done(&out);
    return tr_buf_text(&told);
}

static void is_told(const char *names, int descriptor, int code, const char *sentence)
{
    char number[16];
    snprintf(number, sizeof number, "%d", descriptor);
    const char *text = says(
        "./activate", (const char *[]){names, number, "--", counter, "--port", "0", NULL}, code);
    ck_assert_msg(strstr(text, sentence) != NULL, "%s", text);
}

START_TEST(what_is_no_listening_socket_stops_the_start_with_a_line)
{
    int plain = socket(AF_INET, SOCK_STREAM, 0);
    int datagrams = socket(AF_INET, SOCK_DGRAM, 0);
    int listening = listen_on_loopback();
    is_told("web", plain, 1, "descriptor 3 (web) is no listening stream socket");
    is_told("", datagrams, 1, "descriptor 3 () is no listening stream socket");
    is_told("redirect", listening, 2, "needs --tls-cert");
    close(plain);
    close(datagrams);
    close(listening);
}
END_TEST

#define TLS "--tls-cert", "/nowhere/cert.pem", "--tls-key", "/nowhere/key.pem"

// The certificate that is not there is what stops it.
START_TEST(a_redirect_that_is_handed_over_stands_in_for_the_one_that_is_asked_for)
{
    char number[16];
    char port[16];
    int listening = listen_on_loopback();
    snprintf(number, sizeof number, "%d", listening);
    snprintf(port, sizeof port, "%u", port_of_place());
    const char *const arguments[] = {"redirect",        number, "--", counter, "--port", "0", TLS,
                                     "--http-redirect", port,   NULL};
    const char *text = says("./activate", arguments, 1);
    ck_assert_msg(strstr(text, "--tls-cert: /nowhere/cert.pem: No such file") != NULL, "%s", text);
    ck_assert_msg(strstr(text, "cannot listen") == NULL, "%s", text);
    close(listening);
}
END_TEST

START_TEST(sockets_of_another_process_hide_no_port_that_is_taken)
{
    char port[16];
    int listening = listen_on_loopback();
    snprintf(port, sizeof port, "%u", port_of_place());
    setenv("LISTEN_FDS", "1", 1);
    setenv("LISTEN_PID", "1", 1);
    const char *text = says("counter", (const char *const[]){"--port", port, NULL}, 1);
    unsetenv("LISTEN_FDS");
    unsetenv("LISTEN_PID");
    ck_assert_msg(strstr(text, "is in use: end the program that has it") != NULL, "%s", text);
    close(listening);
}
END_TEST

START_TEST(a_redirect_beside_a_unix_socket_is_told_the_port)
{
    char plain[16];
    char local[16];
    int listening = listen_on_loopback();
    int unix_socket = socket(AF_UNIX, SOCK_STREAM, 0);
    place_at_path();
    ck_assert_int_eq(bind(unix_socket, (const struct sockaddr *)&place, place_size), 0);
    ck_assert_int_eq(listen(unix_socket, BACKLOG), 0);
    snprintf(plain, sizeof plain, "%d", listening);
    snprintf(local, sizeof local, "%d", unix_socket);
    const char *arguments[] = {"web:redirect", local, plain, "--", counter, TLS, NULL, NULL, NULL};
    const char *text = says("./activate", arguments, 2);
    ck_assert_msg(strstr(text, "needs --https-port beside a unix socket") != NULL, "%s", text);
    arguments[9] = "--https-port";
    arguments[10] = "443";
    text = says("./activate", arguments, 1);
    ck_assert_msg(strstr(text, "--tls-cert: /nowhere/cert.pem: No such file") != NULL, "%s", text);
    close(unix_socket);
    close(listening);
}
END_TEST

START_TEST(a_setting_that_does_nothing_is_said)
{
    static const char *const arguments[] = {
        "--port",        "0",    TLS, "--acme-dir", "/tmp", "--https-port", "443",
        "--socket-mode", "0600", NULL};
    const char *text = says("counter", arguments, 1);
    ck_assert_msg(strstr(text, "--acme-dir has no effect: there is no plain port") != NULL, "%s",
                  text);
    ck_assert_msg(strstr(text, "--https-port has no effect") != NULL, "%s", text);
    ck_assert_msg(strstr(text, "--socket-mode has no effect: there is no unix socket") != NULL,
                  "%s", text);
    ck_assert_ptr_null(strstr(text, "--port has no effect"));
    char number[16];
    int listening = listen_on_loopback();
    snprintf(number, sizeof number, "%d", listening);
    text = says("./activate",
                (const char *const[]){"web", number, "--", counter, "--port", "0", TLS, NULL}, 1);
    ck_assert_msg(strstr(text, "--port has no effect: systemd's sockets stand in") != NULL, "%s",
                  text);
    close(listening);
}
END_TEST

Suite *stories_listeners_suite(void);
Suite *stories_listeners_suite(void)
{
    Suite *suite = suite_create("listeners");
    TCase *tests = tcase_create("listeners");
    tcase_set_timeout(tests, 120);
    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_add_test(tests, a_unix_socket_is_there_from_the_start_to_the_end);
    tcase_add_test(tests, a_socket_that_was_handed_over_outlives_its_process);
    tcase_add_test(tests, restarts_lose_nobody_who_connects);
    tcase_add_test(tests, what_is_no_listening_socket_stops_the_start_with_a_line);
    tcase_add_test(tests, a_redirect_that_is_handed_over_stands_in_for_the_one_that_is_asked_for);
    tcase_add_test(tests, sockets_of_another_process_hide_no_port_that_is_taken);
    tcase_add_test(tests, a_redirect_beside_a_unix_socket_is_told_the_port);
    tcase_add_test(tests, a_setting_that_does_nothing_is_said);
    suite_add_tcase(suite, tests);
    return suite;
}
