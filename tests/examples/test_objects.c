// Nothing is stored, and what looks for it finds nothing. What follows needs a store (S3_URL), and a browser.

#include <troupe/test.h>

extern const tr_app objects_app;

int main(void)
{
    tr_test_page *page = tr_test_open(&objects_app, NULL);
    tr_test_expect(page, .key = "status", .text = "Nothing is stored.");
    tr_test_click(page, .text = "Look");
    tr_test_expect(page, .key = "status", .text = "Nothing is stored.");
    tr_test_close(&page);
    return 0;
}
