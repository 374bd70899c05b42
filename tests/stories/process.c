// A process from its command line to its exit code, and the examples as they are.

#include <check.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/support/app.h"
#include "tests/support/browser.h"
#include "tests/support/world.h"

static world here;

static void tear_down(void)
{
    world_stop(&here);
}

static unsigned lines_in(tr_buf *text)
{
    unsigned count = 0;
    for (size_t i = 0; i < text->size; i++)
        count += text->data[i] == '\n';
    return count;
}

static const char *const bad_options[][4] = {{"--port", "eighty"},
                                             {"--port", "70000"},
                                             {"--port"},
                                             {"--colour", "red"},
                                             {"serve"},
                                             {"--role", "king"},
                                             {"--role", "broker,worker"},
                                             {"--role", "worker"},
                                             {"--threads", "0"},
                                             {"--broker", "localhost:1"},
                                             {"--broker", "udp://a:1"},
                                             {"--transport", "pigeon"},
                                             {"--log", "loud"},
                                             {"--session-timeout", "0"},
                                             {"--bus", "tcp://a:x"},
                                             {"--check"},
                                             {"--host", ""}};

START_TEST(a_bad_command_line_is_exit_code_2_and_one_line)
{
    tr_buf out = {0};
    tr_buf err = {0};
    ck_assert_int_eq(program_run("counter", bad_options[_i], &out, &err), 2);
    ck_assert_uint_eq(out.size, 0);
    ck_assert_msg(lines_in(&err) == 1, "%s", tr_buf_text(&err));
    ck_assert_msg(strstr(tr_buf_text(&err), "counter: ") == tr_buf_text(&err), "%s",
                  tr_buf_text(&err));
    tr_buf_done(&out);
    tr_buf_done(&err);
}
END_TEST

START_TEST(help_tells_the_options)
{
    tr_buf out = {0};
    tr_buf err = {0};
    ck_assert_int_eq(program_run("counter", (const char *const[]){"--help", NULL}, &out, &err), 0);
    ck_assert_ptr_nonnull(strstr(tr_buf_text(&out), "--port N"));
    ck_assert_uint_eq(err.size, 0);
    tr_buf_done(&out);
    tr_buf_done(&err);
}
END_TEST

static const char *const thread_counts[] = {"1", "2"};

START_TEST(a_second_start_on_a_used_port_is_exit_code_1_and_a_clear_line)
{
    tr_buf out = {0};
    tr_buf err = {0};
    char port[16];
    world_start(&here, &(world_options){.program = "counter", .threads = thread_counts[_i]});
    snprintf(port, sizeof port, "%u", world_port(&here, 0));
    const char *const arguments[] = {"--port", port, "--threads", thread_counts[_i], NULL};
    ck_assert_int_eq(program_run("counter", arguments, &out, &err), 1);
    ck_assert_msg(strstr(tr_buf_text(&err), port) != NULL, "%s", tr_buf_text(&err));
    ck_assert_ptr_nonnull(strstr(tr_buf_text(&err), "in use"));
    ck_assert_uint_eq(out.size, 0);
    tr_buf_done(&out);
    tr_buf_done(&err);
}
END_TEST

START_TEST(port_zero_is_any_free_one_and_the_first_line_tells_it)
{
    world_start(&here, &(world_options){.program = "counter"});
    char expected[64];
    snprintf(expected, sizeof expected, "listening on http://127.0.0.1:%u", world_port(&here, 0));
    ck_assert_str_eq(here.gateways[0].line, expected);
    ck_assert_uint_ne(world_port(&here, 0), 0);
    browser *b = browser_open(world_port(&here, 0));
    ck_assert_uint_eq(browser_count(b, "0"), 1);
    browser_click(b, "Add one");
    browser_click(b, "Add one");
    eventually(browser_sees(b, "2"));
    browser_free(b);
}
END_TEST

START_TEST(an_address_with_colons_is_told_in_brackets)
{
    unsigned port = 0;
    struct sockaddr_in6 place = {.sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT};
    int probe = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
    bool has_such = bind(probe, (const struct sockaddr *)&place, sizeof place) == 0;
    close(probe);
    if (!has_such)
        return; // nor has this machine an address with colons
    const char *const arguments[] = {"--host", "::1", "--port", "0", NULL};
    program_start(&here.gateways[0], "counter", arguments, -1);
    ck_assert_int_eq(sscanf(here.gateways[0].line, "listening on http://[::1]:%u", &port), 1);
    ck_assert_uint_ne(port, 0);
}
END_TEST

START_TEST(a_signal_drains_and_the_exit_code_is_zero)
{
    static const int signals[] = {SIGTERM, SIGINT};
    world_start(&here, &(world_options){.threads = "2"});
    browser *b = browser_open(world_port(&here, 0));
    browser_click(b, "nap");
    browser_click(b, "doze");
    browser_click(b, "beat");
    eventually(browser_number(b, "beats") >= 1);
    kill(here.gateways[0].pid, signals[_i]);
    eventually(browser_close_code(b) == 1012);
    ck_assert_int_eq(process_wait(&here.gateways[0]), 0);
    browser_free(b);
}
END_TEST

START_TEST(a_signal_drains_also_while_a_sync_handler_never_returns)
{
    world_start(&here, &(world_options){0});
    browser *b = browser_open(world_port(&here, 0));
    browser_click(b, "block");
    eventually(browser_sees(b, "blocked"));
    kill(here.gateways[0].pid, SIGTERM);
    eventually(browser_close_code(b) == 1012);
    ck_assert_int_eq(process_wait(&here.gateways[0]), 0);
    browser_free(b);
}
END_TEST

// The example as people try it: real three seconds, and clicks go on meanwhile.
START_TEST(the_handlers_example_answers_after_three_seconds_and_counts_clicks_meanwhile)
{
    world_start(&here, &(world_options){.program = "handlers"});
    browser *b = browser_open(world_port(&here, 0));
    browser *other = browser_open(world_port(&here, 0));
    uint64_t not_before = deadline_in_ms(2900);
    browser_click(b, "Call handler");
    browser_click(b, "Call async handler");
    for (unsigned i = 0; i < 10; i++)
        browser_click(b, "Click me meanwhile");
    browser_click(other, "Click me meanwhile");
    eventually(browser_sees(b, "Clicked 10 times meanwhile"));
    eventually(browser_sees(other, "Clicked 1 times meanwhile"));
    ck_assert_uint_eq(browser_count(b, "Handler clicked"), 0);
    eventually(browser_sees(b, "Handler clicked") && browser_sees(b, "Async handler clicked"));
    ck_assert(deadline_passed(not_before));
    browser_free(b);
    browser_free(other);
}
END_TEST

Suite *process_suite(void);
Suite *process_suite(void)
{
    Suite *suite = suite_create("process");
    TCase *tcase = tcase_create("from its command line to its exit code");
    tcase_set_timeout(tcase, 120);
    tcase_add_checked_fixture(tcase, NULL, tear_down);
    tcase_add_loop_test(tcase, a_bad_command_line_is_exit_code_2_and_one_line, 0,
                        sizeof bad_options / sizeof *bad_options);
    tcase_add_test(tcase, help_tells_the_options);
    tcase_add_loop_test(tcase, a_second_start_on_a_used_port_is_exit_code_1_and_a_clear_line, 0, 2);
    tcase_add_test(tcase, an_address_with_colons_is_told_in_brackets);
    tcase_add_test(tcase, port_zero_is_any_free_one_and_the_first_line_tells_it);
    tcase_add_loop_test(tcase, a_signal_drains_and_the_exit_code_is_zero, 0, 2);
    tcase_add_test(tcase, a_signal_drains_also_while_a_sync_handler_never_returns);
    tcase_add_test(tcase,
                   the_handlers_example_answers_after_three_seconds_and_counts_clicks_meanwhile);
    suite_add_tcase(suite, tcase);
    return suite;
}
