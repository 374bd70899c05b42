#ifndef TROUPE_HTTP_H
#define TROUPE_HTTP_H

// Asks web servers.
//
//     tr_http_response response;
//     if (tr_http_get(ev, "https://example.org/prices.json", &response) < 0)
//         ui_set_text(ev, "status", response.error);
//     else if (response.status == 200)
//         show(ev, response.body, response.size);
//
//     int result = tr_http(ev, &(tr_http_request){.url = "https://example.org/orders",
//                                                 .headers = UI_TEXTS("Content-Type: application/json"),
//                                                 .body = json, .size = strlen(json),
//                                                 .timeout_ms = 5000}, &response);
//
// An async handler suspends meanwhile, on its thread's one libcurl; a sync handler blocks its
// thread. A handler that is to end gives its request up: at once, a sync one within a second.
//
// Only http and https, also where it is redirected to. Certificates and host names are verified.
// Cookies are neither kept nor sent. Variables of the environment that curl reads (https_proxy,
// no_proxy, SSL_CERT_FILE …) hold.
//
// At most TR_HTTP_CONNECTIONS_CAP connections of a core thread's async handlers are open at once,
// and TR_HTTP_HOST_CONNECTIONS_CAP to one host; more requests wait for one, which counts as their
// time, up to TR_HTTP_REQUESTS_CAP (TR_EFULL).
//
// In tests with a held clock (troupe/test.h) requests go by the real one, and the driver does not
// wait for async ones.
//
// Thread: a handler's.

#include <stddef.h>
#include <stdint.h>

#include "troupe/pages/event.h"

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

#define TR_HTTP_TIMEOUT_MS 30000u
#define TR_HTTP_BODY_BYTES (1u << 20)         // of an answer, unless it says otherwise
#define TR_HTTP_BODY_CAP_BYTES (8u << 20)     // the most that it can say
#define TR_HTTP_HEADERS_CAP_BYTES (64u << 10) // of an answer, all redirects together
#define TR_HTTP_REDIRECTS 5
#define TR_HTTP_REDIRECTS_CAP 20
#define TR_HTTP_CONNECTIONS_CAP 64
#define TR_HTTP_HOST_CONNECTIONS_CAP 32
#define TR_HTTP_REQUESTS_CAP 1024

typedef struct tr_http_request {
    const char *url;    // http:// or https://
    const char *method; // capital letters; NULL: "GET", or "POST" when there is a body
    const char *const
        *headers;     // "Name: value", NULL-ended; NULL: none. "Name:" takes one of curl's out
    const void *body; // lent until the call returns
    size_t size;
    uint64_t timeout_ms;   // of the whole; 0: TR_HTTP_TIMEOUT_MS
    size_t body_cap_bytes; // of the answer; 0: TR_HTTP_BODY_BYTES
    int redirects; // that are followed; 0: TR_HTTP_REDIRECTS; negative: none, a 302 is an answer
} tr_http_request;

// Memory that it points to belongs to the event, until its handler returns or calls tr_call_release
// (troupe/controls/methods.h).
typedef struct tr_http_response {
    int status;       // 200, 404 …; 0: there was no answer
    const char *body; // terminated, though it may hold zeros; "" when there was no answer
    size_t size;
    const char *headers; // of the last answer: lines, each ended by "\r\n"
    const char *error;   // why there was no answer, for people and logs; "" when there was
} tr_http_response;

// 0: there is an answer, of any status. Otherwise
//
//     TR_EINVALID     no such URL, method or header can be
//     TR_EUNAVAILABLE the name is not known, nobody listens there
//     TR_ETIMEOUT     its time was over
//     TR_ETOOBIG      the answer's headers or body are larger than allowed
//     TR_EPROTOCOL    the answer makes no sense, ended early, or was redirected too often or
//                     to another scheme
//     TR_EREFUSED     the server's certificate is not to be trusted
//     TR_ECANCELLED   the handler is to end
//     TR_EFULL        too many requests, or results of 16 MiB are held
//
// `out` is set in any case.
int tr_http(tr_event *ev, const tr_http_request *request, tr_http_response *out);

int tr_http_get(tr_event *ev, const char *url, tr_http_response *out);

// The value of a header of the answer, in any case of letters; NULL: it has none. Lent like the
// rest.
const char *tr_http_header(tr_event *ev, const tr_http_response *response, const char *name);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif
