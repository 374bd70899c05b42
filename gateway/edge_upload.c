// The edge's half for uploads: a request's head to a grant or a refusal, its body to the upload.

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "actors/core/core.h"
#include "base/mem.h"
#include "base/number.h"
#include "gateway/edge.h"
#include "gateway/edge_socket.h"
#include "gateway/upload.h"
#include "troupe/err.h"

enum {
    QUERY_PARTS_CAP = 16,
    QUERY_PART_BYTES = 1024,
    // What comes behind a refusal is read and dropped for a while: closed at once, the browser
    // would lose the answer with the connection.
    DROP_MS = 2000
};

static tr_upload_answer bad_url(int result)
{
    if (result == TR_EREFUSED)
        return (tr_upload_answer){403, "The signature of this URL is not right.\n"};
    return (tr_upload_answer){400, "This is no URL of this server.\n"};
}

tr_upload_answer tr_edge_read_grant(struct lws *wsi, const tr_upload_settings *settings,
                                    tr_upload_grant *out)
{
    char texts[QUERY_PARTS_CAP][QUERY_PART_BYTES];
    tr_slice parts[QUERY_PARTS_CAP];
    unsigned count = 0;
    int size;
    while (count < QUERY_PARTS_CAP &&
           (size = lws_hdr_copy_fragment(wsi, texts[count], QUERY_PART_BYTES,
                                         WSI_TOKEN_HTTP_URI_ARGS, (int)count)) >= 0) {
        parts[count] = (tr_slice){texts[count], (uint32_t)size};
        count++;
    }
    int result = tr_upload_url_read(parts, count, settings, out);
    if (result < 0)
        return bad_url(result);
    if ((uint64_t)time(NULL) >= out->expires_s)
        return (tr_upload_answer){410, "This URL has expired.\n"};
    return (tr_upload_answer){0, NULL};
}

// The body is the file as it is: what would have to be unpacked first is none.
static tr_upload_answer judge_body(struct lws *wsi, const tr_upload_body *body,
                                   const tr_upload_grant *grant)
{
    char text[256];
    tr_slice type = tr_edge_header(wsi, WSI_TOKEN_HTTP_CONTENT_TYPE, text, sizeof text);
    if (body->kind == TR_UPLOAD_APPEND &&
        !tr_slice_begins_caseless(type, "application/offset+octet-stream"))
        return (tr_upload_answer){415, "What is appended is application/offset+octet-stream.\n"};
    if (tr_slice_begins_caseless(type, "multipart/"))
        return (tr_upload_answer){415, "The body is to be the file itself, not a form.\n"};
    tr_slice coding = tr_edge_header(wsi, WSI_TOKEN_HTTP_CONTENT_ENCODING, text, sizeof text);
    if (lws_hdr_total_length(wsi, WSI_TOKEN_HTTP_CONTENT_ENCODING) > 0 &&
        !(tr_slice_begins_caseless(coding, "identity") && coding.size == 8))
        return (tr_upload_answer){415, "The body is to be the file as it is, not encoded.\n"};
    if (lws_hdr_total_length(wsi, WSI_TOKEN_HTTP_CONTENT_RANGE) > 0)
        return (tr_upload_answer){400, "A file comes as a whole, not in ranges.\n"};
    if (!body->is_chunked && !body->has_length)
        return (tr_upload_answer){411, "The request must say how long its body is.\n"};
    if (body->has_length && body->length > grant->size_max)
        return (tr_upload_answer){413, "The file is larger than allowed.\n"};
    return (tr_upload_answer){0, NULL};
}

// A header that libwebsockets knows nothing of. False: it is not there, or no number.
static bool read_number(struct lws *wsi, const char *name, uint64_t *out)
{
    char text[24];
    int size = lws_hdr_custom_copy(wsi, text, sizeof text, name, (int)strlen(name));
    return size > 0 && size <= 18 && tr_digits_parse((tr_slice){text, (uint32_t)size}, out);
}

static bool has_version(struct lws *wsi)
{
    char text[16];
    int size = lws_hdr_custom_copy(wsi, text, sizeof text, "tus-resumable:", 14);
    return size > 0 && strcmp(text, TR_TUS_VERSION) == 0;
}

// What tus wants of its three requests.
static tr_upload_answer judge_step(struct lws *wsi, const tr_upload_grant *grant,
                                   tr_upload_request *io)
{
    if (!has_version(wsi))
        return (tr_upload_answer){412, "Version 1.0.0 of tus is spoken here (Tus-Resumable).\n"};
    if (io->kind == TR_UPLOAD_CREATE && !read_number(wsi, "upload-length:", &io->length))
        return (tr_upload_answer){400,
                                  "The request must say how long the file is: Upload-Length.\n"};
    if (io->kind == TR_UPLOAD_APPEND && !read_number(wsi, "upload-offset:", &io->offset))
        return (tr_upload_answer){400, "The request must say where it goes on: Upload-Offset.\n"};
    if (io->length > grant->size_max)
        return (tr_upload_answer){413, "The file is larger than allowed.\n"};
    return (tr_upload_answer){0, NULL};
}

static tr_upload_answer judge(const tr_edge *edge, struct lws *wsi, const tr_upload_body *body,
                              tr_upload_grant *grant, tr_upload_request *io)
{
    tr_upload_answer answer = tr_edge_read_grant(wsi, &edge->options.uploads, grant);
    if (answer.status != 0)
        return answer;
    if (grant->size_max > edge->options.uploads.size_max)
        grant->size_max = edge->options.uploads.size_max;
    // It would be read as the next request.
    if (body->kind == TR_UPLOAD_LOOK && body->length != 0)
        return (tr_upload_answer){400, "A HEAD request has no body.\n"};
    if (body->kind != TR_UPLOAD_PUT)
        answer = judge_step(wsi, grant, io);
    bool has_body = body->kind == TR_UPLOAD_PUT || body->kind == TR_UPLOAD_APPEND;
    if (answer.status == 0 && has_body)
        answer = judge_body(wsi, body, grant);
    return answer;
}

static void forget(const tr_edge *edge, tr_socket *self)
{
    if (self->request->exchange != NULL)
        tr_edge_give(edge, &self->request->exchange->client, TR_CLIENT_UPLOAD);
    tr_free(self->request->exchange);
    self->request->exchange = NULL;
}

// Sent now, while the body still comes.
static int refuse(const tr_edge *edge, tr_socket *self, struct lws *wsi, tr_upload_answer answer)
{
    tr_upload_exchange *exchange = self->request->exchange;
    exchange->drop_until_ms = tr_core_now_ms(edge->options.core) + DROP_MS;
    exchange->reply = (tr_upload_reply){.status = answer.status, .text = answer.text};
    int result = tr_edge_answer_upload(edge, wsi, exchange, true);
    exchange->reply.status = 0;
    // A request without a body has nothing behind it that could be dropped.
    return exchange->is_body_over ? -1 : result;
}

int tr_edge_on_upload(tr_edge *edge, tr_socket *self, struct lws *wsi, const tr_upload_body *body)
{
    forget(edge, self);
    *self->request = (tr_edge_request){.exchange = tr_new(tr_upload_exchange)};
    tr_upload_exchange *exchange = self->request->exchange;
    exchange->is_chunked = body->is_chunked;
    exchange->left = body->length;
    exchange->is_head = body->kind == TR_UPLOAD_LOOK;
    // libwebsockets would read the next request as the body of one without a length.
    exchange->is_last = !exchange->is_head && !body->has_length;
    exchange->is_resumable = body->kind != TR_UPLOAD_PUT;
    exchange->is_body_over =
        body->kind == TR_UPLOAD_LOOK || (!body->is_chunked && body->length == 0);
    tr_upload_request request = {.kind = body->kind,
                                 .socket = self,
                                 .grant = &exchange->grant,
                                 .size = body->is_chunked ? TR_UPLOAD_SIZE_UNKNOWN : body->length};
    tr_upload_answer answer = judge(edge, wsi, body, &exchange->grant, &request);
    if (answer.status != 0)
        return refuse(edge, self, wsi, answer);
    if (!tr_edge_take(edge, wsi, TR_CLIENT_UPLOAD, &exchange->client))
        return refuse(edge, self, wsi,
                      (tr_upload_answer){429, "Too many uploads at once from your address.\n"});
    if (edge->options.calls->upload(edge->options.gateway, &request, &exchange->upload) < 0)
        return refuse(edge, self, wsi,
                      (tr_upload_answer){503, "Too many uploads at once: try again later.\n"});
    lws_set_timeout(wsi, NO_PENDING_TIMEOUT, 0);
    return exchange->is_body_over ? 0 : tr_edge_invite_body(wsi);
}

static void take_chunks(const tr_edge_calls *calls, tr_upload_exchange *self, tr_slice bytes)
{
    tr_slice piece;
    int result;
    while (self->upload != NULL &&
           (result = tr_chunked_next(&self->chunks, &bytes, &piece)) != TR_CHUNKED_MORE) {
        if (result == TR_CHUNKED_PIECE) {
            calls->upload_piece(self->upload, piece.data, piece.size);
            continue;
        }
        self->is_body_over = result == TR_CHUNKED_END;
        if (self->is_body_over)
            calls->upload_whole(self->upload);
        else
            calls->upload_broken(self->upload);
        return;
    }
}

// libwebsockets 4.3 takes what came together with the body for more of it, and does not find its end: it is
// lost, so the connection ends with the answer.
static void take_bytes(const tr_edge_calls *calls, tr_upload_exchange *self, tr_slice bytes)
{
    bool is_more = bytes.size > self->left;
    uint32_t size = is_more ? (uint32_t)self->left : bytes.size;
    self->left -= size;
    if (size != 0)
        calls->upload_piece(self->upload, bytes.data, size);
    if (!is_more || self->is_body_over)
        return;
    self->is_body_over = self->is_last = true;
    calls->upload_whole(self->upload);
}

// libwebsockets tells of a body of no bytes, too (Content-Length: 0): a request without one is with the
// app already.
static bool is_with_the_app(const tr_socket *self)
{
    return self->request->sent != NULL;
}

// A second time there are bytes behind the request, which would be told for ever.
static int end_body(tr_socket *self)
{
    if (self->request->body != NULL)
        return 0; // of a file, with which the connection ends
    if (!is_with_the_app(self) || self->request->is_body_over)
        return -1;
    self->request->is_body_over = true;
    return 0;
}

int tr_edge_on_upload_piece(const tr_edge *edge, tr_socket *self, const void *bytes, size_t size)
{
    tr_upload_exchange *exchange = self->request->exchange;
    if (exchange == NULL)
        return self->request->body != NULL || (is_with_the_app(self) && size == 0) ? 0 : -1;
    bool may_drop =
        exchange->reply.status != 0 || tr_core_now_ms(edge->options.core) < exchange->drop_until_ms;
    if (exchange->upload == NULL)
        return may_drop ? 0 : -1;
    if (exchange->is_chunked)
        take_chunks(edge->options.calls, exchange, (tr_slice){bytes, (uint32_t)size});
    else
        take_bytes(edge->options.calls, exchange, (tr_slice){bytes, (uint32_t)size});
    return 0;
}

int tr_edge_on_upload_whole(const tr_edge *edge, tr_socket *self)
{
    tr_upload_exchange *exchange = self->request->exchange;
    if (exchange == NULL)
        return end_body(self);
    exchange->is_body_over = true;
    if (exchange->upload == NULL)
        return exchange->reply.status != 0 ? 0 : -1; // refused, and all of it has been dropped
    // libwebsockets takes a body without a length for one of 100 MiB.
    if (exchange->is_chunked)
        edge->options.calls->upload_broken(exchange->upload);
    else
        edge->options.calls->upload_whole(exchange->upload);
    return 0;
}

int tr_edge_on_upload_writable(const tr_edge *edge, tr_socket *self)
{
    tr_upload_exchange *exchange = self->request->exchange;
    if (exchange->reply.status == 0)
        return 0;
    bool is_last = exchange->is_last || !exchange->is_body_over;
    if (tr_edge_answer_upload(edge, self->wsi, exchange, is_last) < 0)
        return -1;
    exchange->reply.status = 0;
    if (!is_last) {
        forget(edge, self);
        return tr_edge_complete(self->wsi, false);
    }
    if (exchange->is_body_over || exchange->is_last)
        return -1;
    exchange->drop_until_ms = tr_core_now_ms(edge->options.core) + DROP_MS;
    return 0;
}

void tr_edge_on_upload_closed(const tr_edge *edge, tr_socket *self)
{
    if (self->request->exchange != NULL && self->request->exchange->upload != NULL)
        edge->options.calls->upload_gone(self->request->exchange->upload);
    forget(edge, self);
}

void tr_socket_answer(tr_socket *self, const tr_upload_reply *reply)
{
    self->request->exchange->upload = NULL;
    self->request->exchange->reply = *reply;
    // A socket that is not read is not written to either. What comes until then is dropped.
    (void)lws_rx_flow_control(self->wsi, 1);
    tr_edge_want_write(self);
}

void tr_socket_keep(tr_socket *self)
{
    lws_set_timeout(self->wsi, NO_PENDING_TIMEOUT, 0);
}
