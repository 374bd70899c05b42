// A name is asked for, and greeted.

#include <troupe/test.h>

extern const tr_app form_app;

int main(void)
{
    tr_test_page *page = tr_test_open(&form_app, NULL);
    tr_test_click(page, .key = "greet");
    tr_test_expect(page, .key = "name", .text = "Please tell your name");
    tr_test_type(page, "Ada", .key = "name");
    tr_test_submit(page, .key = "name");
    tr_test_expect(page, .key = "greeting", .text = "Hello, Ada!");
    tr_test_expect_none(page, .text = "Please tell your name");
    tr_test_close(&page);
    return 0;
}
