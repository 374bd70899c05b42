#include "desk/new_app.h"

#include <check.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "desk/templates.h"
#include "tests/support/scratch.h"

Suite *desk_new_app_suite(void);

static char folder[64];
static char *before;

static void set_up(void)
{
    before = getcwd(NULL, 0);
    scratch_make(folder, sizeof folder, "new");
    ck_assert_int_eq(chdir(folder), 0);
    // What it prints is for people.
    ck_assert_ptr_nonnull(freopen("/dev/null", "w", stdout));
    ck_assert_ptr_nonnull(freopen("/dev/null", "w", stderr));
}

static void tear_down(void)
{
    ck_assert_int_eq(chdir(before), 0);
    free(before);
    scratch_remove(folder);
}

static int new_app(const char *a, const char *b, const char *c)
{
    char *argv[] = {"new", (char *)a, (char *)b, (char *)c, NULL};
    int argc = 1;
    while (argv[argc] != NULL)
        argc++;
    return tr_new_app(argc, argv);
}

static bool holds(const char *path, const char *text)
{
    char bytes[8192] = "";
    FILE *file = fopen(path, "r");
    ck_assert_ptr_nonnull(file);
    size_t size = fread(bytes, 1, sizeof bytes - 1, file);
    fclose(file);
    return size != 0 && strstr(bytes, text) != NULL;
}

START_TEST(a_folder_has_all_files_with_its_name_in_them)
{
    ck_assert_int_eq(new_app("shop", NULL, NULL), 0);
    for (const tr_template_file *file = tr_templates[0].files; file->path != NULL; file++) {
        char path[128];
        snprintf(path, sizeof path, "shop/%s", file->path);
        ck_assert_int_eq(access(path, R_OK), 0);
        ck_assert(!holds(path, "@NAME@"));
    }
    ck_assert(holds("shop/app.c", ".name = \"shop\""));
    ck_assert(holds("shop/Makefile", "APP := shop"));
}
END_TEST

START_TEST(in_cpp_it_has_the_same_files_but_those_of_c)
{
    ck_assert_int_eq(new_app("shop", "--cpp", NULL), 0);
    static const char *const there[] = {"app.cpp", "test_app.cpp", "Makefile", "Dockerfile",
                                        ".clangd"};
    for (unsigned i = 0; i < sizeof there / sizeof *there; i++) {
        char path[64];
        snprintf(path, sizeof path, "shop/%s", there[i]);
        ck_assert_msg(access(path, R_OK) == 0, "%s", path);
    }
    ck_assert_int_eq(access("shop/app.c", F_OK), -1);
    ck_assert(holds("shop/compile_flags.txt", "-std=c++20"));
    ck_assert(holds("shop/app.cpp", ".name = \"shop\""));
    ck_assert_int_eq(new_app("--cpp", "--example=chat", "other"), 2);
    ck_assert_int_eq(access("other", F_OK), -1);
}
END_TEST

// Editors find the headers of the Troupe that made the folder: those of these sources, here.
START_TEST(editors_are_told_where_the_headers_are)
{
    char header[512] = "";
    ck_assert_int_eq(new_app("shop", NULL, NULL), 0);
    FILE *flags = fopen("shop/compile_flags.txt", "r");
    ck_assert_ptr_nonnull(flags);
    bool found = false;
    while (!found && fgets(header, sizeof header - 32, flags) != NULL) {
        header[strcspn(header, "\n")] = '\0';
        strcat(header, "/troupe/troupe.h");
        found = strncmp(header, "-I/", 3) == 0 && access(header + 2, R_OK) == 0;
    }
    fclose(flags);
    ck_assert(found);
}
END_TEST

START_TEST(each_example_has_its_test_and_says_what_it_is)
{
    for (const tr_template *at = tr_templates + 2; at->name != NULL; at++) {
        unsigned tests = 0;
        for (const tr_template_file *file = at->files; file->path != NULL; file++) {
            tests += strncmp(file->path, "test_", 5) == 0;
            if (strcmp(file->path, "README.md") == 0)
                ck_assert_ptr_nonnull(strstr(file->text, at->name));
        }
        ck_assert_msg(tests == 1, "%s has %u tests", at->name, tests);
    }
}
END_TEST

START_TEST(an_example_comes_with_its_folder)
{
    ck_assert_int_eq(new_app("--example", "monitor", "mine"), 0);
    ck_assert_int_eq(access("mine/monitor.c", R_OK), 0);
    ck_assert_int_eq(access("mine/monitor/chart.h", R_OK), 0);
    ck_assert_int_eq(access("mine/Makefile", R_OK), 0);
}
END_TEST

START_TEST(what_cannot_be_made_is_refused_and_nothing_is_written_over)
{
    static const char *const names[] = {"", "a b", "../up", "-x", "build", "caf\xc3\xa9", "a/b"};
    for (unsigned i = 0; i < sizeof names / sizeof *names; i++)
        ck_assert_int_eq(new_app(names[i], NULL, NULL), 2);
    ck_assert_int_eq(new_app(NULL, NULL, NULL), 2);
    ck_assert_int_eq(new_app("one", "two", NULL), 2);
    ck_assert_int_eq(new_app("one", "--example", "nothing"), 2);
    ck_assert_int_eq(access("one", F_OK), -1);
    ck_assert_int_eq(new_app("shop", NULL, NULL), 0);
    ck_assert_int_eq(remove("shop/app.c"), 0);
    ck_assert_int_eq(new_app("shop", NULL, NULL), 1);
    ck_assert_int_eq(access("shop/app.c", F_OK), -1);
}
END_TEST

Suite *desk_new_app_suite(void)
{
    Suite *suite = suite_create("desk/new_app");
    TCase *tcase = tcase_create("a new folder");
    tcase_add_checked_fixture(tcase, set_up, tear_down);
    tcase_add_test(tcase, a_folder_has_all_files_with_its_name_in_them);
    tcase_add_test(tcase, in_cpp_it_has_the_same_files_but_those_of_c);
    tcase_add_test(tcase, editors_are_told_where_the_headers_are);
    tcase_add_test(tcase, an_example_comes_with_its_folder);
    tcase_add_test(tcase, each_example_has_its_test_and_says_what_it_is);
    tcase_add_test(tcase, what_cannot_be_made_is_refused_and_nothing_is_written_over);
    suite_add_tcase(suite, tcase);
    return suite;
}
