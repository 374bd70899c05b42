#include <assert.h>
#include <troupe/test.h>

extern const tr_app forms_app;

int main(void)
{
    tr_test_page *page = tr_test_open(&forms_app, NULL);

    tr_test_type(page, "eleven", .key = "count");
    tr_test_click(page, .text = "Order");
    tr_test_expect(page, .key = "name", .text = "Please tell us your name");
    tr_test_expect(page, .key = "count", .text = "A whole number from 1 to 10");
    tr_test_expect(page, .text = "Please read the terms first");
    assert(tr_test_calls(page, "name", "focus") == 1);

    tr_test_type(page, "Ada", .key = "name");
    tr_test_expect_property(page, "error", NULL, .key = "name"); // typing takes it away
    tr_test_type(page, "7", .key = "count");
    tr_test_click(page, .key = "is_read");
    tr_test_click(page, .text = "Order");
    tr_test_expect(page, .key = "count", .text = "We have six left");

    tr_test_drop(page); // in a tunnel, for a minute
    tr_test_advance(page, 60000);
    tr_test_resume(page);

    tr_test_type(page, "3", .key = "count");
    tr_test_submit(page, .key = "count");
    tr_test_expect(page, .key = "thanks", .text = "Thank you, Ada! 3 are on their way.");

    tr_test_close(&page);
    return 0;
}
