#include <troupe/test.h>

extern const tr_app errors_app;

int main(void)
{
    tr_test_page *page = tr_test_open(&errors_app, NULL);
    tr_test_type(page, "Milk, bread", .key = "text");
    tr_test_click(page, .text = "Save");
    tr_test_expect(page, .key = "status", .has = "could not be saved");
    tr_test_expect_property(page, "value", "\"Milk, bread\"", .key = "text");
    tr_test_expect_log(page, "event=handler_failed handler=save");
    tr_test_expect_log(page, "No such file or directory");
    tr_test_close(&page);
    return 0;
}
