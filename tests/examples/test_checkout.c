// The till as its customer meets it.

#include <stdio.h>
#include <stdlib.h>
#include <troupe/test.h>

extern const tr_app checkout_app;

static tr_test_page *page;

static void a_sum_is_chosen_within_its_limits(void)
{
    tr_test_expect(page, .key = "tickets", .text = "1 ticket");
    tr_test_expect_property(page, "disabled", "true", .key = "fewer");
    for (unsigned i = 0; i < 8; i++)
        tr_test_click(page, .key = "more");
    tr_test_expect(page, .key = "tickets", .text = "9 tickets");
    tr_test_expect_property(page, "disabled", "true", .key = "more");
    tr_test_click(page, .key = "fewer");
    tr_test_click(page, .key = "till");
    tr_test_expect(page, .key = "sum", .text = "8 tickets, 96.00 €");
}

// Nobody listens at port 9.
static void a_service_that_is_away_is_said_and_may_be_tried_again(void)
{
    setenv("PAYMENTS_URL", "http://127.0.0.1:9/", 1);
    tr_test_click(page, .key = "till");
    tr_test_click(page, .key = "pay");
    tr_test_expect(page, .key = "error", .has = "could not be paid");
    tr_test_expect_property(page, "disabled", NULL, .key = "pay");
    tr_test_expect(page, .key = "pay", .text = "Pay");
}

int main(void)
{
    void (*const tests[])(void) = {a_sum_is_chosen_within_its_limits,
                                   a_service_that_is_away_is_said_and_may_be_tried_again};
    for (unsigned i = 0; i < sizeof tests / sizeof *tests; i++) {
        page = tr_test_open(&checkout_app, NULL);
        tests[i]();
        tr_test_close(&page);
    }
    printf("ok checkout: %zu tests\n", sizeof tests / sizeof *tests);
    return 0;
}
