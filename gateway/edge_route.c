// The edge's half for an app's own HTTP routes (troupe/pages/http_route.h): a request's head and body
// to a call, which edge_download.c sends the answer of.

#include <stdio.h>
#include <string.h>

#include "actors/core/core.h"
#include "base/mem.h"
#include "gateway/edge_socket.h"
#include "gateway/target.h"
#include "troupe/err.h"
#include "wire/http_route.h"
#include "wire/limits.h"
#include "wire/scan.h"
#include "wire/writer.h"

enum {
    VALUE_CAP_BYTES = TR_HTTP_HEAD_CAP_BYTES, // no value is longer
    // What comes behind a refusal is read and dropped for a while: closed at once, the client would
    // lose the answer with the connection.
    DROP_MS = 2000
};

// A request whose body comes.
typedef struct tr_call_exchange {
    tr_http_call *call; // NULL: it was refused
    tr_chunked chunks;
    bool is_chunked;
    bool is_last;
    size_t reserved; // of the edge's room for bodies
    size_t body_max;
    uint64_t drop_until_ms;
} tr_call_exchange;

static const char *method_name(int method)
{
    switch (method) {
    case LWSHUMETH_GET:
        return "GET";
    case LWSHUMETH_HEAD:
        return "HEAD";
    case LWSHUMETH_POST:
        return "POST";
    case LWSHUMETH_PUT:
        return "PUT";
    case LWSHUMETH_PATCH:
        return "PATCH";
    case LWSHUMETH_DELETE:
        return "DELETE";
    case LWSHUMETH_OPTIONS:
        return "OPTIONS";
    default:
        return "";
    }
}

// Cuts the mount off; false: the path is not below it.
static bool below_mount(const tr_edge *edge, tr_slice *path)
{
    const char *mount = edge->options.site.mount != NULL ? edge->options.site.mount : "";
    size_t size = strlen(mount);
    if (path->size <= size || memcmp(path->data, mount, size) != 0 || path->data[size] != '/')
        return false;
    path->data += size;
    path->size -= (uint32_t)size;
    return true;
}

const tr_http_route *tr_edge_route_of(const tr_edge *edge, int method, tr_slice path)
{
    if (edge->options.routes == NULL || !below_mount(edge, &path) ||
        path.size > TR_HTTP_PATH_CAP_BYTES ||
        tr_scan_is_utf8((const uint8_t *)path.data, path.size) == 0)
        return NULL;
    return tr_http_route_find(edge->options.routes, tr_slice_of(method_name(method)), path);
}

// -- answers without a handler --

static int say(const tr_edge *edge, struct lws *wsi, unsigned status, const char *text,
               const char *allow, bool is_last)
{
    tr_http_answer answer = {.status = status,
                             .content_type = "text/plain; charset=utf-8",
                             .cache_control = "no-store",
                             .body = (const unsigned char *)text,
                             .body_size = strlen(text),
                             .allow = allow,
                             .is_last = is_last};
    int result = answer.body_size != 0 ? tr_edge_write_short(edge, wsi, &answer)
                                       : tr_edge_write_head(edge, wsi, &answer);
    return result < 0 ? -1 : tr_edge_complete(wsi, is_last);
}

// A person goes there: a page may have the address, too.
static bool is_for_page(struct lws *wsi, int method)
{
    char accept[1024];
    tr_slice text = tr_edge_header(wsi, WSI_TOKEN_HTTP_ACCEPT, accept, sizeof accept);
    bool is_read = method == LWSHUMETH_GET || method == LWSHUMETH_HEAD;
    return is_read && text.size != 0 && memmem(text.data, text.size, "text/html", 9) != NULL;
}

bool tr_edge_on_other_method(const tr_edge *edge, struct lws *wsi, int method, tr_slice path,
                             bool has_body, int *out)
{
    tr_buf methods = {0};
    bool is_ours = edge->options.routes != NULL && below_mount(edge, &path) &&
                   !is_for_page(wsi, method) &&
                   tr_http_route_methods(edge->options.routes, path, &methods);
    if (is_ours && method == LWSHUMETH_OPTIONS)
        *out = say(edge, wsi, 204, "", tr_buf_text(&methods), has_body);
    else if (is_ours)
        *out = say(edge, wsi, 405, "This address is not answered with this method.\n",
                   tr_buf_text(&methods), true);
    tr_buf_done(&methods);
    return is_ours;
}

// -- the head --

static void add_header(tr_buf *out, uint32_t *count, const char *name, size_t name_size,
                       const char *value, int size)
{
    if (size < 0)
        return;
    tr_write_bytes(out, (tr_slice){name, (uint32_t)name_size});
    tr_write_bytes(out, (tr_slice){value, (uint32_t)size});
    *count += 2;
}

static bool is_header(const char *name)
{
    size_t size = strlen(name);
    return size > 1 && name[size - 1] == ':' && name[0] != ':' && name[0] != '\0';
}

// Those that libwebsockets knows, and those that the route names.
static void take_headers(struct lws *wsi, const tr_http_route *route, tr_buf *out)
{
    char value[VALUE_CAP_BYTES];
    tr_buf rows = {0};
    uint32_t count = 0;
    for (int token = 0; token < WSI_TOKEN_COUNT; token++) {
        const char *name = (const char *)lws_token_to_string((enum lws_token_indexes)token);
        if (name == NULL || !is_header(name) ||
            lws_hdr_total_length(wsi, (enum lws_token_indexes)token) <= 0)
            continue;
        add_header(&rows, &count, name, strlen(name) - 1, value,
                   lws_hdr_copy(wsi, value, sizeof value, (enum lws_token_indexes)token));
    }
    for (const char *const *name = route->headers; name != NULL && *name != NULL; name++) {
        char wanted[TR_HEADER_NAME_CAP_BYTES + 2];
        int size = snprintf(wanted, sizeof wanted, "%s:", *name);
        if (size < (int)sizeof wanted && lws_hdr_custom_length(wsi, wanted, size) >= 0)
            add_header(&rows, &count, *name, strlen(*name), value,
                       lws_hdr_custom_copy(wsi, value, sizeof value, wanted, size));
    }
    tr_write_array(out, count);
    tr_buf_append(out, rows.data, rows.size);
    tr_buf_done(&rows);
}

static uint32_t take_parts(struct lws *wsi, tr_buf *out)
{
    char text[VALUE_CAP_BYTES];
    uint32_t count = 0;
    int size;
    while ((size = lws_hdr_copy_fragment(wsi, text, sizeof text, WSI_TOKEN_HTTP_URI_ARGS,
                                         (int)count)) >= 0) {
        tr_write_bytes(out, (tr_slice){text, (uint32_t)size});
        count++;
    }
    return count;
}

static uint32_t take_parts_of(tr_slice target, tr_buf *out)
{
    char text[VALUE_CAP_BYTES];
    tr_slice query = tr_target_query(target);
    tr_slice part;
    uint32_t count = 0;
    while (tr_target_next_part(&query, text, &part)) {
        tr_write_bytes(out, part);
        count++;
    }
    return count;
}

void tr_edge_take_query(struct lws *wsi, tr_buf *out)
{
    tr_buf rows = {0};
    tr_slice target = tr_edge_peer_target(wsi);
    uint32_t count = target.size != 0 ? take_parts_of(target, &rows) : take_parts(wsi, &rows);
    tr_write_array(out, count);
    tr_buf_append(out, rows.data, rows.size);
    tr_buf_done(&rows);
}

static tr_http_call *make_call(const tr_edge *edge, struct lws *wsi, const tr_http_route *route,
                               int method, tr_slice path)
{
    tr_http_call *call = tr_new(tr_http_call);
    call->route = route;
    call->method = method == LWSHUMETH_HEAD && strncmp(route->pattern, "GET ", 4) == 0
                       ? "GET"
                       : method_name(method);
    (void)below_mount(edge, &path);
    tr_buf_append(&call->path, path.data, path.size);
    tr_edge_take_query(wsi, &call->query);
    take_headers(wsi, route, &call->headers);
    (void)tr_edge_client_ip(edge, wsi, call->client);
    return call;
}

// -- the body --

static void forget(tr_edge *edge, tr_socket *self)
{
    if (self->request->asked == NULL)
        return;
    edge->bodies -= self->request->asked->reserved;
    tr_http_call_free(&self->request->asked->call);
    tr_free(self->request->asked);
    self->request->asked = NULL;
}

static int start(tr_edge *edge, tr_socket *self, bool is_last)
{
    tr_http_call *call = self->request->asked->call;
    bool is_head = lws_hdr_total_length(self->wsi, WSI_TOKEN_HEAD_URI) > 0;
    self->request->asked->call = NULL;
    forget(edge, self);
    return tr_edge_start_call(edge, self, call, is_head, is_last);
}

// Sent now, while the body still comes.
static int refuse(tr_edge *edge, tr_socket *self, unsigned status, const char *text)
{
    edge->bodies -= self->request->asked->reserved;
    self->request->asked->reserved = 0;
    tr_http_call_free(&self->request->asked->call);
    self->request->asked->drop_until_ms = tr_core_now_ms(edge->options.core) + DROP_MS;
    (void)say(edge, self->wsi, status, text, NULL, true);
    return 0;
}

bool tr_edge_is_with_body(int method)
{
    return method == LWSHUMETH_POST || method == LWSHUMETH_PUT || method == LWSHUMETH_PATCH;
}

int tr_edge_on_call(tr_edge *edge, tr_socket *self, struct lws *wsi, int method, tr_slice path,
                    const tr_request_verdict *verdict)
{
    const tr_http_route *route = tr_edge_route_of(edge, method, path);
    size_t body_max = tr_http_route_body_max(route);
    forget(edge, self);
    *self->request = (tr_edge_request){.asked = tr_new(tr_call_exchange)};
    self->request->asked->call = make_call(edge, wsi, route, method, path);
    self->request->asked->is_chunked = verdict->is_chunked;
    self->request->asked->body_max = body_max;
    bool is_with_body = tr_edge_is_with_body(method);
    // libwebsockets would read the body of another method as the next request, and the next request as
    // the body of one without a length.
    if (!verdict->has_body || !is_with_body)
        return start(edge, self, verdict->has_body || (is_with_body && !verdict->has_length));
    if (verdict->has_length && verdict->length > body_max)
        return refuse(edge, self, 413, "The body is larger than this address takes.\n");
    size_t wanted = verdict->is_chunked ? body_max : (size_t)verdict->length;
    if (edge->bodies + wanted > TR_HTTP_BODIES_CAP_BYTES)
        return refuse(edge, self, 503, "Too many requests at once: try again later.\n");
    self->request->asked->reserved = wanted;
    edge->bodies += wanted;
    lws_set_timeout(wsi, PENDING_TIMEOUT_HTTP_CONTENT, TR_HTTP_BODY_SILENCE_S);
    return tr_edge_invite_body(wsi);
}

static int add_bytes(tr_edge *edge, tr_socket *self, tr_slice bytes)
{
    tr_buf *body = &self->request->asked->call->body;
    if (body->size + bytes.size > self->request->asked->body_max)
        return refuse(edge, self, 413, "The body is larger than this address takes.\n");
    tr_buf_append(body, bytes.data, bytes.size);
    return 0;
}

static int take_chunks(tr_edge *edge, tr_socket *self, tr_slice bytes)
{
    tr_slice piece;
    int result;
    while (self->request->asked->call != NULL &&
           (result = tr_chunked_next(&self->request->asked->chunks, &bytes, &piece)) !=
               TR_CHUNKED_MORE) {
        if (result == TR_CHUNKED_END)
            return start(edge, self, true);
        if (result != TR_CHUNKED_PIECE)
            return refuse(edge, self, 400, "The body of this request is broken.\n");
        (void)add_bytes(edge, self, piece);
    }
    return 0;
}

int tr_edge_on_call_piece(tr_edge *edge, tr_socket *self, const void *bytes, size_t size)
{
    tr_call_exchange *exchange = self->request->asked;
    if (exchange->call == NULL)
        return tr_core_now_ms(edge->options.core) < exchange->drop_until_ms ? 0 : -1;
    lws_set_timeout(self->wsi, PENDING_TIMEOUT_HTTP_CONTENT, TR_HTTP_BODY_SILENCE_S);
    tr_slice piece = {bytes, (uint32_t)size};
    if (exchange->is_chunked)
        return take_chunks(edge, self, piece);
    size_t left = exchange->reserved - exchange->call->body.size;
    if (size <= left)
        return add_bytes(edge, self, piece);
    // libwebsockets 4.3 takes what came together with the body for more of it (its own record of a
    // given length is never set), and does not find its end. It is lost, so the connection ends.
    piece.size = (uint32_t)left;
    (void)add_bytes(edge, self, piece);
    return start(edge, self, true);
}

int tr_edge_on_call_whole(tr_edge *edge, tr_socket *self)
{
    // Refused, and all of it has been dropped; or a body in chunks that libwebsockets takes for one
    // of 100 MiB.
    if (self->request->asked->call == NULL || self->request->asked->is_chunked)
        return -1;
    return start(edge, self, false);
}

void tr_edge_on_call_closed(tr_edge *edge, tr_socket *self)
{
    forget(edge, self);
}
