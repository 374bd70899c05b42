#include "base/log.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

Suite *base_log_suite(void);

// The lines that tr_log writes to standard error while `says` runs.
static char written[8192];

static void capture(void (*says)(void))
{
    int ends[2];
    ck_assert_int_eq(pipe(ends), 0);
    int before = dup(STDERR_FILENO);
    dup2(ends[1], STDERR_FILENO);
    close(ends[1]);
    says();
    dup2(before, STDERR_FILENO);
    close(before);
    size_t size = 0;
    ssize_t got;
    while ((got = read(ends[0], written + size, sizeof written - 1 - size)) > 0)
        size += (size_t)got;
    close(ends[0]);
    written[size] = '\0';
}

static void say_one(void)
{
    tr_log(TR_LOG_WARN, "event=%s n=%d", "test", 7);
}

START_TEST(a_line_says_when_how_bad_who_and_what)
{
    tr_log_level_set(TR_LOG_INFO);
    tr_log_thread_name("tester");
    capture(say_one);
    const char *rest = strstr(written, "Z level=");
    ck_assert_ptr_nonnull(rest);
    ck_assert_str_eq(rest, "Z level=warn thread=tester event=test n=7\n");
}
END_TEST

static void say_in_signal(void)
{
    static const char odd[] = "a\nb\x7f";
    static char longer[2000];
    memset(longer, 'x', sizeof longer);
    tr_slice parts[] = {TR_SLICE("event="), {odd, 4}, TR_SLICE(" "), {longer, sizeof longer}};
    tr_log_in_signal(TR_LOG_ERROR, parts, 3);
    tr_log_in_signal(TR_LOG_ERROR, parts, 4);
}

START_TEST(a_line_of_a_signal_handler_is_like_any_other)
{
    tr_log_thread_name("tester");
    time_t before = time(NULL);
    capture(say_in_signal);
    time_t after = time(NULL);
    struct tm read = {0};
    const char *rest = strptime(written, "%Y-%m-%dT%H:%M:%S", &read);
    ck_assert_ptr_nonnull(rest);
    ck_assert_int_ge(timegm(&read), before);
    ck_assert_int_le(timegm(&read), after);
    ck_assert_uint_eq(strspn(rest + 1, "0123456789"), 3);
    static const char wanted[] = "Z level=error thread=tester event=a?b? \n";
    ck_assert_int_eq(strncmp(rest + 4, wanted, sizeof wanted - 1), 0);
    const char *second = strchr(written, '\n') + 1;
    ck_assert_uint_eq(strlen(second), 512);
    ck_assert_ptr_eq(strchr(second, '\n'), second + 511);
}
END_TEST

static void say_levels(void)
{
    for (int level = TR_LOG_DEBUG; level <= TR_LOG_ERROR; level++)
        tr_log((enum tr_log_level)level, "at=%d", level);
}

START_TEST(lines_below_the_level_are_dropped)
{
    tr_log_level_set((enum tr_log_level)_i);
    ck_assert_int_eq(tr_log_level_get(), _i);
    capture(say_levels);
    for (int level = TR_LOG_DEBUG; level <= TR_LOG_ERROR; level++) {
        char wanted[16];
        snprintf(wanted, sizeof wanted, "at=%d\n", level);
        ck_assert_int_eq(strstr(written, wanted) != NULL, level >= _i);
    }
}
END_TEST

START_TEST(levels_have_names)
{
    ck_assert_int_eq(tr_log_level_find("debug"), TR_LOG_DEBUG);
    ck_assert_int_eq(tr_log_level_find("error"), TR_LOG_ERROR);
    ck_assert_int_eq(tr_log_level_find("loud"), -1);
    ck_assert_int_eq(tr_log_level_find(""), -1);
}
END_TEST

static void say_too_much(void)
{
    static char text[6000];
    memset(text, 'x', sizeof text - 1);
    tr_log(TR_LOG_ERROR, "%s", text);
}

START_TEST(a_long_line_is_cut_and_still_one_line)
{
    capture(say_too_much);
    size_t size = strlen(written);
    ck_assert_uint_le(size, 2048);
    ck_assert_uint_ge(size, 2000);
    ck_assert_ptr_eq(strchr(written, '\n'), written + size - 1);
}
END_TEST

START_TEST(a_quote_cannot_forge_a_line)
{
    ck_assert_str_eq(tr_log_quote("plain", 5), "\"plain\"");
    ck_assert_str_eq(tr_log_quote("a\nb\"c\\d\x7f", 8), "\"a\\x0ab\\\"c\\\\d\\x7f\"");
    // U+009B begins the commands of terminals, as ESC [ does.
    ck_assert_str_eq(tr_log_quote("\xc2\x9b"
                                  "2J\xc2\xa0\xc3\xbc\xc2",
                                  9),
                     "\"\\x9b"
                     "2J\xc2\xa0\xc3\xbc\xc2\"");
    // And so does its byte alone, where a terminal takes each byte for a character.
    ck_assert_str_eq(tr_log_quote("\x9b"
                                  "2J\xe2\x82\xac\xe2\x82\x85\xff",
                                  10),
                     "\"\\x9b"
                     "2J\xe2\x82\xac\xe2\x82\x85\xff\"");
    ck_assert_str_eq(tr_log_quote("\xe2\x80", 2), "\"\xe2\\x80\"");
    ck_assert_str_eq(tr_log_quote("", 0), "\"\"");
    ck_assert_str_eq(tr_log_quote(NULL, 0), "\"\"");
    char many[300];
    memset(many, 1, sizeof many);
    const char *longest = tr_log_quote(many, sizeof many);
    ck_assert_uint_eq(strlen(longest), 2 + 200 * 4 + 3);
    ck_assert_str_eq(longest + 1 + 200 * 4, "...\"");
}
END_TEST

START_TEST(a_few_quotes_live_side_by_side)
{
    const char *all[] = {tr_log_quote("a", 1), tr_log_quote("b", 1), tr_log_quote("c", 1)};
    ck_assert_str_eq(all[0], "\"a\"");
    ck_assert_str_eq(all[1], "\"b\"");
    ck_assert_str_eq(all[2], "\"c\"");
}
END_TEST

// Standard error is a pipe that nobody reads for now.
START_TEST(a_full_pipe_keeps_nobody_and_what_was_dropped_is_told)
{
    enum { LINES = 5000 };
    static char all[1 << 20];
    int ends[2];
    tr_log_level_set(TR_LOG_INFO);
    ck_assert_int_eq(pipe(ends), 0);
    int before = dup(STDERR_FILENO);
    dup2(ends[1], STDERR_FILENO);
    for (int i = 0; i < LINES; i++)
        tr_log(TR_LOG_INFO, "event=many n=%d", i);
    uint64_t dropped = tr_log_dropped();
    ssize_t got = read(ends[0], all, sizeof all);
    tr_log(TR_LOG_INFO, "event=last");
    dup2(before, STDERR_FILENO);
    close(before);
    ck_assert_int_gt(got, 0);
    uint64_t written_lines = 0;
    for (ssize_t i = 0; i < got; i++)
        written_lines += all[i] == '\n';
    ck_assert_uint_gt(dropped, 0);
    ck_assert_uint_eq(written_lines + dropped, LINES);
    ck_assert_uint_eq(tr_log_dropped(), 0);
    got = read(ends[0], all, sizeof all - 1);
    ck_assert_int_gt(got, 0);
    all[got] = '\0';
    char told[64];
    snprintf(told, sizeof told, "event=log_dropped lines=%llu\n", (unsigned long long)dropped);
    ck_assert_ptr_nonnull(strstr(all, told));
    ck_assert_ptr_nonnull(strstr(all, "event=last\n"));
    close(ends[0]);
    close(ends[1]);
}
END_TEST

Suite *base_log_suite(void)
{
    Suite *suite = suite_create("base/log");
    TCase *tests = tcase_create("log");
    tcase_add_test(tests, a_line_says_when_how_bad_who_and_what);
    tcase_add_test(tests, a_line_of_a_signal_handler_is_like_any_other);
    tcase_add_loop_test(tests, lines_below_the_level_are_dropped, TR_LOG_DEBUG, TR_LOG_ERROR + 1);
    tcase_add_test(tests, levels_have_names);
    tcase_add_test(tests, a_long_line_is_cut_and_still_one_line);
    tcase_add_test(tests, a_quote_cannot_forge_a_line);
    tcase_add_test(tests, a_few_quotes_live_side_by_side);
    tcase_add_test(tests, a_full_pipe_keeps_nobody_and_what_was_dropped_is_told);
    suite_add_tcase(suite, tests);
    return suite;
}
