#include "host/state_change.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "actors/bus/routes.h"
#include "sdk/session/state.h"
#include "tests/support/scratch.h"
#include "wire/desk.h"
#include "wire/reader.h"

Suite *host_state_change_suite(void);

struct plain {
    int count;
};
TR_LAYOUT(struct plain, count);

static int outcome;
static char folder[64];

static int migrate(void *state, uint32_t version, tr_loader *in)
{
    (void)state, (void)version, (void)in;
    return outcome;
}

static const tr_app plain = {TR_STATE(struct plain, .version = 2)};
static const tr_app migrating = {TR_STATE(struct plain, .version = 2, .migrate = migrate)};

static void set_up(void)
{
    scratch_make(folder, sizeof folder, "state");
}

static void tear_down(void)
{
    scratch_remove(folder);
}

static tr_options worker(const char *before)
{
    return (tr_options){.desk = folder, .roles = TR_ROLE_WORKER, .state_before = before};
}

static const char *said(void)
{
    static char text[128];
    char path[128];
    snprintf(path, sizeof path, "%s/" TR_DESK_STATE_FILE, folder, (long)getpid());
    FILE *file = fopen(path, "r");
    ck_assert_ptr_nonnull(file);
    text[fread(text, 1, sizeof text - 1, file)] = '\0';
    fclose(file);
    return strchr(text, ' ');
}

START_TEST(one_of_another_state_ends_before_it_serves)
{
    const tr_app *app = &plain;
    tr_options options = worker("1.9f3a.16");
    ck_assert_int_eq(tr_state_change(&options, &app), TR_DESK_EXIT_OTHER_STATE);
    ck_assert_str_eq(said(), " no\n");
    app = &migrating;
    ck_assert_int_eq(tr_state_change(&options, &app), TR_DESK_EXIT_OTHER_STATE);
    ck_assert_str_eq(said(), " yes\n");
    options = worker("3.9f3a.16"); // a later version: nobody can read that
    ck_assert_int_eq(tr_state_change(&options, &app), TR_DESK_EXIT_OTHER_STATE);
    ck_assert_str_eq(said(), " no\n");
}
END_TEST

START_TEST(one_of_the_same_state_serves)
{
    char name[TR_STATE_NAME_CAP];
    const tr_app *app = &migrating;
    tr_state_name(app, name);
    tr_options options = worker(name);
    ck_assert_int_eq(tr_state_change(&options, &app), 0);
    ck_assert_ptr_eq(app, &migrating);
    ck_assert_str_eq(said(), " no\n");
}
END_TEST

START_TEST(pages_begin_anew_without_migrate)
{
    const tr_app *app = &migrating;
    tr_options options = worker(NULL);
    options.state_change = TR_STATE_ANEW;
    ck_assert_int_eq(tr_state_change(&options, &app), 0);
    ck_assert(app->state.migrate == NULL);
    ck_assert_uint_eq(app->state.version, 2);
}
END_TEST

static int migrate_with(int result)
{
    const tr_app *app = &migrating;
    tr_options options = worker(NULL);
    tr_reader in = tr_reader_of((tr_slice){"", 0});
    options.state_change = TR_STATE_KEEP;
    ck_assert_int_eq(tr_state_change(&options, &app), 0);
    outcome = result;
    return app->state.migrate(NULL, 1, &in);
}

START_TEST(a_state_that_is_kept_goes_through_migrate)
{
    ck_assert_int_eq(migrate_with(0), 0);
}
END_TEST

START_TEST(what_migrate_does_not_take_ends_the_worker)
{
    ck_assert_int_eq(migrate_with(-1), 0);
}
END_TEST

START_TEST(without_a_desk_nothing_is_another)
{
    const tr_app *app = &migrating;
    tr_options options = {.roles = TR_ROLE_WORKER, .state_before = "1.0.0"};
    ck_assert_int_eq(tr_state_change(&options, &app), 0);
    ck_assert_ptr_eq(app, &migrating);
}
END_TEST

Suite *host_state_change_suite(void)
{
    Suite *suite = suite_create("host/state_change");
    TCase *cases = tcase_create("all");
    tcase_add_checked_fixture(cases, set_up, tear_down);
    tcase_add_test(cases, one_of_another_state_ends_before_it_serves);
    tcase_add_test(cases, one_of_the_same_state_serves);
    tcase_add_test(cases, pages_begin_anew_without_migrate);
    tcase_add_test(cases, a_state_that_is_kept_goes_through_migrate);
    tcase_add_test(cases, without_a_desk_nothing_is_another);
    suite_add_tcase(suite, cases);
    TCase *ends = tcase_create("ends");
    tcase_add_exit_test(ends, what_migrate_does_not_take_ends_the_worker,
                        TR_DESK_EXIT_NOT_MIGRATED);
    suite_add_tcase(suite, ends);
    return suite;
}
