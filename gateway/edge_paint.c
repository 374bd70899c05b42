// The edge's half of first paints: a request for the app's page to a question, its answer to a page. Whatever
// keeps the answer away, the page goes out without it.

#include <string.h>

#include "base/mem.h"
#include "base/percent.h"
#include "gateway/edge.h"
#include "gateway/edge_socket.h"
#include "gateway/painted_page.h"
#include "wire/reader.h"

enum { AGENT_CAP_BYTES = 4096 };

// -- the address, as the client says it (client/src/services/address.ts) --

#define PLAIN TR_PERCENT_UNRESERVED "/:@!$'()*,;="

static void write_route(const tr_edge *edge, struct lws *wsi, tr_slice path, tr_buf *out)
{
    size_t mount = edge->options.site.mount != NULL ? strlen(edge->options.site.mount) : 0;
    tr_buf query = {0};
    tr_percent_encode(out, (tr_slice){path.data + mount, path.size - (uint32_t)mount}, PLAIN "&+");
    tr_edge_take_query(wsi, &query);
    tr_reader in = tr_reader_of(tr_buf_slice(&query));
    uint32_t count = tr_reader_array(&in);
    for (uint32_t i = 0; i < count && !in.failed; i++) {
        tr_buf_append(out, i == 0 ? "?" : "&", 1);
        tr_percent_encode(out, tr_reader_bytes(&in), PLAIN "?");
    }
    tr_buf_done(&query);
}

// -- the question --

static void forget(const tr_edge *edge, tr_socket *self)
{
    tr_paint_exchange *exchange = self->request->paint;
    tr_edge_give(edge, &exchange->client, TR_CLIENT_REQUEST);
    tr_buf_done(&exchange->page);
    tr_free(exchange);
    self->request->paint = NULL;
}

static int ask(const tr_edge *edge, tr_socket *self, struct lws *wsi, tr_slice path)
{
    char agent[AGENT_CAP_BYTES];
    char ip[TR_CLIENT_IP_CAP_BYTES];
    tr_buf route = {0};
    tr_browser_cookie cookie;
    tr_proxy_user user;
    (void)tr_edge_client_ip(edge, wsi, ip);
    tr_edge_find_cookie(edge, wsi, false, &cookie);
    tr_edge_find_proxy_user(edge, wsi, &user);
    self->request->paint->is_personal = cookie.key[0] != '\0' || user.id[0] != '\0';
    write_route(edge, wsi, path, &route);
    tr_edge_client client = {
        .socket = self,
        .ip = ip,
        .browser_key = cookie.key,
        .user = &user,
        .user_agent = tr_edge_header(wsi, WSI_TOKEN_HTTP_USER_AGENT, agent, sizeof agent)};
    tr_paint_request request = {.route = tr_buf_slice(&route), .client = &client};
    int result =
        edge->options.calls->paint(edge->options.gateway, &request, &self->request->paint->paint);
    tr_buf_done(&route);
    return result;
}

// A part of the page, or a page of an address without a slash, is what it is without.
static bool is_wanted(const tr_edge *edge, const tr_http_answer *answer)
{
    return edge->options.site.painted_page != NULL && answer->is_app &&
           (answer->status == 200 || answer->status == 304);
}

// What is not worth asking for. Its length is that of a page with text, which nobody knows.
static int answer_head(const tr_edge *edge, const tr_socket *self, struct lws *wsi,
                       tr_http_answer answer)
{
    answer.status = 200;
    answer.cache_control = "private, no-cache";
    answer.etag[0] = '\0';
    answer.is_gzip = answer.varies_by_encoding = answer.has_ranges = false;
    answer.has_no_length = true;
    return tr_edge_write_head(edge, wsi, &answer) < 0
               ? -1
               : tr_edge_complete(wsi, self->request->is_last);
}

bool tr_edge_on_paint(tr_edge *edge, tr_socket *self, struct lws *wsi, int method, tr_slice path,
                      const tr_http_answer *answer, int *out)
{
    if (!is_wanted(edge, answer))
        return false;
    if (method == LWSHUMETH_HEAD) {
        *out = answer_head(edge, self, wsi, *answer);
        return true;
    }
    self->wsi = wsi;
    self->request->paint = tr_new(tr_paint_exchange);
    self->request->paint->answer = *answer;
    if (!tr_edge_take(edge, wsi, TR_CLIENT_REQUEST, &self->request->paint->client) ||
        ask(edge, self, wsi, path) < 0) {
        forget(edge, self);
        return false;
    }
    lws_set_timeout(wsi, NO_PENDING_TIMEOUT, 0);
    *out = 0;
    return true;
}

// -- the page --

void tr_socket_paint(tr_socket *self, const tr_painted *painted)
{
    const tr_edge *edge = lws_context_user(lws_get_context(self->wsi));
    const tr_http_site *site = &edge->options.site;
    tr_paint_exchange *exchange = self->request->paint;
    exchange->paint = NULL;
    if (painted != NULL)
        tr_painted_page_write(
            painted, &site->painted,
            (tr_slice){(const char *)site->painted_page->data, (uint32_t)site->painted_page->size},
            &exchange->page);
    tr_edge_want_write(self);
}

// It is one person's, of one moment. What was asked for with a name must not lie about on a disk, either.
// Not compressed: an address that somebody else made up and a person's secret would be in it together.
static tr_http_answer answer_with(const tr_paint_exchange *self)
{
    return (tr_http_answer){.status = 200,
                            .content_type = self->answer.content_type,
                            .cache_control =
                                self->is_personal ? "private, no-store" : "private, no-cache",
                            .body = self->page.data,
                            .body_size = self->page.size,
                            .is_page = true,
                            .is_last = self->answer.is_last};
}

int tr_edge_on_paint_writable(tr_edge *edge, tr_socket *self)
{
    tr_paint_exchange *exchange = self->request->paint;
    if (exchange->paint != NULL)
        return 0;
    tr_http_answer answer = exchange->page.size != 0 ? answer_with(exchange) : exchange->answer;
    self->request->body_owned = exchange->page.data;
    exchange->page = (tr_buf){0};
    forget(edge, self);
    return tr_edge_begin_body(edge, self, self->wsi, &answer, false);
}

void tr_edge_on_paint_closed(const tr_edge *edge, tr_socket *self)
{
    if (self->request->paint == NULL)
        return;
    if (self->request->paint->paint != NULL)
        edge->options.calls->paint_gone(self->request->paint->paint);
    forget(edge, self);
}
