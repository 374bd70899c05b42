#include "sdk/session/wanted_views.h"

#include <check.h>

#include "wire/limits.h"

Suite *sdk_session_wanted_views_suite(void);

static ui_control *build(tr_event *ev)
{
    (void)ev;
    return NULL;
}

static void build_page(tr_page *page)
{
    (void)page;
}

static const tr_route routes[] = {{.pattern = "/", .build = build},
                                  {.pattern = "/books", .build = build},
                                  {.pattern = "/books/:id", .build = build},
                                  {0}};
static const tr_app app = {.name = "books", .routes = routes};

static tr_wanted_view views[TR_ROUTE_DEPTH_CAP + 2];

static void view_is(unsigned at, const char *path, const tr_route *route)
{
    ck_assert(tr_slice_is(views[at].path, path));
    ck_assert_ptr_eq(views[at].route, route);
}

START_TEST(each_beginning_that_has_a_route_is_a_view)
{
    ck_assert_uint_eq(tr_wanted_views(&app, TR_SLICE("/books/7"), views), 3);
    view_is(0, "/", &routes[0]);
    view_is(1, "/books", &routes[1]);
    view_is(2, "/books/7", &routes[2]);
    ck_assert_uint_eq(tr_wanted_views(&app, TR_SLICE("/"), views), 1);
}
END_TEST

START_TEST(an_address_that_leads_nowhere_has_only_the_first_view_below)
{
    ck_assert_uint_eq(tr_wanted_views(&app, TR_SLICE("/books/7/pages"), views), 2);
    view_is(0, "/", &routes[0]);
    ck_assert(tr_slice_is(views[1].path, "/books/7/pages"));
    ck_assert_str_eq(views[1].route->pattern, "*");
}
END_TEST

START_TEST(an_address_deeper_than_the_cap_leads_nowhere)
{
    static const char deep[] = "/1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/16/17/18";
    ck_assert_uint_eq(tr_wanted_views(&app, TR_SLICE(deep), views), 2);
    ck_assert_str_eq(views[1].route->pattern, "*");
}
END_TEST

START_TEST(where_an_app_builds_its_first_view_itself_that_is_the_view_of_the_root)
{
    static const tr_route only[] = {{.pattern = "/books", .build = build}, {0}};
    static const tr_app own = {.name = "own", .routes = only, .build = build_page};
    ck_assert_uint_eq(tr_wanted_views(&own, TR_SLICE("/books"), views), 2);
    ck_assert(views[0].route->build == tr_view_as_it_is);
    ck_assert(views[1].route == &only[0]);
}
END_TEST

Suite *sdk_session_wanted_views_suite(void)
{
    Suite *suite = suite_create("sdk/session/wanted_views");
    TCase *tcase = tcase_create("views of an address");
    tcase_add_test(tcase, each_beginning_that_has_a_route_is_a_view);
    tcase_add_test(tcase, an_address_that_leads_nowhere_has_only_the_first_view_below);
    tcase_add_test(tcase, an_address_deeper_than_the_cap_leads_nowhere);
    tcase_add_test(tcase, where_an_app_builds_its_first_view_itself_that_is_the_view_of_the_root);
    suite_add_tcase(suite, tcase);
    return suite;
}
