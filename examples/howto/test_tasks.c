#include <troupe/test.h>

extern const tr_app tasks_app;

int main(void)
{
    tr_test_page *page = tr_test_open(&tasks_app, NULL);
    tr_test_expect(page, .key = "status", .text = "Starts");
    tr_test_advance(page, 1000);
    tr_test_expect(page, .key = "status", .text = "1 seconds");
    tr_test_advance(page, 2000);
    tr_test_expect(page, .key = "status", .text = "3 seconds");

    tr_test_click(page, .text = "Stop");
    tr_test_expect(page, .key = "status", .text = "Stopped");
    tr_test_advance(page, 5000);
    tr_test_expect(page, .key = "status", .text = "Stopped");

    tr_test_close(&page);
    return 0;
}
