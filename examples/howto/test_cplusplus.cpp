#include <cassert>
#include <string_view>

#include <troupe/test.h>

extern const tr_app party_app;

int main()
{
    tr_test_page *page = tr_test_open(&party_app, nullptr);
    tr_test_type(page, "Ada", .key = "name");
    tr_test_submit(page, .key = "name");
    tr_test_type(page, "Grace", .key = "name");
    tr_test_click(page, .text = "Invite");
    tr_test_expect(page, .key = "count", .text = "0 of 2 are here");

    tr_test_click(page, .text = "Grace", .type = "checkbox");
    tr_test_expect(page, .key = "count", .text = "1 of 2 are here");

    tr_test_drop(page);
    tr_test_advance(page, 60000);
    tr_test_resume(page);
    tr_test_expect_count(page, 2, .type = "checkbox");

    tr_test_click(page, .text = "Forget all");
    tr_test_click(page, .text = "Forget");
    tr_test_expect_none(page, .type = "checkbox");
    assert(std::string_view(tr_test_text(page, .key = "count")) == "0 of 0 are here");
    tr_test_close(&page);
}
