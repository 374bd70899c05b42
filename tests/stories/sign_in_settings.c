// The settings of sign-in, each under Flet's name, on the running program.

#include <check.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "auth/state.h"
#include "tests/gateway/raw_browser.h"
#include "tests/support/browser.h"
#include "tests/support/sender.h"
#include "tests/support/world.h"

static world_process running;

static const char *const print[] = {"--print-config", NULL};

static void set_up(void)
{
    setenv("TROUPE_THREADS", "1", 1);
    setenv("TROUPE_LOG", "error", 1);
    setenv("OIDC_ISSUER", "http://127.0.0.1:9", 1);
    setenv("OIDC_CLIENT_ID", "me", 1);
}

static void tear_down(void)
{
    process_kill(&running);
}

static void run(const char *const *arguments, int code, const char *says)
{
    tr_buf out = {0};
    tr_buf err = {0};
    ck_assert_int_eq(program_run("signin", arguments, &out, &err), code);
    const char *text = tr_buf_text(code == 0 ? &out : &err);
    ck_assert_msg(strstr(text, says) != NULL, "%s in %s", says, text);
    tr_buf_done(&out);
    tr_buf_done(&err);
}

static void serve(const char *program)
{
    program_start(&running, program, (const char *const[]){"--port", "0", NULL}, -1);
    raw_port = (unsigned)strtoul(strrchr(running.line, ':') + 1, NULL, 10);
}

#define STATUS_OF(path) sender_request("GET", (path), "", "", 0)

// What a state's time is like is shown in a browser: tests/e2e/signin.test.mjs.
START_TEST(flet_oauth_state_timeout)
{
    run(print, 0, "oauth-state-timeout=600 from=default\n");
    setenv("FLET_OAUTH_STATE_TIMEOUT", "30", 1);
    run(print, 0, "oauth-state-timeout=30 from=FLET_OAUTH_STATE_TIMEOUT\n");
    setenv("FLET_OAUTH_STATE_TIMEOUT", "0", 1);
    run(print, 2, "FLET_OAUTH_STATE_TIMEOUT=0 is not valid");
}
END_TEST

START_TEST(flet_oauth_callback_handler_endpoint)
{
    run(print, 0, "oauth-callback-endpoint=/oauth_callback from=default\n");
    setenv("FLET_OAUTH_CALLBACK_HANDLER_ENDPOINT", "back/here", 1);
    setenv("FLET_WEB_APP_PATH", "/app", 1);
    serve("signin");
    ck_assert_uint_eq(STATUS_OF("/app/back/here?state=x&code=y"), 400);
    ck_assert_uint_eq(STATUS_OF("/back/here?state=x&code=y"), 404);
    // Each of several providers has one of its own below it, and the app its pages.
    ck_assert_uint_eq(STATUS_OF("/app/back/here/oidc?state=x&code=y"), 400);
    ck_assert_uint_eq(STATUS_OF("/app/back/here/oidc"), 200);
    ck_assert_uint_eq(STATUS_OF("/app/back/here/a/b?state=x"), 200);
    ck_assert_uint_eq(STATUS_OF("/app/back/hereafter?state=x"), 200);
    ck_assert_uint_eq(STATUS_OF("/app/oauth_callback?state=x&code=y"), 200); // a page of the app
    setenv("FLET_OAUTH_CALLBACK_HANDLER_ENDPOINT", "a b", 1);
    run(print, 2, "FLET_OAUTH_CALLBACK_HANDLER_ENDPOINT=a b is not valid");
    run((const char *const[]){"--oauth-callback-endpoint", "/upload", NULL}, 2,
        "--oauth-callback-endpoint is not valid: something else is there");
    unsetenv("FLET_WEB_APP_PATH");
    run((const char *const[]){"--oauth-callback-endpoint", "/health", NULL}, 2,
        "--oauth-callback-endpoint /health is not valid");
}
END_TEST

START_TEST(an_app_without_providers_has_no_callback)
{
    serve("counter");
    ck_assert_uint_eq(STATUS_OF("/oauth_callback?state=x&code=y"), 200);
}
END_TEST

// Of a gateway that has no worker to ask: it waits for one.
START_TEST(one_address_has_so_many_sign_ins_under_way)
{
    enum { CALLS = 3 };
    static const char secret[] = "a secret of some length";
    struct pollfd peers[CALLS];
    char request[1024];
    tr_buf text = {0};
    tr_auth_settings settings = {0};
    tr_auth_state state = {.expires_s = (uint64_t)time(NULL) + 600};
    tr_auth_keys_derive(tr_slice_of(secret), &settings);
    tr_session_id_make(state.token, 0);
    tr_session_id_make(state.session_id, 0);
    tr_auth_state_write(&state, &settings, &text);
    int size = snprintf(request, sizeof request,
                        "GET /oauth_callback?code=x&state=%s HTTP/1.1\r\nHost: a\r\n\r\n",
                        tr_buf_text(&text));
    setenv("TROUPE_SECRET_KEY", secret, 1);
    setenv("TROUPE_ADDRESS_REQUESTS", "2", 1);
    program_start(&running, "signin",
                  (const char *const[]){"--role", "gateway", "--broker", "tcp://127.0.0.1:1",
                                        "--port", "0", NULL},
                  -1);
    raw_port = (unsigned)strtoul(strrchr(running.line, ':') + 1, NULL, 10);
    for (unsigned i = 0; i < CALLS; i++) {
        peers[i] = (struct pollfd){.fd = raw_dial(), .events = POLLIN};
        raw_put(peers[i].fd, request, (size_t)size);
    }
    ck_assert_int_eq(poll(peers, CALLS, BROWSER_DEADLINE_MS), 1); // whichever it is
    for (unsigned i = 0; i < CALLS; i++) {
        if (peers[i].revents != 0)
            ck_assert_uint_eq(raw_status_of(raw_take_head(peers[i].fd)), 429);
        close(peers[i].fd);
    }
    tr_buf_done(&text);
}
END_TEST

START_TEST(processes_that_share_sign_ins_need_a_secret)
{
    run((const char *const[]){"--role", "worker", "--broker", "ipc:///tmp/troupe-none", NULL}, 1,
        "TROUPE_SECRET_KEY is not set");
    run((const char *const[]){"--port", "0", "--store", "memory", NULL}, 1,
        "TROUPE_SECRET_KEY is not set");
}
END_TEST

START_TEST(proxy_user_header)
{
    run(print, 0, "proxy-user-header=\"\" from=default\n");
    run((const char *const[]){"--proxy-user-header", "X-Forwarded-User", NULL}, 2,
        "--proxy-user-header needs --trusted-proxies");
    run((const char *const[]){"--proxy-user-header", "X-Forwarded-For", NULL}, 2,
        "--proxy-user-header X-Forwarded-For is not valid");
    run((const char *const[]){"--proxy-user-header", "a b User", NULL}, 2, "is not valid");
}
END_TEST

Suite *sign_in_settings_suite(void);
Suite *sign_in_settings_suite(void)
{
    Suite *suite = suite_create("sign_in_settings");
    TCase *tcase = tcase_create("settings");
    tcase_add_checked_fixture(tcase, set_up, tear_down);
    tcase_set_timeout(tcase, 30);
    tcase_add_test(tcase, flet_oauth_state_timeout);
    tcase_add_test(tcase, flet_oauth_callback_handler_endpoint);
    tcase_add_test(tcase, an_app_without_providers_has_no_callback);
    tcase_add_test(tcase, proxy_user_header);
    tcase_add_test(tcase, one_address_has_so_many_sign_ins_under_way);
    tcase_add_test(tcase, processes_that_share_sign_ins_need_a_secret);
    suite_add_tcase(suite, tcase);
    return suite;
}
