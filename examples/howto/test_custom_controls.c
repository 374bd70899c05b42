#include <troupe/test.h>

extern const tr_app custom_controls_app;

int main(void)
{
    tr_test_page *page = tr_test_open(&custom_controls_app, NULL);
    tr_test_expect(page, .text = "Adults: 2");
    tr_test_expect(page, .text = "Children: 0");
    tr_test_expect_property(page, "disabled", "true", .key = "less", .nth = 2);

    tr_test_click(page, .key = "more", .nth = 2);
    tr_test_expect(page, .text = "Children: 1");
    tr_test_expect(page, .text = "Adults: 2");

    tr_test_click(page, .key = "less", .nth = 1);
    tr_test_expect(page, .text = "Adults: 1");
    tr_test_expect(page, .text = "Children: 1");

    tr_test_close(&page);
    return 0;
}
