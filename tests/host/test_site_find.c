#include <check.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "actors/bus/routes.h"
#include "host/site_find.h"
#include "troupe/err.h"

Suite *host_site_find_suite(void);

static const tr_app app = {.name = "Shop"};
static tr_options options;
static tr_site *site;
static tr_buf error;

static void set_up(void)
{
    options = (tr_options){.roles = TR_ROLE_ALL, .mount = ""};
    site = NULL;
    error = (tr_buf){0};
}

static void tear_down(void)
{
    tr_site_close(&site);
    tr_buf_done(&error);
}

START_TEST(a_gateway_serves_our_client)
{
    ck_assert_int_eq(tr_site_find(&app, &options, &site, &error), 0);
    ck_assert_ptr_nonnull(site);
}
END_TEST

START_TEST(a_process_without_browsers_needs_no_client)
{
    options.roles = TR_ROLE_WORKER;
    options.renderer = TR_RENDERER_AUTO;
    options.flutter_path = "/nowhere/at/all";
    ck_assert_int_eq(tr_site_find(&app, &options, &site, &error), 0);
    ck_assert_ptr_null(site);
}
END_TEST

START_TEST(a_folder_that_is_not_there_is_named)
{
    options.renderer = TR_RENDERER_AUTO;
    options.flutter_path = "/nowhere/at/all";
    ck_assert_int_eq(tr_site_find(&app, &options, &site, &error), TR_ENOTFOUND);
    ck_assert_ptr_nonnull(strstr(tr_buf_text(&error), "/nowhere/at/all: No such file"));
}
END_TEST

// The program that runs lies in a folder without a client beside it.
START_TEST(a_client_that_was_not_fetched_says_how_to)
{
    char empty[] = "/tmp/troupe-site-find-XXXXXX";
    ck_assert_ptr_nonnull(mkdtemp(empty));
    ck_assert_int_eq(chdir(empty), 0);
    options.renderer = TR_RENDERER_CANVASKIT;
    ck_assert_int_eq(tr_site_find(&app, &options, &site, &error), TR_ENOTFOUND);
    ck_assert_ptr_nonnull(strstr(tr_buf_text(&error), "make flutter-client"));
    ck_assert_ptr_nonnull(strstr(tr_buf_text(&error), "--flutter-path"));
    ck_assert_int_eq(rmdir(empty), 0);
}
END_TEST

Suite *host_site_find_suite(void)
{
    Suite *suite = suite_create("host/site_find");
    TCase *cases = tcase_create("what a process serves");
    tcase_add_checked_fixture(cases, set_up, tear_down);
    tcase_add_test(cases, a_gateway_serves_our_client);
    tcase_add_test(cases, a_process_without_browsers_needs_no_client);
    tcase_add_test(cases, a_folder_that_is_not_there_is_named);
    tcase_add_test(cases, a_client_that_was_not_fetched_says_how_to);
    suite_add_tcase(suite, cases);
    return suite;
}
