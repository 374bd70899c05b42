// Operators and a running system: what it says of itself, whether it is ready, and what it does when
// it is told to.

#include <check.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench/websocket.h"
#include "tests/gateway/raw_browser.h"
#include "tests/support/operator.h"
#include "tests/support/postgres.h"
#include "tests/support/troupe_command.h"

Suite *stories_operators_suite(void);

static world here;
static postgres server;

static void set_up(void)
{
    setenv("TROUPE_ADMIN", "0", 1);
}

static void tear_down(void)
{
    world_stop(&here);
    if (server.pid != 0 || server.folder[0] != '\0')
        postgres_down(&server);
    operator_done();
    troupe_done();
}

static unsigned ask(unsigned port, const char *path)
{
    return operator_ask(port, "GET", path, "");
}

static bool says(const char *text)
{
    return strstr(operator_body(), text) != NULL;
}

#define troupe_here(...) troupe(__VA_ARGS__, "--bus", here.endpoint)

START_TEST(what_people_do_is_counted)
{
    world_start(&here, &(world_options){.threads = "2"});
    unsigned admin = operator_port(&here.gateways[0]);
    browser *page = browser_open(world_port(&here, 0));
    for (unsigned i = 1; i <= 3; i++) {
        browser_click(page, "add");
        eventually(browser_number(page, "count") == i);
    }
    browser_click(page, "add blocking");
    eventually(browser_number(page, "count") == 4);
    eventually(
        operator_metric(
            admin, "troupe_handler_seconds_count{kind=\"sync\",handler=\"app_add_blocking\"}") ==
        1);
    ck_assert_double_eq(
        operator_sample("troupe_handler_seconds_count{kind=\"async\",handler=\"app_add\"}"), 3);
    ck_assert_double_ge(operator_sample("troupe_events_total{kind=\"event\"}"), 4);
    ck_assert_double_eq(operator_sample("troupe_sessions{state=\"connected\"}"), 1);
    ck_assert_double_eq(operator_sample("troupe_sessions_opened_total{how=\"new\"}"), 1);
    ck_assert_double_eq(operator_sample("troupe_websockets{state=\"attached\"}"), 1);
    ck_assert_double_gt(operator_sample("troupe_websocket_bytes_total{direction=\"in\"}"), 150);
    ck_assert_double_gt(operator_sample("troupe_websocket_bytes_total{direction=\"out\"}"), 300);
    ck_assert_double_eq(operator_sample("troupe_core_threads"), 2);
    ck_assert_double_eq(operator_sample("troupe_role_info{role=\"worker\"}"), 1);
    ck_assert_double_gt(operator_sample("process_resident_memory_bytes"), 1e6);
    browser_close(page);
    eventually(operator_metric(admin, "troupe_sessions{state=\"disconnected\"}") == 1);
    ck_assert_double_eq(operator_sample("troupe_sessions{state=\"connected\"}"), 0);
    browser_free(page);
}
END_TEST

START_TEST(refusals_are_counted_by_reason)
{
    world_start(&here, &(world_options){.threads = "1"});
    unsigned admin = operator_port(&here.gateways[0]);
    raw_port = world_port(&here, 0);
    int peer = raw_dial();
    ck_assert_uint_eq(raw_handshake(peer, "/elsewhere", ""), 404);
    close(peer);
    raw_port = world_port(&here, 0);
    peer = raw_dial();
    ck_assert_uint_eq(raw_handshake(peer, "/ws", "Origin: https://evil.example\r\n"), 101);
    close(peer);
    eventually(operator_metric(admin, "troupe_refusals_total{reason=\"origin\"}") == 1);
    ck_assert_double_eq(operator_sample("troupe_refusals_total{reason=\"handshake\"}"), 1);
}
END_TEST

START_TEST(the_public_port_tells_nothing)
{
    world_start(&here, &(world_options){.threads = "1"});
    unsigned admin = operator_port(&here.gateways[0]);
    unsigned port = world_port(&here, 0);
    ck_assert_uint_eq(ask(port, "/health"), 200);
    ck_assert_str_eq(operator_body(), "{\"status\":\"ok\"}\n");
    (void)ask(port, "/metrics"); // a page's address, as any
    ck_assert(!says("troupe_"));
    (void)ask(port, "/readyz");
    ck_assert(!says("ready\n"));
    ck_assert_uint_eq(ask(admin, "/health"), 404);
}
END_TEST

START_TEST(the_admin_listener_is_not_a_way_in_for_pages)
{
    world_start(&here, &(world_options){.threads = "1"});
    unsigned admin = operator_port(&here.gateways[0]);
    ck_assert_uint_eq(operator_ask(admin, "GET", "/metrics", "Origin: https://evil.example\r\n"),
                      403);
    ck_assert_uint_eq(operator_ask(admin, "GET", "/metrics", "Host: evil.example\r\n"), 403);
    ck_assert_uint_eq(operator_ask(admin, "GET", "/metrics", "Host: 127.evil.example\r\n"), 403);
    ck_assert_uint_eq(operator_ask(admin, "GET", "/metrics", "Host: localhost.evil.example\r\n"),
                      403);
    ck_assert_uint_eq(operator_ask(admin, "GET", "/metrics", "Host: 127.0.0.1:1@evil.example\r\n"),
                      403);
    ck_assert_uint_eq(operator_ask(admin, "GET", "/metrics", "Host: localhost:1\r\n"), 200);
    ck_assert_uint_eq(operator_ask(admin, "GET", "/healthz", "Host: 127.0.0.2:1\r\n"), 200);
    ck_assert_uint_eq(operator_ask(admin, "GET", "/healthz", "Host: [::1]:1\r\n"), 200);
    ck_assert_uint_eq(operator_ask(admin, "POST", "/log/debug", "Content-Length: 0\r\n"), 405);
    ck_assert_uint_eq(operator_ask(admin, "PUT", "/metrics", "Content-Length: 0\r\n"), 405);
    ck_assert_uint_eq(operator_ask(admin, "PUT", "/log/loud", "Content-Length: 0\r\n"), 400);
    ck_assert_uint_eq(ask(admin, "/log"), 200);
    ck_assert_str_eq(operator_body(), "error\n");
    // Who has begun to ask, and goes on never, holds nobody up.
    raw_port = admin;
    int slow = raw_dial();
    raw_put(slow, "GET /met", 8);
    ck_assert_uint_eq(ask(admin, "/healthz"), 200);
    close(slow);
}
END_TEST

// The probes that say whether the process is to live ask here, too.
START_TEST(those_who_say_nothing_keep_nobody_out)
{
    enum { SILENT = 200 };
    int silent[SILENT];
    world_start(&here, &(world_options){.threads = "1"});
    unsigned admin = operator_port(&here.gateways[0]);
    raw_port = admin;
    for (unsigned i = 0; i < SILENT; i++)
        silent[i] = raw_dial();
    ck_assert_uint_eq(ask(admin, "/healthz"), 200);
    // The first ones had to go.
    raw_expect_end(silent[0]);
    for (unsigned i = 0; i < SILENT; i++)
        close(silent[i]);
    ck_assert_uint_eq(operator_ask(admin, "GET", "/healthz", "Content-Length: 3\r\n"), 400);
    ck_assert_uint_eq(ask(admin, "/healthz"), 200);
}
END_TEST

START_TEST(ready_says_what_is_missing)
{
    world_start(&here, &(world_options){.gateways = 1, .workers = 1, .bus = "tcp"});
    unsigned gateway = operator_port(&here.gateways[0]);
    unsigned worker = operator_port(&here.workers[0]);
    ck_assert_uint_eq(ask(gateway, "/readyz"), 200);
    ck_assert_uint_eq(ask(worker, "/readyz"), 200);
    process_kill(&here.workers[0]);
    eventually(ask(gateway, "/readyz") == 503 && says("no worker"));
    ck_assert_uint_eq(ask(gateway, "/healthz"), 200);
    // Its broker is gone before it comes up.
    process_kill(&here.gateways[0]);
    process_kill(&here.broker);
    world_start_gateway(&here, 0);
    gateway = operator_port(&here.gateways[0]);
    ck_assert_uint_eq(ask(gateway, "/readyz"), 503);
    ck_assert(says("the cluster is not known"));
    world_start_broker(&here, here.endpoint);
    world_start_worker(&here, 0);
    eventually(ask(gateway, "/readyz") == 200);
}
END_TEST

START_TEST(who_drains_is_not_ready)
{
    world_start(&here, &(world_options){.threads = "1"});
    unsigned admin = operator_port(&here.gateways[0]);
    browser *page = browser_open(world_port(&here, 0));
    ck_assert_uint_eq(ask(admin, "/readyz"), 200);
    browser_stop_reading(page, true); // the process stays until its close frame is answered
    kill(here.gateways[0].pid, SIGTERM);
    eventually(ask(admin, "/readyz") == 503 && says("draining"));
    ck_assert_uint_eq(ask(admin, "/healthz"), 200);
    ck_assert_double_eq(operator_metric(admin, "troupe_draining"), 1);
    browser_free(page);
    ck_assert_int_eq(process_wait(&here.gateways[0]), 0);
}
END_TEST

// As with docker compose, which starts both.
START_TEST(a_store_that_comes_up_a_little_later_is_waited_for)
{
    if (!postgres_is_there())
        return;
    world_process program;
    char text[4096] = "";
    char name[] = "/tmp/troupe-log-XXXXXX";
    int log = mkstemp(name);
    unlink(name);
    postgres_up(&server);
    postgres_stop(&server, "fast");
    setenv("TROUPE_LOG", "warn", 1);
    program_begin(
        &program, "counter",
        (const char *const[]){"--port", "0", "--store", postgres_url(&server, "owner"), NULL}, log);
    eventually(pread(log, text, sizeof text - 1, 0) > 0 &&
               strstr(text, "event=store_awaited") != NULL);
    ck_assert_ptr_nonnull(strstr(text, "seconds=30"));
    postgres_start(&server);
    eventually(program_came_up(&program) != 0);
    ck_assert_msg(strstr(program.line, "listening on") != NULL, "%s", program.line);
    process_kill(&program);
    close(log);
}
END_TEST

START_TEST(a_worker_whose_store_is_gone_is_not_ready)
{
    if (!postgres_is_there())
        return;
    postgres_up(&server);
    world_start(&here, &(world_options){.threads = "1", .store = postgres_url(&server, "owner")});
    unsigned admin = operator_port(&here.gateways[0]);
    browser *page = browser_open(world_port(&here, 0));
    browser_click(page, "add");
    eventually(operator_metric(admin, "troupe_store_operation_seconds_count{operation=\"save\"}") >=
               1);
    ck_assert_double_ge(operator_sample("troupe_store_batch_operations_count"), 1);
    ck_assert_uint_eq(ask(admin, "/readyz"), 200);
    postgres_stop(&server, "immediate");
    browser_click(page, "add");
    eventually(ask(admin, "/readyz") == 503);
    ck_assert(says("the store does not answer"));
    ck_assert_double_eq(operator_metric(admin, "troupe_store_away"), 1);
    ck_assert_double_gt(operator_sample("troupe_store_unsaved_seconds"), 1);
    ck_assert_uint_eq(ask(admin, "/healthz"), 200);
    postgres_start(&server);
    eventually(ask(admin, "/readyz") == 200);
    eventually(operator_metric(admin, "troupe_store_unsaved_seconds") == 0);
    browser_free(page);
}
END_TEST

// Processes of all roles in one exposition, whoever is asked.
static void expect_all(const char *text)
{
    ck_assert_ptr_nonnull(strstr(text, "role=\"handlers\"} 1\n"));
    ck_assert_ptr_nonnull(strstr(text, "role=\"broker\"} 1\n"));
    ck_assert_ptr_nonnull(strstr(text, "role=\"gateway\"} 1\n"));
    ck_assert_ptr_nonnull(strstr(text, "role=\"worker\"} 1\n"));
    ck_assert_ptr_nonnull(strstr(text, "troupe_exporter_unreachable 0\n"));
}

static unsigned pages_on(unsigned admin)
{
    return (unsigned)operator_metric(admin, "troupe_sessions{state=\"connected\"}");
}

START_TEST(a_cluster_is_seen_ordered_and_drained)
{
    char folder[] = "/tmp/troupe-operators-XXXXXX";
    char key[64];
    ck_assert_ptr_nonnull(mkdtemp(folder));
    (void)snprintf(key, sizeof key, "%s/key", folder);
    ck_assert_int_eq(troupe("keygen", key), 0);
    setenv("TROUPE_BUS_KEY", key, 1); // who has none sees nothing
    world_start(&here, &(world_options){.gateways = 1, .workers = 2, .handlers = 1, .bus = "tcp"});
    world_await_handlers(&here);
    unsigned broker = operator_port(&here.broker);
    unsigned gateway = operator_port(&here.gateways[0]);
    unsigned first = operator_port(&here.workers[0]);
    unsigned second = operator_port(&here.workers[1]);
    unsigned handlers = operator_port(&here.handlers[0]);
    ck_assert_uint_eq(ask(gateway, "/metrics?cluster"), 200);
    expect_all(operator_body());
    ck_assert_uint_eq(ask(broker, "/metrics?cluster"), 200);
    expect_all(operator_body());
    ck_assert_double_eq(operator_metric(handlers, "troupe_role_info{role=\"handlers\"}"), 1);
    ck_assert_uint_eq(ask(handlers, "/readyz"), 200);
    ck_assert_int_eq(troupe_here("metrics"), 0);
    expect_all(tr_buf_text(&troupe_out));

    ck_assert_int_eq(troupe_here("top", "--sample", "0.1"), 0);
    ck_assert(troupe_shows("PROCESS") && troupe_shows("gateway") && troupe_shows("broker"));
    ck_assert_ptr_null(strchr(tr_buf_text(&troupe_out), '\x1b')); // no terminal

    ck_assert_int_eq(troupe_here("log", "warn"), 0);
    ck_assert_str_eq(tr_buf_text(&troupe_out), "5 told\n");
    ck_assert_uint_eq(ask(first, "/log"), 200);
    ck_assert_str_eq(operator_body(), "warn\n");
    ck_assert_uint_eq(operator_ask(second, "PUT", "/log/error", "Content-Length: 0\r\n"), 200);
    ck_assert_uint_eq(ask(second, "/log"), 200);
    ck_assert_str_eq(operator_body(), "error\n");
    ck_assert_int_eq(troupe_here("log", "loud"), 2);

    browser *page = browser_open(world_port(&here, 0));
    browser_click(page, "add");
    eventually(browser_number(page, "count") == 1);
    // Those of pages that have been left are counted until their end is heard of.
    eventually(pages_on(first) + pages_on(second) == 1);
    unsigned busy = pages_on(first) == 1 ? 0 : 1;
    char host[64];
    char name[96];
    gethostname(host, sizeof host);
    ck_assert_int_eq(troupe_here("drain", host), 1); // which of the five?
    ck_assert_ptr_nonnull(strstr(tr_buf_text(&troupe_err), "is 5 processes"));
    snprintf(name, sizeof name, "%s:%d", host, (int)here.workers[busy].pid);
    ck_assert_int_eq(troupe_here("drain", name), 0);
    ck_assert_int_eq(process_wait(&here.workers[busy]), 0);
    browser_click(page, "add"); // its page has moved to the other one
    eventually(browser_number(page, "count") == 2);
    browser_free(page);
    unlink(key);
    rmdir(folder);
}
END_TEST

static bool is_logged(FILE *log, const char *first, const char *second)
{
    char line[4096];
    rewind(log);
    while (fgets(line, sizeof line, log) != NULL)
        if (strstr(line, "\"trace\":\"4bf92f3577b34da6a3ce929d0e0e4736\"") != NULL &&
            strstr(line, first) != NULL && strstr(line, second) != NULL)
            return true;
    return false;
}

START_TEST(a_trace_follows_an_event_into_the_log)
{
    FILE *log = tmpfile();
    ck_assert_ptr_nonnull(log);
    program_start(
        &here.gateways[0], NULL,
        (const char *const[]){"--port", "0", "--log-format", "json", "--log", "debug", NULL},
        fileno(log));
    unsigned port = (unsigned)strtoul(strrchr(here.gateways[0].line, ':') + 1, NULL, 10);
    browser *plain = browser_open(port);
    browser_click(plain, "add");
    eventually(browser_number(plain, "count") == 1);
    rewind(log);
    ck_assert(!is_logged(log, "", "")); // its connection has none
    ws_more_headers = "traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01\r\n";
    browser *page = browser_open(port);
    browser_click(page, "mistakes");
    browser_click(page, "mistakes blocking");
    eventually(is_logged(log, "handler_ended", "\"handler\":\"app_mistakes\""));
    eventually(is_logged(log, "handler_ended", "\"handler\":\"app_mistakes_blocking\""));
    ck_assert(is_logged(log, "\"event\":\"browser_event\"", "\"name\":\"click\""));
    ck_assert(is_logged(log, "page_misuse", "\"handler\":\"app_mistakes\""));
    // What a handler on another thread does to its page, too.
    ck_assert(is_logged(log, "page_misuse", "\"handler\":\"app_mistakes_blocking\""));
    browser_free(page);
    browser_free(plain);
    fclose(log);
}
END_TEST

START_TEST(a_listener_that_cannot_be_is_said)
{
    const char *const busy[] = {"--port", "0", "--admin", "203.0.113.7:9", NULL};
    ck_assert_int_eq(program_run(NULL, busy, &troupe_out, &troupe_err), 1);
    ck_assert_ptr_nonnull(
        strstr(tr_buf_text(&troupe_err),
               "cannot listen on 203.0.113.7:9: name another address with --admin"));
}
END_TEST

Suite *stories_operators_suite(void)
{
    Suite *suite = suite_create("operators");
    TCase *cases = tcase_create("operators");
    tcase_add_checked_fixture(cases, set_up, tear_down);
    tcase_set_timeout(cases, 60);
    tcase_add_test(cases, what_people_do_is_counted);
    tcase_add_test(cases, refusals_are_counted_by_reason);
    tcase_add_test(cases, the_public_port_tells_nothing);
    tcase_add_test(cases, the_admin_listener_is_not_a_way_in_for_pages);
    tcase_add_test(cases, those_who_say_nothing_keep_nobody_out);
    tcase_add_test(cases, ready_says_what_is_missing);
    tcase_add_test(cases, who_drains_is_not_ready);
    tcase_add_test(cases, a_store_that_comes_up_a_little_later_is_waited_for);
    tcase_add_test(cases, a_worker_whose_store_is_gone_is_not_ready);
    tcase_add_test(cases, a_cluster_is_seen_ordered_and_drained);
    tcase_add_test(cases, a_trace_follows_an_event_into_the_log);
    tcase_add_test(cases, a_listener_that_cannot_be_is_said);
    suite_add_tcase(suite, cases);
    return suite;
}
