// The settings of a web app, each under Flet's name, on the running program: what it does then.

#include <check.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/gateway/raw_browser.h"
#include "tests/support/browser.h"
#include "tests/support/scratch.h"
#include "tests/support/world.h"

static world_process running;
static char folder[64];

static void put(const char *name, const char *text)
{
    char path[128];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "w");
    ck_assert_ptr_nonnull(file);
    fputs(text, file);
    fclose(file);
}

static void set_up(void)
{
    scratch_make(folder, sizeof folder, "settings");
    put("hello.txt", "an asset");
}

static void tear_down(void)
{
    process_kill(&running);
    scratch_remove(folder);
}

// On any free port, unless the test says otherwise.
static void serve(void)
{
    if (getenv("FLET_SERVER_PORT") == NULL)
        setenv("FLET_SERVER_PORT", "0", 1);
    setenv("TROUPE_THREADS", "1", 1);
    setenv("TROUPE_LOG", "error", 1);
    program_start(&running, "counter", (const char *const[]){NULL}, -1);
    const char *colon = strchr(running.line + strlen("listening on http://"), ':');
    ck_assert_msg(colon != NULL, "%s", running.line);
    raw_port = (unsigned)strtoul(colon + 1, NULL, 10);
}

// The status; the body in `body`.
static unsigned get(const char *path, char *body, size_t cap)
{
    char request[256];
    int peer = raw_dial();
    ck_assert_int_ge(peer, 0);
    int size = snprintf(request, sizeof request,
                        "GET %s HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n", path);
    raw_put(peer, request, (size_t)size);
    const char *head = raw_take_head(peer);
    unsigned status = raw_status_of(head);
    const char *length = strstr(head, "content-length: ");
    size_t left = length != NULL ? strtoul(length + 16, NULL, 10) : 0;
    ck_assert_uint_lt(left, cap);
    raw_take(peer, body, left);
    body[left] = '\0';
    close(peer);
    return status;
}

static unsigned handshake(const char *path)
{
    int peer = raw_dial();
    ck_assert_int_ge(peer, 0);
    unsigned status = raw_handshake(peer, path, "");
    close(peer);
    return status;
}

static char body[65536];

#define SERVES(path, text)                                                                         \
    do {                                                                                           \
        ck_assert_uint_eq(get(path, body, sizeof body), 200);                                      \
        ck_assert_msg(strstr(body, text) != NULL, "%s: %s", path, body);                           \
    } while (0)

static void run(const char *const *arguments, int code, const char *says)
{
    tr_buf out = {0};
    tr_buf err = {0};
    ck_assert_int_eq(program_run("counter", arguments, &out, &err), code);
    const char *text = tr_buf_text(code == 0 ? &out : &err);
    ck_assert_msg(strstr(text, says) != NULL, "%s in %s", says, text);
    tr_buf_done(&out);
    tr_buf_done(&err);
}

static const char *const print[] = {"--print-config", NULL};

START_TEST(flet_server_port)
{
    run(print, 0, "port=8000 from=default\n");
    setenv("FLET_SERVER_PORT", "0", 1);
    serve();
    ck_assert_uint_ne(raw_port, 8000);
    SERVES("/", "<!doctype html>");
    char port[16];
    snprintf(port, sizeof port, "%u", raw_port);
    setenv("FLET_SERVER_PORT", port, 1);
    run((const char *const[]){NULL}, 1, port); // it is in use
}
END_TEST

START_TEST(flet_server_ip)
{
    run(print, 0, "host=127.0.0.1 from=default\n");
    setenv("FLET_SERVER_IP", "0.0.0.0", 1);
    serve();
    ck_assert_ptr_nonnull(strstr(running.line, "http://0.0.0.0:"));
    SERVES("/", "<!doctype html>");
    process_kill(&running);
    setenv("FLET_SERVER_IP", "127.0.0.2", 1);
    serve();
    ck_assert_int_lt(raw_dial(), 0); // nobody listens on 127.0.0.1
}
END_TEST

START_TEST(flet_assets_dir)
{
    serve();
    ck_assert_uint_eq(get("/hello.txt", body, sizeof body), 404);
    process_kill(&running);
    setenv("FLET_ASSETS_DIR", folder, 1);
    serve();
    SERVES("/hello.txt", "an asset");
}
END_TEST

START_TEST(flet_web_app_path)
{
    serve();
    SERVES("/", "<base href=\"/\"");
    process_kill(&running);
    setenv("FLET_WEB_APP_PATH", "/apps/mine", 1);
    serve();
    ck_assert_ptr_nonnull(strstr(running.line, "/apps/mine"));
    SERVES("/apps/mine/", "<base href=\"/apps/mine/\"");
    ck_assert_uint_eq(get("/", body, sizeof body), 404);
    ck_assert_uint_eq(handshake("/apps/mine/ws"), 101);
    ck_assert_uint_eq(handshake("/ws"), 404);
}
END_TEST

START_TEST(flet_session_timeout)
{
    run(print, 0, "session-timeout=3600 from=default\n");
    setenv("FLET_SESSION_TIMEOUT", "3", 1);
    serve();
    char id[128];
    browser *b = browser_open(raw_port);
    browser_click(b, "Add one");
    eventually(browser_sees(b, "1"));
    snprintf(id, sizeof id, "%s", browser_session_id(b));
    browser_reload(b, raw_port);
    ck_assert_str_eq(browser_session_id(b), id); // within the three seconds
    browser_close(b);
    // Its end cannot be seen from here but by coming back, which prolongs it: so one look, seconds
    // later.
    uint64_t over = deadline_in_ms(4500);
    while (!deadline_passed(over))
        browsers_wait();
    browser_reload(b, raw_port);
    eventually(browser_sees(b, "0"));
    browser_free(b);
}
END_TEST

START_TEST(flet_web_renderer)
{
    run(print, 0, "client=html from=default\nweb-renderer=html from=default\n");
    setenv("FLET_WEB_RENDERER", "auto", 1);
    run(print, 0, "client=flutter from=default\nweb-renderer=auto from=FLET_WEB_RENDERER\n");
    setenv("FLET_WEB_RENDERER", "canvaskit", 1);
    run(print, 0, "client=flutter from=default\nweb-renderer=canvaskit from=FLET_WEB_RENDERER\n");
    put("index.html", "<base href=\"/\"><!-- fletAppConfig -->");
    put("flutter_bootstrap.js", "boot");
    put("main.dart.js", "main");
    setenv("FLET_WEB_PATH", folder, 1);
    serve();
    SERVES("/", "flet.webRenderer = \"canvaskit\"");
}
END_TEST

START_TEST(flet_web_route_url_strategy)
{
    serve();
    SERVES("/", "<meta name=\"troupe-route-strategy\" content=\"path\"");
    process_kill(&running);
    setenv("FLET_WEB_ROUTE_URL_STRATEGY", "hash", 1);
    serve();
    SERVES("/", "<meta name=\"troupe-route-strategy\" content=\"hash\"");
}
END_TEST

START_TEST(flet_websocket_handler_endpoint)
{
    serve();
    ck_assert_uint_eq(handshake("/ws"), 101);
    ck_assert_uint_eq(handshake("/live/socket"), 404);
    process_kill(&running);
    setenv("FLET_WEBSOCKET_HANDLER_ENDPOINT", "/live/socket", 1);
    setenv("FLET_WEB_APP_PATH", "/app", 1);
    serve();
    SERVES("/app/", "<meta name=\"troupe-endpoint\" content=\"live/socket\"");
    ck_assert_uint_eq(handshake("/app/live/socket"), 101);
    ck_assert_uint_eq(handshake("/app/ws"), 404);
    ck_assert_uint_eq(get("/app/live/socket", body, sizeof body), 426);
}
END_TEST

START_TEST(flet_force_web_server)
{
    // Flet sets it by itself on Linux without a display; there is nothing but a web server here.
    run(print, 0, "TROUPE_FORCE_WEB_SERVER=true from=default\n");
    setenv("FLET_FORCE_WEB_SERVER", "true", 1);
    serve();
    SERVES("/", "<!doctype html>");
    process_kill(&running);
    setenv("FLET_FORCE_WEB_SERVER", "perhaps", 1);
    run(print, 2, "FLET_FORCE_WEB_SERVER=perhaps is not valid: expected true or false");
}
END_TEST

START_TEST(flet_web_use_color_emoji)
{
    static const char *const words[] = {"true", "True", "1"};
    for (unsigned i = 0; i < 3; i++) {
        char line[96];
        setenv("FLET_WEB_USE_COLOR_EMOJI", words[i], 1);
        snprintf(line, sizeof line, "TROUPE_WEB_USE_COLOR_EMOJI=%s from=FLET_WEB_USE_COLOR_EMOJI\n",
                 words[i]);
        run(print, 0, line);
    }
    serve();
    SERVES("/", "<!doctype html>");
    process_kill(&running);
    setenv("TROUPE_LOG", "warn", 1);
    setenv("FLET_WEB_USE_COLOR_EMOJI", "false", 1); // there is no other way: that is said
    tr_buf out = {0};
    tr_buf err = {0};
    ck_assert_int_eq(program_run("counter", print, &out, &err), 0);
    ck_assert_ptr_nonnull(strstr(tr_buf_text(&err), "emojis are always drawn in colour"));
    tr_buf_done(&out);
    tr_buf_done(&err);
}
END_TEST

// "No communication overhead as web server is a part of Flet app."
START_TEST(the_web_server_is_a_part_of_the_app)
{
    char children[64];
    char line[16];
    serve();
    SERVES("/", "<!doctype html>");
    browser *b = browser_open(raw_port);
    browser_click(b, "Add one");
    eventually(browser_sees(b, "1"));
    snprintf(children, sizeof children, "/proc/%d/task/%d/children", (int)running.pid,
             (int)running.pid);
    FILE *list = fopen(children, "r");
    ck_assert(list == NULL || fgets(line, sizeof line, list) == NULL);
    if (list != NULL)
        fclose(list);
    browser_free(b);
}
END_TEST

// "You just use the same command to run your app in production."
START_TEST(the_same_command_runs_the_app_in_production)
{
    setenv("FLET_SERVER_IP", "0.0.0.0", 1);
    setenv("FLET_SECRET_KEY", "a secret of production", 1);
    setenv("FLET_SESSION_TIMEOUT", "600", 1);
    serve(); // no argument
    SERVES("/health", "ok");
    browser *b = browser_open(raw_port);
    browser_click(b, "Add one");
    eventually(browser_sees(b, "1"));
    browser_free(b);
    ck_assert_int_eq(kill(running.pid, SIGTERM), 0);
    ck_assert_int_eq(process_wait(&running), 0);
}
END_TEST

static const char *const lacking[][2] = {
    {"TROUPE_NO_SUCH_THING", "1"},
};

START_TEST(what_is_not_supported_is_said_once)
{
    setenv(lacking[_i][0], lacking[_i][1], 1);
    tr_buf out = {0};
    tr_buf err = {0};
    ck_assert_int_eq(program_run("counter", print, &out, &err), 0);
    const char *said = strstr(tr_buf_text(&err), lacking[_i][0]);
    ck_assert_ptr_nonnull(said);
    ck_assert_ptr_null(strstr(said + 1, lacking[_i][0]));
    ck_assert_ptr_null(strstr(tr_buf_text(&err), "secret"));
    ck_assert_ptr_null(strstr(tr_buf_text(&out), "secret"));
    tr_buf_done(&out);
    tr_buf_done(&err);
}
END_TEST

START_TEST(a_bad_value_is_exit_code_2_and_names_its_variable)
{
    setenv("FLET_SERVER_PORT", "http", 1);
    run(print, 2,
        "counter: FLET_SERVER_PORT=http is not valid: expected a number from 0 to 65535\n");
}
END_TEST

START_TEST(an_env_file_starts_a_program)
{
    char file[128];
    put("app.env", "# of the app\nFLET_SERVER_PORT=0\nTROUPE_WEB_APP_PATH=/from-a-file\n");
    snprintf(file, sizeof file, "%s/app.env", folder);
    setenv("TROUPE_LOG", "error", 1);
    program_start(&running, "counter", (const char *const[]){"--env-file", file, NULL}, -1);
    ck_assert_ptr_nonnull(strstr(running.line, "/from-a-file"));
}
END_TEST

Suite *settings_suite(void);
Suite *settings_suite(void)
{
    Suite *suite = suite_create("settings");
    TCase *tcase = tcase_create("on the running program");
    tcase_set_timeout(tcase, 120);
    tcase_add_checked_fixture(tcase, set_up, tear_down);
    tcase_add_test(tcase, flet_server_port);
    tcase_add_test(tcase, flet_server_ip);
    tcase_add_test(tcase, flet_assets_dir);
    tcase_add_test(tcase, flet_web_app_path);
    tcase_add_test(tcase, flet_session_timeout);
    tcase_add_test(tcase, flet_web_renderer);
    tcase_add_test(tcase, flet_web_route_url_strategy);
    tcase_add_test(tcase, flet_websocket_handler_endpoint);
    tcase_add_test(tcase, flet_force_web_server);
    tcase_add_test(tcase, flet_web_use_color_emoji);
    tcase_add_test(tcase, the_web_server_is_a_part_of_the_app);
    tcase_add_test(tcase, the_same_command_runs_the_app_in_production);
    tcase_add_loop_test(tcase, what_is_not_supported_is_said_once, 0,
                        sizeof lacking / sizeof *lacking);
    tcase_add_test(tcase, a_bad_value_is_exit_code_2_and_names_its_variable);
    tcase_add_test(tcase, an_env_file_starts_a_program);
    suite_add_tcase(suite, tcase);
    return suite;
}
