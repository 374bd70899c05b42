// The settings of uploads, each under Flet's name, on the running program: what it does then.

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/gateway/raw_browser.h"
#include "tests/support/scratch.h"
#include "tests/support/sender.h"
#include "tests/support/world.h"

static world_process running;
static browser *page;
static char folder[64];
static tr_buf out;
static tr_buf err;

static const char *const print[] = {"--print-config", NULL};
static const char *const no_arguments[] = {NULL};

static void set_up(void)
{
    scratch_make(folder, sizeof folder, "upload-settings");
    setenv("TROUPE_THREADS", "1", 1);
    setenv("TROUPE_LOG", "error", 1);
}

static void stop(void)
{
    if (page != NULL)
        browser_free(page);
    page = NULL;
    process_kill(&running);
}

static void tear_down(void)
{
    stop();
    tr_buf_done(&out);
    tr_buf_done(&err);
    scratch_remove(folder);
}

static void serve(void)
{
    stop();
    program_start(&running, "./uploader", (const char *const[]){"--port", "0", NULL}, -1);
    const char *colon = strchr(running.line + strlen("listening on http://"), ':');
    ck_assert_msg(colon != NULL, "%s", running.line);
    raw_port = (unsigned)strtoul(colon + 1, NULL, 10);
    page = browser_open(raw_port);
}

static void run(const char *const *arguments, int code, const char *says)
{
    out.size = err.size = 0;
    ck_assert_int_eq(program_run("./uploader", arguments, &out, &err), code);
    const char *text = tr_buf_text(code == 0 ? &out : &err);
    ck_assert_msg(strstr(text, says) != NULL, "%s in %s", says, text);
}

static const char *url(void)
{
    return sender_url(page, "Make", "a.txt");
}

START_TEST(flet_upload_dir)
{
    char below[128];
    run(print, 0, "upload-dir=\"\" from=default\n");
    serve();
    ck_assert_str_eq(url(), "TR_EUNAVAILABLE"); // the error for the app
    ck_assert_uint_eq(sender_put("/upload?f=a", "", "x", 1), 405);
    snprintf(below, sizeof below, "%s/made/here", folder);
    setenv("FLET_UPLOAD_DIR", below, 1);
    serve();
    ck_assert_uint_eq(sender_put(url(), "", "x", 1), 201);
    ck_assert_int_eq(folder_size(below, "a.txt"), 1);
    stop();
    setenv("FLET_UPLOAD_DIR", "/proc/uploads", 1);
    run(no_arguments, 1, "FLET_UPLOAD_DIR /proc/uploads: ");
    run((const char *const[]){"--upload-dir", "", NULL}, 2, "--upload-dir  is not valid");
}
END_TEST

START_TEST(flet_max_upload_size_is_unlimited_without_it)
{
    static char bytes[1 << 20];
    run(print, 0, "max-upload-size=\"\" from=default\n");
    setenv("FLET_UPLOAD_DIR", folder, 1);
    serve();
    ck_assert_ptr_null(strstr(url(), "&m="));
    ck_assert_uint_eq(sender_put(browser_text(page, "URL"), "", bytes, sizeof bytes), 201);
    // Of any size: it is the disk that ends it.
    const char *large = sender_url(page, "Make", "large.txt");
    int peer = sender_begin(large, (size_t)10 << 30);
    ck_assert_int_ge(peer, 0);
    eventually(folder_incoming(folder) == 1);
    close(peer);
}
END_TEST

static const struct {
    const char *text;
    unsigned long bytes; // 0: it is not valid
} sizes[] = {
    {"100", 100},
    {"1KB", 1000},
    {"1 KiB", 1024},
    {"2k", 2048},
    {"0", 0},
    {"-1", 0},
    {"", 0},
    {"1XB", 0},
    {"1.5", 0},
    {"99999999999999999999", 0},
    {"9000000000000GiB", 0},
};

START_TEST(flet_max_upload_size)
{
    static char bytes[4096];
    const char *text = sizes[_i].text;
    unsigned long size = sizes[_i].bytes;
    setenv("FLET_UPLOAD_DIR", folder, 1);
    if (size == 0) {
        if (*text != '\0') {
            setenv("FLET_MAX_UPLOAD_SIZE", text, 1);
            run(print, 2, "FLET_MAX_UPLOAD_SIZE=");
            ck_assert_ptr_nonnull(strstr(tr_buf_text(&err), "is not valid: expected bytes, or"));
        }
        run((const char *const[]){"--max-upload-size", text, NULL}, 2, "--max-upload-size");
        return;
    }
    setenv("FLET_MAX_UPLOAD_SIZE", text, 1);
    serve();
    ck_assert_uint_eq(sender_put(url(), "", bytes, size + 1), 413);
    ck_assert_uint_eq(sender_put(browser_text(page, "URL"), "", bytes, size), 201);
}
END_TEST

START_TEST(flet_upload_handler_endpoint)
{
    setenv("FLET_UPLOAD_DIR", folder, 1);
    run(print, 0, "upload-endpoint=/upload from=default\n");
    setenv("FLET_UPLOAD_HANDLER_ENDPOINT", "send/here", 1);
    setenv("FLET_WEB_APP_PATH", "/app", 1);
    program_start(&running, "./uploader", (const char *const[]){"--port", "0", NULL}, -1);
    raw_port = (unsigned)strtoul(strrchr(running.line, ':') + 1, NULL, 10);
    ck_assert_uint_eq(sender_put("/app/send/here?f=a", "", "x", 1), 400);
    ck_assert_uint_eq(sender_put("/send/here?f=a", "", "x", 1), 405);
    ck_assert_uint_eq(sender_put("/upload?f=a", "", "x", 1), 405);
    stop();
    setenv("FLET_UPLOAD_HANDLER_ENDPOINT", "a b", 1);
    run(print, 2, "FLET_UPLOAD_HANDLER_ENDPOINT=a b is not valid");
    run((const char *const[]){"--upload-endpoint", "/ws", NULL}, 2,
        "--upload-endpoint is not valid: it is the --websocket-endpoint");
    unsetenv("FLET_WEB_APP_PATH");
    run((const char *const[]){"--upload-endpoint", "/health", NULL}, 2,
        "--upload-endpoint /health is not valid");
}
END_TEST

static void expect_no_secret(void)
{
    ck_assert_ptr_null(strstr(tr_buf_text(&err), "tell nobody"));
    ck_assert_ptr_null(strstr(tr_buf_text(&out), "tell nobody"));
}

START_TEST(flet_secret_key)
{
    char file[128];
    setenv("FLET_UPLOAD_DIR", folder, 1);
    run(print, 0, "TROUPE_SECRET_KEY=\"\" from=default\n");
    setenv("FLET_SECRET_KEY", "tell nobody what it is", 1);
    run(print, 0, "TROUPE_SECRET_KEY=(set) from=FLET_SECRET_KEY\n");
    expect_no_secret();
    setenv("FLET_SECRET_KEY", "tell nobody", 1); // too short
    run(print, 2, "FLET_SECRET_KEY=(hidden) is not valid: expected a text of 16 bytes or more");
    expect_no_secret();
    unsetenv("FLET_SECRET_KEY");
    snprintf(file, sizeof file, "%s/key", folder);
    FILE *key = fopen(file, "w");
    fputs("tell nobody what is in here\n", key);
    fclose(key);
    setenv("TROUPE_SECRET_KEY_FILE", file, 1);
    run(print, 0, "TROUPE_SECRET_KEY=(set) from=TROUPE_SECRET_KEY_FILE\n");
    expect_no_secret();
    // A URL that one process signs another one takes; its page alone is not there.
    serve();
    char signed_url[2048];
    snprintf(signed_url, sizeof signed_url, "%s", url());
    serve();
    ck_assert_uint_eq(sender_put(signed_url, "", "x", 1), 404);
    unsetenv("TROUPE_SECRET_KEY_FILE");
    serve();
    ck_assert_uint_eq(sender_put(signed_url, "", "x", 1), 403);
    // Nor one that came later, unless it is told of those before.
    setenv("TROUPE_SECRET_KEY", "tell nobody what comes later", 1);
    serve();
    ck_assert_uint_eq(sender_put(signed_url, "", "x", 1), 403);
    setenv("TROUPE_SECRET_KEYS_OLD", "a secret of long ago,tell nobody what is in here", 1);
    serve();
    ck_assert_uint_eq(sender_put(signed_url, "", "x", 1), 404);
    run(print, 0, "TROUPE_SECRET_KEYS_OLD=(set) from=TROUPE_SECRET_KEYS_OLD\n");
    expect_no_secret();
    setenv("TROUPE_SECRET_KEYS_OLD", "a secret of long ago,tell nobody", 1);
    run(print, 2, "TROUPE_SECRET_KEYS_OLD=(hidden) is not valid: expected texts of 16 bytes");
    expect_no_secret();
}
END_TEST

Suite *upload_settings_suite(void);
Suite *upload_settings_suite(void)
{
    Suite *suite = suite_create("upload_settings");
    TCase *tcase = tcase_create("settings");
    tcase_add_checked_fixture(tcase, set_up, tear_down);
    tcase_set_timeout(tcase, 60);
    tcase_add_test(tcase, flet_upload_dir);
    tcase_add_test(tcase, flet_max_upload_size_is_unlimited_without_it);
    tcase_add_loop_test(tcase, flet_max_upload_size, 0, sizeof sizes / sizeof *sizes);
    tcase_add_test(tcase, flet_upload_handler_endpoint);
    tcase_add_test(tcase, flet_secret_key);
    suite_add_tcase(suite, tcase);
    return suite;
}
