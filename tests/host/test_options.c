#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "actors/bus/routes.h"
#include "base/log.h"
#include "host/options.h"
#include "tests/host/command_line.h"
#include "troupe/err.h"

static tr_options options;
static tr_buf error;

static void set_up(void)
{
    command_line_stands_alone();
    error = (tr_buf){0};
    options = (tr_options){0};
}

static void tear_down(void)
{
    tr_options_done(&options);
    tr_buf_done(&error);
}

#define READ(...) command_line_read(&options, (const char *const[]){__VA_ARGS__, NULL}, &error)

START_TEST(defaults_are_one_process_with_all_roles_on_loopback)
{
    ck_assert_int_eq(READ(NULL), 0);
    ck_assert_str_eq(options.host, "127.0.0.1");
    ck_assert_uint_eq(options.port, 8000);
    ck_assert_uint_eq(options.roles, TR_ROLE_ALL);
    ck_assert_uint_ge(options.threads, 1);
    ck_assert_uint_eq(options.broker_count, 0);
    ck_assert_uint_eq(options.session_timeout_ms, TR_SESSION_TIMEOUT_MS);
    ck_assert_int_eq(options.transport, TR_TRANSPORT_LOCAL);
    ck_assert_ptr_null(options.bus);
}
END_TEST

START_TEST(each_option_arrives)
{
    ck_assert_int_eq(READ("--port", "0", "--host=::1", "--threads", "64", "--role",
                          "gateway,worker", "--broker", "tcp://a:1", "--broker", "ipc://b"),
                     0);
    ck_assert_uint_eq(options.port, 0);
    ck_assert_str_eq(options.host, "::1");
    ck_assert_uint_eq(options.threads, 64);
    ck_assert_uint_eq(options.roles, TR_ROLE_ALL);
    ck_assert_uint_eq(options.broker_count, 2);
    ck_assert_str_eq(options.brokers[0], "tcp://a:1");
    ck_assert_str_eq(options.brokers[1], "ipc://b");
    ck_assert_int_eq(READ("--transport", "tcp", "--bus", "tcp://10.0.0.7", "--session-timeout", "5",
                          "--allowed-origins", "*", "--trusted-proxies", "10.0.0.0/8"),
                     0);
    ck_assert_int_eq(options.transport, TR_TRANSPORT_TCP);
    ck_assert_str_eq(options.bus, "tcp://10.0.0.7");
    ck_assert_uint_eq(options.session_timeout_ms, 5000);
    ck_assert_str_eq(options.allowed_origins, "*");
    ck_assert_str_eq(options.trusted_proxies, "10.0.0.0/8");
    ck_assert_uint_eq(options.coroutines, 8192);
    ck_assert_int_eq(READ("--coroutines", "30000"), 0);
    ck_assert_uint_eq(options.coroutines, 30000);
    ck_assert_int_eq(READ("--help"), 0);
    ck_assert(options.is_help);
    ck_assert_int_eq(READ("--check", "--role", "worker", "--broker", "tcp://a:1"), 0);
    ck_assert(options.is_check);
    ck_assert_uint_eq(options.roles, TR_ROLE_WORKER);
    ck_assert_int_eq(READ("--bus", "tcp://a:1"), 0);
    ck_assert_str_eq(options.bus, "tcp://a:1");
}
END_TEST

START_TEST(the_pools_options_arrive)
{
    ck_assert_int_eq(READ(NULL), 0);
    ck_assert_uint_eq(options.pool.threads_max, 64);
    ck_assert_uint_eq(options.pool.deadline_ms, 300000);
    ck_assert_int_eq(READ("--pool-threads-min", "2", "--pool-threads-max", "3", "--pool-queue", "4",
                          "--pool-idle", "5", "--handler-timeout", "6"),
                     0);
    ck_assert_uint_eq(options.pool.threads_min, 2);
    ck_assert_uint_eq(options.pool.threads_max, 3);
    ck_assert_uint_eq(options.pool.queue_cap, 4);
    ck_assert_uint_eq(options.pool.idle_ms, 5000);
    ck_assert_uint_eq(options.pool.deadline_ms, 6000);
    setenv("TROUPE_POOL_THREADS_MIN", "6", 1);
    setenv("TROUPE_POOL_THREADS_MAX", "7", 1);
    setenv("TROUPE_POOL_QUEUE", "8", 1);
    setenv("TROUPE_POOL_IDLE", "9", 1);
    setenv("TROUPE_HANDLER_TIMEOUT", "0", 1);
    ck_assert_int_eq(READ(NULL), 0);
    ck_assert_uint_eq(options.pool.threads_min, 6);
    ck_assert_uint_eq(options.pool.threads_max, 7);
    ck_assert_uint_eq(options.pool.queue_cap, 8);
    ck_assert_uint_eq(options.pool.idle_ms, 9000);
    ck_assert_uint_eq(options.pool.deadline_ms, TR_POOL_NO_DEADLINE);
}
END_TEST

START_TEST(a_broker_has_one_thread_unless_told)
{
    ck_assert_int_eq(READ("--role", "broker", "--broker", "tcp://*:1"), 0);
    ck_assert_uint_eq(options.threads, 1);
    ck_assert_uint_eq(options.roles, TR_ROLE_BROKER);
}
END_TEST

static const struct {
    const char *words[5];
    const char *says;
} bad[] = {
    {{"--port", "65536"}, "--port 65536"},
    {{"--port", "-1"}, "--port -1"},
    {{"--port", "1x"}, "--port 1x"},
    {{"--port", ""}, "--port "},
    {{"--port"}, "--port"},
    {{"--threads", "0"}, "--threads 0"},
    {{"--threads", "65"}, "--threads 65"},
    {{"--coroutines", "0"}, "--coroutines 0"},
    {{"--coroutines", "131073"}, "--coroutines 131073"},
    {{"--host", ""}, "--host"},
    {{"--role", "king"}, "--role king"},
    {{"--role", ""}, "--role"},
    {{"--role", "gateway,"}, "--role"},
    {{"--role", "broker,gateway"}, "--role"},
    {{"--role", "gateway"}, "--broker"},
    {{"--role", "broker"}, "--broker"},
    {{"--check"}, "--check"},
    {{"--broker", "a:1"}, "--broker a:1"},
    {{"--broker", "tcp://a"}, "--broker"},
    {{"--broker", "tcp://:1"}, "--broker"},
    {{"--broker", "tcp://a:99999"}, "--broker"},
    {{"--broker", "tcp://a/b:1"}, "--broker"},
    {{"--broker", "ipc://"}, "--broker"},
    {{"--bus", "tcp://"}, "--bus"},
    {{"--bus", "tcp://a:99999"}, "--bus"},
    {{"--bus", "a"}, "--bus"},
    {{"--transport", "udp"}, "--transport udp"},
    {{"--session-timeout", "0"}, "--session-timeout"},
    {{"--log", "noise"}, "--log noise"},
    {{"--pool-threads-max", "0"}, "--pool-threads-max 0"},
    {{"--pool-threads-max", "257"}, "--pool-threads-max 257"},
    {{"--pool-threads-min", "257"}, "--pool-threads-min 257"},
    {{"--pool-threads-min", "65"}, "--pool-threads-min 65"},
    {{"--pool-threads-min", "4", "--pool-threads-max", "3"}, "--pool-threads-min 4"},
    {{"--pool-queue", "0"}, "--pool-queue 0"},
    {{"--pool-queue", "65537"}, "--pool-queue"},
    {{"--pool-idle", "0"}, "--pool-idle"},
    {{"--handler-timeout", "-1"}, "--handler-timeout"},
    {{"--handlers", "never"}, "--handlers never"},
    {{"--handlers", "require"}, "--handlers require needs --broker"},
    {{"--role", "handlers"}, "--broker"},
    {{"--role", "handlers,worker"}, "--role"},
    {{"--role", "handlers,broker"}, "--role"},
    {{"--client", "web"}, "--client web"},
    {{"--web-renderer", "opengl"}, "--web-renderer opengl"},
    {{"--client", "html", "--web-renderer", "auto"}, "--client html"},
    {{"--client", "flutter", "--web-renderer", "html"}, "--client flutter"},
    {{"--route-url-strategy", "query"}, "--route-url-strategy query"},
    {{"--websocket-endpoint", "/"}, "--websocket-endpoint /"},
    {{"--websocket-endpoint", "/a?b"}, "--websocket-endpoint /a?b"},
    {{"--websocket-endpoint", "/health"}, "--websocket-endpoint /health"},
    {{"--env-file", "/nowhere/app.env"}, "--env-file: /nowhere/app.env"},
    {{"--mount", "a b"}, "--mount a b"},
    {{"--mount", "/a//b"}, "--mount"},
    {{"--mount", "/../b"}, "--mount"},
    {{"--mount", "/\"><script>"}, "--mount"},
    {{"--assets", ""}, "--assets"},
    {{"--flutter-path", ""}, "--flutter-path"},
    {{"--colour"}, "--colour"},
    {{"stray"}, "'stray'"},
};

START_TEST(handlers_have_a_process_of_their_own_with_one_core_thread)
{
    ck_assert_int_eq(READ("--role", "handlers", "--broker", "tcp://a:1"), 0);
    ck_assert_uint_eq(options.roles, TR_ROLE_HANDLERS);
    ck_assert_uint_eq(options.threads, 1);
    ck_assert_int_eq(options.handlers, TR_HANDLERS_PREFER);
    ck_assert_int_eq(READ("--handlers", "local"), 0);
    ck_assert_int_eq(options.handlers, TR_HANDLERS_LOCAL);
    setenv("TROUPE_HANDLERS", "require", 1);
    ck_assert_int_eq(READ("--role", "worker", "--broker", "tcp://a:1"), 0);
    ck_assert_int_eq(options.handlers, TR_HANDLERS_REQUIRE);
}
END_TEST

START_TEST(what_makes_no_sense_is_one_clear_line)
{
    ck_assert_int_eq(command_line_read(&options, bad[_i].words, &error), TR_EINVALID);
    const char *text = tr_buf_text(&error);
    ck_assert_msg(strstr(text, bad[_i].says) != NULL, "%s", text);
    ck_assert_ptr_null(strchr(text, '\n'));
}
END_TEST

START_TEST(the_environment_speaks_when_the_command_line_does_not)
{
    setenv("TROUPE_SERVER_PORT", "81", 1);
    setenv("FLET_SERVER_PORT", "82", 1);
    setenv("FLET_SERVER_IP", "0.0.0.0", 1);
    setenv("FLET_SESSION_TIMEOUT", "7", 1);
    setenv("TROUPE_BROKER", "tcp://a:1,ipc://b,tcp://c:3", 1);
    setenv("TROUPE_THREADS", "", 1);
    ck_assert_int_eq(READ(NULL), 0);
    ck_assert_uint_eq(options.port, 81);
    ck_assert_str_eq(options.host, "0.0.0.0");
    ck_assert_uint_eq(options.session_timeout_ms, 7000);
    ck_assert_uint_eq(options.broker_count, 3);
    ck_assert_str_eq(options.brokers[2], "tcp://c:3");
    ck_assert_int_eq(READ("--port", "83", "--broker", "tcp://d:4"), 0);
    ck_assert_uint_eq(options.port, 83);
    ck_assert_uint_eq(options.broker_count, 1);
    setenv("TROUPE_SERVER_PORT", "many", 1);
    ck_assert_int_eq(READ(NULL), TR_EINVALID);
    ck_assert_ptr_nonnull(strstr(tr_buf_text(&error), "TROUPE_SERVER_PORT=many"));
}
END_TEST

START_TEST(what_is_served_is_told_in_flets_words_or_ours)
{
    ck_assert_int_eq(READ(NULL), 0);
    ck_assert_int_eq(options.renderer, TR_RENDERER_HTML);
    ck_assert_str_eq(options.mount, "");
    ck_assert(!options.has_hash_routes);
    ck_assert_ptr_null(options.assets);
    ck_assert_ptr_null(options.flutter_path);
    ck_assert_int_eq(READ("--client", "flutter", "--mount", "a/b/", "--assets", "web",
                          "--flutter-path", "flet", "--route-url-strategy", "hash"),
                     0);
    ck_assert_int_eq(options.renderer, TR_RENDERER_AUTO);
    ck_assert_str_eq(options.mount, "/a/b");
    ck_assert(options.has_hash_routes);
    ck_assert_str_eq(options.assets, "web");
    ck_assert_str_eq(options.flutter_path, "flet");
    ck_assert_int_eq(READ("--web-renderer", "skwasm", "--mount", "/"), 0);
    ck_assert_int_eq(options.renderer, TR_RENDERER_SKWASM);
    ck_assert_str_eq(options.mount, "");
    setenv("FLET_WEB_RENDERER", "canvaskit", 1);
    setenv("FLET_WEB_APP_PATH", "app", 1);
    setenv("FLET_WEB_ROUTE_URL_STRATEGY", "hash", 1);
    setenv("FLET_ASSETS_DIR", "web", 1);
    setenv("FLET_WEB_PATH", "flet", 1);
    ck_assert_int_eq(READ("--client", "flutter"), 0);
    ck_assert_int_eq(options.renderer, TR_RENDERER_CANVASKIT);
    ck_assert_str_eq(options.mount, "/app");
    ck_assert(options.has_hash_routes);
    ck_assert_str_eq(options.assets, "web");
    ck_assert_str_eq(options.flutter_path, "flet");
}
END_TEST

START_TEST(the_command_line_picks_the_client_over_any_variable)
{
    setenv("TROUPE_CLIENT", "flutter", 1);
    ck_assert_int_eq(READ(NULL), 0);
    ck_assert_int_eq(options.renderer, TR_RENDERER_AUTO);
    ck_assert_int_eq(READ("--web-renderer", "html"), 0);
    ck_assert_int_eq(options.renderer, TR_RENDERER_HTML);
    setenv("TROUPE_WEB_RENDERER", "canvaskit", 1);
    ck_assert_int_eq(READ("--client", "html"), 0);
    ck_assert_int_eq(options.renderer, TR_RENDERER_HTML);
}
END_TEST

START_TEST(no_more_brokers_than_the_cap)
{
    setenv("TROUPE_BROKER",
           "tcp://a:1,tcp://a:2,tcp://a:3,tcp://a:4,tcp://a:5,tcp://a:6,tcp://a:7,"
           "tcp://a:8",
           1);
    ck_assert_int_eq(READ(NULL), 0);
    ck_assert_uint_eq(options.broker_count, TR_BROKERS_CAP);
    setenv("TROUPE_BROKER",
           "tcp://a:1,tcp://a:2,tcp://a:3,tcp://a:4,tcp://a:5,tcp://a:6,tcp://a:7,"
           "tcp://a:8,tcp://a:9",
           1);
    ck_assert_int_eq(READ(NULL), TR_EINVALID);
}
END_TEST

START_TEST(the_help_names_every_option)
{
    static const char *const all[] = {
#define OPTION(id, flag, ...) "--" flag,
#include "host/options.def"
#undef OPTION
    };
    tr_options_help(&error, "app");
    for (unsigned i = 0; i < sizeof all / sizeof *all; i++)
        ck_assert_ptr_nonnull(strstr(tr_buf_text(&error), all[i]));
    for (char *line = (char *)(uintptr_t)tr_buf_text(&error); line != NULL && *line != '\0';) {
        size_t size = strcspn(line, "\n");
        ck_assert_msg(size <= 100, "%.*s", (int)size, line);
        line += size + 1;
    }
}
END_TEST

START_TEST(what_is_expected_is_said)
{
    ck_assert_int_eq(READ("--port", "70000"), TR_EINVALID);
    ck_assert_str_eq(tr_buf_text(&error),
                     "--port 70000 is not valid: expected a number from 0 to 65535");
    ck_assert_int_eq(READ("--handlers", "never"), TR_EINVALID);
    ck_assert_ptr_nonnull(strstr(tr_buf_text(&error), "one of prefer, require, local"));
    setenv("FLET_SESSION_TIMEOUT", "soon", 1);
    ck_assert_int_eq(READ(NULL), TR_EINVALID);
    ck_assert_ptr_nonnull(strstr(tr_buf_text(&error), "FLET_SESSION_TIMEOUT=soon is not valid: "
                                                      "expected seconds, from 1 to 31536000"));
}
END_TEST

static const char *printed(void)
{
    error.size = 0;
    tr_options_print(&options, &error);
    return tr_buf_text(&error);
}

#define PRINTS(text) ck_assert_msg(strstr(printed(), text) != NULL, "%s in %s", text, printed())

START_TEST(each_setting_is_printed_with_where_it_came_from)
{
    setenv("FLET_SERVER_PORT", "81", 1);
    setenv("TROUPE_ALLOWED_ORIGINS", "https://a.example, https://b.example", 1);
    ck_assert_int_eq(
        READ("--threads", "3", "--broker", "ipc://a", "--broker", "ipc://b", "--client", "flutter"),
        0);
    PRINTS("port=81 from=FLET_SERVER_PORT\n");
    PRINTS("host=127.0.0.1 from=default\n");
    PRINTS("threads=3 from=--threads\n");
    PRINTS("broker=ipc://a,ipc://b from=--broker\n");
    PRINTS(
        "allowed-origins=\"https://a.example, https://b.example\" from=TROUPE_ALLOWED_ORIGINS\n");
    PRINTS("bus=\"\" from=default\n");
    PRINTS("client=flutter from=--client\nweb-renderer=auto from=default\n");
    ck_assert_ptr_null(strstr(printed(), "help"));
    ck_assert_int_eq(READ("--port", "82"), 0);
    PRINTS("port=82 from=--port\n");
}
END_TEST

static void write_file(char name[32], const char *text)
{
    strcpy(name, "/tmp/troupe-options-XXXXXX");
    int file = mkstemp(name);
    ck_assert_int_ge(file, 0);
    ck_assert_int_eq(write(file, text, strlen(text)), (ssize_t)strlen(text));
    close(file);
}

START_TEST(a_variable_may_name_the_file_that_has_its_value)
{
    char name[32];
    write_file(name, "ipc://secret\n");
    setenv("TROUPE_BROKER_FILE", name, 1);
    ck_assert_int_eq(READ("--role", "worker"), 0);
    ck_assert_str_eq(options.brokers[0], "ipc://secret");
    ck_assert_uint_eq(options.warnings.size, 0);
    PRINTS("broker=ipc://secret from=TROUPE_BROKER_FILE\n");
    setenv("TROUPE_BROKER", "ipc://other", 1);
    ck_assert_int_eq(READ("--role", "worker"), TR_EINVALID);
    ck_assert_ptr_nonnull(strstr(tr_buf_text(&error), "TROUPE_BROKER and TROUPE_BROKER_FILE"));
    unsetenv("TROUPE_BROKER");
    unlink(name);
    ck_assert_int_eq(READ("--role", "worker"), TR_EINVALID);
    ck_assert_ptr_nonnull(strstr(tr_buf_text(&error), "TROUPE_BROKER_FILE: /tmp/"));
}
END_TEST

START_TEST(the_env_file_speaks_last)
{
    char name[32];
    char source[160];
    write_file(name, "# ours\n\n export TROUPE_SERVER_PORT = 81 \r\nFLET_SERVER_PORT=99\n"
                     "FLET_SERVER_IP=\"0.0.0.0\"\nTROUPE_THREADS=2\nOTHER=1\n"
                     "TROUPE_BROKER='ipc://a,ipc://b'\nFLET_NOISE=1");
    setenv("FLET_SERVER_IP", "::1", 1);
    ck_assert_int_eq(READ("--env-file", name, "--threads", "1"), 0);
    ck_assert_uint_eq(options.port, 81);
    ck_assert_str_eq(options.host, "::1");
    ck_assert_uint_eq(options.threads, 1);
    ck_assert_uint_eq(options.broker_count, 2);
    snprintf(source, sizeof source, "port=81 from=\"TROUPE_SERVER_PORT in %s\"\n", name);
    PRINTS(source);
    snprintf(source, sizeof source,
             "FLET_NOISE in %s has no effect: there is no such setting (see --help)\n", name);
    ck_assert_str_eq(tr_buf_text(&options.warnings), source);
    setenv("TROUPE_ENV_FILE", name, 1);
    ck_assert_int_eq(READ(NULL), 0);
    ck_assert_uint_eq(options.threads, 2);
    unlink(name);
    write_file(name, "TROUPE_SERVER_PORT=many\n");
    ck_assert_int_eq(READ(NULL), TR_EINVALID); // the old name
    setenv("TROUPE_ENV_FILE", name, 1);
    ck_assert_int_eq(READ(NULL), TR_EINVALID);
    ck_assert_ptr_nonnull(strstr(tr_buf_text(&error), "TROUPE_SERVER_PORT in /tmp/"));
    unlink(name);
    write_file(name, "TROUPE_LOG=warn\nport 81\n");
    ck_assert_int_eq(READ("--env-file", name), TR_EINVALID);
    ck_assert_ptr_nonnull(strstr(tr_buf_text(&error), "line 2: expected NAME=VALUE"));
    unlink(name);
}
END_TEST

START_TEST(the_env_file_may_name_the_file_that_has_a_value)
{
    char secret[32];
    char name[32];
    char text[160];
    write_file(secret, "ipc://secret\n");
    snprintf(text, sizeof text, "TROUPE_BROKER_FILE=%s\n", secret);
    write_file(name, text);
    ck_assert_int_eq(READ("--env-file", name, "--role", "worker"), 0);
    ck_assert_str_eq(options.brokers[0], "ipc://secret");
    snprintf(text, sizeof text, "broker=ipc://secret from=\"TROUPE_BROKER_FILE in %s\"\n", name);
    PRINTS(text);
    setenv("TROUPE_BROKER", "ipc://other", 1);
    ck_assert_int_eq(READ("--env-file", name, "--role", "worker"), 0);
    ck_assert_str_eq(options.brokers[0], "ipc://other");
    unsetenv("TROUPE_BROKER");
    unlink(name);
    snprintf(text, sizeof text, "TROUPE_BROKER_FILE=%s\nTROUPE_BROKER=ipc://a\n", secret);
    write_file(name, text);
    ck_assert_int_eq(READ("--env-file", name, "--role", "worker"), TR_EINVALID);
    ck_assert_ptr_nonnull(strstr(tr_buf_text(&error), "TROUPE_BROKER and TROUPE_BROKER_FILE"));
    unlink(name);
    unlink(secret);
}
END_TEST

static const struct {
    const char *name;
    const char *value;
    const char *why; // NULL: nothing is said
} named[] = {
    {"TROUPE_SERVER_PROT", "81", "TROUPE_SERVER_PROT has no effect: there is no such setting"},
    {"FLET_NOISE", "1", "FLET_NOISE has no effect: there is no such setting"},
    {"FLET_FORCE_WEB_SERVER", "false", "has no effect: an app is always served as a web app"},
    {"FLET_FORCE_WEB_SERVER", "true", NULL},
    {"TROUPE_SERVER_PROT", "", NULL},
    {"TROUPELIKE", "1", NULL},
};

START_TEST(what_is_no_setting_is_said)
{
    setenv(named[_i].name, named[_i].value, 1);
    ck_assert_int_eq(READ(NULL), 0);
    const char *text = tr_buf_text(&options.warnings);
    if (named[_i].why == NULL)
        ck_assert_str_eq(text, "");
    else
        ck_assert_msg(strstr(text, named[_i].why) != NULL, "%s", text);
}
END_TEST

Suite *host_options_suite(void);
Suite *host_options_suite(void)
{
    Suite *suite = suite_create("host/options");
    TCase *tcase = tcase_create("command line and environment");
    tcase_add_checked_fixture(tcase, set_up, tear_down);
    tcase_add_test(tcase, defaults_are_one_process_with_all_roles_on_loopback);
    tcase_add_test(tcase, each_option_arrives);
    tcase_add_test(tcase, the_pools_options_arrive);
    tcase_add_test(tcase, handlers_have_a_process_of_their_own_with_one_core_thread);
    tcase_add_test(tcase, a_broker_has_one_thread_unless_told);
    tcase_add_loop_test(tcase, what_makes_no_sense_is_one_clear_line, 0, sizeof bad / sizeof *bad);
    tcase_add_test(tcase, the_environment_speaks_when_the_command_line_does_not);
    tcase_add_test(tcase, what_is_served_is_told_in_flets_words_or_ours);
    tcase_add_test(tcase, the_command_line_picks_the_client_over_any_variable);
    tcase_add_test(tcase, no_more_brokers_than_the_cap);
    tcase_add_test(tcase, the_help_names_every_option);
    tcase_add_test(tcase, what_is_expected_is_said);
    tcase_add_test(tcase, each_setting_is_printed_with_where_it_came_from);
    tcase_add_test(tcase, a_variable_may_name_the_file_that_has_its_value);
    tcase_add_test(tcase, the_env_file_speaks_last);
    tcase_add_test(tcase, the_env_file_may_name_the_file_that_has_a_value);
    tcase_add_loop_test(tcase, what_is_no_setting_is_said, 0, sizeof named / sizeof *named);
    suite_add_tcase(suite, tcase);
    return suite;
}
