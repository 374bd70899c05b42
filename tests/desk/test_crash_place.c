#include "desk/crash_place.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/support/scratch.h"

Suite *desk_crash_place_suite(void);

static char folder[64];
static char *before;
static char *sources[] = {"app.c", "parts/list.c"};
static tr_last_lines lines;
static char place[256];

static void touch(const char *path)
{
    FILE *file = fopen(path, "w");
    ck_assert_ptr_nonnull(file);
    fclose(file);
}

static void set_up(void)
{
    before = getcwd(NULL, 0);
    scratch_make(folder, sizeof folder, "place");
    ck_assert_int_eq(chdir(folder), 0);
    ck_assert_int_eq(mkdir("parts", 0777), 0);
    touch("app.c");
    touch("parts/list.c");
    lines = (tr_last_lines){0};
}

static void tear_down(void)
{
    tr_last_lines_done(&lines);
    ck_assert_int_eq(chdir(before), 0);
    free(before);
    scratch_remove(folder);
}

static void say(const char *frame, const char *path)
{
    char line[256];
    snprintf(line, sizeof line, "%s%s%s", frame, path[0] == '@' ? folder : "",
             path + (path[0] == '@'));
    tr_last_lines_add(&lines, line);
}

static bool find(void)
{
    return tr_crash_place(&lines, sources, 2, place, sizeof place);
}

START_TEST(the_first_frame_of_the_apps_own_counts)
{
    say("level=error event=crash signal=SIGABRT handler=add at=app.c:17", "");
    say("==3==ERROR: AddressSanitizer: ABRT on unknown address", "");
    say("    #0 0x7f01 in __pthread_kill_implementation ", "nptl/pthread_kill.c:44");
    say("    #1 0x7f02 in abort (/lib/x86_64-linux-gnu/libc.so.6+0x26d3a)", "");
    say("    #2 0x5501 in tr_must_failed ", "/home/her/troupe/base/must.c:12");
    say("    #3 0x5502 in ui_of ", "@/.local/include/troupe/pages/page.h:7");
    say("    #4 0x5502 in list_add ", "@/parts/list.c:9:5");
    say("    #5 0x5503 in add ", "@/app.c:20");
    ck_assert(find());
    ck_assert_str_eq(place, "parts/list.c:9");
}
END_TEST

START_TEST(who_had_the_memory_before_is_not_where_it_crashed)
{
    say("==3==ERROR: AddressSanitizer: heap-use-after-free on address 0x60", "");
    say("READ of size 4 at 0x60 thread T0", "");
    say("    #0 0x7f01 in strlen ", "../../libsanitizer/interceptors.inc:389");
    say("", "");
    say("freed by thread T0 here:", "");
    say("    #0 0x5503 in drop ", "@/app.c:31");
    ck_assert(!find());
}
END_TEST

START_TEST(a_folder_of_somewhere_else_is_named_in_full)
{
    char path[256];
    snprintf(path, sizeof path, "%s/app.c", folder);
    sources[0] = path;
    ck_assert_int_eq(chdir("/"), 0);
    say("    #0 0x5503 in add(tr_event*) ", "@/app.c:20:3");
    ck_assert(find());
    sources[0] = "app.c";
    ck_assert_int_eq(strncmp(place, folder, strlen(folder)), 0);
    ck_assert_str_eq(place + strlen(folder), "/app.c:20");
}
END_TEST

START_TEST(what_says_nothing_of_it_has_no_place)
{
    ck_assert(!find());
    say("app-1(+0xbbb59)[0x555f]", "");
    say("    #0 0x5503 in add ", "@/app.c");
    ck_assert(!find());
}
END_TEST

Suite *desk_crash_place_suite(void)
{
    Suite *suite = suite_create("desk/crash_place");
    TCase *tcase = tcase_create("where a program crashed");
    tcase_add_checked_fixture(tcase, set_up, tear_down);
    tcase_add_test(tcase, the_first_frame_of_the_apps_own_counts);
    tcase_add_test(tcase, who_had_the_memory_before_is_not_where_it_crashed);
    tcase_add_test(tcase, a_folder_of_somewhere_else_is_named_in_full);
    tcase_add_test(tcase, what_says_nothing_of_it_has_no_place);
    suite_add_tcase(suite, tcase);
    return suite;
}
