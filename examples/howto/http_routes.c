// Orders: a small JSON API, a webhook that tells of payments, and a page that shows both live.

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <troupe/troupe.h>

// What is told to pages: a line each. A real app keeps its orders in a database.
TR_HTTP_ASYNC(orders_get)
{
    unsigned long id = strtoul(tr_request_part(request, "id"), NULL, 10);
    if (id == 0 || id > 1000)
        tr_respond_json(request, 404, "{\"error\":\"there is no such order\"}");
    else
        tr_respond_json(request, 200, "{\"id\":%lu,\"note\":%s}", id,
                        tr_request_json(request, tr_request_query(request, "note")));
}

TR_HTTP_ASYNC(orders_add)
{
    size_t size;
    const void *body = tr_request_body(request, &size);
    if (size == 0) {
        tr_respond_json(request, 400, "{\"error\":\"an order is not empty\"}");
        return;
    }
    tr_request_publish(request, "orders", body, size);
    tr_respond_header(request, "location", "/api/orders/7");
    tr_respond_json(request, 201, "{\"id\":7}");
}

// A sync handler may block: look into a database, check a signature with a slow library.
TR_HTTP_SYNC(orders_paid)
{
    static const char text[] = "paid";
    const char *token = tr_request_header(request, "x-token");
    if (token == NULL || strcmp(token, "letmein") != 0) {
        tr_respond_text(request, 403, "This token is not right.\n");
        return;
    }
    tr_request_publish(request, "orders", text, sizeof text - 1);
    tr_respond_text(request, 200, "Thank you.\n");
}

TR_HTTP_ASYNC(orders_program)
{
    tr_respond_file(request, "application/octet-stream", "/proc/self/exe", "orders");
}

// -- the page --

TR_ASYNC(orders_heard)
{
    size_t size;
    const char *text = tr_event_payload(ev, &size);
    ui_add_to(ev, "list", ui_text(ui_format("%.*s", (int)size, text)));
}

static void build(tr_page *page)
{
    ui_add(page, ui_text("What came in:"));
    ui_add(page, ui_column(.key = "list", UI(ui_text("nothing yet"))));
    tr_subscribe(page, "orders", orders_heard);
}

const tr_app orders_app = {
    .name = "Orders",
    .build = build,
    TR_HTTP_ROUTES(TR_HTTP("GET /api/orders/:id", orders_get),
                   TR_HTTP("POST /api/orders", orders_add, .body_max = 10000),
                   TR_HTTP("POST /hooks/paid", orders_paid, .headers = TR_HTTP_HEADERS("x-token")),
                   TR_HTTP("GET /api/program", orders_program))};

int main(int argc, char **argv)
{
    return tr_run(argc, argv, &orders_app);
}
