// An event that happens thousands of times is logged some times: on the running program, by its
// log.

#include <check.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "host/start_check.h"
#include "tests/gateway/raw_browser.h"
#include "tests/support/browser.h"
#include "tests/support/world.h"

static world_process running;
static int log_file;

static void set_up(void)
{
    char name[] = "/tmp/troupe-flood-XXXXXX";
    log_file = mkstemp(name);
    ck_assert_int_ge(log_file, 0);
    unlink(name);
}

static void tear_down(void)
{
    process_kill(&running);
    close(log_file);
}

static void serve(void)
{
    unsetenv("TROUPE_LOG");
    program_start(&running, "counter", (const char *const[]){"--port", "0", "--threads", "1", NULL},
                  log_file);
    raw_port = (unsigned)strtoul(strrchr(running.line, ':') + 1, NULL, 10);
}

static unsigned lines_with(const char *word)
{
    static char text[1 << 20];
    ssize_t size = pread(log_file, text, sizeof text - 1, 0);
    text[size > 0 ? size : 0] = '\0';
    unsigned count = 0;
    for (const char *at = text; (at = strstr(at, word)) != NULL; at++)
        count++;
    return count;
}

START_TEST(refused_handshakes_are_said_five_times_a_second)
{
    enum { HANDSHAKES = 500 };
    serve();
    uint64_t begin_ms = deadline_in_ms(0);
    for (unsigned i = 0; i < HANDSHAKES; i++) {
        int peer = raw_dial();
        unsigned status = raw_handshake(peer, i % 2 == 0 ? "/nowhere" : "/ws",
                                        "Origin: https://evil.example\r\n");
        ck_assert_uint_eq(status, i % 2 == 0 ? 404 : 101);
        close(peer);
    }
    uint64_t seconds = (deadline_in_ms(0) - begin_ms) / 1000 + 2; // the first and the last in part
    ck_assert_uint_ge(lines_with("event=handshake_refused"), 1);
    ck_assert_uint_le(lines_with("event=handshake_refused"), 5 * seconds);
}
END_TEST

START_TEST(a_client_that_is_closed_again_and_again_is_said_five_times_a_second)
{
    serve();
    uint64_t begin_ms = deadline_in_ms(0);
    for (unsigned i = 0; i < 200; i++) {
        int peer = raw_dial();
        ck_assert_uint_eq(raw_handshake(peer, "/ws", ""), 101);
        raw_put_frame(peer, RAW_FIN | RAW_BINARY, "\x00\xc1", 2);
        raw_expect_close(peer, 1007);
    }
    uint64_t seconds = (deadline_in_ms(0) - begin_ms) / 1000 + 2;
    ck_assert_uint_ge(lines_with("event=connection_closed"), 1);
    ck_assert_uint_le(lines_with("event=connection_closed"), 5 * seconds);
}
END_TEST

// As full as it is, it says so once, and goes on when there is room.
START_TEST(a_full_server_says_so_once_and_serves_again)
{
    enum { PEERS = 60 };
    int peers[PEERS];
    unsigned few = tr_start_descriptors(1, &(tr_pool_options){.threads_max = 1});
    struct rlimit limit = {few, few};
    serve();
    ck_assert_int_eq(prlimit(running.pid, RLIMIT_NOFILE, &limit, NULL), 0);
    for (unsigned i = 0; i < PEERS; i++)
        ck_assert_int_ge(peers[i] = raw_dial(), 0);
    eventually(lines_with("event=accept_paused") == 1);
    uint64_t later = deadline_in_ms(1000);
    while (!deadline_passed(later))
        browsers_wait();
    ck_assert_uint_eq(lines_with("event=accept_paused"), 1);
    ck_assert_uint_eq(lines_with("raise the limit on open files"), 1);
    for (unsigned i = 0; i < PEERS; i++)
        close(peers[i]);
    browser *b = browser_open(raw_port);
    browser_click(b, "Add one");
    eventually(browser_sees(b, "1"));
    browser_free(b);
}
END_TEST

Suite *flood_suite(void);
Suite *flood_suite(void)
{
    Suite *suite = suite_create("flood");
    TCase *tcase = tcase_create("and what is said of it");
    tcase_set_timeout(tcase, 120);
    tcase_add_checked_fixture(tcase, set_up, tear_down);
    tcase_add_test(tcase, refused_handshakes_are_said_five_times_a_second);
    tcase_add_test(tcase, a_client_that_is_closed_again_and_again_is_said_five_times_a_second);
    tcase_add_test(tcase, a_full_server_says_so_once_and_serves_again);
    suite_add_tcase(suite, tcase);
    return suite;
}
