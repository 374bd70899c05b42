#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "gateway/site.h"
#include "tests/support/scratch.h"
#include "troupe/err.h"

Suite *gateway_site_suite(void);

static char top[64];
static char assets[96];
static char flutter[96];
static tr_site *site;
static tr_buf error;

static void put(const char *folder, const char *name, const char *text)
{
    char path[256];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "w");
    ck_assert_ptr_nonnull(file);
    fputs(text, file);
    fclose(file);
}

// Names of what Flet's client has, with little in them.
static void set_up(void)
{
    scratch_make(top, sizeof top, "site");
    snprintf(assets, sizeof assets, "%s/assets", top);
    snprintf(flutter, sizeof flutter, "%s/flutter", top);
    mkdir(assets, 0755);
    mkdir(flutter, 0755);
    put(flutter, "index.html", "<base href=\"/\"><!-- fletAppConfig -->flet's");
    put(flutter, "manifest.json", "{\"name\": \"Flet\"}");
    put(flutter, "flutter_bootstrap.js", "boot");
    put(flutter, "main.dart.js", "main");
    char fonts[128];
    snprintf(fonts, sizeof fonts, "%s/assets", flutter);
    mkdir(fonts, 0755);
    put(fonts, "FontManifest.json", "[]");
    site = NULL;
    error = (tr_buf){0};
}

static void tear_down(void)
{
    tr_site_close(&site);
    tr_buf_done(&error);
    scratch_remove(top);
}

static void open_site(const char *own, tr_tailoring how)
{
    tr_site_options options = {.assets = own, .flutter = flutter, .tailoring = how};
    int result = tr_site_open(&options, &site, &error);
    ck_assert_msg(result == 0, "%s", tr_buf_text(&error));
}

static tr_http_answer get(const char *path)
{
    tr_http_site http = tr_site_http(site);
    return tr_http_answer_to(&http, &(tr_http_request){.path = tr_slice_of(path)});
}

static void check(const char *path, const char *part)
{
    tr_http_answer answer = get(path);
    ck_assert_msg(answer.status == 200, "%s: %u", path, answer.status);
    ck_assert_msg(memmem(answer.body, answer.body_size, part, strlen(part)) != NULL,
                  "no %s in %s: %.*s", part, path, (int)answer.body_size, answer.body);
}

START_TEST(site_is_our_client_as_built_unless_told)
{
    open_site(NULL, (tr_tailoring){.app_name = "Shop", .mount = ""});
    tr_http_answer answer = get("/");
    tr_http_site http = tr_site_http(site);
    ck_assert_uint_eq(answer.status, 200);
    ck_assert(answer.varies_by_encoding);
    ck_assert_str_eq(http.socket_path, "/ws");
    ck_assert(!http.is_isolated);
    ck_assert_ptr_null(http.content_security_policy);
    check("/manifest.json", "\"name\": \"Shop\"");
}
END_TEST

START_TEST(site_serves_flets_client_tailored)
{
    open_site(NULL,
              (tr_tailoring){.app_name = "Shop", .mount = "/app", .renderer = TR_RENDERER_SKWASM});
    tr_http_site http = tr_site_http(site);
    ck_assert_str_eq(http.socket_path, "/app/ws");
    ck_assert(http.is_isolated);
    ck_assert_str_eq(http.content_security_policy, TR_HTTP_FLUTTER_SECURITY_POLICY);
    check("/app/", "<base href=\"/app/\">");
    ck_assert_uint_eq(get("/app").status, 307);
    check("/app/", "flet.webRenderer = \"skwasm\"");
    check("/app/store/shoes", "flet's");
    check("/app/manifest.json", "\"name\": \"Shop\"");
    check("/app/assets/FontManifest.json", "Roboto");
    check("/app/main.dart.js", "main");
    // Names say nothing of what is in the files, below assets/ neither.
    ck_assert_str_eq(get("/app/assets/FontManifest.json").cache_control, "no-cache");
    ck_assert_uint_eq(get("/main.dart.js").status, 404);
    ck_assert_uint_eq(get("/").status, 404);
    ck_assert_uint_eq(get("/app/ws").status, 426);
    ck_assert_uint_eq(get("/app/gone.js").status, 404);
    ck_assert(get("/health").is_health);
}
END_TEST

START_TEST(site_without_threads_is_not_isolated)
{
    open_site(NULL, (tr_tailoring){.mount = "", .renderer = TR_RENDERER_CANVASKIT});
    ck_assert(!tr_site_http(site).is_isolated);
}
END_TEST

START_TEST(site_prefers_the_apps_own_files)
{
    put(assets, "index.html", "<base href=\"/\"><title>x</title>mine");
    put(assets, "manifest.json", "{\"name\": \"Mine\"}");
    put(assets, "logo.png", "logo");
    open_site(assets,
              (tr_tailoring){.app_name = "Shop", .mount = "/app", .renderer = TR_RENDERER_AUTO});
    check("/app/", "<base href=\"/app/\"><title>Shop</title>mine");
    check("/app/manifest.json", "\"name\": \"Mine\"");
    check("/app/logo.png", "logo");
    check("/app/main.dart.js", "main");
}
END_TEST

START_TEST(site_of_our_client_takes_assets_and_a_mount)
{
    put(assets, "logo.png", "logo");
    open_site(assets, (tr_tailoring){.app_name = "Shop", .mount = "/app"});
    check("/app/deep/link", "<base href=\"/app/\"");
    check("/app/logo.png", "logo");
    ck_assert_uint_eq(get("/logo.png").status, 404);
}
END_TEST

START_TEST(site_needs_flets_client_whole)
{
    char file[128];
    snprintf(file, sizeof file, "%s/main.dart.js", flutter);
    ck_assert_int_eq(remove(file), 0);
    tr_site_options options = {.flutter = flutter,
                               .tailoring = {.mount = "", .renderer = TR_RENDERER_AUTO}};
    ck_assert_int_eq(tr_site_open(&options, &site, &error), TR_ENOTFOUND);
    ck_assert_ptr_nonnull(strstr(tr_buf_text(&error), "has no main.dart.js"));
    ck_assert_ptr_null(site);
    options.flutter = "/nowhere/at/all";
    error.size = 0;
    ck_assert_int_eq(tr_site_open(&options, &site, &error), TR_ENOTFOUND);
    ck_assert_ptr_nonnull(strstr(tr_buf_text(&error), "/nowhere/at/all"));
}
END_TEST

Suite *gateway_site_suite(void)
{
    Suite *suite = suite_create("gateway/site");
    TCase *cases = tcase_create("site");
    tcase_add_checked_fixture(cases, set_up, tear_down);
    tcase_add_test(cases, site_is_our_client_as_built_unless_told);
    tcase_add_test(cases, site_serves_flets_client_tailored);
    tcase_add_test(cases, site_without_threads_is_not_isolated);
    tcase_add_test(cases, site_prefers_the_apps_own_files);
    tcase_add_test(cases, site_of_our_client_takes_assets_and_a_mount);
    tcase_add_test(cases, site_needs_flets_client_whole);
    suite_add_tcase(suite, cases);
    return suite;
}
