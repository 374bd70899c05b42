// says: TR_HTTP takes a handler that TR_HTTP_ASYNC or TR_HTTP_SYNC makes
#include <troupe/troupe.h>

static void orders(tr_request *request)
{
    tr_respond_text(request, 200, "none");
}

tr_app app = {.name = "Orders", TR_HTTP_ROUTES(TR_HTTP("GET /orders", orders))};
