#include "uploads/partial_file.h"

#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "tests/support/scratch.h"
#include "tests/support/sender.h"

static char folder[64];
static tr_upload_file file;
static tr_partial partial;
static uint64_t later;

#define TOKEN "aaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define OTHER "bbbbbbbbbbbbbbbbbbbbbbbbbbbb"

static void set_up(void)
{
    unsigned swept;
    scratch_make(folder, sizeof folder, "partial");
    ck_assert_int_eq(tr_upload_folder_prepare(folder, &swept), 0);
    later = (uint64_t)time(NULL) + 1000;
}

static void tear_down(void)
{
    scratch_remove(folder);
}

START_TEST(partial_goes_on_where_it_was)
{
    char name[TR_STORED_NAME_CAP_BYTES + 1];
    ck_assert_int_eq(tr_partial_find(folder, TOKEN, &partial), -ENOENT);
    ck_assert_int_eq(tr_partial_create(folder, TOKEN, 8, later), 0);
    ck_assert_int_eq(tr_partial_create(folder, OTHER, 1, later), 0);
    for (unsigned i = 0; i < 2; i++) {
        ck_assert_int_eq(tr_partial_open(folder, TOKEN, &file, &partial), 0);
        ck_assert_uint_eq(partial.offset, 4 * i);
        ck_assert_int_eq(tr_upload_file_write(&file, "half", 4), 0);
        if (i == 0)
            tr_partial_leave(&file);
        ck_assert_int_eq(tr_partial_find(folder, TOKEN, &partial), 0);
        ck_assert_uint_eq(partial.length, 8);
        ck_assert_uint_eq(partial.offset, 4 * (i + 1));
    }
    ck_assert_int_eq(tr_upload_file_keep(&file, "a.txt", false, name), 0);
    tr_upload_file_close(&file);
    ck_assert_int_eq(folder_size(folder, "a.txt"), 8);
    ck_assert_uint_eq(folder_incoming(folder), 1); // the other one
}
END_TEST

START_TEST(partial_has_one_writer)
{
    tr_upload_file second;
    ck_assert_int_eq(tr_partial_create(folder, TOKEN, 8, later), 0);
    ck_assert_int_eq(tr_partial_open(folder, TOKEN, &file, &partial), 0);
    ck_assert_int_eq(tr_partial_open(folder, TOKEN, &second, &partial), -EWOULDBLOCK);
    ck_assert_int_eq(tr_partial_create(folder, TOKEN, 9, later), -EWOULDBLOCK);
    tr_partial_leave(&file);
    ck_assert_int_eq(tr_partial_create(folder, TOKEN, 9, later), 0); // begins anew
    ck_assert_int_eq(tr_partial_find(folder, TOKEN, &partial), 0);
    ck_assert_uint_eq(partial.length, 9);
    ck_assert_uint_eq(folder_incoming(folder), 1);
}
END_TEST

START_TEST(partial_that_begins_sweeps_those_whose_time_is_over)
{
    ck_assert_int_eq(tr_partial_create(folder, OTHER, 8, 1), 0);
    ck_assert_int_eq(tr_partial_open(folder, OTHER, &file, &partial), 0);
    ck_assert_int_eq(tr_partial_create(folder, TOKEN, 8, later), 0);
    ck_assert_uint_eq(folder_incoming(folder), 2); // somebody writes it
    tr_partial_leave(&file);
    ck_assert_int_eq(tr_partial_create(folder, TOKEN, 8, later), 0);
    ck_assert_uint_eq(folder_incoming(folder), 1);
    ck_assert_int_eq(tr_partial_find(folder, TOKEN, &partial), 0);
}
END_TEST

START_TEST(partial_whose_time_is_over_is_swept)
{
    unsigned swept = 0;
    ck_assert_int_eq(tr_partial_create(folder, TOKEN, 8, later), 0);
    ck_assert_int_eq(tr_partial_create(folder, OTHER, 8, 1), 0);
    ck_assert_int_eq(tr_upload_folder_prepare(folder, &swept), 0);
    ck_assert_uint_eq(swept, 1);
    ck_assert_int_eq(tr_partial_find(folder, TOKEN, &partial), 0);
    ck_assert_int_eq(tr_partial_find(folder, OTHER, &partial), -ENOENT);
}
END_TEST

Suite *uploads_partial_file_suite(void);
Suite *uploads_partial_file_suite(void)
{
    Suite *suite = suite_create("uploads/partial_file");
    TCase *tcase = tcase_create("partial files");
    tcase_add_checked_fixture(tcase, set_up, tear_down);
    tcase_add_test(tcase, partial_goes_on_where_it_was);
    tcase_add_test(tcase, partial_has_one_writer);
    tcase_add_test(tcase, partial_that_begins_sweeps_those_whose_time_is_over);
    tcase_add_test(tcase, partial_whose_time_is_over_is_swept);
    suite_add_tcase(suite, tcase);
    return suite;
}
