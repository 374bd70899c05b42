// says: TR_HTTP takes a handler that TR_HTTP_ASYNC or TR_HTTP_SYNC makes: docs/howto/http-routes.md
#include <troupe/troupe.h>

TR_ASYNC(orders)
{
}

tr_app app = {.name = "Orders", TR_HTTP_ROUTES(TR_HTTP("GET /orders", orders, .body_max = 100))};
