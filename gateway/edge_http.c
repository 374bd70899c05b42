// The edge's HTTP half: requests to answers, answers to bytes.

#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/log.h"
#include "base/log_budget.h"
#include "gateway/edge_socket.h"
#include "gateway/http.h"
#include "gateway/origin.h"
#include "wire/limits.h"

enum { HEAD_CAP_BYTES = 4096, HEADER_CAP_BYTES = 4096, BODY_PIECE_BYTES = 16384 };

typedef struct head_writer {
    struct lws *wsi;
    unsigned char *start;
    unsigned char *at;
    unsigned char *end;
    bool failed;
} head_writer;

static void add(head_writer *self, const char *name, const char *value)
{
    if (value != NULL && lws_add_http_header_by_name(self->wsi, (const unsigned char *)name,
                                                     (const unsigned char *)value,
                                                     (int)strlen(value), &self->at, self->end) != 0)
        self->failed = true;
}

static int write_head(const tr_edge *edge, struct lws *wsi, const tr_http_answer *answer)
{
    unsigned char buffer[LWS_PRE + HEAD_CAP_BYTES];
    head_writer head = {.wsi = wsi,
                        .start = buffer + LWS_PRE,
                        .at = buffer + LWS_PRE,
                        .end = buffer + sizeof buffer - 1};
    if (lws_add_http_header_status(wsi, answer->status, &head.at, head.end) != 0)
        return -1;
    if (answer->status != 304) {
        add(&head, "content-type:", answer->content_type);
        if (lws_add_http_header_content_length(wsi, answer->body_size, &head.at, head.end) != 0)
            return -1;
    }
    add(&head, "content-encoding:", answer->is_gzip ? "gzip" : NULL);
    add(&head, "vary:", answer->varies_by_encoding ? "accept-encoding" : NULL);
    add(&head, "cache-control:", answer->cache_control);
    add(&head, "etag:", answer->etag);
    add(&head, "allow:", answer->status == 405 ? "GET, HEAD" : NULL);
    add(&head, "x-content-type-options:", "nosniff");
    add(&head, "referrer-policy:", "same-origin");
    const tr_http_site *site = &edge->options.site;
    const char *policy = site->content_security_policy;
    if (answer->is_page)
        add(&head,
            "content-security-policy:", policy != NULL ? policy : TR_HTTP_CONTENT_SECURITY_POLICY);
    // Of a worker's script, too, not of pages alone.
    add(&head, "cross-origin-opener-policy:", site->is_isolated ? "same-origin" : NULL);
    add(&head, "cross-origin-embedder-policy:", site->is_isolated ? "require-corp" : NULL);
    if (head.failed)
        return -1;
    return lws_finalize_write_http_header(wsi, head.start, &head.at, head.end) != 0 ? -1 : 0;
}

// The next piece of the body; libwebsockets wants room in front of it, which a constant has not.
static int write_piece(tr_socket *self, struct lws *wsi)
{
    unsigned char buffer[LWS_PRE + BODY_PIECE_BYTES];
    size_t size = self->body_left < BODY_PIECE_BYTES ? self->body_left : BODY_PIECE_BYTES;
    bool is_last = size == self->body_left;
    memcpy(buffer + LWS_PRE, self->body, size);
    if (lws_write(wsi, buffer + LWS_PRE, size, is_last ? LWS_WRITE_HTTP_FINAL : LWS_WRITE_HTTP) <
        (int)size)
        return -1;
    self->body += size;
    self->body_left -= size;
    if (!is_last)
        return lws_callback_on_writable(wsi) < 0 ? -1 : 0;
    self->body = NULL;
    return lws_http_transaction_completed(wsi) != 0 ? -1 : 0;
}

int tr_edge_on_body_writable(tr_socket *self, struct lws *wsi)
{
    return self != NULL && self->body != NULL ? write_piece(self, wsi) : 0;
}

// Head and body in one go, for bodies that do not outlive the call.
static int write_short(const tr_edge *edge, struct lws *wsi, const tr_http_answer *answer)
{
    unsigned char buffer[LWS_PRE + 512];
    size_t size = answer->body_size < 512 ? answer->body_size : 512;
    if (write_head(edge, wsi, answer) < 0)
        return -1;
    memcpy(buffer + LWS_PRE, answer->body, size);
    return lws_write(wsi, buffer + LWS_PRE, size, LWS_WRITE_HTTP_FINAL) < (int)size ? -1 : 0;
}

tr_slice tr_edge_header(struct lws *wsi, enum lws_token_indexes token, char *out, size_t cap)
{
    int size = lws_hdr_copy(wsi, out, (int)cap, token);
    return (tr_slice){out, size > 0 ? (uint32_t)size : 0};
}

static int answer_health(const tr_edge *edge, struct lws *wsi, tr_http_answer *answer, bool is_head)
{
    tr_http_health_facts facts = edge->options.calls->health(edge->options.gateway);
    char text[TR_HTTP_HEALTH_CAP_BYTES];
    answer->status = tr_http_health(&facts, text);
    answer->body = (const unsigned char *)text;
    answer->body_size = strlen(text);
    int result = is_head ? write_head(edge, wsi, answer) : write_short(edge, wsi, answer);
    return result < 0 || lws_http_transaction_completed(wsi) != 0 ? -1 : 0;
}

int tr_edge_on_request(tr_edge *edge, tr_socket *self, struct lws *wsi)
{
    edge->counts.requests++;
    char *path = NULL;
    int path_size = 0;
    int method = lws_http_get_uri_and_method(wsi, &path, &path_size);
    if (method < 0 || self == NULL)
        return -1;
    char encoding[256];
    char etag[256];
    tr_http_request request = {
        .method = method == LWSHUMETH_GET    ? TR_HTTP_GET
                  : method == LWSHUMETH_HEAD ? TR_HTTP_HEAD
                                             : TR_HTTP_OTHER,
        .path = {path, (uint32_t)path_size},
        .accept_encoding =
            tr_edge_header(wsi, WSI_TOKEN_HTTP_ACCEPT_ENCODING, encoding, sizeof encoding),
        .if_none_match = tr_edge_header(wsi, WSI_TOKEN_HTTP_IF_NONE_MATCH, etag, sizeof etag),
    };
    tr_http_answer answer = tr_http_answer_to(&edge->options.site, &request);
    bool is_head = request.method == TR_HTTP_HEAD;
    if (answer.is_health)
        return answer_health(edge, wsi, &answer, is_head);
    if (request.method == TR_HTTP_OTHER) {
        // A body may follow that nobody wants: answer and hang up.
        (void)write_short(edge, wsi, &answer);
        return -1;
    }
    if (write_head(edge, wsi, &answer) < 0)
        return -1;
    if (is_head || answer.body_size == 0)
        return lws_http_transaction_completed(wsi) != 0 ? -1 : 0;
    self->body = answer.body;
    self->body_left = answer.body_size;
    return lws_callback_on_writable(wsi) < 0 ? -1 : 0;
}

static int refuse_upgrade(tr_edge *edge, struct lws *wsi, unsigned status, const char *text)
{
    edge->counts.refused++;
    tr_edge_log_refused(wsi, text, status);
    tr_http_answer answer = {.status = status,
                             .content_type = "text/plain; charset=utf-8",
                             .cache_control = "no-store",
                             .body = (const unsigned char *)text,
                             .body_size = strlen(text)};
    // Not kept alive: whoever is refused an upgrade has nothing more to ask here.
    (void)write_short(edge, wsi, &answer);
    return -1;
}

enum tr_edge_origin tr_edge_origin_of(const tr_edge *edge, struct lws *wsi)
{
    char origin[HEADER_CAP_BYTES];
    char host[512];
    tr_slice from = tr_edge_header(wsi, WSI_TOKEN_ORIGIN, origin, sizeof origin);
    tr_slice ours = tr_edge_header(wsi, WSI_TOKEN_HOST, host, sizeof host);
    if (from.size == 0 && lws_hdr_total_length(wsi, WSI_TOKEN_ORIGIN) > 0)
        return TR_EDGE_ORIGIN_ODD;
    if (tr_origin_is_allowed(from, ours, edge->options.allowed_origins))
        return TR_EDGE_ORIGIN_ALLOWED;
    return TR_EDGE_ORIGIN_FOREIGN;
}

void tr_edge_log_refused(struct lws *wsi, const char *reason, unsigned status)
{
    char peer[64] = "";
    char origin[HEADER_CAP_BYTES];
    char host[512];
    uint32_t left_out;
    // They come by the thousand, from anybody.
    if (!tr_log_may(tr_log_kind(0, "handshake_refused", 17), &left_out))
        return;
    lws_get_peer_simple(wsi, peer, sizeof peer);
    tr_slice from = tr_edge_header(wsi, WSI_TOKEN_ORIGIN, origin, sizeof origin);
    tr_slice ours = tr_edge_header(wsi, WSI_TOKEN_HOST, host, sizeof host);
    size_t size = strcspn(reason, "\n");
    tr_log(TR_LOG_WARN,
           "event=handshake_refused status=%u reason=%s peer=%s origin=%s host=%s left_out=%u",
           status, tr_log_quote(reason, (unsigned)size), peer, tr_log_quote(from.data, from.size),
           tr_log_quote(ours.data, ours.size), left_out);
}

int tr_edge_on_upgrade(tr_edge *edge, struct lws *wsi, const char *protocol)
{
    char *path = NULL;
    int path_size = 0;
    int method = lws_http_get_uri_and_method(wsi, &path, &path_size);
    if (method != LWSHUMETH_GET || protocol == NULL || strcasecmp(protocol, "websocket") != 0)
        return refuse_upgrade(edge, wsi, 400, "Only an upgrade to WebSocket is known here.\n");
    if (!tr_slice_is((tr_slice){path, (uint32_t)path_size}, edge->options.site.socket_path))
        return refuse_upgrade(edge, wsi, 404, "No WebSocket here.\n");
    enum tr_edge_origin origin = tr_edge_origin_of(edge, wsi);
    if (origin == TR_EDGE_ORIGIN_ODD)
        return refuse_upgrade(edge, wsi, 403, "This origin may not connect.\n");
    if (origin == TR_EDGE_ORIGIN_FOREIGN) {
        // A page's script is not told the status of a handshake, so it would try for ever: this
        // connection is taken, and closed at once with the reason (on_established).
        edge->counts.refused++;
        tr_edge_log_refused(wsi, "foreign origin", TR_CLOSE_FORBIDDEN);
        return 0;
    }
    const char *refusal = edge->options.calls->refusal(edge->options.gateway);
    if (refusal != NULL)
        return refuse_upgrade(edge, wsi, 503, refusal);
    return 0;
}
