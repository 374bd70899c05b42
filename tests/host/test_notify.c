#include "host/notify.h"

#include <check.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "tests/support/world.h"

// A service manager's end, at an abstract name.
static int manager;

static void set_up(void)
{
    char name[64];
    struct sockaddr_un place = {.sun_family = AF_UNIX};
    int size = snprintf(name, sizeof name, "@troupe-notify-%d", (int)getpid());
    memcpy(place.sun_path, name, (size_t)size);
    place.sun_path[0] = '\0';
    manager = socket(AF_UNIX, SOCK_DGRAM, 0);
    ck_assert_int_eq(bind(manager, (struct sockaddr *)&place,
                          (socklen_t)(offsetof(struct sockaddr_un, sun_path) + (size_t)size)),
                     0);
    struct timeval wait = {.tv_sec = 10};
    setsockopt(manager, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait);
    setenv("NOTIFY_SOCKET", name, 1);
}

static void tear_down(void)
{
    close(manager);
    unsetenv("NOTIFY_SOCKET");
    unsetenv("WATCHDOG_USEC");
    unsetenv("WATCHDOG_PID");
}

static const char *said(int flags)
{
    static char text[64];
    ssize_t size = recv(manager, text, sizeof text - 1, flags);
    text[size > 0 ? size : 0] = '\0';
    return text;
}

START_TEST(a_state_is_one_datagram)
{
    tr_notify("READY=1");
    ck_assert_str_eq(said(MSG_DONTWAIT), "READY=1");
    setenv("NOTIFY_SOCKET", "no path", 1);
    tr_notify("READY=1");
    unsetenv("NOTIFY_SOCKET");
    tr_notify("READY=1");
    ck_assert_str_eq(said(MSG_DONTWAIT), "");
}
END_TEST

START_TEST(it_is_alive_twice_in_the_time_that_it_has)
{
    tr_notify_beat beat = {0};
    tr_notify_alive(&beat, 1000, 0);
    ck_assert_str_eq(said(MSG_DONTWAIT), ""); // nobody asked
    setenv("WATCHDOG_USEC", "2000000", 1);
    unsigned count = 0;
    for (uint64_t now_ms = 1000; now_ms < 11000; now_ms += 250) {
        tr_notify_alive(&beat, now_ms, 0);
        count += strcmp(said(MSG_DONTWAIT), "WATCHDOG=1") == 0;
    }
    ck_assert_uint_eq(count, 10);
    tr_notify_alive(&beat, 20000, 2000); // a core thread does not come back
    ck_assert_str_eq(said(MSG_DONTWAIT), "");
    setenv("WATCHDOG_PID", "1", 1);
    tr_notify_alive(&beat, 30000, 0);
    ck_assert_str_eq(said(MSG_DONTWAIT), "");
}
END_TEST

START_TEST(a_program_says_when_it_is_ready_and_when_it_stops)
{
    world_process running;
    setenv("WATCHDOG_USEC", "600000", 1);
    program_start(&running, "counter", (const char *const[]){"--port", "0", NULL}, -1);
    ck_assert_str_eq(said(0), "READY=1");
    ck_assert_str_eq(said(0), "WATCHDOG=1");
    kill(running.pid, SIGTERM);
    const char *last;
    while (strcmp(last = said(0), "WATCHDOG=1") == 0)
        continue;
    ck_assert_str_eq(last, "STOPPING=1");
    ck_assert_int_eq(process_wait(&running), 0);
}
END_TEST

Suite *notify_suite(void);
Suite *notify_suite(void)
{
    Suite *suite = suite_create("host/notify");
    TCase *tests = tcase_create("service manager");
    tcase_set_timeout(tests, 60);
    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_add_test(tests, a_state_is_one_datagram);
    tcase_add_test(tests, it_is_alive_twice_in_the_time_that_it_has);
    tcase_add_test(tests, a_program_says_when_it_is_ready_and_when_it_stops);
    suite_add_tcase(suite, tests);
    return suite;
}
