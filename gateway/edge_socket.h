#ifndef TR_GATEWAY_EDGE_SOCKET_H
#define TR_GATEWAY_EDGE_SOCKET_H

// The edge, what it keeps of one TCP connection (in libwebsockets' per-session memory), and what
// its files know of each other. The one header that includes libwebsockets; only edge*.c and
// admin_server.c include it.
//
// Thread: the gateway's core thread.

#include <ev.h>
#include <libwebsockets.h>
#include <stdbool.h>
#include <stddef.h>

#include "actors/core/timer.h"
#include "gateway/arrival.h"
#include "gateway/chunked.h"
#include "gateway/edge_options.h"
#include "gateway/origin.h"
#include "gateway/request.h"
#include "wire/limits.h"

typedef struct tr_edge {
    tr_edge_options options;
    struct lws_context *context;
    struct lws_vhost *vhost;
    tr_timer kick;
    tr_edge_counts counts;
    struct lws *served; // that has a turn to write; NULL: none, or it is gone
    // Of what is encrypted (edge_next_head.c): whose bytes libwebsockets reads now; and whose head it has a
    // part of, the oldest first.
    struct tr_next_head *passing;
    struct tr_next_head *parts;
    unsigned part_count;
    size_t bodies; // bytes of requests of the app's own that come, or may
} tr_edge;

// Who is at the other end of a connection: libwebsockets' opaque user data of each. Owned by it; of a
// WebSocket there is none once its first frame came.
typedef struct tr_edge_peer {
    tr_client_entry *client;   // whose connection it is; NULL: nobody's, as of a trusted proxy
    struct tr_next_head *next; // of the request that is waited for; NULL: none is
    uint64_t bytes_before;     // read when the answer before was complete; of TLS
    tr_buf target;             // of the request that is read next, or under way (gateway/target.h)
    bool is_put_aside;         // libwebsockets has read that one together with the one before
    char ip[];
} tr_edge_peer;

typedef struct tr_next_head tr_next_head;

// NULL: no memory.
tr_edge_peer *tr_edge_peer_new(const tr_arrival *arrival);

// Notes the head of the request that libwebsockets reads next; empty: it has not been seen.
void tr_edge_peer_note(tr_edge_peer *self, tr_slice head);

// What the request under way asks for; empty: what libwebsockets says.
tr_slice tr_edge_peer_target(struct lws *wsi);

// Its address; "": it has none.
const char *tr_edge_peer_ip(struct lws *wsi);

// It is a WebSocket, of which nobody asks any more who is there: what it counts for is the socket's.
void tr_edge_peer_settle(const tr_edge *edge, tr_socket *self);

// With the end of its connection, which counts no more.
void tr_edge_peer_forget(const tr_edge *edge, struct lws *wsi);

// The request of a connection that is being answered.
typedef struct tr_edge_request {
    const unsigned char
        *body;        // what is left of the answer's body, borrowed for ever or of the next
    void *body_owned; // what it lies in; NULL: it is borrowed
    size_t body_left;
    struct tr_under_way *under_way;      // edge_under_way.c; owned
    struct tr_upload_exchange *exchange; // of a request with a file; NULL: there is none
    struct tr_call_exchange *asked;      // of one that the app answers; NULL: there is none
    struct tr_download_exchange *sent;   // of a request for one; NULL: there is none
    struct tr_oauth_exchange *oauth;     // of one that is back from a provider; likewise
    struct tr_paint_exchange *paint;     // of one for a page that has its text in it; likewise
    unsigned stilling;                   // turns until libwebsockets asks for nothing
    bool is_behind;                      // bytes, or the end of them, are behind that request
    bool is_deaf;                        // and nothing more is listened for
    bool is_begun;                       // some of its answer is there, or all of an upload
    bool is_still;                       // libwebsockets asks for nothing
    bool is_last;                        // this answer ends the connection
    bool is_body_over;                   // of the request, as libwebsockets tells
} tr_edge_request;

// Each idle browser has one: what only a request needs is not in it.
struct tr_socket {
    struct lws *wsi;
    tr_edge_request *request; // HTTP: owned; NULL: none yet
    tr_browser *browser;      // once it is a WebSocket
    ev_io *first_frame;       // of one: owned; NULL once the first frame came
    tr_client_entry
        *client; // of one: whose connection it is; NULL: not counted, or still its peer's
    const char *leave_reason; // of the close frame that is due; borrowed for ever
    uint16_t leave_code;      // likewise; 0: none
    uint16_t peer_code;       // of the browser's close frame; 0: none
    bool is_closing : 1;      // our close frame is due or out
    bool is_peer_closing : 1; // the browser's close frame came
    bool wants_ping : 1;
    bool is_leaving : 1; // nothing is sent any more but that close frame, and all is received
};
_Static_assert(sizeof(struct tr_socket) <= 56, "each connected browser has one");

// A request with a file, until it was answered.
typedef struct tr_upload_exchange {
    tr_upload *upload; // until it has answered
    tr_upload_grant grant;
    tr_chunked chunks;
    bool is_chunked;
    bool is_head;
    bool is_last;            // the connection ends with its answer
    bool is_resumable;       // of tus
    bool is_body_over;       // all that belongs to the request has come
    uint64_t left;           // bytes of a body with a length that are to come
    uint64_t drop_until_ms;  // it was refused: what still comes is dropped until then
    tr_upload_reply reply;   // that is due; status 0: none
    tr_client_entry *client; // whose upload it is; NULL: not counted
} tr_upload_exchange;

// A request for a file, or one that the app answers, until it was answered.
typedef struct tr_download_exchange {
    tr_download *download;   // until it lets go
    tr_client_entry *client; // whose it is; NULL: not counted
    bool is_call;            // the app answers it itself
    tr_slice piece;          // what is left of the one that it lends
    bool is_last;            // the connection ends with it
    bool is_chunked;
    bool is_old;  // HTTP/1.0
    bool is_head; // no body follows
    bool is_head_due;
    bool is_over;          // all pieces came
    tr_http_answer answer; // its head
    char type[TR_MEDIA_TYPE_CAP_BYTES + 1];
    tr_buf disposition;
    tr_buf headers;
} tr_download_exchange;

// A browser that is back from a provider, until it was answered.
typedef struct tr_oauth_exchange {
    tr_oauth_callback *callback; // until it has answered
    tr_client_entry *client;     // whose it is; NULL: not counted
    tr_browser_cookie cookie;
    bool is_secure;
    tr_oauth_reply reply; // that is due; status 0: none
} tr_oauth_exchange;

// A request for a page that has its text in it, until it was answered.
typedef struct tr_paint_exchange {
    tr_paint *paint;         // until it has told
    tr_client_entry *client; // whose it is; NULL: not counted
    tr_http_answer answer;   // what the page is without
    tr_buf page;             // with it; empty: it is sent without
    bool is_personal;        // it was asked for with somebody's name or cookie
} tr_paint_exchange;

// What a head says of the body behind it.
typedef struct tr_upload_body {
    enum tr_upload_kind kind;
    bool is_chunked;
    bool has_length;
    uint64_t length; // bytes
} tr_upload_body;

// A header's value, in `out`; empty when it is not there or longer.
tr_slice tr_edge_header(struct lws *wsi, enum lws_token_indexes token, char *out, size_t cap);

// What `troupe dev` tells pages (edge_desk.c). False: it is another address.
bool tr_edge_on_desk(const tr_edge *edge, tr_socket *self, struct lws *wsi, int method,
                     tr_slice path, int *out_result);

// What a person answers to it there: the status to end with. 0: it is something else.
#define TR_EDGE_DESK_ANSWER_CAP 80u
unsigned tr_edge_desk_answer(const tr_edge *edge, int method, tr_slice path, bool is_own_page);

#define TR_WEBSOCKET_VERSION "13" // RFC 6455
#define TR_TUS_VERSION "1.0.0"

// Writes an answer's head; or head and body in one go, for bodies that do not outlive the call (1 536
// bytes at most); or that for a text. Below zero: the connection is to be closed.
int tr_edge_write_head(const tr_edge *edge, struct lws *wsi, const tr_http_answer *answer);
int tr_edge_write_short(const tr_edge *edge, struct lws *wsi, const tr_http_answer *answer);
// HTTP/1.0, of which each connection ends with its answer?
bool tr_edge_is_old(struct lws *wsi);
// Tells who waits for it that the body of the request is wanted (Expect: 100-continue).
int tr_edge_invite_body(struct lws *wsi);
int tr_edge_answer_upload(const tr_edge *edge, struct lws *wsi, const tr_upload_exchange *exchange,
                          bool is_last);

// The grant in the query of a signed URL; or a refusal, its status not 0.
tr_upload_answer tr_edge_read_grant(struct lws *wsi, const tr_upload_settings *settings,
                                    tr_upload_grant *out);

// May the page that asks for a WebSocket connect?
enum tr_edge_origin { TR_EDGE_ORIGIN_ALLOWED, TR_EDGE_ORIGIN_FOREIGN, TR_EDGE_ORIGIN_ODD };
enum tr_edge_origin tr_edge_origin_of(const tr_edge *edge, struct lws *wsi);

// The client's address, as a trusted proxy says it. True: a proxy did.
bool tr_edge_client_ip(const tr_edge *edge, struct lws *wsi, char out[TR_CLIENT_IP_CAP_BYTES]);

// One more for whoever sent the request, to be given back with tr_edge_give. False: its address has as
// many as it may.
bool tr_edge_take(const tr_edge *edge, struct lws *wsi, enum tr_client_use use,
                  tr_client_entry **out);
void tr_edge_give(const tr_edge *edge, tr_client_entry **client, enum tr_client_use use);

// The path below the mount, also where a trusted proxy has cut that off (X-Forwarded-Prefix). `full`
// has room for it.
#define TR_EDGE_PATH_CAP_BYTES (TR_HTTP_PATH_CAP_BYTES + 1 + TR_MOUNT_CAP_BYTES)
tr_slice tr_edge_path(const tr_edge *edge, struct lws *wsi, tr_slice path,
                      char full[TR_EDGE_PATH_CAP_BYTES]);

// May the request name that host (--allowed-hosts)?
#define TR_EDGE_FOREIGN_HOST "This server does not answer for that host (--allowed-hosts).\n"
bool tr_edge_host_is_allowed(const tr_edge *edge, struct lws *wsi, tr_slice path);

// One line for a handshake that is refused, or left out where there are too many.
void tr_edge_log_refused(struct lws *wsi, const char *reason, unsigned status);

// Each returns what the callback returns to libwebsockets.
int tr_edge_on_http(tr_edge *edge, struct lws *wsi, enum lws_callback_reasons reason,
                    const void *bytes, size_t size);
void tr_edge_on_http_over(tr_edge *edge, struct lws *wsi, tr_socket *self);
void tr_edge_on_http_closed(tr_edge *edge, struct lws *wsi, tr_socket *self);
// All of an answer has been written: the connection ends, or waits for its next request.
int tr_edge_complete(struct lws *wsi, bool is_last);
// The next request (edge_next_head.c): it is waited for from now on, where an answer is complete; the first
// one of an encrypted connection; and no more.
void tr_edge_await_next_head(struct lws *wsi);
void tr_edge_await_first_head(tr_edge *edge, struct lws *wsi);
void tr_edge_forget_next_head(struct lws *wsi);
// Was the request that begins read together with the one before?
bool tr_edge_is_put_aside(const tr_edge *edge, struct lws *wsi);
// Closes it soon, without a word.
void tr_edge_cut(struct lws *wsi);
// A request that is being answered (edge_under_way.c). Looks at what is under way by now; has a part of
// an answer written, which is there by now; hears of a turn to write that is not meant; the end of it;
// the connection's.
void tr_edge_look_on(const tr_edge *edge, tr_socket *self);
void tr_edge_want_write(tr_socket *self);
int tr_edge_on_still(tr_socket *self);
void tr_edge_look_away(const tr_edge *edge, tr_socket *self);
void tr_edge_forget_watcher(const tr_edge *edge, tr_edge_request *self);
int tr_edge_on_request(tr_edge *edge, tr_socket *self, struct lws *wsi);
int tr_edge_on_body_writable(tr_edge *edge, tr_socket *self, struct lws *wsi);
void tr_edge_on_body_closed(tr_edge *edge, tr_socket *self);
int tr_edge_on_upload(tr_edge *edge, tr_socket *self, struct lws *wsi, const tr_upload_body *body);
int tr_edge_on_upload_piece(const tr_edge *edge, tr_socket *self, const void *bytes, size_t size);
int tr_edge_on_upload_whole(const tr_edge *edge, tr_socket *self);
int tr_edge_on_upload_writable(const tr_edge *edge, tr_socket *self);
void tr_edge_on_upload_closed(const tr_edge *edge, tr_socket *self);
// The app's own routes: whether the path is one of them, and the request for one.
bool tr_edge_is_with_body(int method);
const tr_http_route *tr_edge_route_of(const tr_edge *edge, int method, tr_slice path);
int tr_edge_on_call(tr_edge *edge, tr_socket *self, struct lws *wsi, int method, tr_slice path,
                    const tr_request_verdict *verdict);
// Other methods of such a path: true, and `out` is what the callback returns.
bool tr_edge_on_other_method(const tr_edge *edge, struct lws *wsi, int method, tr_slice path,
                             bool has_body, int *out);
int tr_edge_on_call_piece(tr_edge *edge, tr_socket *self, const void *bytes, size_t size);
int tr_edge_on_call_whole(tr_edge *edge, tr_socket *self);
void tr_edge_on_call_closed(tr_edge *edge, tr_socket *self);
// Has the app answer; the call is taken over.
int tr_edge_start_call(tr_edge *edge, tr_socket *self, tr_http_call *call, bool is_head,
                       bool is_last);
bool tr_edge_is_download(const tr_edge *edge, struct lws *wsi, tr_slice path);
int tr_edge_on_download(tr_edge *edge, tr_socket *self, struct lws *wsi, int method, bool has_body);
int tr_edge_on_download_writable(const tr_edge *edge, tr_socket *self);
void tr_edge_on_download_closed(const tr_edge *edge, tr_socket *self);
bool tr_edge_is_oauth(const tr_edge *edge, struct lws *wsi, tr_slice path);
int tr_edge_on_oauth(tr_edge *edge, tr_socket *self, struct lws *wsi, tr_slice path);
int tr_edge_on_oauth_writable(const tr_edge *edge, tr_socket *self);
void tr_edge_on_oauth_closed(const tr_edge *edge, tr_socket *self);
// The app's page, with its text in it: true, and `out` is what the callback returns. False: it is sent as it is.
bool tr_edge_on_paint(tr_edge *edge, tr_socket *self, struct lws *wsi, int method, tr_slice path,
                      const tr_http_answer *answer, int *out);
int tr_edge_on_paint_writable(tr_edge *edge, tr_socket *self);
void tr_edge_on_paint_closed(const tr_edge *edge, tr_socket *self);
// An answer of the site: its head, and what is to follow.
int tr_edge_begin_body(tr_edge *edge, tr_socket *self, struct lws *wsi,
                       const tr_http_answer *answer, bool is_head);
// The parts of the query, decoded, as a msgpack array of byte strings.
void tr_edge_take_query(struct lws *wsi, tr_buf *out);
// The browser's cookie (auth/browser_cookie.h); empty texts: it has none. `is_secure`: only one of HTTPS counts.
void tr_edge_find_cookie(const tr_edge *edge, struct lws *wsi, bool is_secure,
                         tr_browser_cookie *out);
// Whom a trusted proxy has signed in; nobody where it is not trusted.
void tr_edge_find_proxy_user(const tr_edge *edge, struct lws *wsi, tr_proxy_user *out);
// Is it one to a protocol that is not wanted? The request is an ordinary one then.
bool tr_edge_pass_over_upgrade(char *protocol);
// 0: upgrade; otherwise it has been answered.
int tr_edge_on_upgrade(tr_edge *edge, struct lws *wsi, const char *protocol);

#endif
