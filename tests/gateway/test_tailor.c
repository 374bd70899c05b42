#include <check.h>
#include <string.h>

#include "gateway/tailor.h"

Suite *gateway_tailor_suite(void);

static tr_buf out;

static void set_up(void)
{
    out = (tr_buf){0};
}

static void tear_down(void)
{
    tr_buf_done(&out);
}

static const char flets[] = "<head><base href=\"/\">"
                            "<meta name=\"apple-mobile-web-app-title\" content=\"Flet\">"
                            "<title>Flet</title><script>var flet = {};</script>"
                            "<!-- fletAppConfig --><script src=\"python.js\"></script></head>";

static const char *index_of(const char *file, tr_tailoring how)
{
    out.size = 0;
    tr_tailor_index(&how, tr_slice_of(file), &out);
    return tr_buf_text(&out);
}

#define HAS(text, part) ck_assert_msg(strstr(text, part) != NULL, "no %s in %s", part, text)
#define HAS_NOT(text, part) ck_assert_msg(strstr(text, part) == NULL, "%s in %s", part, text)

START_TEST(tailor_tells_flets_page_where_it_is)
{
    const char *page = index_of(flets, (tr_tailoring){.app_name = "Shop",
                                                      .mount = "/a/b",
                                                      .renderer = TR_RENDERER_CANVASKIT,
                                                      .has_hash_routes = true});
    HAS(page, "<base href=\"/a/b/\">");
    HAS(page, "<title>Shop</title>");
    HAS(page, "app-title\" content=\"Shop\">");
    HAS(page, "flet.webSocketEndpoint = \"/a/b/ws\";");
    HAS(page, "flet.entrypointBaseUrl = \"/a/b/\";");
    HAS(page, "flet.assetBase = \"/a/b/\";");
    HAS(page, "flet.canvasKitBaseUrl = \"/a/b/canvaskit/\";");
    HAS(page, "flet.webRenderer = \"canvaskit\";");
    HAS(page, "flet.routeUrlStrategy = \"hash\";");
    HAS(page, "flet.noCdn = true;");
    // Behind the object it changes, before what reads it.
    ck_assert(strstr(page, "var flet") < strstr(page, "flet.noCdn"));
    ck_assert(strstr(page, "flet.noCdn") < strstr(page, "python.js"));
}
END_TEST

static const struct {
    tr_renderer renderer;
    const char *says;
} renderers[] = {
    {TR_RENDERER_AUTO, "flet.webRenderer = \"auto\";"},
    {TR_RENDERER_SKWASM, "flet.webRenderer = \"skwasm\";"},
};

START_TEST(tailor_names_the_renderer)
{
    const char *page =
        index_of(flets, (tr_tailoring){.mount = "", .renderer = renderers[_i].renderer});
    HAS(page, renderers[_i].says);
    HAS(page, "flet.routeUrlStrategy = \"path\";");
    HAS(page, "flet.webSocketEndpoint = \"/ws\";");
    HAS(page, "<base href=\"/\">");
    HAS(page, "<title>Flet</title>");
}
END_TEST

START_TEST(tailor_tells_where_the_socket_is)
{
    tr_tailoring how = {
        .mount = "/a", .socket_path = "/live/socket", .renderer = TR_RENDERER_CANVASKIT};
    HAS(index_of(flets, how), "flet.webSocketEndpoint = \"/a/live/socket\";");
    how.renderer = TR_RENDERER_HTML;
    HAS(index_of("<base href=\"/\"><meta name=\"troupe-endpoint\" content=\"\">", how),
        "<meta name=\"troupe-endpoint\" content=\"live/socket\">");
}
END_TEST

START_TEST(tailor_keeps_a_name_from_being_markup)
{
    const char *page = index_of(flets, (tr_tailoring){.app_name = "</title><script>\"&",
                                                      .mount = "",
                                                      .renderer = TR_RENDERER_AUTO});
    HAS(page, "<title>&lt;/title&gt;&lt;script&gt;&quot;&amp;</title>");
    HAS(page, "content=\"&lt;/title&gt;&lt;script&gt;&quot;&amp;\"");
}
END_TEST

START_TEST(tailor_fits_our_own_page_too)
{
    static const char ours[] = "<base href=\"/\" /><title>Troupe</title>"
                               "<meta name=\"troupe-route-strategy\" content=\"path\" />";
    const char *page = index_of(
        ours, (tr_tailoring){.app_name = "Shop", .mount = "/app", .has_hash_routes = true});
    ck_assert_str_eq(page, "<base href=\"/app/\" /><title>Shop</title>"
                           "<meta name=\"troupe-route-strategy\" content=\"hash\" />");
}
END_TEST

START_TEST(a_page_hears_of_troupe_dev_only_where_that_runs)
{
    static const char ours[] = "<head><base href=\"/\" /><script src=\"main.js\"></script></head>";
    const char *page = index_of(ours, (tr_tailoring){.mount = "/app", .has_desk = true});
    HAS(page, "<script type=\"module\" src=\"/app/_desk/panel.js\"></script>");
    // Before the client opens its socket.
    ck_assert(strstr(page, "panel.js") < strstr(page, "main.js"));
    HAS_NOT(index_of(ours, (tr_tailoring){.mount = "/app"}), "_desk");
    HAS(index_of(flets,
                 (tr_tailoring){.mount = "", .renderer = TR_RENDERER_AUTO, .has_desk = true}),
        "src=\"/_desk/panel.js\"");
}
END_TEST

static const char *const strange[] = {"", "<p>no head at all", "<base href=\"/", "<title>",
                                      "<!-- fletAppConfig"};

START_TEST(tailor_leaves_a_page_as_it_is_that_has_no_places)
{
    tr_tailoring how = {.app_name = "Shop", .mount = "/app", .renderer = TR_RENDERER_AUTO};
    ck_assert_str_eq(index_of(strange[_i], how), strange[_i]);
}
END_TEST

START_TEST(tailor_names_the_app_in_its_manifest)
{
    tr_tailor_manifest(&(tr_tailoring){.app_name = "My \"shop\"\\\n", .mount = ""},
                       TR_SLICE("{\"name\": \"Flet\", \"short_name\": \"Flet\", \"icons\": []}"),
                       &out);
    ck_assert_str_eq(tr_buf_text(&out),
                     "{\"name\": \"My \\\"shop\\\"\\\\\\u000a\", "
                     "\"short_name\": \"My \\\"shop\\\"\\\\\\u000a\", \"icons\": []}");
    out.size = 0;
    tr_tailor_manifest(&(tr_tailoring){.mount = ""}, TR_SLICE("{\"name\": \"Flet\"}"), &out);
    ck_assert_str_eq(tr_buf_text(&out), "{\"name\": \"Flet\"}");
}
END_TEST

#define ROBOTO "{\"family\":\"Roboto\",\"fonts\":[{\"asset\":\"fonts/roboto.woff2\"}]}"

static const struct {
    const char *file;
    const char *result;
} fonts[] = {
    {"[{\"family\":\"A\"}]", "[{\"family\":\"A\"}," ROBOTO "]"},
    {"[{\"family\":\"A\"}]\n", "[{\"family\":\"A\"}," ROBOTO "]\n"},
    {"[]", "[" ROBOTO "]"},
    {"[" ROBOTO "]", "[" ROBOTO "]"},
    {"", ""},
    {"{", "{"},
};

START_TEST(tailor_adds_roboto_once)
{
    tr_tailor_fonts(tr_slice_of(fonts[_i].file), &out);
    ck_assert_str_eq(tr_buf_text(&out), fonts[_i].result);
}
END_TEST

#define LOOP(cases, test, table)                                                                   \
    tcase_add_loop_test(cases, test, 0, (int)(sizeof(table) / sizeof *(table)))

Suite *gateway_tailor_suite(void)
{
    Suite *suite = suite_create("gateway/tailor");
    TCase *cases = tcase_create("tailor");
    tcase_add_checked_fixture(cases, set_up, tear_down);
    tcase_add_test(cases, tailor_tells_flets_page_where_it_is);
    LOOP(cases, tailor_names_the_renderer, renderers);
    tcase_add_test(cases, tailor_keeps_a_name_from_being_markup);
    tcase_add_test(cases, tailor_fits_our_own_page_too);
    tcase_add_test(cases, a_page_hears_of_troupe_dev_only_where_that_runs);
    LOOP(cases, tailor_leaves_a_page_as_it_is_that_has_no_places, strange);
    tcase_add_test(cases, tailor_tells_where_the_socket_is);
    tcase_add_test(cases, tailor_names_the_app_in_its_manifest);
    LOOP(cases, tailor_adds_roboto_once, fonts);
    suite_add_tcase(suite, cases);
    return suite;
}
