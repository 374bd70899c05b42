// Two countdowns as their user sees them. No framework: what fails aborts, and says why.

#include <assert.h>
#include <stdio.h>
#include <string.h>
#include <troupe/test.h>

extern const tr_app countdown_app;

static tr_test_page *page;

static void shows(const char *tea, const char *eggs)
{
    if (strcmp(tr_test_text(page, .key = "time", .within = "tea"), tea) != 0)
        tr_test_expect(page, .text = tea, .within = "tea");
    if (eggs == NULL)
        tr_test_expect_count(page, 1, .key = "time");
    else
        tr_test_expect(page, .text = eggs, .key = "time", .within = "eggs");
}

static void both_run_at_once(void)
{
    shows("02:00", "01:00");
    tr_test_advance(page, 1000);
    shows("01:59", "00:59");
    for (unsigned i = 0; i < 59; i++)
        tr_test_advance(page, 1000);
    shows("01:00", "00:00");
    tr_test_expect_property(page, "disabled", "true", .key = "pause", .within = "eggs");
    tr_test_expect_property(page, "disabled", NULL, .key = "pause", .within = "tea");
}

static void a_button_belongs_to_its_own(void)
{
    tr_test_click(page, .key = "pause", .within = "eggs");
    tr_test_expect(page, .text = "Go on", .within = "eggs");
    tr_test_expect_none(page, .text = "Go on", .within = "tea");
    tr_test_advance(page, 1000);
    tr_test_advance(page, 1000);
    shows("01:58", "01:00");
    tr_test_click(page, .text = "Go on", .within = "eggs");
    tr_test_advance(page, 1000);
    shows("01:57", "00:59");
    tr_test_click(page, .key = "again", .within = "tea");
    shows("02:00", "00:59");
}

static void what_is_removed_has_stopped(void)
{
    tr_test_advance(page, 1000);
    tr_test_advance(page, 1000);
    tr_test_click(page, .key = "remove");
    tr_test_expect(page, .text = "Eggs stopped at 00:58");
    tr_test_expect_none(page, .key = "eggs");
    tr_test_advance(page, 1000);
    shows("01:57", NULL);
    assert(strstr(tr_test_log(page), "misuse") == NULL);
}

static void it_runs_while_nobody_looks(void)
{
    tr_test_drop(page);
    for (unsigned i = 0; i < 10; i++)
        tr_test_advance(page, 1000);
    tr_test_resume(page);
    shows("01:50", "00:50");
}

static void pages_do_not_share(void)
{
    tr_test_advance(page, 1000);
    tr_test_page *other = tr_test_open_another(page, NULL);
    tr_test_expect(other, .text = "02:00", .within = "tea");
    tr_test_close(&other);
    shows("01:59", "00:59");
}

int main(void)
{
    static void (*const tests[])(void) = {both_run_at_once, a_button_belongs_to_its_own,
                                          what_is_removed_has_stopped, it_runs_while_nobody_looks,
                                          pages_do_not_share};
    for (unsigned i = 0; i < sizeof tests / sizeof *tests; i++) {
        page = tr_test_open(&countdown_app, NULL);
        tests[i]();
        tr_test_close(&page);
    }
    puts("ok countdown");
}
