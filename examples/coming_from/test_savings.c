#include <troupe/test.h>

extern const tr_app savings_app;

int main(void)
{
    tr_test_page *page = tr_test_open(&savings_app, NULL);
    tr_test_expect(page, .key = "sum", .text = "6000 in the end");
    tr_test_send(page, "change_end", "200", .key = "monthly");
    tr_test_expect(page, .key = "sum", .text = "12000 in the end");
    tr_test_send(page, "change_end", "2", .key = "years");
    tr_test_expect(page, .key = "sum", .text = "4800 in the end");
    tr_test_expect(page, .text = "Year 2");
    tr_test_expect_none(page, .text = "Year 3");
    tr_test_close(&page);
    return 0;
}
