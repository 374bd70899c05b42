// Every setting of the release notes that Troupe was asked for: under our name, under Flet's, in a file that
// NAME_FILE names and in an env file, with the value that --print-config says; and what each says to a bad one.

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "host/option_rows.h"
#include "host/options.h"
#include "tests/support/scratch.h"
#include "tests/support/world.h"

static char folder[64];
static tr_buf out;
static tr_buf err;

static void set_up(void)
{
    scratch_make(folder, sizeof folder, "every-setting");
}

static void tear_down(void)
{
    tr_buf_done(&out);
    tr_buf_done(&err);
    scratch_remove(folder);
}

static const char *in_file(const char *name, const char *text)
{
    static char path[160];
    (void)snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "w");
    ck_assert_ptr_nonnull(file);
    fputs(text, file);
    fclose(file);
    return path;
}

static int run(const char *const *arguments)
{
    out.size = err.size = 0;
    int code = program_run("counter", arguments, &out, &err);
    (void)tr_buf_text(&out);
    (void)tr_buf_text(&err);
    return code;
}

static const char *const print[] = {"--print-config", NULL};

static bool prints(const char *line)
{
    return strstr(tr_buf_text(&out), line) != NULL;
}

// A value that is none: NULL where any text is one.
static const struct {
    const char *name; // without TROUPE_ and FLET_
    const char *shown;
    const char *value;
    const char *bad;
} settings[] = {
    {"FORCE_WEB_SERVER", "TROUPE_FORCE_WEB_SERVER", "true", "perhaps"},
    {"SERVER_PORT", "port", "8123", "http"},
    {"SERVER_IP", "host", "127.0.0.9", NULL},
    {"ASSETS_DIR", "assets", "/tmp", NULL},
    {"UPLOAD_DIR", "upload-dir", "/tmp", NULL},
    {"MAX_UPLOAD_SIZE", "max-upload-size", "5MB", "much"},
    {"SECRET_KEY", "TROUPE_SECRET_KEY", "(set)", "short"},
    {"WEB_APP_PATH", "mount", "/mine", "a b"},
    {"SESSION_TIMEOUT", "session-timeout", "77", "long"},
    {"OAUTH_STATE_TIMEOUT", "oauth-state-timeout", "77", "long"},
    {"OAUTH_CALLBACK_HANDLER_ENDPOINT", "oauth-callback-endpoint", "/back", "/a?b"},
    {"WEB_RENDERER", "web-renderer", "html", "opengl"},
    {"WEB_USE_COLOR_EMOJI", "TROUPE_WEB_USE_COLOR_EMOJI", "true", "red"},
    {"WEB_ROUTE_URL_STRATEGY", "route-url-strategy", "hash", "query"},
    {"WEBSOCKET_HANDLER_ENDPOINT", "websocket-endpoint", "/live", "/a?b"},
    {"UPLOAD_HANDLER_ENDPOINT", "upload-endpoint", "/files", "/a?b"},
};
enum { SETTINGS = sizeof settings / sizeof *settings };

static const char secret[] = "a secret that nobody is to read";

static const char *text_of(int at)
{
    return strcmp(settings[at].value, "(set)") == 0 ? secret : settings[at].value;
}

static void expect(int at, const char *source)
{
    char line[256];
    (void)snprintf(line, sizeof line, "%s=%s from=%s\n", settings[at].shown, settings[at].value,
                   source);
    ck_assert_int_eq(run(print), 0);
    ck_assert_msg(prints(line), "%s in %s", line, tr_buf_text(&out));
    ck_assert(!prints(secret));
    ck_assert_ptr_null(strstr(tr_buf_text(&err), secret));
    ck_assert_msg(strstr(tr_buf_text(&err), "setting_ignored") == NULL, "%s", tr_buf_text(&err));
}

START_TEST(it_is_taken_from_everywhere_a_setting_can_be)
{
    char ours[96];
    char flets[96];
    char from[128];
    char line[192];
    (void)snprintf(ours, sizeof ours, "TROUPE_%s", settings[_i].name);
    (void)snprintf(flets, sizeof flets, "FLET_%s", settings[_i].name);
    // The weakest first: each wins over those before.
    (void)snprintf(line, sizeof line, "# of the app\n%s=%s\n", ours, text_of(_i));
    setenv("TROUPE_ENV_FILE", in_file("app.env", line), 1);
    ck_assert_int_eq(run(print), 0);
    (void)snprintf(line, sizeof line, "%s=%s from=\"%s in ", settings[_i].shown, settings[_i].value,
                   ours);
    ck_assert_msg(prints(line), "%s in %s", line, tr_buf_text(&out));
    setenv(flets, text_of(_i), 1);
    expect(_i, flets);
    (void)snprintf(from, sizeof from, "%s_FILE", ours);
    (void)snprintf(line, sizeof line, "%s\n", text_of(_i));
    setenv(from, in_file("value", line), 1);
    expect(_i, from);
    unsetenv(from);
    setenv(ours, text_of(_i), 1);
    expect(_i, ours);
}
END_TEST

START_TEST(a_bad_value_is_one_line_and_exit_code_2)
{
    char name[96];
    char says[192];
    if (settings[_i].bad == NULL)
        return;
    (void)snprintf(name, sizeof name, "FLET_%s", settings[_i].name);
    setenv(name, settings[_i].bad, 1);
    bool is_secret = strcmp(settings[_i].name, "SECRET_KEY") == 0;
    (void)snprintf(says, sizeof says, "counter: %s=%s is not valid: expected ", name,
                   is_secret ? "(hidden)" : settings[_i].bad);
    ck_assert_int_eq(run(print), 2);
    ck_assert_msg(strstr(tr_buf_text(&err), says) == tr_buf_text(&err), "%s", tr_buf_text(&err));
    ck_assert_ptr_eq(strchr(tr_buf_text(&err), '\n'), tr_buf_text(&err) + err.size - 1);
    ck_assert_uint_eq(out.size, 0);
}
END_TEST

// Of all options, also those that are nobody's but ours: a value that is none for each.
START_TEST(no_option_takes_anything)
{
    static const char *const words[] = {"", "\x01", "?//", "nothing like it"};
    const tr_option_row *row = &tr_option_rows[_i];
    if (*row->argument == '\0')
        return;
    char flag[64];
    (void)snprintf(flag, sizeof flag, "--%s", row->flag);
    bool is_refused = false;
    for (unsigned i = 0; i < 4 && !is_refused; i++) {
        int code = run((const char *const[]){flag, words[i], "--print-config", NULL});
        ck_assert_msg(code == 0 || code == 2, "%s %s: %d", flag, words[i], code);
        is_refused = code == 2 && strstr(tr_buf_text(&err), flag) != NULL &&
                     strchr(tr_buf_text(&err), '\n') == tr_buf_text(&err) + err.size - 1;
    }
    ck_assert_msg(is_refused, "%s takes anything", flag);
}
END_TEST

Suite *stories_every_setting_suite(void);
Suite *stories_every_setting_suite(void)
{
    Suite *suite = suite_create("every_setting");
    TCase *cases = tcase_create("every_setting");
    tcase_add_checked_fixture(cases, set_up, tear_down);
    tcase_add_loop_test(cases, it_is_taken_from_everywhere_a_setting_can_be, 0, SETTINGS);
    tcase_add_loop_test(cases, a_bad_value_is_one_line_and_exit_code_2, 0, SETTINGS);
    tcase_add_loop_test(cases, no_option_takes_anything, 0, TR_OPTION_COUNT);
    suite_add_tcase(suite, cases);
    return suite;
}
