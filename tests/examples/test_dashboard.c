// The dashboard while its data comes: as many points as it says, whatever happens. The background
// handler has the real time, so this waits for it. No framework: what fails aborts, and says why.

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <troupe/test.h>

extern const tr_app dashboard_app;

static tr_test_page *page;

// Until a text is another one, at most ten seconds.
static void wait_for_change(const char *key)
{
    char before[32];
    snprintf(before, sizeof before, "%s", tr_test_text(page, .key = key));
    for (int i = 0; i < 1000; i++) {
        if (strcmp(tr_test_text(page, .key = key), before) != 0)
            return;
        nanosleep(&(struct timespec){.tv_nsec = 10000000}, NULL);
    }
    fprintf(stderr, "%s stayed %s\n", key, before);
    abort();
}

static void all_points_are_there(void)
{
    tr_test_expect_count(page, 4 * 201, .type = "line_chart_data_point");
    tr_test_expect_count(page, 5, .type = "bar_chart_rod");
    tr_test_expect_count(page, 3, .type = "pie_chart_section");
}

static void it_moves_and_does_not_grow(void)
{
    wait_for_change("requests-now");
    all_points_are_there();
    for (int i = 0; i < 10; i++)
        wait_for_change("requests-now");
    all_points_are_there();
    assert(strstr(tr_test_log(page), "page_misuse") == NULL);
}

static void another_range_has_as_many_points(void)
{
    wait_for_change("requests-now");
    tr_test_click(page, .key = "range-2");
    for (int i = 0; i < 10; i++)
        wait_for_change("requests-now");
    all_points_are_there();
    assert(strstr(tr_test_log(page), "page_misuse") == NULL);
}

static void it_stands_still_while_paused(void)
{
    wait_for_change("requests-now");
    tr_test_click(page, .key = "pause");
    tr_test_expect_property(page, "tooltip", "\"Resume\"", .key = "pause");
    char before[32];
    snprintf(before, sizeof before, "%s", tr_test_text(page, .key = "requests-now"));
    // Another page hears what this one does not.
    tr_test_page *paused = page;
    page = tr_test_open_another(paused, NULL);
    for (int i = 0; i < 5; i++)
        wait_for_change("requests-now");
    tr_test_close(&page);
    page = paused;
    assert(strcmp(tr_test_text(page, .key = "requests-now"), before) == 0);
    tr_test_click(page, .key = "pause");
    wait_for_change("requests-now");
    all_points_are_there();
}

static void it_goes_dark(void)
{
    tr_test_click(page, .key = "theme");
    tr_test_expect_property(page, "tooltip", "\"Light\"", .key = "theme");
}

int main(void)
{
    static void (*const tests[])(void) = {it_moves_and_does_not_grow,
                                          another_range_has_as_many_points,
                                          it_stands_still_while_paused, it_goes_dark};
    for (unsigned i = 0; i < sizeof tests / sizeof *tests; i++) {
        page = tr_test_open(&dashboard_app, NULL);
        tests[i]();
        tr_test_close(&page);
    }
    puts("ok dashboard");
}
