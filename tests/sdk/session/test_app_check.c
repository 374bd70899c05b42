// A setting of an app without effect is reported once, at the start.

#include <check.h>
#include <stdlib.h>

#include "sdk/session/app_check.h"
#include "sdk/session/bound_names.h"
#include "troupe/err.h"
#include "troupe/linker_sets.h"
#include "troupe/pages/form.h"
#include "troupe/pages/table.h"

static ui_control *view(tr_event *ev)
{
    (void)ev;
    return NULL;
}

static void build(tr_page *page)
{
    (void)page;
}

static const struct {
    tr_app app;
    unsigned lines;
} apps[] = {
    {{.build = build}, 0},
    {{TR_ROUTES(TR_ROUTE("/", view), TR_ROUTE("/:id", view), TR_ROUTE("*", view)),
      .rebuilds = true},
     0},
    {{.build = build, .rebuilds = true}, 1},
    {{.name = "empty"}, 1},
    {{.build = build, .failures = (enum tr_failures)7}, 1},
    {{.build = build, .state = {.version = 2, .done = free}}, 1},
    {{TR_ROUTES(TR_ROUTE("home", view))}, 1},
    {{TR_ROUTES(TR_ROUTE("/", view), TR_ROUTE("/", view))}, 1},
    {{TR_ROUTES(TR_ROUTE("/1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/16/17", view))}, 1},
};

START_TEST(what_has_no_effect_is_said)
{
    // This program has one handler of that kind, further down.
    ck_assert_uint_eq(tr_app_check(&apps[_i].app), apps[_i].lines + 1);
}
END_TEST

TR_ASYNC(app_check_in_vain, .timeout_ms = 5)
{
}

// As if another object had these.
static int check_with(const ui_form *forms, size_t form_count, const ui_table *tables,
                      size_t table_count)
{
    tr_linker_sets loaded = {.count = TR_SET_COUNT};
    loaded.sets[TR_SET_FORMS].first = forms;
    loaded.sets[TR_SET_FORMS].end = forms + form_count;
    loaded.sets[TR_SET_TABLES].first = tables;
    loaded.sets[TR_SET_TABLES].end = tables + table_count;
    tr_linker_sets_add(&loaded);
    int result = tr_bound_names_check();
    tr_linker_sets_remove(&loaded);
    return result;
}

START_TEST(two_forms_or_tables_of_one_name_are_refused)
{
    static const ui_form forms[] = {{.name = "a"}, {.name = "b"}, {.name = "a"}};
    static const ui_table tables[] = {{.name = "a"}, {.name = "b"}, {.name = "b"}};
    ck_assert_int_eq(check_with(forms, 2, tables, 2), 0);
    ck_assert_int_eq(check_with(forms, 3, tables, 2), TR_EEXISTS);
    ck_assert_int_eq(check_with(forms, 2, tables, 3), TR_EEXISTS);
    ck_assert_int_eq(tr_bound_names_check(), 0); // of this program
}
END_TEST

Suite *session_app_check_suite(void);
Suite *session_app_check_suite(void)
{
    Suite *suite = suite_create("sdk/session/app_check");
    TCase *tests = tcase_create("tests");
    (void)app_check_in_vain;
    tcase_add_loop_test(tests, what_has_no_effect_is_said, 0, sizeof apps / sizeof *apps);
    tcase_add_test(tests, two_forms_or_tables_of_one_name_are_refused);
    suite_add_tcase(suite, tests);
    return suite;
}
