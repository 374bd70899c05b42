#include "desk/workshop.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/support/scratch.h"
#include "troupe/err.h"

Suite *desk_workshop_suite(void);

static char folder[64];
static char *before;
static tr_workshop shop;

static void put(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");
    ck_assert_ptr_nonnull(file);
    fputs(text, file);
    fclose(file);
}

static void set_up(void)
{
    before = getcwd(NULL, 0);
    scratch_make(folder, sizeof folder, "workshop");
    ck_assert_int_eq(chdir(folder), 0);
    shop = (tr_workshop){.command = "dev"};
}

static void tear_down(void)
{
    tr_workshop_close(&shop);
    ck_assert_int_eq(chdir(before), 0);
    free(before);
    scratch_remove(folder);
}

static int run(const char *const *command)
{
    char line[2048] = "CFLAGS= LDFLAGS= ";
    for (unsigned i = 0; command[i] != NULL; i++)
        snprintf(line + strlen(line), sizeof line - strlen(line), " %s", command[i]);
    snprintf(line + strlen(line), sizeof line - strlen(line), " PACKAGES= >/dev/null 2>&1");
    return system(line);
}

static const char *latest(void)
{
    static char path[TR_WORKSHOP_PATH_CAP + 16];
    tr_workshop_program(&shop, shop.programs, path, sizeof path);
    return path;
}

START_TEST(all_files_but_tests_and_hidden_ones_are_built)
{
    ck_assert_int_eq(mkdir("parts", 0777), 0);
    put("app.c", "");
    put("test_app.c", "");
    put(".old.c", "");
    put("notes.txt", "");
    put("parts/one.c", "");
    put("parts/two.cpp", "");
    put("test_two.cpp", "");
    ck_assert_int_eq(tr_workshop_choose(&shop, NULL, 0), 0);
    ck_assert_uint_eq(shop.source_count, 3);
    ck_assert_str_eq(shop.sources[0], "app.c");
    ck_assert_str_eq(shop.sources[1], "parts/one.c");
    ck_assert_str_eq(shop.sources[2], "parts/two.cpp");
}
END_TEST

START_TEST(what_cannot_be_built_is_refused)
{
    char *missing[] = {"missing.c"};
    char *strange[] = {"a b.c"};
    put("a b.c", "");
    ck_assert_int_eq(tr_workshop_choose(&shop, missing, 1), TR_EINVALID);
    ck_assert_int_eq(tr_workshop_choose(&shop, strange, 1), TR_EINVALID);
    remove("a b.c");
    ck_assert_int_eq(tr_workshop_choose(&shop, NULL, 0), TR_EINVALID);
}
END_TEST

START_TEST(a_program_comes_out_when_something_changed)
{
    put("app.c", "#include \"answer.h\"\nint main(void) { return ANSWER; }\n");
    put("answer.h", "#define ANSWER 1\n");
    shop.is_release = true;
    ck_assert_int_eq(tr_workshop_choose(&shop, NULL, 0), 0);
    ck_assert_int_eq(tr_workshop_open(&shop), 0);
    ck_assert_int_eq(run(tr_workshop_command(&shop)), 0);
    ck_assert_int_eq(tr_workshop_take(&shop), 1);
    char first[TR_WORKSHOP_PATH_CAP + 16];
    snprintf(first, sizeof first, "%s", latest());
    ck_assert_int_eq(WEXITSTATUS(system(first)), 1);

    ck_assert_int_eq(run(tr_workshop_command(&shop)), 0);
    ck_assert_int_eq(tr_workshop_take(&shop), 0);

    // A header counts, and the program before stays what it was.
    remove("answer.h");
    put("answer.h", "#define ANSWER 2 // another\n");
    struct stat what;
    ck_assert_int_eq(stat("answer.h", &what), 0);
    ck_assert_int_eq(run(tr_workshop_command(&shop)), 0);
    ck_assert_int_eq(tr_workshop_take(&shop), 1);
    ck_assert_int_eq(WEXITSTATUS(system(first)), 1);
    ck_assert_int_eq(WEXITSTATUS(system(latest())), 2);
}
END_TEST

START_TEST(what_c_only_warns_of_is_an_error)
{
    static const char *const wrong[] = {
        "int main(void) { return answer(); }\nint answer(void) { return 0; }\n",
        "int main(void) { char one = 0; int *all = &one; return all == 0; }\n",
        "int main(void) { char *text = 7; return text == 0; }\n",
    };
    shop.is_release = true;
    for (unsigned i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        remove("app.c");
        put("app.c", wrong[i]);
        ck_assert_int_eq(tr_workshop_choose(&shop, NULL, 0), 0);
        ck_assert_int_eq(tr_workshop_open(&shop), 0);
        ck_assert_int_ne(run(tr_workshop_command(&shop)), 0);
        tr_workshop_close(&shop);
        shop = (tr_workshop){.command = "dev", .is_release = true};
    }
}
END_TEST

START_TEST(c_and_cpp_are_one_program)
{
    if (system("command -v g++ >/dev/null") != 0)
        return;
    put("app.cpp", "#include <string>\n"
                   "extern \"C\" int answer(void);\n"
                   "struct given { int a; int b; };\n"
                   "int main() { std::string text(3, 'x');\n"
                   "             given it = {.a = answer(), .b = (int)text.size()};\n"
                   "             return it.a + it.b; }\n");
    put("answer.c", "int answer(void) { int new = 4; return new; }\n");
    shop.is_release = true;
    ck_assert_int_eq(tr_workshop_choose(&shop, NULL, 0), 0);
    ck_assert_int_eq(tr_workshop_open(&shop), 0);
    ck_assert_int_eq(run(tr_workshop_command(&shop)), 0);
    ck_assert_int_eq(tr_workshop_take(&shop), 1);
    ck_assert_int_eq(WEXITSTATUS(system(latest())), 7);
}
END_TEST

START_TEST(two_programs_are_refused_and_one_of_them_is_built)
{
    char *one[] = {"app.c", "list.c"};
    put("app.c", "#include <troupe/troupe.h>\nint main(int argc, char **argv)\n{\n}\n");
    put("other.c", "int main (void)\n{\n}\n");
    put("list.c", "int domain(int x) { return x; }\nint main(void);\n"
                  "#ifdef ALONE\nint main(void)\n{\n}\n#endif\n");
    ck_assert_int_eq(tr_workshop_choose(&shop, NULL, 0), TR_EINVALID);
    tr_workshop_close(&shop);
    shop = (tr_workshop){.command = "dev"};
    ck_assert_int_eq(tr_workshop_choose(&shop, one, 2), 0);
}
END_TEST

static void note(void *arg, const char *path)
{
    if (strcmp(path, ".") == 0)
        *(unsigned *)arg += 1;
    ck_assert(strncmp(path, "/usr/", 5) != 0);
}

START_TEST(its_folders_are_those_of_its_sources)
{
    unsigned here = 0;
    put("app.c", "#include <stdio.h>\nint main(void) { return 0; }\n");
    ck_assert_int_eq(tr_workshop_choose(&shop, NULL, 0), 0);
    ck_assert_int_eq(tr_workshop_open(&shop), 0);
    ck_assert_int_eq(run(tr_workshop_command(&shop)), 0);
    tr_workshop_folders(&shop, note, &here);
    ck_assert_uint_gt(here, 0);
}
END_TEST

Suite *desk_workshop_suite(void)
{
    Suite *suite = suite_create("desk/workshop");
    TCase *tcase = tcase_create("a workshop");
    tcase_add_checked_fixture(tcase, set_up, tear_down);
    tcase_add_test(tcase, all_files_but_tests_and_hidden_ones_are_built);
    tcase_add_test(tcase, what_cannot_be_built_is_refused);
    tcase_add_test(tcase, a_program_comes_out_when_something_changed);
    tcase_add_test(tcase, what_c_only_warns_of_is_an_error);
    tcase_add_test(tcase, c_and_cpp_are_one_program);
    tcase_add_test(tcase, two_programs_are_refused_and_one_of_them_is_built);
    tcase_add_test(tcase, its_folders_are_those_of_its_sources);
    suite_add_tcase(suite, tcase);
    return suite;
}
