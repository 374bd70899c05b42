// A click counts, and a browser that comes back finds the number.

#include <troupe/test.h>

extern const tr_app counter_app;

int main(void)
{
    tr_test_page *page = tr_test_open(&counter_app, NULL);
    tr_test_expect(page, .key = "count", .text = "0");
    tr_test_click(page, .key = "add");
    tr_test_click(page, .text = "Add one");
    tr_test_expect(page, .key = "count", .text = "2");
    tr_test_drop(page);
    tr_test_resume(page);
    tr_test_expect(page, .key = "count", .text = "2");
    tr_test_close(&page);
    return 0;
}
