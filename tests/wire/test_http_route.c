#include "wire/http_route.h"

#include <check.h>

static const tr_http_handler handler[1] = {{.name = "handler"}};
static const tr_http_route routes[] = {
    TR_HTTP("GET /orders", handler),
    TR_HTTP("POST /orders", handler),
    TR_HTTP("GET /orders/new", handler),
    TR_HTTP("GET /orders/:id", handler),
    TR_HTTP("DELETE /orders/:id", handler),
    TR_HTTP("HEAD /own", handler),
    TR_HTTP("OPTIONS /own", handler),
    TR_HTTP("PUT /limits", handler, .body_max = 5, .timeout_ms = 7),
    {.pattern = NULL},
};

static const char *found(const char *method, const char *path)
{
    const tr_http_route *route = tr_http_route_find(routes, tr_slice_of(method), tr_slice_of(path));
    return route != NULL ? route->pattern : "";
}

START_TEST(the_first_route_of_method_and_path_is_it)
{
    ck_assert_str_eq(found("GET", "/orders"), "GET /orders");
    ck_assert_str_eq(found("HEAD", "/orders"), "GET /orders");
    ck_assert_str_eq(found("GET", "/orders/new"), "GET /orders/new");
    ck_assert_str_eq(found("GET", "/orders/7"), "GET /orders/:id");
    ck_assert_str_eq(found("HEAD", "/own"), "HEAD /own");
    ck_assert_str_eq(found("GET", "/own"), "");
    ck_assert_str_eq(found("GE", "/orders"), "");
    ck_assert_str_eq(found("", "/orders"), "");
    ck_assert_str_eq(found("GET", "/orders/7/x"), "");
    ck_assert_ptr_null(tr_http_route_find(NULL, TR_SLICE("GET"), TR_SLICE("/")));
}
END_TEST

START_TEST(methods_of_a_path_are_listed)
{
    static const char *const rows[][2] = {
        {"/orders", "GET, POST, HEAD, OPTIONS"},
        {"/orders/7", "GET, DELETE, HEAD, OPTIONS"},
        {"/own", "HEAD, OPTIONS"},
        {"/limits", "PUT, OPTIONS"},
    };
    for (unsigned i = 0; i < sizeof rows / sizeof *rows; i++) {
        tr_buf text = {0};
        ck_assert(tr_http_route_methods(routes, tr_slice_of(rows[i][0]), &text));
        ck_assert_str_eq(tr_buf_text(&text), rows[i][1]);
        tr_buf_done(&text);
    }
    tr_buf none = {0};
    ck_assert(!tr_http_route_methods(routes, TR_SLICE("/elsewhere"), &none));
    tr_buf_done(&none);
}
END_TEST

START_TEST(limits_have_defaults)
{
    ck_assert_uint_eq(tr_http_route_body_max(&routes[0]), 1u << 20);
    ck_assert_uint_eq(tr_http_route_timeout_ms(&routes[0]), 30000);
    ck_assert_uint_eq(tr_http_route_body_max(&routes[7]), 5);
    ck_assert_uint_eq(tr_http_route_timeout_ms(&routes[7]), 7);
}
END_TEST

START_TEST(what_cannot_be_a_route_is_said)
{
    static const char *const spaced[] = {"x y", NULL};
    static const tr_http_route bad[] = {
        TR_HTTP("/orders", handler),
        TR_HTTP("get /orders", handler),
        TR_HTTP("GET orders", handler),
        TR_HTTP("GET ", handler),
        TR_HTTP("GET *", handler),
        TR_HTTP("GET /a", NULL),
        TR_HTTP("GET /b", handler, .body_max = (8u << 20) + 1),
        TR_HTTP("GET /c", handler, .timeout_ms = 600001),
        TR_HTTP("GET /d", handler, .headers = spaced),
        TR_HTTP("GET /a", handler),
        {.pattern = NULL},
    };
    for (const tr_http_route *at = bad; at->pattern != NULL; at++)
        ck_assert_msg(tr_http_route_fault(bad, at) != NULL, "%s", at->pattern);
    for (const tr_http_route *at = routes; at->pattern != NULL; at++)
        ck_assert_msg(tr_http_route_fault(routes, at) == NULL, "%s", at->pattern);
}
END_TEST

Suite *http_route_suite(void);
Suite *http_route_suite(void)
{
    Suite *suite = suite_create("wire/http_route");
    TCase *all = tcase_create("all");
    tcase_add_test(all, the_first_route_of_method_and_path_is_it);
    tcase_add_test(all, methods_of_a_path_are_listed);
    tcase_add_test(all, limits_have_defaults);
    tcase_add_test(all, what_cannot_be_a_route_is_said);
    suite_add_tcase(suite, all);
    return suite;
}
