#include "gateway/fd_state.h"

#include <arpa/inet.h>
#include <check.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

Suite *gateway_fd_state_suite(void);

enum { TCP, LOCAL, KINDS };

static int ends[2];

static void connect_over_tcp(void)
{
    struct sockaddr_in place = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof place;
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    ck_assert_int_eq(bind(listener, (const struct sockaddr *)&place, size), 0);
    ck_assert_int_eq(listen(listener, 1), 0);
    ck_assert_int_eq(getsockname(listener, (struct sockaddr *)&place, &size), 0);
    ends[0] = socket(AF_INET, SOCK_STREAM, 0);
    ck_assert_int_eq(connect(ends[0], (const struct sockaddr *)&place, size), 0);
    ends[1] = accept(listener, NULL, NULL);
    close(listener);
}

static void set_up(int kind)
{
    if (kind == TCP)
        connect_over_tcp();
    else
        ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
}

static void tear_down(void)
{
    close(ends[0]);
    close(ends[1]);
}

static bool wakes(int timeout_ms)
{
    struct pollfd state = {.fd = ends[1], .events = POLLIN};
    return poll(&state, 1, timeout_ms) > 0;
}

START_TEST(who_is_gone_is_told_from_who_has_closed_one_side)
{
    struct linger reset = {.l_onoff = 1};
    set_up(_i);
    ck_assert(!tr_fd_is_gone(ends[1]));
    ck_assert_int_eq(setsockopt(ends[0], SOL_SOCKET, SO_LINGER, &reset, sizeof reset), 0);
    close(ends[0]);
    struct pollfd end = {.fd = ends[1], .events = POLLRDHUP};
    ck_assert_int_eq(poll(&end, 1, -1), 1);
    ck_assert(tr_fd_has_ended(ends[1]) && tr_fd_is_gone(ends[1]));
    close(ends[1]);
}
END_TEST

START_TEST(the_end_is_seen_behind_data_that_is_not_read)
{
    set_up(_i);
    ck_assert_int_eq(tr_fd_is_local(ends[1]), _i == LOCAL);
    ck_assert_int_eq(send(ends[0], "ab", 2, 0), 2);
    ck_assert(wakes(-1) && !tr_fd_has_ended(ends[1]));
    ck_assert_int_eq(shutdown(ends[0], SHUT_WR), 0);
    struct pollfd end = {.fd = ends[1], .events = POLLRDHUP};
    ck_assert_int_eq(poll(&end, 1, -1), 1);
    ck_assert(tr_fd_has_ended(ends[1]) && !tr_fd_is_gone(ends[1]));
    tear_down();
}
END_TEST

START_TEST(it_wakes_once_so_many_bytes_are_there)
{
    set_up(TCP);
    tr_fd_wake_for(ends[1], 3);
    ck_assert_int_eq(send(ends[0], "ab", 2, 0), 2);
    ck_assert(!wakes(0));
    ck_assert_int_eq(send(ends[0], "c", 1, 0), 1);
    ck_assert(wakes(-1));
    tear_down();
}
END_TEST

START_TEST(what_is_no_socket_has_neither)
{
    int pipes[2];
    ck_assert_int_eq(pipe(pipes), 0);
    ck_assert(!tr_fd_is_local(pipes[0]) && !tr_fd_is_local(-1));
    close(pipes[0]);
    close(pipes[1]);
}
END_TEST

Suite *gateway_fd_state_suite(void)
{
    Suite *suite = suite_create("gateway/fd_state");
    TCase *tests = tcase_create("sockets");
    tcase_add_loop_test(tests, the_end_is_seen_behind_data_that_is_not_read, 0, KINDS);
    tcase_add_loop_test(tests, who_is_gone_is_told_from_who_has_closed_one_side, 0, KINDS);
    tcase_add_test(tests, it_wakes_once_so_many_bytes_are_there);
    tcase_add_test(tests, what_is_no_socket_has_neither);
    suite_add_tcase(suite, tests);
    return suite;
}
