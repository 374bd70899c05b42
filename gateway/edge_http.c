// The edge's HTTP half: requests to answers, answers to bytes.

#include <string.h>

#include "base/log.h"
#include "base/log_budget.h"
#include "base/number.h"
#include "gateway/edge_socket.h"
#include "gateway/http.h"
#include "gateway/origin.h"
#include "gateway/request.h"
#include "metrics/count.h"
#include "wire/limits.h"

enum { HEADER_CAP_BYTES = 4096, EXTENSIONS_CAP_BYTES = 250 };

static int answer_health(const tr_edge *edge, tr_socket *self, struct lws *wsi,
                         tr_http_answer *answer, bool is_head)
{
    tr_http_health_facts facts = edge->options.calls->health(edge->options.gateway);
    char text[TR_HTTP_HEALTH_CAP_BYTES];
    answer->status = tr_http_health(&facts, text);
    answer->body = (const unsigned char *)text;
    answer->body_size = strlen(text);
    int result =
        is_head ? tr_edge_write_head(edge, wsi, answer) : tr_edge_write_short(edge, wsi, answer);
    return result < 0 ? -1 : tr_edge_complete(wsi, self->request->is_last);
}

static unsigned count_lines(struct lws *wsi, enum lws_token_indexes token)
{
    unsigned count = 0;
    while (count < 2 && lws_hdr_fragment_length(wsi, token, (int)count) > 0)
        count++;
    // A header without a value has no fragment of a length.
    return count == 0 && lws_hdr_total_length(wsi, token) > 0 ? 1 : count;
}

static tr_request_verdict judge(struct lws *wsi, bool takes_chunks)
{
    char encoding[32];
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
        .transfer_encoding =
            tr_edge_header(wsi, WSI_TOKEN_HTTP_TRANSFER_ENCODING, encoding, sizeof encoding),
        .takes_chunks = takes_chunks,
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
                             .allow = status == 405 ? "PUT, POST, HEAD, PATCH" : NULL,
                             .is_last = true};
    (void)tr_edge_write_short(edge, wsi, &answer);
    return -1;
}

static bool is_upload_path(const tr_edge *edge, tr_slice path)
{
    return edge->options.uploads.folder != NULL && tr_slice_is(path, edge->options.uploads.path);
}

// Below zero: nothing is uploaded with that method.
static int upload_kind_of(int method)
{
    switch (method) {
    case LWSHUMETH_PUT:
        return TR_UPLOAD_PUT;
    case LWSHUMETH_POST:
        return TR_UPLOAD_CREATE;
    case LWSHUMETH_HEAD:
        return TR_UPLOAD_LOOK;
    case LWSHUMETH_PATCH:
        return TR_UPLOAD_APPEND;
    default:
        return -1;
    }
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

// Does libwebsockets? It takes one without a length for one of 100 MiB. Of a request that it has put
// aside, it reads the head for the body, without end (4.1).
static bool awaits_body(int method, const tr_request_verdict *verdict)
{
    return verdict->has_body || (tr_edge_is_with_body(method) && !verdict->has_length);
}

int tr_edge_on_request(tr_edge *edge, tr_socket *self, struct lws *wsi)
{
    edge->counts.requests++;
    char *path = NULL;
    int path_size = 0;
    int method = lws_http_get_uri_and_method(wsi, &path, &path_size);
    if (method < 0 || self == NULL)
        return -1;
    char full[TR_EDGE_PATH_CAP_BYTES];
    tr_slice where = tr_edge_path(edge, wsi, (tr_slice){path, (uint32_t)path_size}, full);
    int kind = is_upload_path(edge, where) ? upload_kind_of(method) : -1;
    bool is_upload = kind >= 0;
    const tr_http_route *route = tr_edge_route_of(edge, method, where);
    tr_request_verdict verdict = judge(wsi, kind == TR_UPLOAD_PUT || route != NULL);
    if (verdict.status != 0)
        return end_with(edge, wsi, verdict.status, verdict.text);
    if (awaits_body(method, &verdict) && tr_edge_is_put_aside(edge, wsi))
        return end_with(edge, wsi, 400,
                        "A request with a body is not taken together with the one before it.\n");
    if (!tr_edge_host_is_allowed(edge, wsi, where))
        return end_with(edge, wsi, 421, TR_EDGE_FOREIGN_HOST);
    if (is_upload)
        return tr_edge_on_upload(edge, self, wsi,
                                 &(tr_upload_body){.kind = (enum tr_upload_kind)kind,
                                                   .is_chunked = verdict.is_chunked,
                                                   .has_length = verdict.has_length,
                                                   .length = verdict.length});
    if (is_upload_path(edge, where))
        return end_with(edge, wsi, 405, "Files are uploaded to this address, with PUT.\n");
    if (tr_edge_is_download(edge, wsi, where))
        return tr_edge_on_download(edge, self, wsi, method, verdict.has_body);
    int result;
    if (route != NULL)
        return tr_edge_on_call(edge, self, wsi, method, where, &verdict);
    if (edge->options.site.desk != NULL) {
        bool is_own_page = tr_edge_origin_of(edge, wsi) == TR_EDGE_ORIGIN_ALLOWED;
        unsigned answered = tr_edge_desk_answer(edge, method, where, is_own_page);
        if (answered != 0)
            return end_with(edge, wsi, answered, answered == 200 ? "Heard.\n" : "Not heard.\n");
    }
    if (tr_edge_on_other_method(edge, wsi, method, where, verdict.has_body, &result))
        return result;
    if (method == LWSHUMETH_GET && !verdict.has_body && tr_edge_is_oauth(edge, wsi, where))
        return tr_edge_on_oauth(edge, self, wsi, where);
    self->request->is_last = verdict.has_body;
    if (tr_edge_on_desk(edge, self, wsi, method, where, &result))
        return result;
    tr_http_answer answer = decide(edge, wsi, method, where);
    bool is_head = method == LWSHUMETH_HEAD;
    // libwebsockets would read a body as the next request.
    self->request->is_last = answer.is_last = verdict.has_body || answer.status == 405;
    if (answer.is_health)
        return answer_health(edge, self, wsi, &answer, is_head);
    if (answer.status == 405) {
        (void)tr_edge_write_short(edge, wsi, &answer);
        return -1;
    }
    if (tr_edge_on_paint(edge, self, wsi, method, where, &answer, &result))
        return result;
    return tr_edge_begin_body(edge, self, wsi, &answer, is_head);
}

static int refuse_upgrade(tr_edge *edge, struct lws *wsi, unsigned status, const char *text)
{
    edge->counts.refused++;
    tr_count(status == 503   ? TR_TALLY_refused_full
             : status == 403 ? TR_TALLY_refused_origin
                             : TR_TALLY_refused_handshake);
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
    char origin[HEADER_CAP_BYTES];
    char host[512];
    uint32_t left_out;
    // They come by the thousand, from anybody.
    if (!tr_log_may(tr_log_kind(0, "handshake_refused", 17), &left_out))
        return;
    char ip[TR_CLIENT_IP_CAP_BYTES];
    (void)tr_edge_client_ip(lws_context_user(lws_get_context(wsi)), wsi, ip);
    tr_slice from = tr_edge_header(wsi, WSI_TOKEN_ORIGIN, origin, sizeof origin);
    tr_slice ours = tr_edge_header(wsi, WSI_TOKEN_HOST, host, sizeof host);
    size_t size = strcspn(reason, "\n");
    tr_log(TR_LOG_WARN,
           "event=handshake_refused status=%u reason=%s peer=%s origin=%s host=%s left_out=%u",
           status, tr_log_quote(reason, (unsigned)size), *ip != '\0' ? ip : "unix",
           tr_log_quote(from.data, from.size), tr_log_quote(ours.data, ours.size), left_out);
}

static bool has_version(struct lws *wsi)
{
    char version[8];
    return tr_slice_is(tr_edge_header(wsi, WSI_TOKEN_VERSION, version, sizeof version),
                       TR_WEBSOCKET_VERSION);
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

// One of the options of the connection (RFC 9110 section 7.6.1).
static bool wants_upgrade(struct lws *wsi)
{
    char text[256];
    tr_slice options = tr_edge_header(wsi, WSI_TOKEN_CONNECTION, text, sizeof text);
    for (uint32_t i = 0; i < options.size; i++)
        if (options.size - i >= 7 && tr_compare_caseless_n(options.data + i, "upgrade", 7) == 0)
            return true;
    return false;
}

// Ours, or none asked for.
static bool has_known_protocol(struct lws *wsi)
{
    char text[32];
    return lws_hdr_total_length(wsi, WSI_TOKEN_PROTOCOL) <= 0 ||
           tr_slice_is(tr_edge_header(wsi, WSI_TOKEN_PROTOCOL, text, sizeof text), "troupe");
}

// To HTTP/2, which nobody has to follow (RFC 9110 section 7.8), as Java's client and curl ask for with every first
// request. libwebsockets looks at the header's text again, which it lends here.
bool tr_edge_pass_over_upgrade(char *protocol)
{
    bool is_passed_over = protocol != NULL && tr_compare_caseless(protocol, "h2c") == 0;
    if (is_passed_over)
        protocol[0] = '-';
    return is_passed_over;
}

int tr_edge_on_upgrade(tr_edge *edge, struct lws *wsi, const char *protocol)
{
    char *path = NULL;
    int path_size = 0;
    int method = lws_http_get_uri_and_method(wsi, &path, &path_size);
    if (method != LWSHUMETH_GET || protocol == NULL ||
        tr_compare_caseless(protocol, "websocket") != 0)
        return refuse_upgrade(edge, wsi, 400, "Only an upgrade to WebSocket is known here.\n");
    tr_request_verdict verdict = judge(wsi, false);
    if (verdict.status != 0 || verdict.has_body)
        return refuse_upgrade(edge, wsi, 400,
                              verdict.status != 0 ? verdict.text : "A handshake has no body.\n");
    char full[TR_EDGE_PATH_CAP_BYTES];
    tr_slice where = tr_edge_path(edge, wsi, (tr_slice){path, (uint32_t)path_size}, full);
    if (!tr_edge_host_is_allowed(edge, wsi, where))
        return refuse_upgrade(edge, wsi, 421, TR_EDGE_FOREIGN_HOST);
    if (!tr_slice_is(where, edge->options.site.socket_path))
        return refuse_upgrade(edge, wsi, 404, "No WebSocket here.\n");
    // libwebsockets would close without a word.
    if (!wants_upgrade(wsi))
        return refuse_upgrade(edge, wsi, 400, "A handshake has Connection: Upgrade.\n");
    if (!has_version(wsi))
        return refuse_upgrade(edge, wsi, 426, "WebSockets of version 13 are spoken here.\n");
    if (!has_key(wsi))
        return refuse_upgrade(edge, wsi, 400, "That is no Sec-WebSocket-Key.\n");
    // libwebsockets would close either without a word.
    if (lws_hdr_total_length(wsi, WSI_TOKEN_EXTENSIONS) > EXTENSIONS_CAP_BYTES)
        return refuse_upgrade(edge, wsi, 431, "Sec-WebSocket-Extensions is too long.\n");
    if (!has_known_protocol(wsi))
        return refuse_upgrade(edge, wsi, 400, "No subprotocol is spoken here.\n");
    enum tr_edge_origin origin = tr_edge_origin_of(edge, wsi);
    if (origin == TR_EDGE_ORIGIN_ODD)
        return refuse_upgrade(edge, wsi, 403, "This origin may not connect.\n");
    if (origin == TR_EDGE_ORIGIN_FOREIGN) {
        // A page's script is not told the status of a handshake, so it would try for ever: this
        // connection is taken, and closed at once with the reason (on_established).
        edge->counts.refused++;
        tr_count(TR_TALLY_refused_origin);
        tr_edge_log_refused(wsi, "foreign origin", TR_CLOSE_FORBIDDEN);
        return 0;
    }
    const char *refusal = edge->options.calls->refusal(edge->options.gateway);
    if (refusal != NULL)
        return refuse_upgrade(edge, wsi, 503, refusal);
    return 0;
}
