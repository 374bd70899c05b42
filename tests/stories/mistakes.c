// What an author's mistake costs, and what is said of it: on a running program, by its page and its
// log.

#include <check.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "tests/support/browser.h"
#include "tests/support/world.h"

static world_process running;
static int log_file;
static browser *page;

static void set_up(void)
{
    char name[] = "/tmp/troupe-mistakes-XXXXXX";
    log_file = mkstemp(name);
    ck_assert_int_ge(log_file, 0);
    unlink(name);
    struct rlimit none = {0, 0}; // no core files
    setrlimit(RLIMIT_CORE, &none);
    program_start(&running, "./mistakes",
                  (const char *const[]){"--port", "0", "--threads", "1", NULL}, log_file);
    page = browser_open((unsigned)strtoul(strrchr(running.line, ':') + 1, NULL, 10));
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

// --- data ---

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
    return suite;
}
