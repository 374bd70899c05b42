#ifndef TR_GATEWAY_GATEWAY_H
#define TR_GATEWAY_GATEWAY_H

// The gateway role of one core thread: serves the browser client over HTTP, speaks WebSocket with
// browsers, and stands between them and their sessions, which may live on any worker. Holds no
// session state: kill it, and browsers reconnect through another one.
//
// Thread: the core thread it was started on. Owns: its listener, its sockets, one actor per
// browser.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "auth/settings.h"
#include "gateway/arrival.h"
#include "gateway/forwarded.h"
#include "gateway/http.h"
#include "troupe/pages/http_route.h"
#include "uploads/upload_url.h"

typedef struct tr_core tr_core;
typedef struct tr_client_limits tr_client_limits;
typedef struct tr_tls tr_tls;

// A listening socket that was opened outside, does not block, and may be shared with other core
// threads. The gateway makes itself a descriptor of its own.
typedef struct tr_gateway_socket {
    int socket;
    bool is_redirect; // sends plain HTTP to HTTPS (gateway/redirect.h), and does nothing else
} tr_gateway_socket;

#define TR_GATEWAY_SOCKETS_CAP 10u

// Zero means the default. Texts are copied; what the site points to is borrowed until the gateway
// stops.
typedef struct tr_gateway_options {
    const tr_gateway_socket *sockets; // borrowed for the call. One that does not redirect stands in
    unsigned socket_count;            // for host and port; at most TR_GATEWAY_SOCKETS_CAP
    const char *place;                // of one without a port, for the log; NULL: it has no name
    unsigned https_port;              // to redirect to; default: the one that is listened on
    const char *acme_folder;          // as in gateway/redirect.h; borrowed until the gateway stops
    bool has_proxy_headers;           // connections begin with a header (gateway/proxy_header.h)
    const char *host;                 // address or name to listen on; default 127.0.0.1
    unsigned port;                    // 0: any that is free
    bool share_listen;                // several core threads listen on this port (SO_REUSEPORT)
    bool join_listen;                 // one of them does already
    bool is_embedded;                 // it listens nowhere: connections are given to it
    tr_http_site site;                // the site that HTTP serves
    const char
        *allowed_origins; // besides our own host: "https://a.example, https://b.example", "*"
    const char *trusted_proxies; // what they forward is believed: "10.0.0.0/8"; default none
    enum tr_forwarded_header forwarded_header;
    const char *allowed_hosts;  // that requests may name: "app.example, *.app.example"; default any
    uint32_t packets_per_s;     // of one browser, in the long run; default TR_BROWSER_PACKETS_PER_S
    uint32_t packets_burst;     // and at once; default TR_BROWSER_PACKETS_BURST
    uint32_t ping_ms;           // of a browser's silence until it is asked; default TR_PING_MS
    uint32_t head_deadline_ms;  // of a first request; default TR_HEAD_DEADLINE_MS
    uint32_t keep_alive_s;      // of a connection between two requests; default TR_KEEP_ALIVE_S
    uint32_t connections_cap;   // default TR_CONNECTIONS_PER_CORE_CAP
    tr_upload_settings uploads; // its texts are borrowed until the process ends
    const tr_http_route *routes;  // of the app's own; NULL: none
    tr_upload_settings downloads; // likewise; `path` NULL: there are none
    tr_tls *tls;                  // certificates; borrowed likewise; NULL: plain HTTP
    unsigned hsts_s;              // browsers are to use HTTPS alone for so long; 0: it is not said
    struct tr_fatal_openings *fatal; // of the process; likewise; NULL: nobody is put off
    tr_client_limits *clients; // of each address; borrowed until the gateway stops; NULL: no limits
    const tr_auth_settings *auth; // borrowed until then; NULL: nobody can sign in
} tr_gateway_options;

// Starts listening on this core thread. `out_port` is the real port, for the other core threads, 0 where
// it has none, as a unix socket; left alone when it is embedded.
// TR_EINVALID (host, port in use), TR_EEXISTS (runs already), TR_ESYSTEM.
int tr_gateway_start(tr_core *core, const tr_gateway_options *options, unsigned *out_port)
    __attribute__((warn_unused_result));

// A connection that nobody has accepted, for its listener's way from there on; counted here. False: it is
// not taken (draining, stopped). Its socket does not block.
bool tr_gateway_take(tr_core *core, const tr_arrival *arrival);

// Closes everything at once. Outside of a loop turn (the host's teardown). Fine when it does not
// run.
void tr_gateway_stop(tr_core *core);

// Stops listening and closes browsers with 1012, spread over a time that grows with their number,
// at most TR_GATEWAY_DRAIN_MS. Done when tr_gateway_stats_get says no connections.
#define TR_GATEWAY_DRAIN_MS 5000u
void tr_gateway_drain(tr_core *core);

// Of this core thread, since the start; `connections`, `attached` and `sockets` as of now.
typedef struct tr_gateway_stats {
    uint32_t sockets;     // TCP connections, HTTP ones too
    uint32_t connections; // WebSockets
    uint32_t attached;    // of them with a session
    uint64_t opened;
    uint64_t closed;
    uint64_t refused;    // handshakes: origin, path, cap, draining
    uint64_t violations; // closed for what the browser sent: 1002, 1003, 1007, 1008, 1009
    uint64_t requests;   // HTTP
    uint64_t packets_in; // WebSocket messages or parts of them
    uint64_t packets_out;
    uint64_t bytes_out;
    uint64_t pauses;    // reading stopped
    uint32_t uploads;   // under way now
    uint32_t downloads; // likewise
    uint32_t calls;     // requests that the app answers itself, likewise
    uint32_t answers;   // files of the site, likewise
    uint32_t arriving;  // connections whose first request is not there yet
    bool is_draining;
} tr_gateway_stats;
tr_gateway_stats tr_gateway_stats_get(tr_core *core);

#endif
