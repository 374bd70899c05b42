#ifndef TROUPE_PAGES_HTTP_ROUTE_H
#define TROUPE_PAGES_HTTP_ROUTE_H

// Requests that an app answers itself, beside its pages: an API, webhooks, files.
//
//     TR_HTTP_ASYNC(get_order)
//     {
//         const char *id = tr_request_part(request, "id");
//         tr_respond_json(request, 200, "{\"id\":%s}", tr_request_json(request, id));
//     }
//     TR_HTTP_SYNC(payment)
//     {
//         size_t size;
//         const void *body = tr_request_body(request, &size);
//         if (!is_signed(body, size, tr_request_header(request, "x-signature"))) {
//             tr_respond_text(request, 403, "The signature is not right.\n");
//             return;
//         }
//         tr_request_publish(request, "payments", body, size);
//         tr_respond_text(request, 204, "");
//     }
//
//     tr_app app = {.name = "Orders", .build = build,
//                   TR_HTTP_ROUTES(TR_HTTP("GET /api/orders/:id", get_order),
//                                  TR_HTTP("POST /hooks/payment", payment,
//                                          .headers = TR_HTTP_HEADERS("x-signature")))};
//
// Any gateway takes the request; the handler runs in a process with sessions: an async one as a
// coroutine of a core thread (it may use the waits of troupe/actors/coroutine.h and tr_pool_run),
// a sync one on a thread of a pool, where it may block. It has no page. What comes before it is
// checked by the gateway: the size of the body (413), how many are in flight (503), the time (504).
// When the client leaves, an async handler's waits are TR_ECANCELLED from then on; a sync one runs on.
// docs/howto/http-routes.md has the whole of it.
//
// `request` is the handler's, on its thread, until it returns; so are texts that it is given.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "troupe/controls/checked.h"
#include "troupe/err.h"

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

typedef struct tr_request tr_request;

typedef struct tr_http_handler {
    const char *name; // for the log
    bool is_sync;
    void (*run)(tr_request *request);
} tr_http_handler;

#define TR_HTTP_ASYNC(handler_) TR_HTTP_DEFINE_(handler_, false)
#define TR_HTTP_SYNC(handler_) TR_HTTP_DEFINE_(handler_, true)
#define TR_HTTP_DEFINE_(handler_, is_sync_)                                                        \
    static void handler_##_run(tr_request *request);                                               \
    static const tr_http_handler handler_[1] = {                                                   \
        {.name = #handler_, .is_sync = (is_sync_), .run = handler_##_run}};                        \
    static void handler_##_run(tr_request *request __attribute__((unused)))

typedef struct tr_http_route {
    // A method, a space and a path below the mount, in which `:name` stands for one segment
    // ("GET /api/orders/:id"). A GET route answers HEAD, too. OPTIONS, and other methods of a path
    // that has a route, are answered without a handler.
    const char *pattern;
    const tr_http_handler *handler;
    size_t body_max;     // bytes; 0: 1 MiB; at most 8 MiB. Larger: 413
    unsigned timeout_ms; // until it has answered; 0: 30 000; at most 600 000. Later: 504
    // Names, in small letters, of headers that HTTP itself does not know ("x-signature"), which are
    // passed on, NULL-ended. The usual ones always are.
    const char *const *headers;
} tr_http_route;

#ifdef __cplusplus
#define TR_HTTP(pattern_, ...)                                                                     \
    {                                                                                              \
        .pattern = (pattern_), .handler = __VA_ARGS__                                              \
    }
#else
#define TR_HTTP(pattern_, ...) TR_HTTP_AS_(__VA_ARGS__, .pattern = (pattern_))
#define TR_HTTP_AS_(handler_, ...)                                                                 \
    {                                                                                              \
        .handler = TR_ONLY_(const tr_http_handler *,                                               \
                            "TR_HTTP takes a handler that TR_HTTP_ASYNC or TR_HTTP_SYNC makes: "   \
                            "docs/howto/http-routes.md",                                           \
                            handler_),                                                             \
        __VA_ARGS__                                                                                \
    }
#endif
#define TR_HTTP_HEADERS(...) TR_LIST_(const char *const, __VA_ARGS__, NULL)
#define TR_HTTP_ROUTES(...)                                                                        \
    .http = TR_STATIC_LIST_(const tr_http_route, __VA_ARGS__, {.pattern = NULL})

// -- what is asked --

const char *tr_request_method(const tr_request *request); // "GET" for HEAD, too
const char *tr_request_path(const tr_request *request);   // below the mount, decoded

// The segment that the pattern calls `:name`, decoded. "": the pattern has none.
const char *tr_request_part(tr_request *request, const char *name);

// The first parameter of that name in the query, decoded. NULL: there is none.
const char *tr_request_query(tr_request *request, const char *name);

// A header by its name, in small letters; several lines of one name with commas between. NULL:
// there is none.
const char *tr_request_header(tr_request *request, const char *name);

// The body as it came, never NULL.
const void *tr_request_body(const tr_request *request, size_t *out_size);

// The client's address, behind trusted proxies as they say.
const char *tr_request_client(const tr_request *request);

// -- what is answered: the last call counts; without any, 500 --

// A header of the answer, before or after its body. TR_EINVALID: no name, line ends or other
// controls in the value, or one that is HTTP's own (content-length, connection, …); TR_EEXISTS: it
// is there already (set-cookie may be several times); TR_ETOOBIG: over 2 KiB of headers.
int tr_respond_header(tr_request *request, const char *name, const char *value);

// Status 200 to 599. A `type` is a media type. TR_EINVALID (status, type), TR_ETOOBIG (8 MiB).
int tr_respond_bytes(tr_request *request, unsigned status, const char *type, const void *bytes,
                     size_t size);
int tr_respond_text(tr_request *request, unsigned status, const char *text);

// printf-style; texts of others go in through tr_request_json.
int tr_respond_json(tr_request *request, unsigned status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

// A text as JSON has it, with its quotes; NULL is null.
const char *tr_request_json(tr_request *request, const char *text);

// A file that this process can read, of any size: read piece by piece as the client takes it. 404
// when it is not there. With `name` the client is to save it under that.
int tr_respond_file(tr_request *request, const char *type, const char *path, const char *name);

// -- what it is for --

// Publishes to pages (tr_subscribe) and actors. 0, TR_EINVALID, TR_ETOOBIG.
int tr_request_publish(tr_request *request, const char *topic, const void *payload, size_t size);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif
