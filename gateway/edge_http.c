// The edge's HTTP half: requests to answers, answers to bytes.

#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "base/log_budget.h"
#include "base/number.h"
#include "gateway/edge_socket.h"
#include "gateway/http.h"
#include "gateway/origin.h"
#include "gateway/request.h"
#include "wire/limits.h"

enum {
    HEAD_CAP_BYTES = 4096,
    HEADER_CAP_BYTES = 4096,
    BODY_PIECE_BYTES = 16384,
    QUERY_CAP_BYTES = 1024
};

#define WEBSOCKET_VERSION "13" // RFC 6455

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

static void add_ranges(head_writer *self, const tr_http_answer *answer)
{
    char text[80];
    add(self, "accept-ranges:", answer->has_ranges ? "bytes" : NULL);
    if (answer->status == 206)
        snprintf(text, sizeof text, "bytes %zu-%zu/%zu", answer->first,
                 answer->first + answer->body_size - 1, answer->file_size);
    else
        snprintf(text, sizeof text, "bytes */%zu", answer->file_size);
    if (answer->status == 206 || answer->status == 416)
        add(self, "content-range:", text);
}

// To the page's address with its slash. What is in the query was decoded, and may be anything.
static void add_location(head_writer *self, const char *mount)
{
    static const char safe[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~=&+/:,;@";
    char text[TR_MOUNT_CAP_BYTES + QUERY_CAP_BYTES + 2];
    char part[QUERY_CAP_BYTES];
    size_t size = (size_t)snprintf(text, sizeof text, "%s/", mount);
    size_t bare = size;
    for (int i = 0;
         lws_hdr_copy_fragment(self->wsi, part, sizeof part, WSI_TOKEN_HTTP_URI_ARGS, i) >= 0;
         i++) {
        size_t length = strlen(part);
        bool is_safe = strspn(part, safe) == length && size + length + 2 <= sizeof text;
        if (!is_safe) {
            text[bare] = '\0'; // the whole of it, or nothing
            break;
        }
        size += (size_t)snprintf(text + size, sizeof text - size, "%c%s", i == 0 ? '?' : '&', part);
    }
    add(self, "location:", text);
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
    add(&head, "etag:", answer->etag[0] != '\0' ? answer->etag : NULL);
    add(&head, "allow:", answer->status == 405 ? "GET, HEAD" : NULL);
    add_ranges(&head, answer);
    if (answer->status == 307)
        add_location(&head, edge->options.site.mount);
    if (answer->status == 426) {
        add(&head, "upgrade:", "websocket");
        add(&head, "sec-websocket-version:", WEBSOCKET_VERSION);
    }
    add(&head, "connection:", answer->status == 426 ? "upgrade" : answer->is_last ? "close" : NULL);
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

// However slow a reader is, it is not cut while it reads: TCP_USER_TIMEOUT ends those that do not
// (gateway/listener.c).
static int go_on_later(struct lws *wsi)
{
    lws_set_timeout(wsi, NO_PENDING_TIMEOUT, 0);
    return lws_callback_on_writable(wsi) < 0 ? -1 : 0;
}

static int complete(const tr_socket *self, struct lws *wsi)
{
    return self->is_last || lws_http_transaction_completed(wsi) != 0 ? -1 : 0;
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
        return go_on_later(wsi);
    self->body = NULL;
    return complete(self, wsi);
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

static int answer_health(const tr_edge *edge, tr_socket *self, struct lws *wsi,
                         tr_http_answer *answer, bool is_head)
{
    tr_http_health_facts facts = edge->options.calls->health(edge->options.gateway);
    char text[TR_HTTP_HEALTH_CAP_BYTES];
    answer->status = tr_http_health(&facts, text);
    answer->body = (const unsigned char *)text;
    answer->body_size = strlen(text);
    int result = is_head ? write_head(edge, wsi, answer) : write_short(edge, wsi, answer);
    return result < 0 ? -1 : complete(self, wsi);
}

static unsigned count_lines(struct lws *wsi, enum lws_token_indexes token)
{
    unsigned count = 0;
    while (count < 2 && lws_hdr_fragment_length(wsi, token, (int)count) > 0)
        count++;
    // A header without a value has no fragment of a length.
    return count == 0 && lws_hdr_total_length(wsi, token) > 0 ? 1 : count;
}

static tr_request_verdict judge(struct lws *wsi)
{
    char version[16];
    char host[512];
    char length[32];
    tr_slice http = tr_edge_header(wsi, WSI_TOKEN_HTTP, version, sizeof version);
    return tr_request_judge(&(tr_request_head){
        .is_old = tr_slice_is(http, "HTTP/1.0"),
        .host = tr_edge_header(wsi, WSI_TOKEN_HOST, host, sizeof host),
        .host_count = count_lines(wsi, WSI_TOKEN_HOST),
        .content_length = tr_edge_header(wsi, WSI_TOKEN_HTTP_CONTENT_LENGTH, length, sizeof length),
        .content_length_count = count_lines(wsi, WSI_TOKEN_HTTP_CONTENT_LENGTH),
        .has_transfer_encoding = lws_hdr_total_length(wsi, WSI_TOKEN_HTTP_TRANSFER_ENCODING) > 0,
    });
}

// An answer with which the connection ends: what follows the head is not to be believed, or not
// wanted.
static int end_with(const tr_edge *edge, struct lws *wsi, unsigned status, const char *text)
{
    tr_http_answer answer = {.status = status,
                             .content_type = "text/plain; charset=utf-8",
                             .cache_control = "no-store",
                             .body = (const unsigned char *)text,
                             .body_size = strlen(text),
                             .is_last = true};
    (void)write_short(edge, wsi, &answer);
    return -1;
}

static tr_http_answer decide(const tr_edge *edge, struct lws *wsi, int method, tr_slice path)
{
    char accept[1024];
    char encoding[256];
    char etag[1024];
    char range[128];
    char if_range[64];
    tr_http_request request = {
        .method = method == LWSHUMETH_GET    ? TR_HTTP_GET
                  : method == LWSHUMETH_HEAD ? TR_HTTP_HEAD
                                             : TR_HTTP_OTHER,
        .path = path,
        .accept = tr_edge_header(wsi, WSI_TOKEN_HTTP_ACCEPT, accept, sizeof accept),
        .accept_encoding =
            tr_edge_header(wsi, WSI_TOKEN_HTTP_ACCEPT_ENCODING, encoding, sizeof encoding),
        .if_none_match = tr_edge_header(wsi, WSI_TOKEN_HTTP_IF_NONE_MATCH, etag, sizeof etag),
        .range = tr_edge_header(wsi, WSI_TOKEN_HTTP_RANGE, range, sizeof range),
        .if_range = tr_edge_header(wsi, WSI_TOKEN_HTTP_IF_RANGE, if_range, sizeof if_range),
    };
    // A condition that is longer than any ETag of ours is not met.
    if (request.if_range.size == 0 && lws_hdr_total_length(wsi, WSI_TOKEN_HTTP_IF_RANGE) > 0)
        request.range = (tr_slice){0};
    return tr_http_answer_to(&edge->options.site, &request);
}

int tr_edge_on_request(tr_edge *edge, tr_socket *self, struct lws *wsi)
{
    edge->counts.requests++;
    char *path = NULL;
    int path_size = 0;
    int method = lws_http_get_uri_and_method(wsi, &path, &path_size);
    if (method < 0 || self == NULL)
        return -1;
    tr_request_verdict verdict = judge(wsi);
    if (verdict.status != 0)
        return end_with(edge, wsi, verdict.status, verdict.text);
    tr_http_answer answer = decide(edge, wsi, method, (tr_slice){path, (uint32_t)path_size});
    bool is_head = method == LWSHUMETH_HEAD;
    // libwebsockets would read a body as the next request.
    self->is_last = answer.is_last = verdict.has_body || answer.status == 405;
    if (answer.is_health)
        return answer_health(edge, self, wsi, &answer, is_head);
    if (answer.status == 405) {
        (void)write_short(edge, wsi, &answer);
        return -1;
    }
    if (write_head(edge, wsi, &answer) < 0)
        return -1;
    if (is_head || answer.body_size == 0)
        return complete(self, wsi);
    self->body = answer.body;
    self->body_left = answer.body_size;
    return go_on_later(wsi);
}

static int refuse_upgrade(tr_edge *edge, struct lws *wsi, unsigned status, const char *text)
{
    edge->counts.refused++;
    tr_edge_log_refused(wsi, text, status);
    // Not kept alive: whoever is refused an upgrade has nothing more to ask here.
    return end_with(edge, wsi, status, text);
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

static bool has_version(struct lws *wsi)
{
    char version[8];
    return tr_slice_is(tr_edge_header(wsi, WSI_TOKEN_VERSION, version, sizeof version),
                       WEBSOCKET_VERSION);
}

// Sixteen bytes in base64 (RFC 6455 section 4.2.1).
static bool has_key(struct lws *wsi)
{
    static const char characters[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    char key[32];
    tr_slice text = tr_edge_header(wsi, WSI_TOKEN_KEY, key, sizeof key);
    if (text.size != 24 || text.data[22] != '=' || text.data[23] != '=')
        return false;
    for (unsigned i = 0; i < 22; i++)
        if (text.data[i] == '\0' || strchr(characters, text.data[i]) == NULL)
            return false;
    // The last two of its 132 bits are beyond the sixteen bytes.
    return strchr("AQgw", text.data[21]) != NULL;
}

int tr_edge_on_upgrade(tr_edge *edge, struct lws *wsi, const char *protocol)
{
    char *path = NULL;
    int path_size = 0;
    int method = lws_http_get_uri_and_method(wsi, &path, &path_size);
    if (method != LWSHUMETH_GET || protocol == NULL ||
        tr_compare_caseless(protocol, "websocket") != 0)
        return refuse_upgrade(edge, wsi, 400, "Only an upgrade to WebSocket is known here.\n");
    tr_request_verdict verdict = judge(wsi);
    if (verdict.status != 0 || verdict.has_body)
        return refuse_upgrade(edge, wsi, 400,
                              verdict.status != 0 ? verdict.text : "A handshake has no body.\n");
    if (!tr_slice_is((tr_slice){path, (uint32_t)path_size}, edge->options.site.socket_path))
        return refuse_upgrade(edge, wsi, 404, "No WebSocket here.\n");
    if (!has_version(wsi))
        return refuse_upgrade(edge, wsi, 426, "WebSockets of version 13 are spoken here.\n");
    if (!has_key(wsi))
        return refuse_upgrade(edge, wsi, 400, "That is no Sec-WebSocket-Key.\n");
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
