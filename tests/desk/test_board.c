#include "desk/board.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/scratch.h"
#include "troupe/err.h"

Suite *desk_board_suite(void);

static char folder[64];
static tr_board board;
static char text[512 * 1024];

static void set_up(void)
{
    scratch_make(folder, sizeof folder, "board");
    board = (tr_board){0};
    ck_assert_int_eq(tr_board_open(&board, folder), 0);
}

static void tear_down(void)
{
    tr_board_close(&board);
    scratch_remove(folder);
}

static const char *file(const char *name)
{
    char path[128];
    snprintf(path, sizeof path, "%s/desk/%s", folder, name);
    FILE *opened = fopen(path, "r");
    ck_assert_ptr_nonnull(opened);
    text[fread(text, 1, sizeof text - 1, opened)] = '\0';
    fclose(opened);
    return text;
}

static const char *status(void)
{
    return file("status.json");
}

START_TEST(what_the_compiler_says_is_there_until_the_next_build)
{
    ck_assert_str_eq(status(),
                     "{\"build\":{\"state\":\"building\",\"lines\":[]},\"crash\":null}\n");
    tr_board_build_begins(&board);
    tr_board_compiler_says(&board,
                           "app.c:1:2: error: a \"word\" \\ and\ttab \xe2\x80\x98x\xe2\x80\x99");
    tr_board_compiler_says(&board, "odd \xff\x01");
    tr_board_build_ends(&board, false);
    ck_assert_str_eq(
        status(),
        "{\"build\":{\"state\":\"failed\",\"lines\":["
        "\"app.c:1:2: error: a \\\"word\\\" \\\\ and\\u0009tab \xe2\x80\x98x\xe2\x80\x99\","
        "\"odd \\ufffd\\u0001\"]},\"crash\":null}\n");
    tr_board_build_begins(&board);
    tr_board_build_ends(&board, true);
    ck_assert_str_eq(status(), "{\"build\":{\"state\":\"ok\",\"lines\":[]},\"crash\":null}\n");
}
END_TEST

START_TEST(a_crash_is_there_until_a_build_succeeds)
{
    tr_last_lines lines = {0};
    tr_last_lines_add(&lines, "all is well");
    tr_last_lines_add(&lines, "event=crash signal=SIGABRT handler=add");
    tr_last_lines_add(&lines, "  #0 add");
    tr_board_build_ends(&board, true);
    tr_board_crashed(&board, "SIGABRT (Aborted)", "app.c:20", &lines);
    const char *crash = "\"crash\":{\"number\":1,\"how\":\"SIGABRT (Aborted)\","
                        "\"at\":\"app.c:20\",\"lines\":["
                        "\"event=crash signal=SIGABRT handler=add\",\"  #0 add\"]}}\n";
    ck_assert_ptr_nonnull(strstr(status(), crash));
    tr_board_build_begins(&board);
    tr_board_build_ends(&board, false);
    ck_assert_ptr_nonnull(strstr(status(), crash));
    tr_board_build_ends(&board, true);
    ck_assert_ptr_nonnull(strstr(status(), "\"crash\":null"));
    tr_last_lines_done(&lines);
}
END_TEST

START_TEST(a_question_is_there_until_it_is_answered)
{
    tr_board_ask(&board, (tr_board_question){.token = "1-ab", .may_keep = true});
    ck_assert_ptr_nonnull(
        strstr(status(), "\"question\":{\"token\":\"1-ab\",\"keep\":true,\"failed\":false},"));
    tr_board_ask(&board, (tr_board_question){0});
    ck_assert_ptr_null(strstr(status(), "question"));
}
END_TEST

START_TEST(the_latest_lines_are_kept_and_of_a_crash_the_first)
{
    tr_last_lines lines = {0};
    char line[32];
    for (int i = 0; i < 100; i++) {
        snprintf(line, sizeof line, "line %d", i);
        tr_last_lines_add(&lines, line);
    }
    ck_assert_uint_eq(lines.count, TR_BOARD_LINES_CAP);
    ck_assert_str_eq(lines.at[TR_BOARD_LINES_CAP - 1], "line 99");
    tr_last_lines_add(&lines, "==1==ERROR: AddressSanitizer: heap-buffer-overflow");
    for (int i = 0; i < 100; i++)
        tr_last_lines_add(&lines, "frame");
    ck_assert_uint_eq(lines.count, TR_BOARD_LINES_CAP);
    ck_assert_ptr_nonnull(strstr(lines.at[0], "heap-buffer-overflow"));
    // Who was at work is said behind a report, however long that is.
    tr_last_lines_add(&lines, "level=error event=crash signal=SIGABRT handler=add");
    ck_assert_uint_eq(lines.count, TR_BOARD_LINES_CAP);
    ck_assert_ptr_nonnull(strstr(lines.at[TR_BOARD_LINES_CAP - 1], "handler=add"));
    tr_last_lines_done(&lines);
    ck_assert_uint_eq(lines.count, 0);
}
END_TEST

START_TEST(however_much_is_said_what_is_told_is_bounded)
{
    char line[4096];
    memset(line, 'x', sizeof line - 1);
    line[sizeof line - 1] = '\0';
    for (int i = 0; i < 1000; i++)
        tr_board_compiler_says(&board, line);
    tr_board_compiler_says(&board, "short");
    tr_board_build_ends(&board, false);
    ck_assert_uint_le(strlen(status()), TR_BOARD_BYTES_CAP + 200);
}
END_TEST

START_TEST(the_log_has_the_latest_lines_and_their_numbers)
{
    tr_board_log(&board, "a \"line\"");
    tr_board_write_log(&board);
    ck_assert_str_eq(file("log.json"), "{\"first\":0,\"lines\":[\"a \\\"line\\\"\"]}\n");
    char line[4096];
    memset(line, 'x', sizeof line - 1);
    line[sizeof line - 1] = '\0';
    for (int i = 0; i < 300; i++)
        tr_board_log(&board, line);
    tr_board_log(&board, "the last");
    tr_board_write_log(&board);
    ck_assert_int_eq(strncmp(file("log.json"), "{\"first\":102,\"lines\":[\"xxx", 25), 0);
    ck_assert_ptr_nonnull(strstr(text, "x\",\"the last\"]}\n"));
    ck_assert_uint_lt(strlen(text), 300000);
}
END_TEST

Suite *desk_board_suite(void)
{
    Suite *suite = suite_create("desk/board");
    TCase *tcase = tcase_create("a board");
    tcase_add_checked_fixture(tcase, set_up, tear_down);
    tcase_add_test(tcase, what_the_compiler_says_is_there_until_the_next_build);
    tcase_add_test(tcase, a_crash_is_there_until_a_build_succeeds);
    tcase_add_test(tcase, a_question_is_there_until_it_is_answered);
    tcase_add_test(tcase, the_latest_lines_are_kept_and_of_a_crash_the_first);
    tcase_add_test(tcase, the_log_has_the_latest_lines_and_their_numbers);
    tcase_add_test(tcase, however_much_is_said_what_is_told_is_bounded);
    suite_add_tcase(suite, tcase);
    return suite;
}
