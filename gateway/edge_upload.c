// The edge's half for uploads: a request's head to a grant or a refusal, its body to the upload.

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "actors/core/core.h"
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
        return (tr_upload_answer){403, "The signature of this upload URL is not right.\n"};
    return (tr_upload_answer){400, "This is no upload URL of this server.\n"};
}

static tr_upload_answer read_grant(const tr_edge *edge, struct lws *wsi, tr_upload_grant *out)
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
    int result = tr_upload_url_read(parts, count, &edge->options.uploads, out);
    if (result < 0)
        return bad_url(result);
    if ((uint64_t)time(NULL) >= out->expires_s)
        return (tr_upload_answer){410, "This upload URL has expired.\n"};
    return (tr_upload_answer){0, NULL};
}

static bool begins_with(tr_slice text, const char *word)
{
    size_t size = strlen(word);
    return text.size >= size && tr_compare_caseless_n(text.data, word, size) == 0;
}

// The body is the file as it is: what would have to be unpacked first is none.
static tr_upload_answer judge_body(struct lws *wsi, const tr_upload_body *body,
                                   const tr_upload_grant *grant)
{
    char text[256];
    tr_slice type = tr_edge_header(wsi, WSI_TOKEN_HTTP_CONTENT_TYPE, text, sizeof text);
    if (begins_with(type, "multipart/"))
        return (tr_upload_answer){415, "The body is to be the file itself, not a form.\n"};
    tr_slice coding = tr_edge_header(wsi, WSI_TOKEN_HTTP_CONTENT_ENCODING, text, sizeof text);
    if (lws_hdr_total_length(wsi, WSI_TOKEN_HTTP_CONTENT_ENCODING) > 0 &&
        !(begins_with(coding, "identity") && coding.size == 8))
        return (tr_upload_answer){415, "The body is to be the file as it is, not encoded.\n"};
    if (lws_hdr_total_length(wsi, WSI_TOKEN_HTTP_CONTENT_RANGE) > 0)
        return (tr_upload_answer){400, "A file comes as a whole, not in ranges.\n"};
    if (!body->is_chunked && !body->has_length)
        return (tr_upload_answer){411, "The request must say how long its body is.\n"};
    if (body->has_length && body->length > grant->size_max)
        return (tr_upload_answer){413, "The file is larger than allowed.\n"};
    return (tr_upload_answer){0, NULL};
}

// Sent now, while the body still comes.
static int refuse(const tr_edge *edge, tr_socket *self, struct lws *wsi, tr_upload_answer answer)
{
    self->drop_until_ms = tr_core_now_ms(edge->options.core) + DROP_MS;
    self->is_last = true;
    return tr_edge_answer_text(edge, wsi, answer.status, answer.text, true);
}

int tr_edge_on_upload(tr_edge *edge, tr_socket *self, struct lws *wsi, const tr_upload_body *body)
{
    tr_upload_grant grant;
    *self = (tr_socket){.wsi = wsi};
    tr_upload_answer answer = read_grant(edge, wsi, &grant);
    if (answer.status == 0) {
        if (grant.size_max > edge->options.uploads.size_max)
            grant.size_max = edge->options.uploads.size_max;
        answer = judge_body(wsi, body, &grant);
    }
    if (answer.status != 0)
        return refuse(edge, self, wsi, answer);
    self->is_chunked = body->is_chunked;
    self->is_last = body->is_chunked;
    tr_upload_request request = {.socket = self,
                                 .grant = &grant,
                                 .size = body->is_chunked ? TR_UPLOAD_SIZE_UNKNOWN : body->length};
    if (edge->options.calls->upload(edge->options.gateway, &request, &self->upload) < 0)
        return refuse(edge, self, wsi,
                      (tr_upload_answer){503, "Too many uploads at once: try again later.\n"});
    lws_set_timeout(wsi, NO_PENDING_TIMEOUT, 0);
    return 0;
}

static void take_chunks(const tr_edge_calls *calls, tr_socket *self, tr_slice bytes)
{
    tr_slice piece;
    int result;
    while (self->upload != NULL &&
           (result = tr_chunked_next(&self->chunks, &bytes, &piece)) != TR_CHUNKED_MORE) {
        if (result == TR_CHUNKED_PIECE) {
            calls->upload_piece(self->upload, piece.data, piece.size);
            continue;
        }
        if (result == TR_CHUNKED_END)
            calls->upload_whole(self->upload);
        else
            calls->upload_broken(self->upload);
        return;
    }
}

int tr_edge_on_upload_piece(const tr_edge *edge, tr_socket *self, const void *bytes, size_t size)
{
    const tr_edge_calls *calls = edge->options.calls;
    bool is_answer_due = self->answer_status != 0;
    if (self->upload == NULL)
        return is_answer_due || tr_core_now_ms(edge->options.core) < self->drop_until_ms ? 0 : -1;
    if (self->is_chunked)
        take_chunks(calls, self, (tr_slice){bytes, (uint32_t)size});
    else
        calls->upload_piece(self->upload, bytes, size);
    return 0;
}

int tr_edge_on_upload_whole(const tr_edge *edge, tr_socket *self)
{
    const tr_edge_calls *calls = edge->options.calls;
    self->is_body_over = true;
    if (self->upload == NULL)
        return self->answer_status != 0 ? 0 : -1; // refused, and all of it has been dropped
    // libwebsockets takes a body without a length for one of 100 MiB.
    if (self->is_chunked)
        calls->upload_broken(self->upload);
    else
        calls->upload_whole(self->upload);
    return 0;
}

int tr_edge_on_upload_writable(const tr_edge *edge, tr_socket *self)
{
    unsigned status = self->answer_status;
    bool is_last = self->is_last || !self->is_body_over;
    self->answer_status = 0;
    if (tr_edge_answer_text(edge, self->wsi, status, self->answer_text, is_last) < 0)
        return -1;
    if (!is_last)
        return lws_http_transaction_completed(self->wsi) != 0 ? -1 : 0;
    if (self->is_body_over || self->is_chunked)
        return -1;
    self->drop_until_ms = tr_core_now_ms(edge->options.core) + DROP_MS;
    return 0;
}

void tr_edge_on_upload_closed(const tr_edge *edge, tr_socket *self)
{
    if (self->upload != NULL)
        edge->options.calls->upload_gone(self->upload);
    self->upload = NULL;
}

void tr_socket_answer(tr_socket *self, unsigned status, const char *text)
{
    self->upload = NULL;
    self->answer_status = status;
    self->answer_text = text;
    // A socket that is not read is not written to either. What comes until then is dropped.
    (void)lws_rx_flow_control(self->wsi, 1);
    (void)lws_callback_on_writable(self->wsi);
}

void tr_socket_keep(tr_socket *self)
{
    lws_set_timeout(self->wsi, NO_PENDING_TIMEOUT, 0);
}
