#include "gateway/exchange.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static tr_exchange *exchange;
static int edge_socket;

static void set_up(void)
{
    const tr_embed_header host[] = {{TR_SLICE("host"), TR_SLICE("a")}};
    tr_embed_request request = {
        .method = TR_SLICE("GET"), .target = TR_SLICE("/"), .headers = host, .header_count = 1};
    ck_assert_int_eq(tr_exchange_begin(&request, &exchange, &edge_socket), 0);
}

static void tear_down(void)
{
    tr_exchange_free(&exchange);
}

static void take_request(void)
{
    char bytes[1024];
    ck_assert_int_gt(recv(edge_socket, bytes, sizeof bytes, 0), 0);
}

static void answer(const char *text)
{
    ck_assert_int_eq(send(edge_socket, text, strlen(text), 0), (ssize_t)strlen(text));
}

static void expect(enum tr_exchange_kind kind)
{
    tr_exchange_event event;
    ck_assert_int_eq(tr_exchange_read(exchange, &event), 1);
    ck_assert_int_eq(event.kind, kind);
}

static void expect_over(void)
{
    tr_exchange_event event;
    ck_assert_int_eq(tr_exchange_read(exchange, &event), TR_EGONE);
    ck_assert_int_eq(tr_exchange_read(exchange, &event), TR_EGONE);
}

START_TEST(an_answer_without_a_length_is_whole_where_it_ends)
{
    take_request();
    answer("HTTP/1.1 200 OK\r\n\r\nall");
    close(edge_socket);
    expect(TR_EXCHANGE_HEAD);
    expect(TR_EXCHANGE_BODY);
    expect(TR_EXCHANGE_END);
    expect_over();
}
END_TEST

// With the request unread, the connection is reset, which is no end.
START_TEST(an_answer_without_a_length_is_cut_where_the_connection_breaks)
{
    answer("HTTP/1.1 200 OK\r\n\r\nhalf");
    close(edge_socket);
    expect(TR_EXCHANGE_HEAD);
    expect(TR_EXCHANGE_BODY);
    expect_over();
}
END_TEST

// Of a child that goes on, as a server's worker does, until the pipe is closed.
static pid_t fork_child(int pipe_ends[2], bool frees)
{
    ck_assert_int_eq(pipe(pipe_ends), 0);
    pid_t child = fork();
    if (child != 0) {
        close(pipe_ends[0]);
        return child;
    }
    char byte;
    close(pipe_ends[1]);
    close(edge_socket);
    if (frees)
        tr_exchange_free(&exchange);
    _exit(read(pipe_ends[0], &byte, 1) == 0 ? 0 : 1);
}

static void end_child(pid_t child, const int pipe_ends[2])
{
    int status;
    close(pipe_ends[1]);
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert_int_eq(status, 0);
}

START_TEST(a_child_of_a_fork_frees_its_copy_alone)
{
    int pipe_ends[2];
    end_child(fork_child(pipe_ends, true), pipe_ends);
    take_request();
    answer("HTTP/1.1 204 No Content\r\n\r\n");
    expect(TR_EXCHANGE_HEAD);
    expect(TR_EXCHANGE_END);
    close(edge_socket);
}
END_TEST

START_TEST(the_app_sees_the_end_though_a_child_has_a_copy)
{
    int pipe_ends[2];
    char byte;
    take_request();
    pid_t child = fork_child(pipe_ends, false);
    tr_exchange_free(&exchange);
    ck_assert_int_eq(recv(edge_socket, &byte, 1, MSG_DONTWAIT), 0);
    end_child(child, pipe_ends);
    close(edge_socket);
}
END_TEST

Suite *exchange_suite(void);
Suite *exchange_suite(void)
{
    Suite *suite = suite_create("gateway/exchange");
    TCase *all = tcase_create("all");
    tcase_add_checked_fixture(all, set_up, tear_down);
    tcase_set_timeout(all, 60);
    tcase_add_test(all, an_answer_without_a_length_is_whole_where_it_ends);
    tcase_add_test(all, an_answer_without_a_length_is_cut_where_the_connection_breaks);
    tcase_add_test(all, a_child_of_a_fork_frees_its_copy_alone);
    tcase_add_test(all, the_app_sees_the_end_though_a_child_has_a_copy);
    suite_add_tcase(suite, all);
    return suite;
}
