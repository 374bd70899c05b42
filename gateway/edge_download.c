// The edge's half for downloads: a request's head to a grant or a refusal, pieces to the browser.

#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "base/mem.h"
#include "gateway/download.h"
#include "gateway/edge.h"
#include "gateway/edge_socket.h"
#include "troupe/err.h"
#include "uploads/disposition.h"

enum { SEND_BYTES = 16384, CHUNK_HEAD_BYTES = 16 };

bool tr_edge_is_download(const tr_edge *edge, struct lws *wsi, tr_slice path)
{
    const tr_upload_settings *settings = &edge->options.downloads;
    char part[1024];
    if (settings->path == NULL || !tr_slice_is(path, settings->path))
        return false;
    // An app may have a page of that address: without a signature it is meant.
    for (int i = 0; lws_hdr_copy_fragment(wsi, part, sizeof part, WSI_TOKEN_HTTP_URI_ARGS, i) >= 0;
         i++)
        if (strncmp(part, "s=", 2) == 0)
            return true;
    return false;
}

static enum tr_client_use use_of(const tr_download_exchange *self)
{
    return self->is_call ? TR_CLIENT_REQUEST : TR_CLIENT_DOWNLOAD;
}

static void forget(const tr_edge *edge, tr_socket *self)
{
    tr_download_exchange *exchange = self->request->sent;
    if (exchange == NULL)
        return;
    tr_edge_give(edge, &exchange->client, use_of(exchange));
    tr_buf_done(&exchange->disposition);
    tr_buf_done(&exchange->headers);
    tr_free(exchange);
    self->request->sent = NULL;
    self->request->is_body_over = false;
}

static int refuse(const tr_edge *edge, tr_socket *self, struct lws *wsi, tr_upload_answer answer)
{
    bool is_last = self->request->sent->is_last;
    bool is_head = self->request->sent->is_head;
    tr_http_answer head = {.status = answer.status,
                           .content_type = "text/plain; charset=utf-8",
                           .cache_control = "no-store",
                           .body = (const unsigned char *)answer.text,
                           .body_size = strlen(answer.text),
                           .is_last = is_last};
    forget(edge, self);
    int result =
        is_head ? tr_edge_write_head(edge, wsi, &head) : tr_edge_write_short(edge, wsi, &head);
    return result < 0 ? -1 : tr_edge_complete(wsi, is_last);
}

int tr_edge_on_download(tr_edge *edge, tr_socket *self, struct lws *wsi, int method, bool has_body)
{
    char version[16];
    char range[128];
    char if_range[128];
    forget(edge, self);
    *self->request = (tr_edge_request){.sent = tr_new(tr_download_exchange)};
    self->request->sent->is_head = method == LWSHUMETH_HEAD;
    self->request->sent->is_last =
        has_body || (method != LWSHUMETH_GET && method != LWSHUMETH_HEAD);
    self->request->sent->is_old =
        tr_slice_is(tr_edge_header(wsi, WSI_TOKEN_HTTP, version, sizeof version), "HTTP/1.0");
    if (method != LWSHUMETH_GET && method != LWSHUMETH_HEAD)
        return refuse(edge, self, wsi,
                      (tr_upload_answer){405, "Files are downloaded from here, with GET.\n"});
    tr_upload_grant grant;
    tr_upload_answer answer = tr_edge_read_grant(wsi, &edge->options.downloads, &grant);
    if (answer.status != 0)
        return refuse(edge, self, wsi, answer);
    tr_download_request request = {
        .socket = self,
        .grant = &grant,
        .is_head = self->request->sent->is_head,
        .range = tr_edge_header(wsi, WSI_TOKEN_HTTP_RANGE, range, sizeof range),
        .if_range = tr_edge_header(wsi, WSI_TOKEN_HTTP_IF_RANGE, if_range, sizeof if_range)};
    // A condition that is longer than any ETag of ours is not met.
    if (request.if_range.size == 0 && lws_hdr_total_length(wsi, WSI_TOKEN_HTTP_IF_RANGE) > 0)
        request.range = (tr_slice){0};
    if (!tr_edge_take(edge, wsi, TR_CLIENT_DOWNLOAD, &self->request->sent->client))
        return refuse(edge, self, wsi,
                      (tr_upload_answer){429, "Too many downloads at once from your address.\n"});
    lws_set_timeout(wsi, NO_PENDING_TIMEOUT, 0);
    if (edge->options.calls->download(edge->options.gateway, &request,
                                      &self->request->sent->download) < 0)
        return refuse(edge, self, wsi,
                      (tr_upload_answer){503, "Too many downloads at once: try again later.\n"});
    return 0;
}

int tr_edge_start_call(tr_edge *edge, tr_socket *self, tr_http_call *call, bool is_head,
                       bool is_last)
{
    char version[16];
    struct lws *wsi = self->wsi;
    forget(edge, self);
    self->request->sent = tr_new(tr_download_exchange);
    self->request->sent->is_call = true;
    self->request->sent->is_head = is_head;
    self->request->sent->is_last = is_last;
    self->request->sent->is_old =
        tr_slice_is(tr_edge_header(wsi, WSI_TOKEN_HTTP, version, sizeof version), "HTTP/1.0");
    tr_download_request request = {.socket = self, .is_head = is_head, .call = call};
    if (!tr_edge_take(edge, wsi, TR_CLIENT_REQUEST, &self->request->sent->client)) {
        tr_http_call_free(&call);
        return refuse(edge, self, wsi,
                      (tr_upload_answer){429, "Too many requests at once from your address.\n"});
    }
    lws_set_timeout(wsi, NO_PENDING_TIMEOUT, 0);
    if (edge->options.calls->download(edge->options.gateway, &request,
                                      &self->request->sent->download) < 0)
        return refuse(edge, self, wsi,
                      (tr_upload_answer){503, "Too many requests at once: try again later.\n"});
    return 0;
}

// -- what is sent --

static int go_on_later(struct lws *wsi)
{
    lws_set_timeout(wsi, NO_PENDING_TIMEOUT, 0);
    return lws_callback_on_writable(wsi) < 0 ? -1 : 0;
}

static int complete(const tr_edge *edge, tr_socket *self)
{
    bool is_last = self->request->sent->is_last;
    struct lws *wsi = self->wsi;
    forget(edge, self);
    return tr_edge_complete(wsi, is_last);
}

static int write_head(const tr_edge *edge, tr_socket *self)
{
    tr_download_exchange *exchange = self->request->sent;
    exchange->is_head_due = false;
    exchange->answer.headers = tr_buf_slice(&exchange->headers);
    exchange->answer.disposition =
        exchange->disposition.size != 0 ? tr_buf_text(&exchange->disposition) : NULL;
    if (exchange->answer.body != NULL && !exchange->is_head) {
        int result = tr_edge_write_short(edge, self->wsi, &exchange->answer);
        return result < 0 ? -1 : complete(edge, self);
    }
    if (tr_edge_write_head(edge, self->wsi, &exchange->answer) < 0)
        return -1;
    if (exchange->is_head)
        return complete(edge, self);
    return exchange->piece.size != 0 || exchange->is_over ? go_on_later(self->wsi) : 0;
}

static int write_end(const tr_edge *edge, tr_socket *self)
{
    static const char end[] = "0\r\n\r\n";
    unsigned char buffer[LWS_PRE + sizeof end - 1];
    memcpy(buffer + LWS_PRE, end, sizeof end - 1);
    if (self->request->sent->is_chunked && lws_write(self->wsi, buffer + LWS_PRE, sizeof end - 1,
                                                     LWS_WRITE_HTTP_FINAL) < (int)sizeof end - 1)
        return -1;
    return complete(edge, self);
}

static int write_piece(const tr_edge *edge, tr_socket *self)
{
    unsigned char buffer[LWS_PRE + CHUNK_HEAD_BYTES + SEND_BYTES + 2];
    tr_download_exchange *exchange = self->request->sent;
    size_t size = exchange->piece.size < SEND_BYTES ? exchange->piece.size : SEND_BYTES;
    char *at = (char *)buffer + LWS_PRE;
    if (exchange->is_chunked)
        at += snprintf(at, CHUNK_HEAD_BYTES, "%zx\r\n", size);
    memcpy(at, exchange->piece.data, size);
    at += size;
    if (exchange->is_chunked) {
        memcpy(at, "\r\n", 2);
        at += 2;
    }
    int total = (int)(at - ((char *)buffer + LWS_PRE));
    if (lws_write(self->wsi, buffer + LWS_PRE, (size_t)total, LWS_WRITE_HTTP) < total)
        return -1;
    exchange->piece.data += size;
    exchange->piece.size -= (uint32_t)size;
    lws_set_timeout(self->wsi, NO_PENDING_TIMEOUT, 0);
    if (exchange->piece.size != 0)
        return go_on_later(self->wsi);
    edge->options.calls->download_sent(exchange->download);
    return 0;
}

int tr_edge_on_download_writable(const tr_edge *edge, tr_socket *self)
{
    tr_download_exchange *exchange = self->request->sent;
    if (self->is_closing)
        return -1;
    if (exchange->is_head_due)
        return write_head(edge, self);
    if (exchange->piece.size != 0)
        return write_piece(edge, self);
    return exchange->is_over ? write_end(edge, self) : 0;
}

void tr_edge_on_download_closed(const tr_edge *edge, tr_socket *self)
{
    if (self->request->sent != NULL && self->request->sent->download != NULL)
        edge->options.calls->download_gone(self->request->sent->download);
    forget(edge, self);
}

// -- from the download --

static void say_refusal(tr_download_exchange *self, const tr_download_reply *reply)
{
    self->download = NULL;
    self->answer.content_type = "text/plain; charset=utf-8";
    self->answer.body = (const unsigned char *)reply->text;
    self->answer.body_size = strlen(reply->text);
    self->answer.file_size = reply->status == 416 ? reply->size : 0;
}

static void say_facts(tr_download_exchange *self, const tr_download_reply *reply)
{
    bool is_unknown = reply->part == TR_DOWNLOAD_SIZE_UNKNOWN;
    self->is_chunked = is_unknown && !self->is_old && !self->is_head;
    // Without a length and without chunks, the end of the connection is that of the file.
    self->is_last = self->is_last || (is_unknown && self->is_old);
    snprintf(self->type, sizeof self->type, "%.*s", (int)reply->type.size, reply->type.data);
    self->answer.content_type = self->type;
    snprintf(self->answer.etag, sizeof self->answer.etag, "%.*s", (int)reply->etag.size,
             reply->etag.data);
    self->answer.has_ranges = reply->etag.size != 0;
    self->answer.first = reply->first;
    self->answer.file_size = reply->size;
    self->answer.body_size = is_unknown ? 0 : reply->part;
    self->answer.has_no_length = is_unknown;
    self->answer.is_chunked = self->is_chunked;
    if (reply->name != NULL)
        tr_disposition_write(reply->name, &self->disposition);
    if (reply->headers.size <= 2 * TR_ANSWER_HEADERS_CAP_BYTES)
        tr_buf_append(&self->headers, reply->headers.data, reply->headers.size);
}

void tr_socket_download_head(tr_socket *self, const tr_download_reply *reply)
{
    tr_download_exchange *exchange = self->request->sent;
    exchange->answer =
        (tr_http_answer){.status = reply->status, .cache_control = "private, no-store"};
    if (reply->text != NULL)
        say_refusal(exchange, reply);
    else
        say_facts(exchange, reply);
    if (exchange->is_head)
        exchange->download = NULL;
    exchange->answer.is_last = exchange->is_last;
    exchange->is_head_due = true;
    tr_edge_want_write(self);
}

void tr_socket_download_send(tr_socket *self, tr_slice piece)
{
    self->request->sent->piece = piece;
    tr_edge_want_write(self);
}

void tr_socket_download_end(tr_socket *self)
{
    self->request->sent->download = NULL;
    self->request->sent->is_over = true;
    tr_edge_want_write(self);
}

void tr_socket_download_cut(tr_socket *self)
{
    // Where the end of the connection is that of the file, only a reset says that it is not.
    struct linger linger = {.l_onoff = 1};
    int socket = lws_get_socket_fd(self->wsi);
    if (self->request->sent->answer.has_no_length && !self->request->sent->is_chunked)
        (void)setsockopt(socket, SOL_SOCKET, SO_LINGER, &linger, sizeof linger);
    self->request->sent->download = NULL;
    tr_socket_cut(self);
}
