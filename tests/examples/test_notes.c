// A note has an address of its own, and is deleted after a question.

#include <troupe/test.h>

extern const tr_app notes_app;

int main(void)
{
    tr_test_page *page = tr_test_open(&notes_app, NULL);
    tr_test_expect_count(page, 40, .type = "list_tile");
    tr_test_click(page, .key = "open-3");
    tr_test_expect(page, .text = "Note 3");
    tr_test_click(page, .text = "Delete");
    tr_test_click(page, .text = "Keep");
    tr_test_click(page, .text = "Delete");
    tr_test_click(page, .text = "Delete", .type = "text_button");
    tr_test_expect_count(page, 39, .type = "list_tile");
    tr_test_go(page, "/note/3");
    tr_test_expect(page, .text = "No such note");
    tr_test_close(&page);
    return 0;
}
