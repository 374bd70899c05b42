#include <assert.h>
#include <string.h>
#include <troupe/test.h>

extern const tr_app tables_app;

int main(void)
{
    tr_test_page *page = tr_test_open(&tables_app, NULL);
    tr_test_expect(page, .text = "Part 000");
    tr_test_expect_count(page, 40, .type = "checkbox"); // of 500: those in sight

    tr_test_click(page, .text = "In stock"); // the least first, then the most
    tr_test_expect(page, .text = "0", .within = "parts_table.1.2");
    tr_test_click(page, .text = "In stock");
    tr_test_expect_none(page, .key = "parts_table.1.2");
    tr_test_expect(page, .text = "89", .within = "parts_table", .nth = 1);

    tr_test_click(page, .text = "Part"); // by name: Part 000 is number 1
    tr_test_click(page, .key = "parts_table.1.2");
    tr_test_type(page, "many", .key = "parts_table.edit");
    tr_test_submit(page, .key = "parts_table.edit");
    tr_test_expect(page, .text = "A number, 0 or more");
    tr_test_type(page, "1234", .key = "parts_table.edit");
    tr_test_submit(page, .key = "parts_table.edit");
    tr_test_expect(page, .text = "1234", .within = "parts_table.1.2");
    tr_test_expect_none(page, .key = "parts_table.edit");

    tr_test_click(page, .key = "parts_table.select.1");
    tr_test_expect(page, .text = "1 selected");
    tr_test_drop(page);
    tr_test_advance(page, 60000);
    tr_test_resume(page);
    tr_test_scroll_to_row(page, 499, .key = "parts_table");
    tr_test_expect(page, .text = "Part 499");
    tr_test_scroll_to_row(page, 0, .key = "parts_table");
    tr_test_expect_property(page, "value", "true", .key = "parts_table.select.1");

    tr_test_close(&page);
    return 0;
}
