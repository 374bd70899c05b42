// Who chooses no file has none. What a browser sends needs a folder (TROUPE_UPLOAD_DIR), and a browser.

#include <troupe/test.h>

extern const tr_app uploads_app;

int main(void)
{
    tr_test_page *page = tr_test_open(&uploads_app, NULL);
    tr_test_expect(page, .key = "nothing");
    tr_test_pick_files(page, {.name = NULL});
    tr_test_click(page, .key = "pick");
    tr_test_expect(page, .key = "nothing");
    tr_test_expect_none(page, .type = "progress_bar");
    tr_test_close(&page);
    return 0;
}
