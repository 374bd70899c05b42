#include "desk/state_question.h"

#include <check.h>
#include <ev.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/support/scratch.h"

Suite *desk_state_question_suite(void);

static char folder[64];
static tr_board board;
static tr_state_question question;
static struct ev_loop *loop;
static unsigned answers;
static enum tr_state_answer answer;

static void on_answer(void *arg, enum tr_state_answer it)
{
    ck_assert_ptr_eq(arg, &question);
    answers++;
    answer = it;
}

static void set_up(void)
{
    scratch_make(folder, sizeof folder, "question");
    board = (tr_board){0};
    answers = 0;
    ck_assert_int_eq(tr_board_open(&board, folder), 0);
    ck_assert_int_eq(close(STDIN_FILENO), 0);
    ck_assert_int_eq(open("/dev/null", O_RDONLY), STDIN_FILENO); // no terminal
    loop = ev_loop_new(EVFLAG_AUTO);
    question = (tr_state_question){.on_answer = on_answer, .arg = &question};
    tr_state_question_open(&question, loop, &board);
}

static void tear_down(void)
{
    tr_state_question_close(&question);
    tr_board_close(&board);
    ev_loop_destroy(loop);
    scratch_remove(folder);
}

static void write_file(const char *name, const char *format, const char *text)
{
    char path[128];
    snprintf(path, sizeof path, "%s/desk/%s", folder, name);
    FILE *file = fopen(path, "w");
    ck_assert_ptr_nonnull(file);
    fprintf(file, format, text); // NOLINT: of this test
    fclose(file);
}

// As the gateway does: it is there, and the watcher looks.
static void page_says(const char *format)
{
    write_file("answer", format, board.question.token);
    ev_feed_event(loop, &question.page, EV_STAT);
    ev_run(loop, EVRUN_NOWAIT);
}

START_TEST(a_page_answers_once)
{
    tr_state_question_ask(&question, true, false);
    ck_assert(tr_state_question_is_open(&question));
    page_says("%s-keep");
    ck_assert_uint_eq(answers, 1);
    ck_assert_int_eq(answer, TR_STATE_IS_KEPT);
    ck_assert(!tr_state_question_is_open(&question));
    page_says("%s-anew");
    ck_assert_uint_eq(answers, 1);
}
END_TEST

START_TEST(what_answers_another_question_is_none)
{
    char old[TR_BOARD_TOKEN_CAP + 8];
    tr_state_question_ask(&question, true, false);
    snprintf(old, sizeof old, "%s-anew", board.question.token);
    tr_state_question_end(&question);
    tr_state_question_ask(&question, true, true);
    page_says(old);
    page_says("-anew");
    page_says("%s");
    page_says("%s-anew-and-more");
    ck_assert_uint_eq(answers, 0);
    page_says("%s-anew");
    ck_assert_int_eq(answer, TR_STATE_BEGINS_ANEW);
}
END_TEST

START_TEST(what_is_not_offered_is_not_taken)
{
    tr_state_question_ask(&question, false, false);
    page_says("%s-keep");
    ck_assert_uint_eq(answers, 0);
    ck_assert(tr_state_question_is_open(&question));
    page_says("%s-anew");
    ck_assert_uint_eq(answers, 1);
}
END_TEST

// In a process of its own, whose terminal the other end of a pair is.
static int answer_of_terminal(const char *typed, bool may_keep)
{
    int ours = posix_openpt(O_RDWR | O_NOCTTY);
    ck_assert(ours >= 0 && grantpt(ours) == 0 && unlockpt(ours) == 0);
    const char *theirs = ptsname(ours);
    ck_assert_ptr_nonnull(theirs);
    pid_t child = fork();
    if (child == 0) {
        bool is_ours =
            setsid() > 0 && close(STDIN_FILENO) == 0 && open(theirs, O_RDWR) == STDIN_FILENO;
        ev_loop_fork(loop);
        write_file("seen", "%s", "");
        if (!is_ours || !tr_state_question_has_reader(&question))
            _exit(8);
        tr_state_question_ask(&question, may_keep, false);
        (void)!write(ours, typed, strlen(typed));
        while (answers == 0)
            ev_run(loop, EVRUN_ONCE);
        _exit((int)answer);
    }
    int status = 0;
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    close(ours);
    return WEXITSTATUS(status);
}

START_TEST(a_terminal_answers)
{
    ck_assert_int_eq(answer_of_terminal("k\n", true), TR_STATE_IS_KEPT);
    ck_assert_int_eq(answer_of_terminal("anew\n", true), TR_STATE_BEGINS_ANEW);
    ck_assert_int_eq(answer_of_terminal("k\na\n", false), TR_STATE_BEGINS_ANEW);
    ck_assert_int_eq(answer_of_terminal("\nodd\nk\n", true), TR_STATE_IS_KEPT);
}
END_TEST

START_TEST(a_page_that_looked_a_moment_ago_can_answer)
{
    char path[128];
    ck_assert(!tr_state_question_has_reader(&question));
    write_file("seen", "%s", "");
    ck_assert(tr_state_question_has_reader(&question));
    snprintf(path, sizeof path, "%s/desk/seen", folder);
    const struct timespec long_ago[2] = {{.tv_sec = 1}, {.tv_sec = 1}};
    ck_assert_int_eq(utimensat(AT_FDCWD, path, long_ago, 0), 0);
    ck_assert(!tr_state_question_has_reader(&question));
}
END_TEST

START_TEST(what_a_worker_said_is_read_once)
{
    char name[TR_DESK_STATE_CAP];
    bool may_keep = true;
    tr_state_said(&board, 7, name, &may_keep);
    ck_assert_str_eq(name, "");
    ck_assert(!may_keep);
    write_file("state-7", "%s", "1.9f3a.16 yes\n");
    tr_state_said(&board, 7, name, &may_keep);
    ck_assert_str_eq(name, "1.9f3a.16");
    ck_assert(may_keep);
    tr_state_said(&board, 7, name, &may_keep);
    ck_assert_str_eq(name, "");
    write_file("state-7", "%s", "2.0.0 no\n");
    tr_state_said(&board, 7, name, &may_keep);
    ck_assert(!may_keep);
}
END_TEST

START_TEST(an_option_has_three_words)
{
    enum tr_state_answer it;
    ck_assert(tr_state_answer_read("ask", &it) && it == TR_STATE_ASK);
    ck_assert(tr_state_answer_read("keep", &it) && it == TR_STATE_IS_KEPT);
    ck_assert(tr_state_answer_read("anew", &it) && it == TR_STATE_BEGINS_ANEW);
    ck_assert(!tr_state_answer_read("", &it));
    ck_assert(!tr_state_answer_read("kept", &it));
}
END_TEST

Suite *desk_state_question_suite(void)
{
    Suite *suite = suite_create("desk/state_question");
    TCase *cases = tcase_create("all");
    tcase_add_checked_fixture(cases, set_up, tear_down);
    tcase_add_test(cases, a_page_answers_once);
    tcase_add_test(cases, what_answers_another_question_is_none);
    tcase_add_test(cases, what_is_not_offered_is_not_taken);
    tcase_add_test(cases, a_terminal_answers);
    tcase_add_test(cases, a_page_that_looked_a_moment_ago_can_answer);
    tcase_add_test(cases, what_a_worker_said_is_read_once);
    tcase_add_test(cases, an_option_has_three_words);
    suite_add_tcase(suite, cases);
    return suite;
}
