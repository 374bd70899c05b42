#ifndef TR_GATEWAY_EDGE_OPTIONS_H
#define TR_GATEWAY_EDGE_OPTIONS_H

// The options of an edge when it is opened: the site it serves, the origins it lets in, and the
// functions it calls. The edge knows gateways and browsers as names only; it hands them back to
// these functions.
//
// Thread: the gateway's core thread. Owns: nothing; texts and tables are borrowed until the edge is
// closed.

#include <stdint.h>

#include "auth/proxy_user.h"
#include "base/client_limits.h"
#include "gateway/connection.h"
#include "gateway/download.h"
#include "gateway/forwarded.h"
#include "gateway/http.h"
#include "gateway/oauth_callback.h"
#include "gateway/paint.h"
#include "gateway/upload.h"
#include "troupe/slice.h"
#include "uploads/upload_url.h"

typedef struct tr_core tr_core;
typedef struct tr_gateway tr_gateway;
typedef struct tr_browser tr_browser;
typedef struct tr_socket tr_socket;

// The client behind a new WebSocket. Texts are lent for the call.
typedef struct tr_edge_client {
    tr_socket *socket;
    const char *ip;
    tr_slice user_agent;
    tr_slice origin;           // of its page
    const tr_proxy_user *user; // whom a proxy has signed in
    const char *browser_key;   // of its cookie (auth/browser_cookie.h); "": it has none
    tr_slice traceparent;      // of the handshake, as it came
} tr_edge_client;

typedef struct tr_edge_calls {
    // A new WebSocket; below zero: closed again, and nothing more is called for it.
    int (*open)(tr_gateway *gateway, const tr_edge_client *client, tr_browser **out);
    void (*piece)(tr_browser *browser, const tr_message_piece *piece);
    // A pong.
    void (*heard)(tr_browser *browser);
    void (*writable)(tr_browser *browser);
    // The last call, with the browser's close code or TR_CLOSE_ABNORMAL.
    void (*closed)(tr_browser *browser, unsigned code);
    // Why one more browser cannot be taken, for it to read; NULL: it can.
    const char *(*refusal)(const tr_gateway *gateway);
    tr_http_health_facts (*health)(const tr_gateway *gateway);
    // A request with a file, as in gateway/upload.h.
    int (*upload)(tr_gateway *gateway, const tr_upload_request *request, tr_upload **out);
    void (*upload_piece)(tr_upload *upload, const void *bytes, size_t size);
    void (*upload_whole)(tr_upload *upload);
    void (*upload_broken)(tr_upload *upload);
    void (*upload_gone)(tr_upload *upload);
    // One for a file of a page, as in gateway/download.h.
    int (*download)(tr_gateway *gateway, const tr_download_request *request, tr_download **out);
    void (*download_sent)(tr_download *download);
    void (*download_gone)(tr_download *download);
    // A browser that is back from a provider, as in gateway/oauth_callback.h.
    int (*oauth)(tr_gateway *gateway, const tr_oauth_request *request, tr_oauth_callback **out);
    void (*oauth_gone)(tr_oauth_callback *callback);
    // One for a page, as in gateway/paint.h.
    int (*paint)(tr_gateway *gateway, const tr_paint_request *request, tr_paint **out);
    void (*paint_gone)(tr_paint *paint);
} tr_edge_calls;

#define TR_KEEP_ALIVE_S 60u

typedef struct tr_edge_options {
    tr_core *core;
    tr_gateway *gateway;
    const tr_edge_calls *calls;
    tr_http_site site;
    const char *allowed_origins; // NULL: our own host only
    const char *trusted_proxies; // NULL: none
    enum tr_forwarded_header forwarded_header;
    const char *allowed_hosts; // NULL: any
    tr_upload_settings uploads;
    tr_upload_settings downloads;
    tr_client_limits *clients;    // NULL: no limits
    struct tr_tls *tls;           // NULL: plain HTTP
    unsigned hsts_s;              // 0: nothing is said
    uint32_t keep_alive_s;        // of a connection between two requests; 0: TR_KEEP_ALIVE_S
    const tr_http_route *routes;  // of the app's own; NULL: none
    const tr_auth_settings *auth; // borrowed; NULL: nobody can sign in
} tr_edge_options;

// Since the edge was opened; `sockets` as of now.
typedef struct tr_edge_counts {
    uint32_t sockets; // TCP connections
    uint32_t answers; // files of the site that are under way, as of now
    uint64_t requests;
    uint64_t refused; // handshakes
} tr_edge_counts;

#endif
