// The cost of an author's mistake, and the log's line for it: on a running program, by its page and
// its log.

#include <check.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "tests/support/browser.h"
#include "tests/support/system.h"
#include "tests/support/world.h"

static world_process running;
static int log_file;
static browser *page;

static void start(const char *way)
{
    char name[] = "/tmp/troupe-mistakes-XXXXXX";
    log_file = mkstemp(name);
    ck_assert_int_ge(log_file, 0);
    unlink(name);
    struct rlimit none = {0, 0}; // no core files
    setrlimit(RLIMIT_CORE, &none);
    program_start(&running, "./mistakes",
                  (const char *const[]){"--port", "0", "--threads", "1", "--misuse", way, NULL},
                  log_file);
    page = browser_open((unsigned)strtoul(strrchr(running.line, ':') + 1, NULL, 10));
}

static void set_up(void)
{
    start("log");
}

static void set_up_to_stop(void)
{
    start("stop");
}

static void tear_down(void)
{
    browser_free(page);
    page = NULL;
    process_kill(&running);
    close(log_file);
}

static const char *log_text(void)
{
    static char text[1 << 18];
    ssize_t size = pread(log_file, text, sizeof text - 1, 0);
    text[size > 0 ? size : 0] = '\0';
    return text;
}

static bool log_says(const char *text)
{
    return strstr(log_text(), text) != NULL;
}

// -- data --

static const char *const data_mistakes[][2] = {{"latin1_key_sync", "TR_EINVALID"},
                                               {"latin1_key_async", "TR_ENOTFOUND"},
                                               {"huge_text_sync", "TR_ETOOBIG"}};

START_TEST(what_an_app_passes_ends_no_process)
{
    browser_click(page, data_mistakes[_i][0]);
    eventually(strcmp(browser_text(page, "said"), data_mistakes[_i][1]) == 0);
    browser_click(page, "count_up");
    eventually(strcmp(browser_text(page, "count"), "1") == 0);
    ck_assert(!log_says("event=bug"));
}
END_TEST

START_TEST(a_component_goes_while_its_task_waits_for_the_state)
{
    browser_click(page, "remove_while_waiting");
    eventually(strcmp(browser_text(page, "said"), "0") == 0 ||
               strcmp(browser_text(page, "said"), "TR_OK") == 0);
    browser_click(page, "count_up");
    eventually(browser_number(page, "count") >= 1);
    ck_assert(!log_says("event=bug"));
}
END_TEST

// -- crashes --

static const char *const crashes[][2] = {
    {"null_async", "signal=SIGSEGV handler=null_async at=mistakes.c:"},
    {"null_sync", "signal=SIGSEGV handler=null_sync at=mistakes.c:"},
    {"start_null_task", "signal=SIGSEGV handler=null_task at=mistakes.c:"},
    {"start_null_interval", "signal=SIGSEGV handler=null_interval at=mistakes.c:"},
    {"start_null_topic", "signal=SIGSEGV handler=null_topic at=mistakes.c:"},
    {"add_bad_box", "signal=SIGSEGV handler=did_mount"},
    {"open_null_build", "signal=SIGSEGV handler=routes "},
    {"abort_async", "signal=SIGABRT handler=abort_async at=mistakes.c:"}};

START_TEST(a_program_that_is_told_so_stops_at_the_first_mistake)
{
    browser_click(page, "count_up");
    eventually(strcmp(browser_text(page, "count"), "1") == 0);
    browser_click(page, data_mistakes[_i][0]);
    (void)process_wait(&running);
    char line[128];
    snprintf(line, sizeof line, "event=page_misuse handler=%s at=", data_mistakes[_i][0]);
    ck_assert_msg(log_says("stopped at a mistake of the app"), "%s", log_text());
    ck_assert_msg(log_says(line), "%s", log_text());
    ck_assert_msg(log_says(data_mistakes[_i][1]), "%s", log_text());
}
END_TEST

START_TEST(a_crash_says_whose_code_it_was)
{
    browser_click(page, crashes[_i][0]);
    int code = process_wait(&running);
    ck_assert_msg(log_says("event=crash "), "%s", log_text());
    ck_assert_msg(log_says(crashes[_i][1]), "%s", log_text());
#if TEST_UNDER_SANITIZER
    ck_assert_int_ne(code, 0); // a sanitizer ends the process in its own way
#else
    bool is_abort = strstr(crashes[_i][1], "SIGABRT") != NULL;
    ck_assert_int_eq(code, 128 + (is_abort ? SIGABRT : SIGSEGV));
    ck_assert_msg(log_says("mistakes("), "no frames: %s", log_text());
#endif
}
END_TEST

START_TEST(a_list_without_its_end_is_told_as_such)
{
    browser_click(page, "no_end");
    (void)process_wait(&running);
    ck_assert_msg(log_says("event=crash signal=SIGSEGV handler=no_end at=mistakes.c:"), "%s",
                  log_text());
    ck_assert_msg(log_says("reads=list_without_UI_END"), "%s", log_text());
    ck_assert(!log_says("stack_overflow"));
}
END_TEST

// -- a handler that keeps its thread --

START_TEST(a_handler_that_blocks_is_named_while_it_does)
{
    browser_click(page, "spin_3s");
    eventually(log_says("event=handler_blocks handler=spin_3s at=mistakes.c:"));
    const char *cpu =
        strstr(strstr(log_text(), "event=handler_blocks handler=spin_3s"), " cpu_ms=");
    ck_assert_ptr_nonnull(cpu);
    ck_assert_uint_lt(strtoul(cpu + strlen(" cpu_ms="), NULL, 10), 250); // it sleeps
    eventually(strcmp(browser_text(page, "said"), "spun") == 0);
    const char *first = strstr(log_text(), "event=handler_blocks");
    ck_assert_ptr_nonnull(strstr(first + 1, "event=handler_blocks")); // again
}
END_TEST

START_TEST(a_handler_that_never_returns_is_named_and_the_process_ends)
{
    browser_click(page, "spin_for_ever");
    eventually(log_says("event=handler_blocks handler=spin_for_ever"));
    kill(running.pid, SIGTERM);
    (void)process_wait(&running);
    ck_assert_msg(log_says("event=stop_forced handler=spin_for_ever at=mistakes.c:"), "%s",
                  log_text());
}
END_TEST

Suite *mistakes_story_suite(void);
Suite *mistakes_story_suite(void)
{
    Suite *suite = suite_create("mistakes");
    TCase *data = tcase_create("data");
    tcase_add_checked_fixture(data, set_up, tear_down);
    tcase_set_timeout(data, 60);
    tcase_add_loop_test(data, what_an_app_passes_ends_no_process, 0, 3);
    tcase_add_test(data, a_component_goes_while_its_task_waits_for_the_state);
    suite_add_tcase(suite, data);
    TCase *ends = tcase_create("crashes");
    tcase_add_checked_fixture(ends, set_up, tear_down);
    tcase_set_timeout(ends, 60);
    tcase_add_loop_test(ends, a_crash_says_whose_code_it_was, 0, 8);
    tcase_add_test(ends, a_list_without_its_end_is_told_as_such);
    suite_add_tcase(suite, ends);
    TCase *stops = tcase_create("stops");
    tcase_add_checked_fixture(stops, set_up_to_stop, tear_down);
    tcase_set_timeout(stops, 60);
    tcase_add_loop_test(stops, a_program_that_is_told_so_stops_at_the_first_mistake, 1, 3);
    suite_add_tcase(suite, stops);
    TCase *blocking = tcase_create("blocking");
    tcase_add_checked_fixture(blocking, set_up, tear_down);
    tcase_set_timeout(blocking, 90);
    tcase_add_test(blocking, a_handler_that_blocks_is_named_while_it_does);
    tcase_add_test(blocking, a_handler_that_never_returns_is_named_and_the_process_ends);
    suite_add_tcase(suite, blocking);
    return suite;
}
