// The app as a person uses it, without a browser: `make test`.

#include <troupe/test.h>

extern const tr_app app;

int main()
{
    tr_test_page *page = tr_test_open(&app, nullptr);

    tr_test_type(page, "Milk", .key = "new");
    tr_test_submit(page, .key = "new");
    tr_test_expect(page, .text = "Milk", .within = "things");
    tr_test_expect(page, .key = "count", .text = "1 thing");

    tr_test_click(page, .text = "Add"); // with nothing typed
    tr_test_expect(page, .key = "count", .text = "1 thing");

    tr_test_close(&page);
}
