#include <troupe/test.h>

extern const tr_app counts_app;

int main(void)
{
    tr_test_page *page = tr_test_open(&counts_app, NULL);
    tr_test_page *other = tr_test_open_another(page, NULL);
    tr_test_click(page, .text = "Add one");
    tr_test_click(page, .text = "Add one");
    tr_test_expect(other, .key = "count", .text = "2");
    tr_test_close(&other);
    tr_test_close(&page);
    return 0;
}
