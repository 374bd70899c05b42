#include <check.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utime.h>

#include "gateway/folder.h"
#include "tests/support/scratch.h"
#include "troupe/err.h"
#include "wire/limits.h"

Suite *gateway_folder_suite(void);

static char top[64];
static tr_folder *folder;
static tr_buf error;

static void set_up(void)
{
    scratch_make(top, sizeof top, "folder");
    error = (tr_buf){0};
    folder = NULL;
}

static void tear_down(void)
{
    tr_folder_close(&folder);
    tr_buf_done(&error);
    scratch_remove(top);
}

static const char *at(const char *name)
{
    static char path[256];
    snprintf(path, sizeof path, "%s/%s", top, name);
    return path;
}

static void put(const char *name, const char *text)
{
    FILE *file = fopen(at(name), "w");
    ck_assert_ptr_nonnull(file);
    fputs(text, file);
    fclose(file);
}

static const tr_asset *find(const char *path)
{
    for (size_t i = 0; i < tr_folder_count(folder); i++)
        if (strcmp(tr_folder_assets(folder)[i].path, path) == 0)
            return &tr_folder_assets(folder)[i];
    return NULL;
}

static void check_file(const char *path, const char *text)
{
    const tr_asset *asset = find(path);
    ck_assert_msg(asset != NULL, "%s is not there", path);
    ck_assert_uint_eq(asset->size, strlen(text));
    ck_assert_mem_eq(asset->data, text, strlen(text));
}

START_TEST(folder_holds_what_lies_below_it)
{
    mkdir(at("images"), 0755);
    mkdir(at("images/deep"), 0755);
    put("index.html", "<p>");
    put("images/a.png", "A");
    put("images/deep/b.png", "");
    put(".hidden", "no");
    mkdir(at(".git"), 0755);
    put(".git/config", "no");
    ck_assert_int_eq(tr_folder_open(top, &folder, &error), 0);
    ck_assert_uint_eq(tr_folder_count(folder), 3);
    check_file("index.html", "<p>");
    check_file("images/a.png", "A");
    check_file("images/deep/b.png", "");
    // In order, so that two gateways serve the same from the same folder.
    ck_assert_str_eq(tr_folder_assets(folder)[0].path, "images/a.png");
}
END_TEST

START_TEST(folder_pairs_a_file_with_its_compressed_form)
{
    put("a.js", "let a;");
    put("a.js.gz", "GZ");
    put("alone.gz", "archive");
    put("stale.js", "new");
    put("stale.js.gz", "old");
    utime(at("stale.js.gz"), &(struct utimbuf){1, 1});
    ck_assert_int_eq(tr_folder_open(top, &folder, &error), 0);
    ck_assert_uint_eq(tr_folder_count(folder), 3);
    ck_assert_uint_eq(find("a.js")->gzip_size, 2);
    ck_assert_mem_eq(find("a.js")->gzip, "GZ", 2);
    check_file("a.js", "let a;");
    check_file("alone.gz", "archive");
    check_file("stale.js", "new");
    ck_assert_ptr_null(find("stale.js")->gzip);
}
END_TEST

START_TEST(folder_tells_versions_apart_by_etag)
{
    put("a", "one");
    put("b", "one");
    put("c", "two");
    ck_assert_int_eq(tr_folder_open(top, &folder, &error), 0);
    ck_assert_str_eq(find("a")->etag, find("b")->etag);
    ck_assert_str_ne(find("a")->etag, find("c")->etag);
    ck_assert_int_eq(find("a")->etag[0], '"');
}
END_TEST

START_TEST(folder_that_is_not_there_says_so)
{
    ck_assert_int_eq(tr_folder_open(at("nowhere"), &folder, &error), TR_ENOTFOUND);
    ck_assert_ptr_nonnull(strstr(tr_buf_text(&error), "nowhere: No such file"));
    put("file", "");
    ck_assert_int_eq(tr_folder_open(at("file"), &folder, &error), TR_ENOTFOUND);
    ck_assert_ptr_null(folder);
}
END_TEST

START_TEST(folder_with_a_broken_link_says_which)
{
    ck_assert_int_eq(symlink("gone", at("broken")), 0);
    ck_assert_int_eq(tr_folder_open(top, &folder, &error), TR_ESYSTEM);
    ck_assert_ptr_nonnull(strstr(tr_buf_text(&error), "/broken: No such file"));
}
END_TEST

START_TEST(folder_that_leads_into_itself_ends)
{
    put("a", "one");
    ck_assert_int_eq(symlink(".", at("again")), 0);
    ck_assert_int_eq(tr_folder_open(top, &folder, &error), 0);
    ck_assert_uint_eq(tr_folder_count(folder), TR_FOLDER_DEPTH_CAP + 1);
}
END_TEST

START_TEST(folder_follows_no_link_out_of_itself)
{
    char outside[] = "/tmp/troupe-outside-XXXXXX";
    int secret = mkstemp(outside);
    ck_assert_int_ge(secret, 0);
    put("a", "one");
    ck_assert_int_eq(symlink("a", at("inside")), 0);
    ck_assert_int_eq(symlink(outside, at("absolute")), 0);
    ck_assert_int_eq(symlink("../../../../../../etc/hostname", at("upwards")), 0);
    ck_assert_int_eq(symlink("/etc", at("folder")), 0);
    ck_assert_int_eq(tr_folder_open(top, &folder, &error), 0);
    ck_assert_uint_eq(tr_folder_count(folder), 2);
    ck_assert_ptr_nonnull(find("a"));
    ck_assert_ptr_nonnull(find("inside"));
    close(secret);
    unlink(outside);
}
END_TEST

START_TEST(folder_over_its_caps_is_refused)
{
    int fd = creat(at("huge"), 0644);
    ck_assert_int_eq(ftruncate(fd, (off_t)TR_SITE_BYTES_CAP + 1), 0);
    close(fd);
    ck_assert_int_eq(tr_folder_open(top, &folder, &error), TR_EFULL);
    ck_assert_ptr_nonnull(strstr(tr_buf_text(&error), "/huge: too many bytes"));
    unlink(at("huge"));
    for (unsigned i = 0; i <= TR_SITE_FILES_CAP; i++) {
        char name[16];
        snprintf(name, sizeof name, "f%u", i);
        put(name, "");
    }
    error.size = 0;
    ck_assert_int_eq(tr_folder_open(top, &folder, &error), TR_EFULL);
    ck_assert_ptr_nonnull(strstr(tr_buf_text(&error), "too many files"));
}
END_TEST

Suite *gateway_folder_suite(void)
{
    Suite *suite = suite_create("gateway/folder");
    TCase *cases = tcase_create("folder");
    tcase_set_timeout(cases, 30);
    tcase_add_checked_fixture(cases, set_up, tear_down);
    tcase_add_test(cases, folder_holds_what_lies_below_it);
    tcase_add_test(cases, folder_pairs_a_file_with_its_compressed_form);
    tcase_add_test(cases, folder_tells_versions_apart_by_etag);
    tcase_add_test(cases, folder_that_is_not_there_says_so);
    tcase_add_test(cases, folder_with_a_broken_link_says_which);
    tcase_add_test(cases, folder_that_leads_into_itself_ends);
    tcase_add_test(cases, folder_follows_no_link_out_of_itself);
    tcase_add_test(cases, folder_over_its_caps_is_refused);
    suite_add_tcase(suite, cases);
    return suite;
}
