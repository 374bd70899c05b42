#ifndef TR_GATEWAY_HTTP_H
#define TR_GATEWAY_HTTP_H

// The answer to a plain HTTP request: a file, the health report or a refusal. A decision only; the
// edge writes it to the socket. Files are found by comparing names in tables, never on a disk, so
// no path can lead anywhere else.
//
// Thread: any; pure. Lends: everything in an answer points to constants or to the site's tables.

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "gateway/assets.h"
#include "gateway/painted_page.h"
#include "gateway/range.h"
#include "troupe/slice.h"

enum tr_http_method { TR_HTTP_GET, TR_HTTP_HEAD, TR_HTTP_OTHER };

typedef struct tr_http_request {
    enum tr_http_method method;
    tr_slice path; // decoded, without the query
    tr_slice accept;
    tr_slice accept_encoding;
    tr_slice if_none_match;
    tr_slice range;
    tr_slice if_range;
} tr_http_request;

// Files, of the app, of the client, tailored: a name is looked up in one set after the other.
typedef struct tr_http_files {
    const tr_asset *assets;
    size_t count;
    bool is_hashed; // names under assets/ change with what is in them
} tr_http_files;

#define TR_HTTP_FILES_CAP 3

typedef struct tr_http_site {
    tr_http_files files[TR_HTTP_FILES_CAP];
    const char *mount;       // the beginning of every path: "/app"; NULL: nothing
    const char *socket_path; // where WebSockets are accepted, and nothing else is served; NULL: /ws
    const char *content_security_policy; // NULL: TR_HTTP_CONTENT_SECURITY_POLICY
    const char *desk;                    // a folder of `troupe dev` (edge_desk.c); NULL: none
    const char *frame_ancestors;         // origins whose pages may show ours inside; NULL: 'self'
    tr_painted_files painted;            // of pages that have their text in them; see the next
    const tr_asset *painted_page;        // the file that it is put into; NULL: pages have none
    bool is_isolated; // from pages of other origins, as threads in WebAssembly demand it
} tr_http_site;

#define TR_HTTP_ETAG_CAP_BYTES 40u

typedef struct tr_http_answer {
    unsigned status;
    const char *content_type;
    const char *cache_control;
    char etag[TR_HTTP_ETAG_CAP_BYTES]; // "": none
    const unsigned char *body;
    size_t body_size;
    const char *location;                    // NULL: none, or that of 307
    const char *cookie;                      // Set-Cookie; NULL: none
    const char *policy;                      // of a page or a worker, for the site's; NULL: that
    const struct tr_upload_exchange *upload; // of tus, whose headers it has; NULL: none
    const char *allow;                       // of 405; NULL: GET and HEAD
    size_t first;                            // of 206: where the body begins in the file
    size_t file_size;                        // of 206 and 416; 0: neither
    const char *disposition;                 // of a download; NULL: none
    bool is_gzip;
    bool varies_by_encoding;
    bool has_ranges;  // parts of it may be asked for
    bool is_page;     // HTML: wants the content security policy
    bool is_app;      // the page that is the app's, at whatever address
    bool is_last;     // the connection ends with it
    tr_slice headers; // of the app's own answers: msgpack array, names and values; empty: none
    bool is_chunked;
    bool has_no_length; // it is not known: of a download
    bool is_health;     // status and body are the caller's to fill in (tr_http_health)
} tr_http_answer;

tr_http_answer tr_http_answer_to(const tr_http_site *site, const tr_http_request *request);

typedef struct tr_http_health_facts {
    bool is_draining;
    bool has_worker;  // somebody could take a new session
    bool is_degraded; // all goes on, but what dies is not replaced: no broker answers
} tr_http_health_facts;

#define TR_HTTP_HEALTH_CAP_BYTES 128u

// Writes the report and returns its status: 200, or 503 while draining or without a worker. It is
// public: it says whether this server takes browsers, and nothing else.
unsigned tr_http_health(const tr_http_health_facts *facts, char out[TR_HTTP_HEALTH_CAP_BYTES]);

// The policy that the client's pages live under. Pictures, sound and films may come from anywhere
// because apps name them by URL; code only from here.
#define TR_HTTP_CONTENT_SECURITY_POLICY TR_HTTP_POLICY_OF("", "")
// The same where pages may connect elsewhere, or show other sites within them: texts of origins,
// each behind a space.
#define TR_HTTP_POLICY_OF(origins, framed)                                                         \
    "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; "                    \
    "img-src 'self' data: blob: https: http:; media-src 'self' data: blob: https: http:; "         \
    "font-src 'self' data: https:; connect-src 'self'" origins "; frame-src 'self'" framed         \
    "; object-src 'none'; base-uri 'self'; form-action 'self'"

// That of our client's workers (files whose names begin so), which play in WebAssembly what a page's
// policy does not let run. They reach nothing but the pictures in the bytes that the page gives
// them.
#define TR_HTTP_WORKERS "assets/worker-"
#define TR_HTTP_WORKER_POLICY "default-src 'none'; script-src 'wasm-unsafe-eval'; connect-src blob:"

// Flet's client starts with scripts in its page, compiles WebAssembly, draws with threads made from
// blobs, and fetches pictures and fonts with scripts, so what apps name by URL counts as
// connecting.
#define TR_HTTP_FLUTTER_SECURITY_POLICY                                                            \
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'wasm-unsafe-eval' blob:; "             \
    "worker-src 'self' blob:; style-src 'self' 'unsafe-inline'; "                                  \
    "img-src 'self' data: blob: https: http:; media-src 'self' data: blob: https: http:; "         \
    "font-src 'self' data: blob: https: http:; connect-src 'self' data: blob: https: http:; "      \
    "frame-src https: http:; object-src 'none'; base-uri 'self'; form-action 'self'"

#endif
