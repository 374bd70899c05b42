// The page answers while a handler waits. The blocking one takes three seconds of real time, and is not waited for here.

#include <troupe/test.h>

extern const tr_app handlers_app;

int main(void)
{
    tr_test_page *page = tr_test_open(&handlers_app, NULL);
    tr_test_click(page, .key = "async");
    tr_test_click(page, .key = "click");
    tr_test_expect(page, .key = "clicks", .text = "Clicked 1 times meanwhile");
    tr_test_expect_none(page, .text = "Async handler clicked");
    tr_test_advance(page, 3000);
    tr_test_expect(page, .text = "Async handler clicked");
    tr_test_close(&page);
    return 0;
}
