#include "uploads/upload_file.h"

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/support/scratch.h"
#include "tests/support/sender.h"

static char folder[64];
static tr_upload_file file;

static void set_up(void)
{
    unsigned swept = 9;
    scratch_make(folder, sizeof folder, "files");
    strcat(folder, "/a/b");
    ck_assert_int_eq(tr_upload_folder_prepare(folder, &swept), 0);
    ck_assert_uint_eq(swept, 0);
}

static void tear_down(void)
{
    *strstr(folder, "/a/b") = '\0';
    scratch_remove(folder);
}

static void open_with(const char *text)
{
    ck_assert_int_eq(tr_upload_file_open(folder, &file), 0);
    ck_assert_int_eq(tr_upload_file_write(&file, text, strlen(text)), 0);
    ck_assert_int_eq(tr_upload_file_sync(&file), 0);
}

static const char *keep(const char *name, bool replaces)
{
    static char kept[TR_STORED_NAME_CAP_BYTES + 1];
    ck_assert_int_eq(tr_upload_file_keep(&file, name, replaces, kept), 0);
    tr_upload_file_close(&file);
    return kept;
}

START_TEST(file_has_its_name_once_it_is_kept)
{
    open_with("hello");
    ck_assert_uint_eq(folder_count(folder), 0);
    ck_assert_uint_eq(folder_incoming(folder), 1);
    ck_assert_str_eq(keep("a.txt", false), "a.txt");
    ck_assert_int_eq(folder_size(folder, "a.txt"), 5);
    ck_assert_uint_eq(folder_incoming(folder), 0);
}
END_TEST

START_TEST(file_that_is_not_kept_is_gone)
{
    open_with("hello");
    tr_upload_file_close(&file);
    tr_upload_file_close(&file); // nothing to do
    ck_assert_uint_eq(folder_count(folder) + folder_incoming(folder), 0);
}
END_TEST

START_TEST(file_never_replaces_another_unless_told)
{
    open_with("1");
    ck_assert_str_eq(keep("a.tar.gz", false), "a.tar.gz");
    open_with("22");
    ck_assert_str_eq(keep("a.tar.gz", false), "a.tar-2.gz");
    open_with("333");
    ck_assert_str_eq(keep("a.tar.gz", false), "a.tar-3.gz");
    open_with("4444");
    ck_assert_str_eq(keep("a.tar.gz", true), "a.tar.gz");
    ck_assert_int_eq(folder_size(folder, "a.tar.gz"), 4);
    ck_assert_int_eq(folder_size(folder, "a.tar-2.gz"), 2);
}
END_TEST

// As that of each photograph of some telephones. None of them is refused, or looked for for long.
START_TEST(file_of_a_name_that_a_hundred_have_gets_one)
{
    enum { HUNDRED = 100, RANDOM_SIZE = 16 };
    char path[128];
    snprintf(path, sizeof path, "%s/a.txt", folder);
    ck_assert_int_eq(symlink("nowhere", path), 0);
    for (int i = 2; i <= HUNDRED; i++) {
        snprintf(path, sizeof path, "%s/a-%d.txt", folder, i);
        ck_assert_int_eq(symlink("nowhere", path), 0);
    }
    char first[TR_STORED_NAME_CAP_BYTES + 1];
    open_with("1");
    strcpy(first, keep("a.txt", false));
    open_with("22");
    const char *second = keep("a.txt", false);
    ck_assert_uint_eq(strlen(first), strlen("a-.txt") + RANDOM_SIZE);
    ck_assert_str_ne(first, second);
    ck_assert_int_eq(folder_size(folder, first), 1);
    ck_assert_int_eq(folder_size(folder, second), 2);
}
END_TEST

// A link in the folder cannot have a file written elsewhere through it.
START_TEST(file_follows_no_link)
{
    char link[128];
    char target[128];
    snprintf(link, sizeof link, "%s/a.txt", folder);
    snprintf(target, sizeof target, "%s/../target", folder);
    ck_assert_int_eq(symlink(target, link), 0);
    open_with("1");
    ck_assert_str_eq(keep("a.txt", false), "a-2.txt");
    open_with("22");
    keep("a.txt", true);
    ck_assert_int_ne(access(target, F_OK), 0);
    ck_assert_int_eq(folder_size(folder, "a.txt"), 2);
}
END_TEST

START_TEST(file_of_the_dead_is_swept_and_of_the_living_is_not)
{
    unsigned swept = 0;
    char left[128];
    open_with("living");
    snprintf(left, sizeof left, "%s/.incoming/00.part", folder);
    close(open(left, O_CREAT | O_WRONLY, 0600));
    snprintf(left, sizeof left, "%s/.incoming/of somebody else", folder);
    close(open(left, O_CREAT | O_WRONLY, 0600));
    ck_assert_int_eq(tr_upload_folder_prepare(folder, &swept), 0);
    ck_assert_uint_eq(swept, 1);
    ck_assert_uint_eq(folder_incoming(folder), 2);
    keep("a.txt", false);
}
END_TEST

START_TEST(file_that_cannot_be_says_why)
{
    unsigned swept;
    ck_assert_int_eq(tr_upload_folder_prepare("/proc/no/such", &swept), -ENOENT);
    ck_assert_int_eq(tr_upload_folder_prepare("/dev/null/x", &swept), -ENOTDIR);
    ck_assert_int_eq(tr_upload_file_open("/no/such/folder", &file), -ENOENT);
    int full = open("/dev/full", O_WRONLY);
    tr_upload_file broken = {.folder = -1, .incoming = -1, .file = full};
    ck_assert_int_eq(tr_upload_file_write(&broken, "x", 1), -ENOSPC);
    close(full);
}
END_TEST

Suite *uploads_upload_file_suite(void);
Suite *uploads_upload_file_suite(void)
{
    Suite *suite = suite_create("uploads/upload_file");
    TCase *tcase = tcase_create("files");
    tcase_add_checked_fixture(tcase, set_up, tear_down);
    tcase_add_test(tcase, file_has_its_name_once_it_is_kept);
    tcase_add_test(tcase, file_that_is_not_kept_is_gone);
    tcase_add_test(tcase, file_never_replaces_another_unless_told);
    tcase_add_test(tcase, file_of_a_name_that_a_hundred_have_gets_one);
    tcase_add_test(tcase, file_follows_no_link);
    tcase_add_test(tcase, file_of_the_dead_is_swept_and_of_the_living_is_not);
    tcase_add_test(tcase, file_that_cannot_be_says_why);
    suite_add_tcase(suite, tcase);
    return suite;
}
