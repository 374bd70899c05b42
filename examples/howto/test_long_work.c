#include <troupe/test.h>

extern const tr_app long_work_app;

int main(void)
{
    tr_test_page *page = tr_test_open(&long_work_app, NULL);
    tr_test_expect_property(page, "disabled", "true", .key = "stop");
    tr_test_click(page, .text = "Start"); // the thread is waited for
    tr_test_expect(page, .key = "status", .text = "Done");
    tr_test_expect_property(page, "value", "1", .key = "bar");
    tr_test_close(&page);
    return 0;
}
