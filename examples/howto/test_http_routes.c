// Orders, asked as other programs ask them.

#include <assert.h>
#include <string.h>
#include <troupe/test.h>

extern const tr_app orders_app;

int main(void)
{
    tr_test_page *page = tr_test_open(&orders_app, NULL);

    const tr_test_answer *answer = tr_test_request(page, "GET", "/api/orders/7?note=two+cups");
    assert(answer->status == 200);
    assert(strcmp(answer->body, "{\"id\":7,\"note\":\"two cups\"}") == 0);
    assert(tr_test_request(page, "GET", "/api/orders/1001")->status == 404);

    answer = tr_test_request(page, "POST", "/api/orders", .body = "tea");
    assert(answer->status == 201);
    assert(strcmp(tr_test_header(page, "location"), "/api/orders/7") == 0);
    tr_test_expect(page, .text = "tea", .within = "list"); // the page has heard of it

    assert(tr_test_request(page, "POST", "/hooks/paid")->status == 403);
    answer = tr_test_request(page, "POST", "/hooks/paid",
                             .headers = TR_TEST_HEADERS("x-token", "letmein"));
    assert(answer->status == 200);
    assert(tr_test_request(page, "DELETE", "/api/orders")->status == 405);

    tr_test_close(&page);
    return 0;
}
