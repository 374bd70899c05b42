#include "gateway/edge.h"

#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "actors/core/core.h"
#include "actors/core/timer.h"
#include "base/lock.h"
#include "base/log.h"
#include "base/mem.h"
#include "gateway/edge_log.h"
#include "gateway/edge_socket.h"
#include "gateway/origin.h"
#include "gateway/tls.h"
#include "troupe/err.h"
#include "wire/scan.h"

_Static_assert(LWS_PRE <= TR_PACKET_HEADROOM, "a packet's headroom must hold a WebSocket head");

enum {
    // The size of one read; a bigger message comes in pieces. Each WebSocket has a buffer of this
    // size, also while it is idle. A click has about 40 bytes, a registration 350.
    READ_BYTES = 100, // with what libwebsockets adds 120, all that 128 bytes of the heap hold
    // All of a record of TLS (RFC 8446 section 5.1): libwebsockets would loop for ever in a pause that
    // leaves a part of one unread. What is not used of such a buffer takes no memory.
    TLS_READ_BYTES = 16384,
    DROPPED_READ_BYTES = 1024,
    TRACE_CAP_BYTES = 128,
    REQUEST_TIMEOUT_S = 10,
    MASK_BIT = 0x80,
    DROPPED_READS = 64,
    CLOSE_REASON_CAP_BYTES = 123 // RFC 6455 5.5
};

static void on_kick(tr_timer *timer)
{
    tr_edge *self = timer->arg;
    lws_cancel_service(self->context);
}

static void forget_first_frame(struct ev_loop *loop, tr_socket *self)
{
    if (self->first_frame == NULL)
        return;
    ev_io_stop(loop, self->first_frame);
    tr_free(self->first_frame);
    self->first_frame = NULL;
}

// libwebsockets takes frames that are not masked (RFC 6455 section 5.1), and hides whether they
// were. A client that does not mask is found out by its first frame, which is looked at before it
// is read.
static void on_first_frame(struct ev_loop *loop, ev_io *watcher, int events)
{
    unsigned char head[2];
    tr_socket *self = watcher->data;
    int socket = watcher->fd;
    (void)events;
    forget_first_frame(loop, self);
    ssize_t size = recv(socket, head, sizeof head, MSG_PEEK | MSG_DONTWAIT);
    if (size != (ssize_t)sizeof head || (head[1] & MASK_BIT) != 0) {
        tr_edge_peer_settle(lws_context_user(lws_get_context(self->wsi)), self);
        return;
    }
    // Nothing of it is to be heard.
    char rest[DROPPED_READ_BYTES];
    for (unsigned i = 0; i < DROPPED_READS && recv(socket, rest, sizeof rest, MSG_DONTWAIT) > 0;
         i++)
        ;
    tr_edge_log_refused(self->wsi, "a frame is not masked", TR_CLOSE_PROTOCOL);
    tr_socket_close(self, TR_CLOSE_PROTOCOL, "a frame is not masked");
}

static bool watch_first_frame(const tr_edge *edge, tr_socket *self)
{
    ev_io *watcher = tr_try_alloc(sizeof *watcher);
    if (watcher == NULL)
        return false;
    ev_io_init(watcher, on_first_frame, lws_get_socket_fd(self->wsi), EV_READ);
    ev_set_priority(watcher, EV_MAXPRI); // before libwebsockets reads
    watcher->data = self;
    ev_io_start(tr_core_loop(edge->options.core), watcher);
    self->first_frame = watcher;
    return true;
}

// Who comes by a proxy is counted by WebSockets, and not by that proxy's connections.
static bool has_room_for(const tr_edge *edge, tr_socket *self, const char *ip)
{
    bool is_refused;
    self->client = tr_client_take(edge->options.clients, tr_slice_of(ip), TR_CLIENT_CONNECTION,
                                  tr_core_now_ms(edge->options.core), &is_refused);
    return !is_refused;
}

static int on_established(const tr_edge *edge, tr_socket *self, struct lws *wsi)
{
    char agent[4096];
    char ip[TR_CLIENT_IP_CAP_BYTES];
    bool is_forwarded = tr_edge_client_ip(edge, wsi, ip);
    *self = (tr_socket){.wsi = wsi};
    tr_edge_forget_next_head(wsi);
    if (tr_edge_origin_of(edge, wsi) != TR_EDGE_ORIGIN_ALLOWED) {
        tr_socket_close(self, TR_CLOSE_FORBIDDEN,
                        "pages from this address may not connect (--allowed-origins)");
        return 0;
    }
    if (is_forwarded && !has_room_for(edge, self, ip)) {
        tr_socket_close(self, TR_CLOSE_TRY_LATER, "too many connections from your address");
        return 0;
    }
    char origin[512];
    tr_browser_cookie cookie;
    tr_edge_find_cookie(edge, wsi, false, &cookie);
    tr_proxy_user user;
    tr_edge_find_proxy_user(edge, wsi, &user);
    char traceparent[TRACE_CAP_BYTES] = "";
    (void)lws_hdr_custom_copy(wsi, traceparent, sizeof traceparent, "traceparent:", 12);
    tr_edge_client client = {
        .socket = self,
        .traceparent = tr_slice_of(traceparent),
        .ip = ip,
        .origin = tr_edge_header(wsi, WSI_TOKEN_ORIGIN, origin, sizeof origin),
        .browser_key = cookie.key,
        .user = &user,
        .user_agent = tr_edge_header(wsi, WSI_TOKEN_HTTP_USER_AGENT, agent, sizeof agent),
    };
    // What is encrypted cannot be looked at.
    if (edge->options.tls == NULL && !watch_first_frame(edge, self)) {
        tr_edge_log_refused(wsi, "out of memory", 503);
        return -1;
    }
    if (edge->options.calls->open(edge->options.gateway, &client, &self->browser) == 0) {
        if (self->first_frame == NULL)
            tr_edge_peer_settle(edge, self);
        return 0;
    }
    forget_first_frame(tr_core_loop(edge->options.core), self);
    tr_edge_log_refused(wsi, "too many actors", 503);
    return -1;
}

static int on_receive(const tr_edge *edge, tr_socket *self, struct lws *wsi, const void *bytes,
                      size_t size)
{
    if (self->browser == NULL)
        return -1;
    if (self->is_closing)
        return 0;
    edge->options.calls->piece(self->browser,
                               &(tr_message_piece){.bytes = bytes,
                                                   .size = size,
                                                   .more = lws_remaining_packet_payload(wsi),
                                                   .is_first = lws_is_first_fragment(wsi) != 0,
                                                   .is_last = lws_is_final_fragment(wsi) != 0,
                                                   .is_binary = lws_frame_is_binary(wsi) != 0});
    return self->is_closing ? -1 : 0;
}

// libwebsockets would drop what comes behind a close frame that it sends itself.
static int write_leave(tr_socket *self)
{
    unsigned char bytes[LWS_PRE + 4 + CLOSE_REASON_CAP_BYTES];
    unsigned char *frame = bytes + LWS_PRE; // RFC 6455 5.2 and 5.5.1
    size_t size = strnlen(self->leave_reason, CLOSE_REASON_CAP_BYTES);
    frame[0] = 0x88;
    frame[1] = (unsigned char)(2 + size);
    frame[2] = (unsigned char)(self->leave_code >> 8);
    frame[3] = (unsigned char)self->leave_code;
    memcpy(frame + 4, self->leave_reason, size);
    self->leave_code = 0;
    return lws_write(self->wsi, frame, 4 + size, LWS_WRITE_RAW) < (int)(4 + size) ? -1 : 0;
}

static int on_writable(const tr_edge *edge, tr_socket *self)
{
    if (self->is_closing || self->browser == NULL)
        return -1;
    if (self->leave_code != 0)
        return write_leave(self);
    if (self->is_leaving)
        return 0;
    if (self->wants_ping) {
        // Not empty: libwebsockets does not report an empty pong.
        unsigned char ping[LWS_PRE + 1] = {0};
        self->wants_ping = false;
        if (lws_write(self->wsi, ping + LWS_PRE, 1, LWS_WRITE_PING) < 1)
            return -1;
    }
    edge->options.calls->writable(self->browser);
    return self->is_closing ? -1 : 0;
}

// May a browser say that (RFC 6455 section 7.4)?
static bool is_sayable(unsigned code)
{
    return (code >= 1000 && code <= 1014 && (code < 1004 || code > 1006)) ||
           (code >= 3000 && code <= 4999);
}

// libwebsockets answers with the bytes that it got, which it lends here, so what may not be said is
// changed in them to what is wrong with it. One byte is no code, and too short for one.
static int on_peer_close(tr_socket *self, unsigned char *bytes, size_t size)
{
    self->is_peer_closing = true;
    self->peer_code = size >= 2 ? (uint16_t)((unsigned)bytes[0] << 8 | bytes[1]) : 1005;
    if (self->is_leaving)
        return -1; // both have said it
    bool is_bad = size == 1 || (size >= 2 && !is_sayable(self->peer_code));
    bool is_text = size <= 2 || tr_scan_is_utf8(bytes + 2, size - 2) != 0;
    if (!is_bad && is_text)
        return 0;
    unsigned answer = is_bad ? TR_CLOSE_PROTOCOL : TR_CLOSE_MALFORMED;
    self->peer_code = TR_CLOSE_ABNORMAL;
    if (size == 1) {
        lws_close_reason(self->wsi, LWS_CLOSE_STATUS_PROTOCOL_ERR, NULL, 0);
        return -1;
    }
    bytes[0] = (unsigned char)(answer >> 8);
    bytes[1] = (unsigned char)answer;
    memset(bytes + 2, ' ', size - 2);
    return 0;
}

static void on_closed(const tr_edge *edge, tr_socket *self)
{
    tr_browser *browser = self->browser;
    self->browser = NULL;
    tr_client_give(&self->client, TR_CLIENT_CONNECTION, tr_core_now_ms(edge->options.core));
    forget_first_frame(tr_core_loop(edge->options.core), self);
    if (browser != NULL)
        edge->options.calls->closed(browser,
                                    self->peer_code != 0 ? self->peer_code : TR_CLOSE_ABNORMAL);
}

static void on_socket_count(tr_edge *edge, bool is_new)
{
    if (is_new)
        edge->counts.sockets++;
    else if (edge->counts.sockets != 0)
        edge->counts.sockets--;
    if (edge->counts.sockets == 0)
        tr_timer_stop(&edge->kick);
    else if (!tr_timer_is_running(&edge->kick))
        tr_timer_start(&edge->kick, TR_EDGE_KICK_MS, TR_EDGE_KICK_MS);
}

static int on_event(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in,
                    size_t size)
{
    tr_socket *socket = user;
    tr_edge *edge = wsi != NULL ? lws_context_user(lws_get_context(wsi)) : NULL;
    if (edge == NULL)
        return 0;
    switch (reason) {
    case LWS_CALLBACK_WSI_CREATE:
        on_socket_count(edge, true);
        return 0;
    case LWS_CALLBACK_WSI_DESTROY:
        tr_edge_forget_next_head(wsi);
        tr_edge_peer_forget(edge, wsi);
        on_socket_count(edge, false);
        if (edge->served == wsi)
            edge->served = NULL;
        return 0;
    case LWS_CALLBACK_HTTP:
    case LWS_CALLBACK_HTTP_BODY:
    case LWS_CALLBACK_HTTP_BODY_COMPLETION:
    case LWS_CALLBACK_HTTP_WRITEABLE:
        return tr_edge_on_http(edge, wsi, reason, in, size);
    case LWS_CALLBACK_HTTP_DROP_PROTOCOL:
        tr_edge_on_http_over(edge, wsi, socket);
        return 0;
    case LWS_CALLBACK_CLOSED_HTTP:
        tr_edge_on_http_closed(edge, wsi, socket);
        return 0;
    case LWS_CALLBACK_HTTP_CONFIRM_UPGRADE:
        if (tr_edge_pass_over_upgrade(in))
            return 0;
        return tr_edge_on_upgrade(edge, wsi, in);
    case LWS_CALLBACK_ESTABLISHED:
        return on_established(edge, socket, wsi);
    case LWS_CALLBACK_RECEIVE:
        return on_receive(edge, socket, wsi, in, size);
    case LWS_CALLBACK_RECEIVE_PONG:
        if (socket->browser != NULL)
            edge->options.calls->heard(socket->browser);
        return 0;
    case LWS_CALLBACK_SERVER_WRITEABLE:
        return on_writable(edge, socket);
    case LWS_CALLBACK_WS_PEER_INITIATED_CLOSE:
        return on_peer_close(socket, in, size);
    case LWS_CALLBACK_CLOSED:
        on_closed(edge, socket);
        return 0;
    case LWS_CALLBACK_OPENSSL_LOAD_EXTRA_SERVER_VERIFY_CERTS:
        tr_tls_install(edge->options.tls, user);
        return 0;
    case LWS_CALLBACK_RAW_ADOPT: // a CONNECT request, which lws would turn into a raw tunnel
    case LWS_CALLBACK_RAW_RX:
        return -1;
    default:
        return 0;
    }
}

#define PROTOCOLS(read_bytes)                                                                      \
    {                                                                                              \
        {                                                                                          \
            .name = "troupe",                                                                      \
            .callback = on_event,                                                                  \
            .per_session_data_size = sizeof(struct tr_socket),                                     \
            .rx_buffer_size = (read_bytes),                                                        \
            .tx_packet_size = TR_OUTBOX_PIECE_BYTES + LWS_PRE,                                     \
        },                                                                                         \
            {.name = NULL},                                                                        \
    }
static const struct lws_protocols protocols[] = PROTOCOLS(READ_BYTES);
static const struct lws_protocols tls_protocols[] = PROTOCOLS(TLS_READ_BYTES);

// libwebsockets keeps validity timers in a list that it walks from the front: with thousands of
// idle browsers each pong would cost milliseconds. Zero switches them off; the connections ping
// themselves.
static const lws_retry_bo_t no_validity_timers = {.secs_since_valid_hangup = 0};

// Contexts share nothing once they exist, but making and freeing one touches the library's own
// process-wide state (the loaded loop plugin, for one).
static tr_lock making = TR_LOCK_INIT("edges", TR_LOCK_EDGES);

tr_lock *tr_edge_making(void)
{
    return &making;
}

int tr_edge_open(const tr_edge_options *options, tr_edge **out)
{
    tr_edge_set_up_log();
    tr_edge *self = tr_new(tr_edge);
    self->options = *options;
    tr_timer_init(&self->kick, options->core, on_kick, self);
    void *loops[] = {tr_core_loop(options->core)};
    struct lws_context_creation_info info = {
        .port = CONTEXT_PORT_NO_LISTEN_SERVER,
        .protocols = protocols,
        .user = self,
        .options = LWS_SERVER_OPTION_LIBEV | LWS_SERVER_OPTION_EXPLICIT_VHOSTS,
        .foreign_loops = loops,
        .retry_and_idle_policy = &no_validity_timers,
        .max_http_header_pool = TR_HEADS_PER_CORE_CAP,
        // Heads are held against the limit before (accept_filter.h, edge_next_head.c).
        // Each header that it does not know has eight bytes more there.
        .max_http_header_data = TR_HTTP_HEAD_CAP_BYTES + TR_HEAD_LINES_CAP * 16,
        .pt_serv_buf_size = TR_EDGE_READ_BYTES, // by itself 4 KiB, a turn of the loop for each
        .timeout_secs = REQUEST_TIMEOUT_S,
        .keepalive_timeout =
            (int)(options->keep_alive_s != 0 ? options->keep_alive_s : TR_KEEP_ALIVE_S),
        .server_string = "troupe",
    };
    if (options->tls != NULL) {
        info.options |= LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT;
        info.protocols = tls_protocols;
        info.ssl_cert_filepath = tr_tls_certificate(options->tls);
        info.ssl_private_key_filepath = tr_tls_key(options->tls);
        info.alpn = "http/1.1"; // libwebsockets would offer h2, too (docs/decisions/0017)
    }
    tr_lock_take(&making);
    self->context = lws_create_context(&info);
    tr_lock_give(&making);
    if (self->context == NULL) {
        tr_log(TR_LOG_ERROR, "event=edge_failed reason=%s",
               "\"libwebsockets gave no context; is its libev plugin installed?\"");
        tr_free(self);
        return TR_ESYSTEM;
    }
    self->vhost = lws_create_vhost(self->context, &info);
    if (self->vhost == NULL) {
        tr_log(TR_LOG_ERROR, "event=edge_failed reason=vhost");
        tr_edge_close(&self);
        return TR_ESYSTEM;
    }
    *out = self;
    return 0;
}

void tr_edge_close(tr_edge **self)
{
    tr_edge *edge = *self;
    if (edge == NULL)
        return;
    tr_lock_take(&making);
    lws_context_destroy(edge->context);
    tr_lock_give(&making);
    tr_timer_stop(&edge->kick);
    tr_free(edge);
    *self = NULL;
}

void tr_edge_adopt(tr_edge *self, const tr_arrival *arrival)
{
    tr_edge_peer *peer = tr_edge_peer_new(arrival);
    struct lws *wsi = peer != NULL ? lws_adopt_socket_vhost(self->vhost, arrival->socket) : NULL;
    tr_client_entry *client = arrival->client;
    if (wsi == NULL) {
        if (peer == NULL)
            close(arrival->socket);
        tr_free(peer);
        tr_client_give(&client, TR_CLIENT_CONNECTION, tr_core_now_ms(self->options.core));
        return;
    }
    lws_set_opaque_user_data(wsi, peer);
    // Ends connections that say nothing; libwebsockets sets its own time-outs from the first byte
    // on.
    lws_set_timeout(wsi, PENDING_TIMEOUT_ESTABLISH_WITH_SERVER, REQUEST_TIMEOUT_S);
    if (self->options.tls != NULL)
        tr_edge_await_first_head(self, wsi);
}

tr_edge_counts tr_edge_counts_get(const tr_edge *self)
{
    return self->counts;
}

void tr_socket_read(tr_socket *self, bool is_wanted)
{
    // Of an upload that is over, nothing more is.
    bool is_held = self->request != NULL && self->request->under_way != NULL;
    (void)lws_rx_flow_control(self->wsi, is_wanted && !is_held ? 1 : 0);
}

int tr_socket_send(tr_socket *self, const tr_outbox_piece *piece)
{
    if (self->is_closing || self->is_leaving)
        return TR_EGONE;
    // Nothing may follow our answer to the browser's close frame.
    if (self->is_peer_closing)
        return 1;
    size_t head = piece->number != 0 ? TR_FLET_HEAD_BYTES : 0;
    size_t size = head + piece->size;
    unsigned char *bytes = tr_packet_data(piece->packet) + piece->offset - head;
    int how = (piece->offset == 0 ? LWS_WRITE_BINARY : LWS_WRITE_CONTINUATION) |
              (piece->is_last ? 0 : LWS_WRITE_NO_FIN);
    // The heads are written in front of the piece: into the headroom, or over bytes of the piece
    // before it, which other browsers may still need.
    unsigned char behind[LWS_PRE + TR_FLET_HEAD_BYTES];
    memcpy(behind, bytes - LWS_PRE, LWS_PRE + head);
    if (head != 0)
        tr_flet_write_head(bytes, piece->number, piece->seen);
    int result = lws_write(self->wsi, bytes, size, (enum lws_write_protocol)how);
    memcpy(bytes - LWS_PRE, behind, LWS_PRE + head);
    if (result < (int)size)
        return TR_EGONE;
    return lws_partial_buffered(self->wsi) ? 1 : 0;
}

void tr_socket_ping(tr_socket *self)
{
    self->wants_ping = true;
    (void)lws_callback_on_writable(self->wsi);
}

// At most `cap` bytes, never half a UTF-8 character: a browser fails a close frame that has one.
static size_t cut_text(const char *text, size_t cap)
{
    size_t size = strlen(text);
    if (size <= cap)
        return size;
    while (cap > 0 && ((unsigned char)text[cap] & 0xc0u) == 0x80u)
        cap--;
    return cap;
}

void tr_socket_close(tr_socket *self, unsigned code, const char *reason)
{
    unsigned char text[CLOSE_REASON_CAP_BYTES];
    size_t size = cut_text(reason, sizeof text);
    memcpy(text, reason, size);
    lws_close_reason(self->wsi, (enum lws_close_status)code, text, size);
    self->is_closing = true;
    (void)lws_callback_on_writable(self->wsi);
}

void tr_socket_leave(tr_socket *self, unsigned code, const char *reason)
{
    self->is_leaving = true;
    self->leave_code = (uint16_t)code;
    self->leave_reason = reason;
    (void)lws_callback_on_writable(self->wsi);
}

void tr_socket_forget(tr_socket *self)
{
    self->browser = NULL;
    tr_socket_cut(self);
}
